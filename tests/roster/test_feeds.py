"""Calendars: what they say of each duty, whether other programs understand it, and who may read them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import time_machine
import vobject
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Membership
from helpdesk.app import create_app
from helpdesk.audit.models import AuditEvent
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.clock import WARSAW, day_of, utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.premises.models import Place
from helpdesk.roster import feeds as text
from helpdesk.roster import queries
from helpdesk.roster import service as roster
from helpdesk.roster.models import Feed
from helpdesk.roster.rules.feeds import AHEAD, BACK, MOST_FEEDS, Entry, Version, entries, entry_of, window
from helpdesk.roster.rules.spans import Span, span_of
from helpdesk.roster.service import Plan
from helpdesk.roster.service import feeds as service
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post, sign_in
from tests.roster import calendars

EWA, JAN = UUID(int=1), UUID(int=2)
DUTY = UUID(int=7)
KNOWN = datetime(2026, 11, 1, 9, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
ALWAYS = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
HOST = "helpdesk.example.org"


def version(
    number: int, account_id: UUID | None, *, published: bool = True, hour: int = 17, duty: UUID = DUTY
) -> Version:
    """A version of an evening in December, which became known as many hours after the first as its number says."""
    return Version(
        duty_id=duty,
        number=number,
        account_id=account_id,
        is_published=published,
        span=span_of(date(2026, 12, 1), time(hour), time(hour + 4)),
        zone=WARSAW,
        known_from=KNOWN + timedelta(hours=number),
        post="Evening telephone",
        place="",
        person="",
    )


@pytest.mark.parametrize(
    ("holders", "cancelled", "sequence"),
    [
        ([EWA], False, 1),
        ([EWA, EWA], False, 2),
        ([EWA, JAN], True, 2),
        ([EWA, JAN, JAN], True, 2),
        ([EWA, None], True, 2),
        ([EWA, JAN, EWA], False, 3),
        ([JAN, EWA], False, 2),
        ([None, EWA], False, 2),
    ],
)
def test_a_duty_that_is_somebody_elses_by_now_is_cancelled_in_the_calendar_of_its_former_holder(
    holders: Sequence[UUID | None], *, cancelled: bool, sequence: int
) -> None:
    versions = [version(number, holder) for number, holder in enumerate(holders, 1)]
    entry = entry_of(versions, EWA, ALWAYS)
    assert entry is not None
    assert (entry.cancelled, entry.sequence, entry.changed_at) == (
        cancelled,
        sequence,
        KNOWN + timedelta(hours=sequence),
    )


def test_a_duty_that_never_was_the_readers_is_not_shown() -> None:
    assert entry_of([version(1, JAN), version(2, None)], EWA, ALWAYS) is None
    assert entry_of([version(1, EWA, published=False)], EWA, ALWAYS) is None


def test_whoever_gave_a_duty_away_does_not_learn_where_it_moves_afterwards() -> None:
    entry = entry_of([version(1, EWA), version(2, JAN), version(3, JAN, hour=9)], EWA, ALWAYS)
    assert entry is not None
    assert entry.span == version(1, EWA).span


def test_a_cancelled_duty_is_cancelled_for_its_holder_and_for_the_desk() -> None:
    versions = [version(1, EWA), version(2, EWA, published=False)]
    for reader in (EWA, None):
        entry = entry_of(versions, reader, ALWAYS)
        assert entry is not None
        assert (entry.cancelled, entry.sequence) == (True, 2)


def test_the_calendar_of_a_desk_shows_a_duty_once_whoever_holds_it() -> None:
    entry = entry_of([version(1, EWA), version(2, JAN), version(3, None)], None, ALWAYS)
    assert entry is not None
    assert (entry.cancelled, entry.sequence) == (False, 3)


def test_a_calendar_reaches_half_a_year_back_and_a_year_ahead() -> None:
    within = window(NOON)
    today = day_of(NOON)
    assert (day_of(within.start), day_of(within.end)) == (today - BACK, today + AHEAD + timedelta(days=1))
    near, far = (
        replace(version(1, EWA), span=Span(within.start - timedelta(hours=1), within.start + timedelta(hours=1))),
        None,
    )
    assert entry_of([near], EWA, within) is not None
    far = replace(near, span=Span(within.start - timedelta(hours=4), within.start))
    assert entry_of([far], EWA, within) is None
    moved_away = [near, replace(far, number=2)]
    assert entry_of(moved_away, EWA, within) is not None  # a calendar that knows it must learn where it went
    assert window(NOON) == window(NOON + timedelta(hours=11, minutes=59))


holders = st.lists(
    st.tuples(st.sampled_from([EWA, JAN, None]), st.booleans(), st.integers(0, 19)), min_size=1, max_size=8
)


@given(st.lists(holders, min_size=1, max_size=4), st.sampled_from([EWA, JAN, None]))
def test_ids_stay_and_sequences_never_fall_whatever_happens_to_duties(
    histories: list[list[tuple[UUID | None, bool, int]]], reader: UUID | None
) -> None:
    """Step by step through random histories: what a calendar once held it holds for ever, each time with an at least equal sequence."""
    known: dict[UUID, int] = {}
    for step in range(1, max(map(len, histories)) + 1):
        versions = [
            version(number, holder, published=published, hour=hour, duty=UUID(int=100 + place))
            for place, history in enumerate(histories)
            for number, (holder, published, hour) in enumerate(history[:step], 1)
        ]
        found = entries(versions, reader, ALWAYS)
        assert len({each.duty_id for each in found}) == len(found)
        now = {each.duty_id: each.sequence for each in found}
        assert known.keys() <= now.keys()
        assert all(now[each] >= sequence for each, sequence in known.items())
        standing = {(each.duty_id, each.span) for each in found if not each.cancelled}
        last = {each.duty_id: each for each in versions}
        assert standing == {
            (each.duty_id, each.span)
            for each in last.values()
            if each.is_published and reader in {None, each.account_id}
        }
        known = now


def about(*, busy: bool = True) -> text.About:
    return text.About("Duties", HOST, window(NOON), lambda entry: entry.post, busy)


def entry(span: Span, **changes: Any) -> Entry:  # noqa: ANN401  any of its facts
    made = Entry(UUID(int=span.start.toordinal()), 1, KNOWN, False, span, WARSAW, "Evening telephone", "", "Ewa")
    return replace(made, **changes)


def by_icalendar(body: bytes) -> dict[str, Span]:
    """The instants of each event by its id, as the first library reads them."""
    found = recurring_ical_events.of(Calendar.from_ical(body)).between(date(2023, 1, 1), date(2030, 1, 1))
    return {str(each["UID"]): Span(each.start.astimezone(UTC), each.end.astimezone(UTC)) for each in found}


def by_vobject(body: bytes) -> dict[str, Span]:
    """The same as the second one does, which computes the zone from the calendar's own text.

    It remembers each zone by its name from the first calendar that it reads, and must forget it, or no other one would be looked at.
    """
    vars(vobject.icalendar)["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)  # type: ignore[no-untyped-call]
    made = vobject.base.readOne(body.decode())  # type: ignore[no-untyped-call]
    return {
        each.uid.value: Span(each.dtstart.value.astimezone(UTC), each.dtend.value.astimezone(UTC))
        for each in getattr(made, "vevent_list", [])
    }


NIGHTS = [
    # day, from, to, real hours
    (date(2026, 12, 1), time(17), time(21), 4.0),
    (date(2026, 3, 28), time(22), time(6), 7.0),
    (date(2026, 10, 24), time(22), time(6), 9.0),
    (date(2026, 10, 24), time(22), time(2, 30), 5.5),
    (date(2026, 10, 25), time(2, 30), time(10), 8.5),
    (date(2026, 10, 25), time(2), time(3), 2.0),
    (date(2026, 3, 29), time(3), time(4), 1.0),
    (date(2026, 3, 29), time(1), time(3), 1.0),
    (date(2026, 12, 31), time(20), time(4), 8.0),
]


@pytest.mark.parametrize(("day", "starts", "ends", "hours"), NIGHTS)
def test_two_programs_read_the_same_instants_also_in_both_nights_of_the_change_of_clocks(
    day: date, starts: time, ends: time, hours: float
) -> None:
    span = span_of(day, starts, ends)
    assert span.length == timedelta(hours=hours)
    body = text.calendar([entry(span)], about())
    assert by_icalendar(body) == by_vobject(body) == {f"{entry(span).duty_id}@{HOST}": span}


def test_a_wall_time_that_comes_twice_is_told_in_utc_and_every_other_one_with_its_zone() -> None:
    twice = text.calendar([entry(span_of(date(2026, 10, 24), time(22), time(2, 30)))], about())
    [event] = calendars.events(twice)
    assert event["DTEND"] == ({}, "20261025T013000Z")
    once = text.calendar([entry(span_of(date(2026, 10, 24), time(22), time(3)))], about())
    [event] = calendars.events(once)
    assert event["DTSTART"] == ({"TZID": "Europe/Warsaw"}, "20261024T220000")
    assert event["DTEND"] == ({"TZID": "Europe/Warsaw"}, "20261025T030000")


starts_at = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001  UTC is put in
    lambda at: at.replace(second=0, microsecond=0)
)
spans = st.builds(lambda at, quarters: Span(at, at + timedelta(minutes=15 * quarters)), starts_at, st.integers(1, 64))
near_changes = st.builds(
    lambda day, minutes, quarters: Span(
        datetime.combine(day, time(20), tzinfo=UTC) + timedelta(minutes=minutes),
        datetime.combine(day, time(20), tzinfo=UTC) + timedelta(minutes=minutes + 15 * quarters),
    ),
    st.sampled_from([date(2025, 10, 25), date(2026, 3, 28), date(2026, 10, 24), date(2027, 3, 27)]),
    st.integers(0, 600),
    st.integers(1, 40),
)
zones = st.sampled_from([WARSAW, ZoneInfo("Europe/Lisbon"), ZoneInfo("Atlantic/Azores"), ZoneInfo("Asia/Tbilisi")])
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            Entry,
            duty_id=st.uuids(),
            sequence=st.integers(0, 99),
            changed_at=starts_at,
            cancelled=st.booleans(),
            span=st.one_of(spans, near_changes),
            zone=zones,
            post=words,
            place=words,
            person=st.just(""),
        ),
        max_size=6,
        unique_by=lambda each: each.duty_id,
    )
)
def test_whatever_the_plan_two_programs_read_the_same_ids_and_instants_and_every_line_is_in_shape(
    found: list[Entry],
) -> None:
    body = text.calendar(found, about())
    expected = {f"{each.duty_id}@{HOST}": each.span for each in found}
    assert by_icalendar(body) == by_vobject(body) == expected
    shown = {event["UID"][1]: (int(event["SEQUENCE"][1]), event["STATUS"][1]) for event in calendars.events(body)}
    assert shown == {
        f"{each.duty_id}@{HOST}": (each.sequence, "CANCELLED" if each.cancelled else "CONFIRMED") for each in found
    }
    read = {str(each["UID"]): str(each["SUMMARY"]) for each in Calendar.from_ical(body).events}
    assert read == {f"{each.duty_id}@{HOST}": each.post for each in found}


def test_the_same_plan_gives_the_same_bytes_and_an_empty_one_is_a_calendar_too() -> None:
    found = [entry(span_of(date(2026, 12, 1), time(17), time(21)))]
    assert text.calendar(found, about()) == text.calendar(found, about())
    empty = text.calendar([], about())
    assert list(calendars.events(empty)) == []
    assert ("BEGIN", {}, "VTIMEZONE") in calendars.lines(empty)


def test_only_ones_own_standing_duties_make_one_busy() -> None:
    span = span_of(date(2026, 12, 1), time(17), time(21))
    for busy, cancelled, word in ((True, False, "OPAQUE"), (True, True, "TRANSPARENT"), (False, False, "TRANSPARENT")):
        [event] = calendars.events(text.calendar([entry(span, cancelled=cancelled)], about(busy=busy)))
        assert event["TRANSP"][1] == word


# The rest is told with a database.


@pytest.fixture
def ewa(session: Session) -> Account:
    """A psychologist of the Blue Line who reads English, at which the session acts."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = make_account(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def karol(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desks come with her
    return make_account(session, roles=(Role.COORDINATOR,), name="Karol Coordinator")


