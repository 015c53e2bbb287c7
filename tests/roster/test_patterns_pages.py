"""Stories of a coordinator who lets patterns draft: who after whom, a look at the first dates, and the draft of months."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import acting_at
from helpdesk.roster import queries, service
from helpdesk.roster.models import Draft, Pattern, Post
from helpdesk.roster.rules.days import Rhythm
from helpdesk.roster.rules.patterns import TurnUnit
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post
from tests.roster.planning import (
    MONDAY,
    NOW,
    ROSTER,
    a_coordinator,
    browser_of,
    drafts,
    duties,
    make_draft,
    make_pattern,
    publish_duty,
    value_of,
)

PATTERNS = f"{ROSTER}/patterns"
NEW = f"{PATTERNS}/new"
DRAFT = f"{ROSTER}/draft"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def karol(session: Session) -> Account:
    """The coordinator of the Blue Line."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    return a_coordinator(session)


@pytest.fixture
def evenings(session: Session, karol: Account) -> Post:  # noqa: ARG001  the desk comes with him
    return make_post(session, name="Evening telephone")


@pytest.fixture
def ewa(session: Session, evenings: Post) -> Account:  # noqa: ARG001  the desk comes with it
    return make_account(session)


@pytest.fixture
def marta(session: Session, ewa: Account) -> Account:  # noqa: ARG001  she was here first
    return make_account(session, name="Marta Wilk")


@pytest.fixture
def browser(app: Flask, session: Session, karol: Account) -> Visitor:
    session.commit()
    return browser_of(app, karol)


def typed(post: Post, *groups: list[Account], **changes: Any) -> dict[str, Any]:  # noqa: ANN401  whatever a form may hold
    people = {f"group-{number}": [*(str(person.id) for person in group), ""] for number, group in enumerate(groups)}
    return {
        "name": "Evenings",
        "post": str(post.id),
        "starts": "17:00",
        "ends": "21:00",
        "rhythm": "weekly",
        "weekdays": [str(number) for number in range(7)],
        "every": "1",
        "holidays": "worked",
        "first": "2026-11-30",
        "length": "1",
        "unit": "occurrence",
        **people,
        f"group-{len(groups)}": [""],
        **changes,
    }


def kept(session: Session) -> list[Pattern]:
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        return list(queries.patterns(session))


def test_a_pattern_is_kept_as_it_was_described_and_drafts_nothing_yet(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    jan = make_account(session, name="Jan Mazur")
    session.commit()
    answer = browser.sends(NEW, typed(evenings, [ewa, marta], [jan], length="2", unit="week", last="2027-06-30"))
    assert answer.status_code == 302
    (pattern,) = kept(session)
    assert pattern.groups == [[str(ewa.id), str(marta.id)], [str(jan.id)]]
    assert (pattern.turn_unit, pattern.turn_length, pattern.turns_from) == (TurnUnit.WEEK, 2, MONDAY)
    assert (pattern.post_id, pattern.starts, pattern.ends) == (evenings.id, time(17), time(21))
    assert (pattern.rhythm, pattern.first, pattern.last) == (Rhythm.WEEKLY, MONDAY, date(2027, 6, 30))
    assert drafts(session) == []
    assert f"pattern={pattern.id}" in answer.location
    page = browser.reads(PATTERNS)
    assert "Ewa Zięba + Marta Wilk → Jan Mazur" in page
    assert "changes after 2 weeks" in page
    assert session.query(AuditEvent).filter_by(tag="roster:changed").one().detail["what"] == "pattern"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write a name by which everybody knows it."),
        ({"post": ""}, "Choose a post."),
        ({"post": str(uuid4())}, "Choose a post of this desk."),
        ({"starts": ""}, "Write when the duty starts."),
        ({"ends": "17:00"}, "The end is the same as the start."),
        ({"ends": "16:00"}, "A duty lasts at most 16 hours."),
        ({"group-0": [""]}, "Choose at least one person in each group."),
        ({"group-0": ["x"]}, "Choose at least one person in each group."),
        ({"group-0": [str(uuid4())]}, "Choose somebody who works at this desk."),
        ({"length": "0"}, "Write a whole number from 1 to 120."),
        ({"rhythm": "monthly-day", "month_day": "29"}, "choose the last day of the month"),
        ({"last": "2026-11-01"}, "The last day is before the first one."),
        ({"first": "2026-12-01", "last": "2026-12-05", "weekdays": ["0"]}, "No day between the first and the last one"),
        (
            {"starts": "02:10", "ends": "02:50", "first": "2027-03-28", "last": "2027-03-28"},
            "would draft no duty at all",
        ),
    ],
)
def test_what_cannot_be_a_pattern_is_said_beside_its_field(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, changes: dict[str, Any], sentence: str
) -> None:
    answer = browser.sends(NEW, typed(evenings, [ewa]) | changes)
    page = words(answer)
    assert answer.status_code in {409, 422}
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert kept(session) == []


