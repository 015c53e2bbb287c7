"""Stories of a coordinator who sets a line."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.desks import service as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.errors import EditedMeanwhile, NotFound
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.kernel.phones import display
from helpdesk.roster.rules.spans import Span
from helpdesk.telephony.models import LineVersion, Recording
from helpdesk.telephony.queries import lines as line_queries
from helpdesk.telephony.rules.opening import opening
from helpdesk.telephony.rules.plan import Circle, Help, Order, Plan, PlanRefusal, Profile
from helpdesk.telephony.rules.recordings import Slot, slots
from helpdesk.telephony.rules.settings import (
    Answering,
    Known,
    LineRefusal,
    LineSettings,
    NotSettable,
    Speakers,
    answering,
    changed,
    objections,
)
from helpdesk.telephony.service import settings as service
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

NUMBER, OTHER_NUMBER = "+48520000001", "+48520000002"
LINES = "/desk/blue-line/lines"
# A Monday morning, 9:00 in Poland.
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def karol(session: Session) -> Account:
    """The coordinator of the Blue Line, where Ewa is on duty this week and speaks Polish and Ukrainian."""
    make_desk(session, lines=[NUMBER], languages=("pl", "uk"))
    make_desk(session, HELP_POINT, DeskKind.HELP_POINT, lines=[OTHER_NUMBER])
    karol = make_account(session, roles=[Role.COORDINATOR], profession=Profession.SUPERVISOR, name="Karol Wilk")
    ewa = make_account(session, name="Ewa Zięba", phone="+48600000001", languages=("pl", "uk"))
    make_duty(session, BLUE_LINE, ewa, NOW + timedelta(days=1))
    session.commit()
    act_at(session, BLUE_LINE)
    return karol


@pytest.fixture
def coordinator(app: Flask, karol: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.signs_in(karol)
    return visitor


def kept(session: Session, number: str = NUMBER, desk_id: str = BLUE_LINE) -> PhoneLine:
    session.expire_all()
    with acting_at(session, desk_id):
        return session.scalars(select(PhoneLine).where(PhoneLine.number == number)).one()


def address(session: Session) -> str:
    return f"{LINES}/{kept(session).id}"


def typed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  whatever a form may hold
    """What the form of an untouched line sends."""
    return {
        "version": "1",
        "name": "",
        "languages": ["pl", "uk", "", ""],
        "order": "all",
        "circles": ["speakers", "anyone", ""],
        "other_desk": "",
        "ring_seconds": "20",
        "waiting_minutes": "3",
        "voicemail": "y",
        "call_back": "y",
        "profile": "full",
        "why": "",
        **changes,
    }


def settings(*languages: str, name: str = "", **plan: Any) -> LineSettings:  # noqa: ANN401  whatever a plan may say
    return LineSettings(name, languages or ("pl", "uk"), Plan(**plan))


def known(*, on_duty: Sequence[str] = ("pl", "uk"), **facts: Any) -> Known:  # noqa: ANN401  whatever else is known
    usual = {"recorded": frozenset(), "voices": frozenset({"pl", "uk", "en"}), "agreed": frozenset()}
    return Known(speakers=Speakers(frozenset(on_duty)), **{**usual, **facts})


def codes(error: NotSettable) -> list[str]:
    return [each.code for each in error.refusals]


# What is decided.

WHOLLY_RECORDED = frozenset(slots(["pl", "be"]))

REFUSED = [
    (settings("pl", "be"), {}, [LineRefusal.NOT_HEARD, LineRefusal.NOBODY_ANSWERS]),
    (settings("pl", "be"), {"on_duty": ["be"]}, [LineRefusal.NOT_HEARD]),
    (settings("pl", "be"), {"recorded": WHOLLY_RECORDED}, [LineRefusal.NOBODY_ANSWERS]),
    (settings("pl", "fr"), {"on_duty": ["fr"]}, [LineRefusal.NOT_WHOLE]),
    (settings("pl", "en"), {}, [LineRefusal.NOBODY_ANSWERS]),
    (settings(*["pl", "uk"] * 5), {}, [LineRefusal.TOO_MANY_LANGUAGES]),
    (LineSettings("", (), Plan()), {}, [LineRefusal.NO_LANGUAGE]),
    (settings(ring_seconds=9), {}, [PlanRefusal.RING_SECONDS]),
    (settings(circles=()), {}, [PlanRefusal.NO_CIRCLE]),
    (settings(circles=(Circle.SPEAKERS, Circle.OTHER_DESK)), {}, [PlanRefusal.WITHOUT_DESK]),
    (settings(circles=(Circle.OTHER_DESK,), other_desk="help-point"), {}, [LineRefusal.NOT_AGREED]),
    (settings(circles=(Circle.OTHER_DESK,), other_desk="a"), {"agreed": frozenset("b")}, [LineRefusal.NOT_AGREED]),
]
TAKEN = [
    (settings("uk", "pl"), {}),
    (settings("pl", "en"), {"on_duty": ["en"]}),
    (settings("pl", "be"), {"on_duty": ["be"], "recorded": WHOLLY_RECORDED}),
    (settings(circles=(Circle.OTHER_DESK,), other_desk="a"), {"agreed": frozenset("a")}),
]


@pytest.mark.parametrize(("after", "facts", "expected"), REFUSED)
def test_a_line_is_refused_with_every_reason(after: LineSettings, facts: dict[str, Any], expected: list[str]) -> None:
    assert [each.code for each in objections(after, settings(), known(**facts))] == expected


@pytest.mark.parametrize(("after", "facts"), TAKEN)
def test_a_line_is_set_where_nothing_speaks_against_it(after: LineSettings, facts: dict[str, Any]) -> None:
    assert objections(after, settings(), known(**facts)) == []


def test_an_empty_roster_keeps_nobody_from_changing_what_the_line_does_with_its_callers() -> None:
    """Polish and Ukrainian are there already, so they are warned of on the list and not refused here."""
    nobody = known(on_duty=(), voices=frozenset({"pl"}))
    assert objections(settings(voicemail=False), settings(), nobody) == []


EVERYBODY = Speakers(frozenset({"pl"}), frozenset({"en"}), frozenset({"ka"}))
ANSWERS = [
    ("pl", [Circle.SPEAKERS], Answering.ON_DUTY),
    ("pl", [Circle.ANYONE], Answering.ON_DUTY),
    ("pl", [Circle.COORDINATORS], Answering.NOBODY),
    ("en", [Circle.SPEAKERS, Circle.COORDINATORS], Answering.COORDINATOR),
    ("en", [Circle.SPEAKERS, Circle.ANYONE], Answering.NOBODY),
    ("ka", [Circle.SPEAKERS, Circle.ANYONE], Answering.INTERPRETER),
    ("ka", [Circle.SPEAKERS], Answering.NOBODY),
    ("pl", [Circle.OTHER_DESK], Answering.NOBODY),
    ("vi", list(Circle), Answering.NOBODY),
]


@pytest.mark.parametrize(("language", "circles", "expected"), ANSWERS)
def test_who_answers_depends_on_whom_the_line_rings(language: str, circles: list[Circle], expected: Answering) -> None:
    assert answering(language, circles, EVERYBODY) is expected


def test_only_what_differs_is_named() -> None:
    before = settings(order=Order.ALL)
    assert changed(before, before) == []
    after = settings("uk", "pl", name="Blue", order=Order.IN_TURN, helps=tuple(Help))
    assert changed(before, after) == ["name", "languages", "order", "helps"]


@given(
    st.builds(
        LineSettings,
        st.text(max_size=9),
        st.lists(st.sampled_from(["pl", "uk", "en"])).map(tuple),
        st.builds(
            Plan,
            order=st.sampled_from(Order),
            circles=st.lists(st.sampled_from(Circle), unique=True).map(tuple),
            helps=st.sampled_from([(), tuple(Help)]),
            profile=st.sampled_from(Profile),
            voicemail=st.booleans(),
        ),
    )
)
def test_what_is_kept_of_a_line_is_read_as_it_was(set_like_this: LineSettings) -> None:
    assert LineSettings.from_json(set_like_this.to_json()) == set_like_this


MONDAY = date(2026, 11, 30)
instants = st.integers(min_value=0, max_value=9 * 48).map(
    lambda halves: day_bounds(MONDAY)[0] + timedelta(minutes=30 * (halves - 48))
)
spans = st.lists(
    st.builds(lambda start, halves: Span(start, start + timedelta(minutes=30 * halves)), instants, st.integers(1, 60))
)


@given(spans, instants)
def test_the_desk_is_open_whenever_somebody_is_needed_and_never_else(needed: list[Span], at: datetime) -> None:
    week = opening(needed, MONDAY, 7)
    inside = day_bounds(MONDAY)[0] <= at < day_bounds(MONDAY + timedelta(days=6))[1]
    assert any(at in span for day in week for span in day.spans) == (inside and any(at in each for each in needed))


@given(spans)
def test_no_two_spans_of_a_day_touch(needed: list[Span]) -> None:
    for day in opening(needed, MONDAY, 7):
        ends = [each.end for each in day.spans]
        assert all(end < later.start for end, later in zip(ends, day.spans[1:], strict=False))


# What a coordinator reads.


def test_the_list_says_how_a_line_behaves_and_in_which_hours_somebody_answers(
    session: Session, coordinator: Visitor
) -> None:
    make_post(session, name="Night", starts=time(22), ends=time(2), weekdays=[0])
    make_post(session, name="Visits only", starts=time(3), ends=time(4), rung=False)
    session.commit()
    page = coordinator.reads(LINES)
    for words in (
        display(NUMBER),
        "All telephones ring at once.",
        "A telephone rings for 20 seconds.",
        "Callers wait for at most 3 minutes.",
        "whoever is on duty and speaks the language, anybody on duty, with an interpreter",
        "callers may leave a message or ask to be called back",
        "Ukrainian",
        "people on duty in the coming week",
        "Monday 30 November",
        "17:00–21:00, 22:00–24:00",
        "00:00–02:00, 17:00–21:00",
    ):
        assert words in page, words
    assert "03:00" not in page
    assert display(OTHER_NUMBER) not in page


def test_a_language_that_nobody_answers_in_or_that_cannot_be_heard_is_warned_of(
    session: Session, coordinator: Visitor
) -> None:
    with acting_at(session, BLUE_LINE):
        kept(session).languages = ["pl", "ka"]
    session.commit()
    page = coordinator.reads(LINES)
    assert "nobody in the coming week" in page
    assert re.search(r"\d+ recordings are missing", page)
    assert "Callers are not offered this language: Georgian." in page
    assert "not offered this language: Polish" not in page


def test_a_language_without_a_voice_can_be_heard_as_soon_as_every_sentence_is_recorded(
    session: Session, karol: Account, coordinator: Visitor
) -> None:
    with acting_at(session, BLUE_LINE):
        kept(session).languages = ["pl", "be"]
        *most, last = slots(["pl", "be"])
        session.add_all(_recording(each, karol) for each in most)
    session.commit()
    assert "1 recording is missing" in coordinator.reads(LINES)
    with acting_at(session, BLUE_LINE):
        session.add(_recording(last, karol))
    session.commit()
    page = coordinator.reads(LINES)
    assert "missing" not in page
    assert "not offered" not in page


def _recording(slot: Slot, by: Account) -> Recording:
    return Recording(
        prompt=slot.prompt.value,
        language=slot.language,
        key=slot.key,
        sound=b"sound",
        digest="".join(slot),
        seconds=2.0,
        made_at=NOW,
        made_by_id=by.id,
    )


# What a coordinator changes.


def test_a_coordinator_changes_a_line_and_the_history_says_who_when_and_why(
    session: Session, coordinator: Visitor
) -> None:
    page = address(session)
    answer = coordinator.sends(
        page,
        typed(
            name=" Blue  Line ",
            languages=["uk", "", "pl"],
            helps="y",
            order="least-busy",
            circles=["", "speakers", "coordinators"],
            ring_seconds="25",
            waiting_minutes="5",
            why="Long queues in the evening",
        ),
    )
    assert answer.status_code == 302
    line = kept(session)
    assert (line.name, line.languages, line.version) == ("Blue Line", ["uk", "pl"], 2)
    assert Plan.from_json(line.plan) == Plan(
        order=Order.LEAST_BUSY,
        ring_seconds=25,
        waiting_seconds=300,
        helps=tuple(Help),
        circles=(Circle.SPEAKERS, Circle.COORDINATORS),
    )
    text_of_page = coordinator.reads(page)
    for words in ("Karol Wilk", "Long queues in the evening", "1 Polish, 2 Ukrainian", "All telephones ring at once."):
        assert words in text_of_page, words
    assert "Blue Line" in coordinator.reads(LINES)


def test_what_is_recorded_of_a_change_names_fields_and_no_content(session: Session, coordinator: Visitor) -> None:
    coordinator.sends(address(session), typed(name="Secret name", voicemail=""))
    event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "line:changed")).one()
    assert event.detail == {"fields": ["name", "voicemail"], "version": 2}
    assert event.subject == str(kept(session).id)


def test_saving_without_a_change_keeps_nothing(session: Session, coordinator: Visitor) -> None:
    assert coordinator.sends(address(session), typed()).status_code == 302
    assert kept(session).version == 1
    assert versions(session) == []


def test_a_waiting_limit_of_odd_seconds_stays_as_it_is_until_somebody_writes_another(
    session: Session, coordinator: Visitor
) -> None:
    with acting_at(session, BLUE_LINE):
        kept(session).plan = Plan(waiting_seconds=100).to_json()
    session.commit()
    coordinator.sends(address(session), typed(waiting_minutes="2", name="Blue"))
    assert kept(session).plan["waiting_seconds"] == 100
    coordinator.sends(address(session), typed(waiting_minutes="1", name="Blue", version="2"))
    assert kept(session).plan["waiting_seconds"] == 60


def versions(session: Session) -> list[LineVersion]:
    with acting_at(session, BLUE_LINE):
        return list(line_queries.versions_of(session, NUMBER))


def test_nobody_can_rewrite_how_a_line_was_set(session: Session, coordinator: Visitor) -> None:
    coordinator.sends(address(session), typed(name="Blue"))
    assert len(versions(session)) == 1
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE line_version SET why = 'another reason'"))


def test_a_line_that_was_taken_away_and_given_back_keeps_its_history(
    session: Session, karol: Account, coordinator: Visitor
) -> None:
    coordinator.sends(address(session), typed(name="Before"))
    desk = session.get_one(Desk, BLUE_LINE)
    desks.remove_line(session, desk, NUMBER, actor=actor_of(karol), now=NOW)
    desks.add_line(session, desk, NUMBER, ["pl"], actor=actor_of(karol), now=NOW)
    session.commit()
    assert coordinator.sends(address(session), typed(name="After", languages=["pl"])).status_code == 302
    assert [(each.version, each.settings["languages"]) for each in versions(session)] == [
        (2, ["pl"]),
        (1, ["pl", "uk"]),
    ]


BAD = [
    ({"ring_seconds": "9"}, 422, "Write a whole number from 10 to 60."),
    ({"ring_seconds": ""}, 422, "Fill this in."),
    ({"waiting_minutes": "11"}, 422, "Write a whole number from 0 to 10."),
    ({"name": "x" * 61}, 422, "Write at most 60 characters."),
    ({"why": "x" * 201}, 422, "Write at most 200 characters."),
    ({"languages": ["", ""]}, 409, "Choose at least one language."),
    ({"languages": ["nonsense"]}, 409, "Choose at least one language."),
    ({"languages": ["pl", "en"]}, 409, "Nobody answers in this language in the coming week: English."),
    ({"circles": [""]}, 409, "Choose at least whom the telephone rings first."),
    ({"circles": ["speakers", "other-desk"]}, 409, "Choose the desk that helps out"),
    ({"circles": ["other-desk"], "other_desk": "help-point"}, 409, "has not said that it helps out"),
]


@pytest.mark.parametrize(("changes", "status", "sentence"), BAD)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_stays(
    session: Session, coordinator: Visitor, changes: dict[str, Any], status: int, sentence: str
) -> None:
    answer = coordinator.sends(address(session), typed(**{"why": "Because of the snow", **changes}))
    assert answer.status_code == status
    assert sentence in answer.text
    assert changes.get("why", "Because of the snow") in answer.text
    assert kept(session).version == 1


def test_an_interpreter_of_the_desk_lets_it_offer_a_language(session: Session, coordinator: Visitor) -> None:
    page, wanted = address(session), typed(languages=["pl", "uk", "en"])
    assert coordinator.sends(page, wanted).status_code == 409
    john = make_account(session, roles=[Role.INTERPRETER], profession=Profession.INTERPRETER, languages=("pl", "en"))
    session.commit()
    assert coordinator.sends(page, wanted).status_code == 409, "an interpreter without a telephone cannot be called in"
    john.phone = "+48600000009"
    session.commit()
    assert coordinator.sends(page, wanted).status_code == 302
    assert "an interpreter who is called in" in coordinator.reads(LINES)


def test_whoever_is_on_duty_elsewhere_or_later_does_not_count(session: Session, coordinator: Visitor) -> None:
    elsewhere = make_account(session, HELP_POINT, phone="+48600000008", languages=("en",), name="Iryna")
    make_duty(session, HELP_POINT, elsewhere, NOW)
    later = make_account(session, phone="+48600000007", languages=("en",), name="Tomasz")
    make_duty(session, BLUE_LINE, later, NOW + timedelta(days=9))
    session.commit()
    assert coordinator.sends(address(session), typed(languages=["pl", "en"])).status_code == 409


def test_the_second_of_two_coordinators_is_told_and_keeps_what_was_typed(
    session: Session, coordinator: Visitor
) -> None:
    page = address(session)
    coordinator.sends(page, typed(name="First", waiting_minutes="9"))
    answer = coordinator.sends(page, typed(name="Second"))
    assert answer.status_code == 409
    for words in (
        "Somebody else changed this line",
        "First",
        'value="Second"',
        'name="version" type="hidden" value="2"',
    ):
        assert words in answer.text, words
    assert kept(session).name == "First"
    assert coordinator.sends(page, typed(name="Second", version="2")).status_code == 302
    assert [each.settings["name"] for each in versions(session)] == ["First", ""]


def test_the_service_refuses_an_older_version_and_a_line_of_another_desk(session: Session, karol: Account) -> None:
    line_id, actor = kept(session).id, actor_of(karol)
    with pytest.raises(EditedMeanwhile):
        service.save_line(session, line_id, settings(name="x"), known_version=0, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        service.save_line(session, uuid4(), settings(name="x"), known_version=1, actor=actor, now=NOW)
    there = kept(session, OTHER_NUMBER, HELP_POINT).id
    with pytest.raises(NotFound):
        service.save_line(session, there, settings(name="x"), known_version=1, actor=actor, now=NOW)


def test_a_desk_helps_out_another_only_after_its_own_coordinator_said_so(
    session: Session, app: Flask, coordinator: Visitor
) -> None:
    page = address(session)
    wanted = typed(circles=["speakers", "other-desk"], other_desk="help-point")
    assert "No other desk has agreed to help you out." in coordinator.reads(LINES)
    assert coordinator.sends(page, wanted).status_code == 409

    olena = make_account(session, HELP_POINT, [Role.COORDINATOR], Profession.SUPERVISOR, name="Olena")
    session.commit()
    other = Visitor(app)
    other.signs_in(olena)
    there = "/desk/help-point/lines"
    assert other.sends(f"{there}/help", {"helped": ["blue-line", "nonsense"]}, page=there).status_code == 302
    assert "These desks help you out: Help Point." in coordinator.reads(LINES)
    assert coordinator.sends(page, wanted).status_code == 302
    assert "the language, Help Point" in coordinator.reads(LINES)

    assert other.sends(f"{there}/help", {}, page=there).status_code == 302
    again = coordinator.sends(page, {**wanted, "version": "2", "name": "Blue"})
    assert again.status_code == 409
    assert 'value="help-point" selected' in again.text, "a promise that was taken back is seen"
    session.expire_all()
    said = session.scalars(
        select(AuditEvent).where(AuditEvent.desk_id == "help-point", AuditEvent.tag == "line:changed")
    )
    assert [each.detail["what"] for each in said.all()] == ["help-promised", "help-withdrawn"]


def test_a_desk_cannot_help_out_itself_or_a_desk_that_is_not_called(session: Session, karol: Account) -> None:
    make_desk(session, "programme-office", DeskKind.PROGRAMME_OFFICE)
    session.commit()
    for desk_id in (BLUE_LINE, "programme-office", "nowhere"):
        with pytest.raises(NotFound):
            service.help_out(session, [desk_id], actor=actor_of(karol), now=NOW)


MOST_STATEMENTS = 24


@pytest.mark.parametrize("more", [0, 8])
def test_the_list_asks_no_more_often_for_many_lines_than_for_one(
    session: Session, coordinator: Visitor, connection: Connection, more: int
) -> None:
    with acting_at(session, BLUE_LINE):
        session.add_all(PhoneLine(number=f"+4852000010{each}", languages=["pl", "ka"]) for each in range(more))
    session.commit()
    coordinator.reads(LINES)
    sent: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, asked, *_: sent.append(asked))
    coordinator.reads(LINES)
    assert 0 < len([each for each in sent if "SAVEPOINT" not in each]) <= MOST_STATEMENTS, sent


ROLES = [
    (Role.COORDINATOR, Profession.SUPERVISOR, BLUE_LINE, 200),
    (Role.CONSULTANT, Profession.PSYCHOLOGIST, BLUE_LINE, 403),
    (Role.ADMINISTRATOR, Profession.ADMINISTRATOR, BLUE_LINE, 403),
    (Role.INTERPRETER, Profession.INTERPRETER, BLUE_LINE, 403),
    (Role.COORDINATOR, Profession.SUPERVISOR, HELP_POINT, 404),
]


@pytest.mark.parametrize(("role", "profession", "desk_id", "status"), ROLES)
def test_only_a_coordinator_of_the_desk_sees_and_sets_its_lines(
    session: Session, app: Flask, karol: Account, role: Role, profession: Profession, desk_id: str, status: int
) -> None:
    somebody = make_account(session, desk_id, [role], profession, name="Somebody")
    session.commit()
    page = address(session)
    visitor = Visitor(app)
    visitor.signs_in(somebody)
    assert visitor.opens(LINES).status_code == status
    assert visitor.opens(page).status_code == status
    answer = visitor.sends(page, typed(name="Taken over"), page="/desk/account")
    assert answer.status_code == (302 if status == 200 else status)
    assert kept(session).name == ("Taken over" if status == 200 else "")
    assert karol.name


def test_a_line_of_another_desk_is_not_found_through_ones_own(session: Session, coordinator: Visitor) -> None:
    there = kept(session, OTHER_NUMBER, HELP_POINT).id
    assert coordinator.opens(f"{LINES}/{there}").status_code == 404
    assert coordinator.sends(f"{LINES}/{there}", typed(name="Taken over"), page=LINES).status_code == 404
    assert kept(session, OTHER_NUMBER, HELP_POINT).name == ""


def test_a_desk_without_a_line_is_told_so(session: Session, app: Flask) -> None:
    make_desk(session)
    somebody = make_account(session, roles=[Role.COORDINATOR], profession=Profession.SUPERVISOR)
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(somebody)
    assert "This desk has no telephone line." in visitor.reads(LINES)