def subscribed(session: Session, account: Account | None, *, by: Account | None = None) -> str:
    """The token of a new feed of a person, or of the whole desk."""
    maker = by or account
    assert maker is not None
    with acting_at(session, BLUE_LINE):
        token = service.make_feed(
            session, "phone", account.id if account else None, actor=actor_of(maker), now=utcnow()
        )
    session.commit()
    return token


def fetched(app: Flask, token: str) -> bytes:
    answer = app.test_client().get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    return bytes(answer.data)


def tomorrow(post_id: UUID, account: Account | None, starts: time = time(17)) -> Plan:
    day = day_of(utcnow()) + timedelta(days=1)
    return Plan(
        post_id,
        account.id if account else None,
        day,
        starts,
        (datetime.combine(day, starts) + timedelta(hours=4)).time(),
    )


def test_a_person_reads_the_own_duties_with_post_and_place_and_nobody_elses(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    place = Place(name="Toruń", address="ul. Długa 1; lok. 2")
    session.add(place)
    session.flush()
    post = make_post(session, name="Evening telephone", place_id=place.id)
    duty = roster.plan_duty(session, tomorrow(post.id, ewa), actor=actor_of(karol), now=utcnow())
    roster.plan_duty(session, tomorrow(post.id, karol), actor=actor_of(karol), now=utcnow())
    make_duty(session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), utcnow())
    session.commit()
    body = fetched(app, subscribed(session, ewa))
    [event] = calendars.events(body)
    assert event["UID"][1] == f"{duty.id}@localhost"
    assert event["SUMMARY"][1] == "Duty: Evening telephone"
    assert event["LOCATION"][1] == r"Toruń\, ul. Długa 1\; lok. 2"
    assert event["STATUS"][1] == "CONFIRMED"
    assert ("X-WR-CALNAME", {}, r"My duties\, Blue Line") in calendars.lines(body)
    assert by_icalendar(body) == by_vobject(body) == {f"{duty.id}@localhost": duty.when}
    assert b"Ewa" not in body
    assert b"Karol" not in body