def test_the_same_person_twice_in_one_turn_is_refused(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    answer = browser.sends(NEW, typed(evenings, [ewa, ewa]))
    assert answer.status_code == 409
    assert "The same person is in one group twice." in words(answer)
    assert kept(session) == []


def _chosen(page: str) -> list[list[str]]:
    """The names that stand in the fields of each turn."""
    found: dict[str, list[str]] = {}
    for group, options in re.findall(r'<select[^>]*name="group-(\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        name = re.search(r"selected>([^<]*)<", options)
        found.setdefault(group, []).append(name[1].split(" (")[0] if name else "?")
    return list(found.values())


def test_there_is_always_room_for_one_more_and_a_button_makes_more(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    assert _chosen(browser.reads(NEW)) == [["—"]]
    sent = typed(evenings, [ewa], [marta])
    page = words(browser.sends(NEW, sent | {"act": "add-person:0"}))
    assert _chosen(page) == [["Ewa Zięba", "—", "—"], ["Marta Wilk", "—"], ["—"]]
    page = words(browser.sends(NEW, sent | {"act": "add-group"}))
    assert _chosen(page) == [["Ewa Zięba", "—"], ["Marta Wilk", "—"], ["—"], ["—"]]
    assert "govuk-error" not in page
    assert value_of(page, "name") == "Evenings"
    assert kept(session) == []


def test_an_emptied_turn_is_left_out(browser: Visitor, session: Session, evenings: Post, marta: Account) -> None:
    browser.sends(NEW, typed(evenings, [], [marta]))
    assert kept(session)[0].groups == [[str(marta.id)]]


def test_the_first_ten_dates_are_shown_before_anything_is_saved(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    sent = typed(evenings, [ewa], [marta], weekdays=["0", "4"], act="preview")
    page = words(browser.sends(NEW, sent))
    shown = re.sub(r"<[^>]+>", "", page[page.index('<ol class="preview">') : page.index("</ol>")])
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    assert len(lines) == 10
    assert lines[0] == "Mon 30 Nov 2026, 17:00–21:00: Ewa Zięba"
    assert lines[1] == "Fri 4 Dec 2026, 17:00–21:00: Marta Wilk"
    assert lines[9].startswith("Fri 1 Jan 2027")
    assert kept(session) == []
    assert _chosen(page) == [["Ewa Zięba", "—"], ["Marta Wilk", "—"], ["—"]]


def test_a_pattern_of_a_post_takes_over_its_days_and_hours(browser: Visitor, session: Session, karol: Account) -> None:
    post = make_post(session, name="Every other Friday", weekdays=[4], every=2, starts=time(9), ends=time(12))
    session.commit()
    page = browser.reads(f"{NEW}?post={post.id}")
    assert [value_of(page, name) for name in ("post", "starts", "ends", "every", "anchor", "first")] == [
        str(post.id),
        "09:00",
        "12:00",
        "2",
        "2020-01-01",
        "2026-11-25",
    ]
    assert karol.name in page


def test_whoever_was_slower_sees_both_texts_also_of_the_turns(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    pattern = make_pattern(session, evenings, ewa)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    edit = f"{PATTERNS}/{pattern.id}/edit"
    sent = typed(evenings, [ewa], name="Evening telephone", version=value_of(browser.opens(edit).text, "version"))
    changed = typed(evenings, [ewa], [marta], name="Evening telephone", version="1")
    assert other.sends(edit, changed).status_code == 302
    answer = browser.sends(edit, sent | {"ends": "22:00"})
    page = words(answer)
    assert answer.status_code == 409
    differing = page[page.index("What differs") : page.index("</table>")]
    assert "Ewa Zięba → Marta Wilk" in differing
    assert differing.count("<tr") == 3
    browser.sends(edit, sent | {"ends": "22:00", "version": value_of(page, "version")})
    assert (kept(session)[0].groups, kept(session)[0].ends) == ([[str(ewa.id)]], time(22))


def test_a_pattern_that_is_saved_untouched_stays_as_it_is(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    pattern = make_pattern(session, evenings, ewa)
    session.commit()
    sent = typed(evenings, [ewa], name="Evening telephone", version="1")
    assert browser.sends(f"{PATTERNS}/{pattern.id}/edit", sent).status_code == 302
    assert kept(session)[0].version == 1


def test_patterns_draft_from_month_to_month_and_say_what_that_came_to(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    pattern = make_pattern(session, evenings, ewa, marta)
    session.commit()
    page = browser.reads(DRAFT)
    assert [value_of(page, name) for name in ("first", "last")] == ["2026-12", "2026-12"]
    answer = browser.sends(DRAFT, {"first": "2026-12", "last": "2027-01", "pattern": str(pattern.id)})
    assert answer.status_code == 302
    assert "Drafted: 62 new, 0 changed, 0 taken out." in browser.reads(answer.location)
    assert drafts(session)[0] == "01.12. 17:00-21:00 Evening telephone: Marta Wilk"
    assert len(drafts(session)) == 62
    assert duties(session) == []


def test_only_the_chosen_pattern_drafts_and_without_a_choice_all_do(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    nights = make_post(session, name="Night telephone", starts=time(21), ends=time(8))
    pattern = make_pattern(session, evenings, ewa)
    make_pattern(session, nights, marta)
    theirs = make_post(session, HELP_POINT, name="Their telephone")
    make_pattern(session, theirs, make_account(session, HELP_POINT, name="Somebody Elsewhere"))
    session.commit()
    month = {"first": "2026-12", "last": "2026-12"}
    browser.sends(DRAFT, {**month, "pattern": str(pattern.id)})
    assert len(drafts(session)) == 31
    browser.sends(DRAFT, {**month, "pattern": ""})
    assert len(drafts(session)) == 62
    with acting_at(session, HELP_POINT):
        assert session.query(Draft).count() == 0


def test_an_hour_that_does_not_exist_is_named_and_left_out(browser: Visitor, session: Session, ewa: Account) -> None:
    small_hours = make_post(session, name="Small hours", starts=time(2, 10), ends=time(2, 50))
    make_pattern(session, small_hours, ewa)
    session.commit()
    answer = browser.sends(DRAFT, {"first": "2027-03", "last": "2027-03", "pattern": ""})
    page = browser.reads(answer.location)
    assert "Drafted: 30 new" in page
    assert "Left out, since this hour does not exist then: Mar 28, 2027." in page


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2027-01", "2026-12", "The last day is before the first one."),
        ("2026-12", "2028-01", "Draft at most 13 months at once."),
        ("", "2026-12", "Choose a month."),
        ("2026-13", "2026-12", "Write the month like 2026-12."),
        ("0001-01", "2026-12", "Write the month like 2026-12."),
    ],
)
def test_what_is_no_stretch_of_months_is_said_beside_its_field(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, first: str, last: str, sentence: str
) -> None:
    make_pattern(session, evenings, ewa)
    session.commit()
    answer = browser.sends(DRAFT, {"first": first, "last": last, "pattern": ""})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert drafts(session) == []


def test_without_a_pattern_the_page_says_what_one_is_for(browser: Visitor, session: Session) -> None:
    assert "There is no pattern yet." in browser.reads(DRAFT)
    assert "Add a post first" in browser.reads(PATTERNS)
    make_post(session)
    session.commit()
    assert "There is no pattern yet." in browser.reads(PATTERNS)


def test_drafting_again_leaves_alone_what_was_drafted_by_hand(
    session: Session, karol: Account, evenings: Post, ewa: Account, marta: Account
) -> None:
    pattern, actor = make_pattern(session, evenings, ewa), actor_of(karol)
    last = MONDAY + timedelta(days=6)
    with acting_at(session, BLUE_LINE):
        service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
        first, second = list(queries.drafts_between(session, MONDAY, last))[:2]
        plan = service.Plan(evenings.id, marta.id, MONDAY, time(18), time(21))
        service.put_draft(session, plan, draft=first, actor=actor, now=NOW)
        service.discard(session, second, actor=actor, now=NOW)
        session.flush()
        again = service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
        assert (again.added, again.changed, again.removed) == (1, 0, 0)
        assert drafts(session)[0] == "30.11. 18:00-21:00 Evening telephone: Marta Wilk"
        pattern.groups = [[str(marta.id)]]
        session.flush()
        changed = service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
    assert changed.added == 7
    assert drafts(session)[0] == "30.11. 17:00-21:00 Evening telephone: Marta Wilk"


def test_a_change_by_hand_of_a_published_duty_is_not_lost_by_drafting_again(
    session: Session, karol: Account, evenings: Post, ewa: Account, marta: Account
) -> None:
    pattern, actor = make_pattern(session, evenings, ewa, marta), actor_of(karol)
    last = MONDAY + timedelta(days=6)
    with acting_at(session, BLUE_LINE):
        service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
        service.publish(session, MONDAY, last, actor=actor, now=NOW)
        first, second = list(queries.duties_between(session, MONDAY, last))[:2]
        plan = service.Plan(evenings.id, ewa.id, MONDAY, time(18), time(21))
        service.put_draft(session, plan, duty=first, actor=actor, now=NOW)
        service.draft_removal(session, second, actor=actor, now=NOW)
        again = service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert drafts(session) == [
        "30.11. 18:00-21:00 Evening telephone: Ewa Zięba",
        "01.12. 17:00-21:00 Evening telephone: Marta Wilk cancelled",
    ]


def test_a_pattern_drafts_nothing_after_the_end_of_its_post_and_takes_out_what_was_published_there(
    session: Session, karol: Account, evenings: Post, ewa: Account, marta: Account
) -> None:
    pattern, actor = make_pattern(session, evenings, ewa, marta), actor_of(karol)
    last = MONDAY + timedelta(days=6)
    with acting_at(session, BLUE_LINE):
        service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
        service.publish(session, MONDAY, last, actor=actor, now=NOW)
        queries.post(session, evenings.id).last = MONDAY + timedelta(days=4)
        session.flush()
        done = service.draft_pattern(session, pattern, MONDAY, last, actor=actor, now=NOW)
    assert (done.added, done.changed, done.removed) == (0, 0, 2)
    assert [line[:6] for line in drafts(session)] == ["05.12.", "06.12."]


def test_a_room_that_is_taken_is_named_with_its_duty_and_nothing_is_published(
    browser: Visitor, session: Session, karol: Account, ewa: Account
) -> None:
    from helpdesk.premises.models import Place, Room  # noqa: PLC0415  only this story needs a room

    place = Place(name="Town hall", address="Market 1")
    room = Room(place=place, name="Room 2", capacity=4)
    session.add_all([place, room])
    session.flush()
    first, second = (make_post(session, name=name, place_id=place.id, room_id=room.id) for name in ("One", "Two"))
    publish_duty(session, first, None)
    make_draft(session, second, ewa, hours=(time(18), time(22)))
    session.commit()
    answer = browser.sends(f"{ROSTER}/publish", {"week": "2026-W49"})
    page = words(answer)
    assert answer.status_code == 409
    assert "This room is taken at this time." in page
    assert re.search(r"Two</bdi>: <bdi>Ewa Zięba", page)
    assert len(duties(session)) == 1
    assert len(drafts(session)) == 1
    assert isinstance(karol.id, UUID)


def test_patterns_of_another_desk_are_not_there(app: Flask, session: Session, karol: Account) -> None:
    post = make_post(session, HELP_POINT, name="Their telephone")
    theirs = make_pattern(session, post, make_account(session, HELP_POINT, name="Somebody Elsewhere"))
    session.commit()
    visitor = browser_of(app, karol)
    for path in (PATTERNS, NEW, DRAFT):
        page = visitor.reads(path)
        assert "Their telephone" not in page
        assert "Somebody Elsewhere" not in page
    assert visitor.opens(f"{PATTERNS}/{theirs.id}/edit").status_code == 404
    assert visitor.opens(f"{NEW}?post={post.id}").status_code == 404
    answer = visitor.sends(DRAFT, {"first": "2026-12", "last": "2026-12", "pattern": str(theirs.id)}, page=PATTERNS)
    assert drafts(session) == []
    assert answer.status_code in {302, 422}


def test_only_coordinators_keep_patterns(app: Flask, session: Session, evenings: Post, ewa: Account) -> None:
    pattern = make_pattern(session, evenings, ewa)
    session.commit()
    visitor = browser_of(app, ewa)
    for path in (PATTERNS, NEW, f"{PATTERNS}/{pattern.id}/edit", DRAFT):
        assert visitor.opens(path).status_code == 403
    assert visitor.sends(DRAFT, {}, page="/desk/account").status_code == 403
    assert visitor.sends(NEW, typed(evenings, [ewa]), page="/desk/account").status_code == 403
    assert len(kept(session)) == 1