def test_a_duty_that_changes_hands_is_cancelled_here_and_appears_there_with_the_same_id(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    post = make_post(session)
    duty = roster.plan_duty(session, tomorrow(post.id, ewa), actor=actor_of(karol), now=utcnow())
    session.commit()
    tokens = [subscribed(session, ewa), subscribed(session, karol)]
    before = next(calendars.events(fetched(app, tokens[0])))
    assert list(calendars.events(fetched(app, tokens[1]))) == []
    roster.hand_to(session, duty, karol.id, why="ill", actor=actor_of(karol), now=utcnow())
    session.commit()
    here, there = (next(calendars.events(fetched(app, token))) for token in tokens)
    assert here["UID"] == there["UID"] == before["UID"]
    assert (here["STATUS"][1], there["STATUS"][1]) == ("CANCELLED", "CONFIRMED")
    assert int(here["SEQUENCE"][1]) == int(there["SEQUENCE"][1]) == int(before["SEQUENCE"][1]) + 1
    roster.cancel_duty(session, duty, why="closed", actor=actor_of(karol), now=utcnow())
    session.commit()
    assert [next(calendars.events(fetched(app, token)))["STATUS"][1] for token in tokens] == ["CANCELLED", "CANCELLED"]


def test_the_calendar_of_a_desk_has_names_and_says_where_somebody_is_missing(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    post = make_post(session, name="Telephone")
    roster.plan_duty(session, tomorrow(post.id, ewa), actor=actor_of(karol), now=utcnow())
    roster.plan_duty(session, tomorrow(post.id, None, time(9)), actor=actor_of(karol), now=utcnow())
    session.commit()
    body = fetched(app, subscribed(session, None, by=karol))
    assert [event["SUMMARY"][1] for event in calendars.events(body)] == [
        "Telephone: jeszcze brak obsady",
        "Telephone: Ewa Zięba",
    ]


def test_an_unchanged_calendar_is_not_sent_again(app: Flask, session: Session, ewa: Account, karol: Account) -> None:
    post = make_post(session)
    duty = roster.plan_duty(session, tomorrow(post.id, ewa), actor=actor_of(karol), now=utcnow())
    address = f"/calendar/{subscribed(session, ewa)}.ics"
    client = app.test_client()
    first = client.get(address)
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{64}"', tag)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    roster.cancel_duty(session, duty, why="closed", actor=actor_of(karol), now=utcnow())
    session.commit()
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_revoked_address_leads_nowhere_at_once(app: Flask, session: Session, ewa: Account) -> None:
    tokens = [subscribed(session, ewa), subscribed(session, ewa)]
    [kept, revoked] = sorted(
        queries.open_feeds(session, ewa.id), key=lambda each: each.token_hash != service._hash(tokens[0])
    )
    service.revoke_feed(session, revoked, actor=actor_of(ewa), now=utcnow())
    session.commit()
    client = app.test_client()
    assert client.get(f"/calendar/{tokens[0]}.ics").status_code == 200
    assert client.get(f"/calendar/{tokens[1]}.ics").status_code == 404
    assert queries.open_feeds(session, ewa.id) == [kept]
    assert client.get(f"/calendar/{'x' * 43}.ics").status_code == 404


@pytest.mark.parametrize("how", ["left", "inactive"])
def test_whoever_does_not_work_here_any_more_has_no_calendar(
    app: Flask, session: Session, ewa: Account, how: str
) -> None:
    token = subscribed(session, ewa)
    if how == "left":
        session.delete(session.scalars(select(Membership).where(Membership.account_id == ewa.id)).one())
    else:
        ewa.active = False
    session.commit()
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_only_a_hash_of_the_token_is_kept_and_making_and_revoking_are_recorded(session: Session, ewa: Account) -> None:
    token = subscribed(session, ewa)
    [feed] = session.scalars(select(Feed))
    assert token not in {str(value) for value in vars(feed).values()}
    assert len(token) >= 43  # 256 bits
    service.revoke_feed(session, feed, actor=actor_of(ewa), now=utcnow())
    service.revoke_feed(session, feed, actor=actor_of(ewa), now=utcnow())  # twice is once
    session.flush()
    found = session.scalars(select(AuditEvent).where(AuditEvent.tag == "feed:changed").order_by(AuditEvent.id)).all()
    assert [each.detail for each in found] == [{"what": "made", "of": "person"}, {"what": "revoked", "of": "person"}]
    assert all(token not in str(each.detail) for each in found)


def test_nobody_revokes_the_address_of_another_and_only_planners_that_of_the_desk(
    session: Session, ewa: Account, karol: Account
) -> None:
    subscribed(session, ewa)
    subscribed(session, None, by=karol)
    [own] = queries.open_feeds(session, ewa.id)
    [of_desk] = queries.open_feeds(session, None)
    for feed, actor in ((own, actor_of(karol)), (of_desk, actor_of(ewa))):
        with pytest.raises(NotFound):
            service.revoke_feed(session, feed, actor=actor, now=utcnow())
        assert feed.revoked_at is None
    service.revoke_feed(session, of_desk, actor=actor_of(karol), now=utcnow())
    assert of_desk.revoked_at is not None


def test_a_forgotten_address_is_noticed_before_there_are_many(session: Session, ewa: Account, karol: Account) -> None:
    for _ in range(MOST_FEEDS):
        subscribed(session, ewa)
    with pytest.raises(Refusal):
        subscribed(session, ewa)
    subscribed(session, karol)


def visitor(app: Flask, account: Account) -> Visitor:
    made = Visitor(app)
    sign_in(made.client, account)
    return made


PAGE = "/desk/blue-line/my-duties/calendar"


def test_a_new_address_is_shown_once_and_works(app: Flask, session: Session, ewa: Account) -> None:
    make_duty(session, BLUE_LINE, ewa, utcnow())
    session.commit()
    reader = visitor(app, ewa)
    page = reader.sends(PAGE, {"name": "my phone"})
    found = re.search(r'value="http://localhost(/calendar/[\w-]{43}\.ics)"', page.text)
    assert found
    assert "my phone" in page.text
    assert len(list(calendars.events(app.test_client().get(found[1]).data))) == 1
    again = reader.reads(PAGE)
    assert found[1] not in again
    assert "my phone" in again
    revoke = re.search(r'action="([^"]+/revoke)"', again)
    assert revoke
    assert reader.sends(revoke[1], page=PAGE).location == PAGE
    assert "my phone</th>" not in reader.reads(PAGE)
    assert app.test_client().get(found[1]).status_code == 404


def test_without_a_name_no_address_is_made_and_the_sentence_stands_beside_the_field(
    app: Flask, session: Session, ewa: Account
) -> None:
    answer = visitor(app, ewa).sends(PAGE, {"name": "  "})
    assert answer.status_code == 422
    assert "Write where you will use the address." in answer.text
    assert not session.scalars(select(Feed), execution_options={"across": "feeds"}).all()


def test_only_whoever_plans_can_have_the_calendar_of_the_desk(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    session.commit()
    assert (
        "All duties of this desk"
        not in visitor(app, ewa).sends(PAGE, {"name": "x", "whose": "desk"}).text.partition("page-form")[2]
    )
    visitor(app, karol).sends(PAGE, {"name": "office", "whose": "desk"})
    session.expire_all()
    whose = {each.name: each.account_id for each in session.scalars(select(Feed))}
    assert whose == {"x": ewa.id, "office": None}


def test_an_officer_of_the_border_guard_has_a_calendar_of_the_own_duties(
    app: Flask, session: Session, ewa: Account
) -> None:
    officer = make_account(
        session, roles=(Role.DUTY_OFFICER,), profession=Profession.BORDER_GUARD_OFFICER, name="Krzysztof"
    )
    make_duty(session, BLUE_LINE, officer, utcnow())
    make_duty(session, BLUE_LINE, ewa, utcnow())
    session.commit()
    page = visitor(app, officer).sends(PAGE, {"name": "phone"})
    found = re.search(r"/calendar/[\w-]{43}\.ics", page.text)
    assert found
    assert len(list(calendars.events(app.test_client().get(found[0]).data))) == 1


def test_a_calendar_stands_on_the_staff_face_alone(
    settings: Settings, sessions: Sessions, session: Session, ewa: Account
) -> None:
    token = subscribed(session, ewa)
    for faces, status in ((("staff",), 200), (("public",), 404)):
        app = create_app(settings, faces=faces, sessions=sessions)
        assert app.test_client().get(f"/calendar/{token}.ics").status_code == status


def test_a_calendar_is_the_same_all_day_long_while_the_plan_is(app: Flask, session: Session, ewa: Account) -> None:
    make_duty(session, BLUE_LINE, ewa, NOON)
    session.commit()
    with time_machine.travel(NOON, tick=False):
        token = subscribed(session, ewa)
        first = fetched(app, token)
    with time_machine.travel(NOON + timedelta(hours=9), tick=False):
        assert fetched(app, token) == first


def test_a_desk_never_sees_the_feeds_of_another(session: Session, ewa: Account) -> None:
    subscribed(session, ewa)
    [feed] = queries.open_feeds(session, ewa.id)
    with acting_at(session, HELP_POINT):
        assert queries.open_feeds(session, ewa.id) == []
        with pytest.raises(NotFound):
            queries.feed(session, feed.id)
    assert isinstance(actor_of(ewa), Actor)
