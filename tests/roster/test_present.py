"""Who answers and why the others do not, at any instant and as it was known at any; and what is missing in the weeks to come."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import LAWYERS, Profession, Role
from helpdesk.roster import queries
from helpdesk.roster import service as roster
from helpdesk.roster.models import Absence, AbsenceKind, Closure, ConfirmedYear, Duty
from helpdesk.roster.rules.present import (
    Advertised,
    Held,
    Person,
    Reason,
    explain,
    needs_confirming,
    next_in,
    next_of,
    next_span,
    read_instant,
)
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import looking, present
from helpdesk.telephony import queries as telephony
from tests.accounts.visitor import Visitor
from tests.factories import (
    BLUE_LINE,
    HELP_POINT,
    actor_of,
    make_account,
    make_desk,
    make_duty,
    make_post,
    sign_in,
)

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


def held(start: int, end: int, *, rung: bool = True) -> Held:
    """A duty from so many until so many hours after noon."""
    return Held(uuid4(), "Telephone", Span(NOON + start * HOUR, NOON + end * HOUR), rung)


def person(name: str = "Ewa", *duties: Held, languages: tuple[str, ...] = ("pl",), **facts: object) -> Person:
    return Person(uuid4(), name, Profession.PSYCHOLOGIST, languages, duties=duties, **facts)  # type: ignore[arg-type]


AWAY = (Span(NOON - HOUR, NOON + HOUR),)


@pytest.mark.parametrize(
    ("who", "language", "reason"),
    [
        (person("Ewa", held(-1, 1)), None, Reason.ANSWERS),
        (person("Ewa", held(-1, 1)), "pl", Reason.ANSWERS),
        (person("Ewa", held(-1, 1)), "uk", Reason.OTHER_LANGUAGE),
        (person("Ewa", held(-1, 1), languages=("pl", "uk")), "uk", Reason.ANSWERS),
        (person("Ewa", held(-1, 1, rung=False)), None, Reason.NOT_RUNG),
        (person("Ewa", held(-1, 1), may_answer=False), None, Reason.WRITES_NO_SHEET),
        (person("Ewa", held(-1, 1), has_phone=False), "uk", Reason.NO_PHONE),
        (person("Ewa", held(-2, 0)), None, Reason.OFF),  # an end is not in
        (person("Ewa", held(0, 2)), None, Reason.ANSWERS),  # a start is
        (person("Ewa", held(1, 2)), None, Reason.OFF),
        (person("Ewa", absences=AWAY), None, Reason.ABSENT),
        (person("Ewa", held(-1, 1), absences=AWAY), None, Reason.ANSWERS),
        (person(), "uk", Reason.OFF),
    ],
)
def test_everybody_is_told_why_the_telephone_rings_or_not(who: Person, language: str | None, reason: Reason) -> None:
    [verdict] = explain([who], NOON, language=language)
    assert verdict.reason is reason
    assert verdict.absent == (who.absences == AWAY)
    running = [duty for duty in who.duties if NOON in duty.span]
    assert verdict.duty == (running[0] if running else None)


def test_whoever_answers_stands_first_and_the_longest_on_duty_before_the_others() -> None:
    people = [
        person("Off"),
        person("Late", held(-1, 1)),
        person("Absent", absences=AWAY),
        person("Early", held(-3, 2)),
        person("Elsewhere", held(-3, 2, rung=False)),
    ]
    assert [each.person.name for each in explain(people, NOON)] == ["Early", "Late", "Elsewhere", "Absent", "Off"]


def test_the_next_duty_is_the_first_that_begins_later() -> None:
    first, second = held(3, 4), held(5, 6)
    [verdict] = explain([person("Ewa", held(-1, 1), first, second)], NOON)
    assert verdict.next == first
    [verdict] = explain([person("Ewa", held(-3, -2))], NOON)
    assert verdict.next is None


duties = st.builds(held, st.integers(-9, 5), st.integers(6, 12), rung=st.booleans()) | st.builds(
    held, st.integers(-9, -5), st.integers(-4, 0), rung=st.booleans()
)
people = st.builds(
    person,
    st.text(min_size=1, max_size=3),
    duties,
    languages=st.sampled_from([("pl",), ("pl", "uk"), ()]),
    may_answer=st.booleans(),
    has_phone=st.booleans(),
    absences=st.sampled_from([(), AWAY]),
)


@given(st.lists(people, max_size=6), st.sampled_from([None, "pl", "uk"]), st.integers(-10, 13))
def test_nobody_considered_is_left_out_and_only_those_on_a_rung_duty_answer(
    found: list[Person], language: str | None, hour: int
) -> None:
    at = NOON + hour * HOUR
    verdicts = explain(found, at, language=language)
    assert sorted(each.person.account_id for each in verdicts) == sorted(each.account_id for each in found)
    for verdict in verdicts:
        rung = any(at in duty.span and duty.rung for duty in verdict.person.duties)
        speaks = language is None or language in verdict.person.languages
        expected = rung and speaks and verdict.person.may_answer and verdict.person.has_phone
        assert (verdict.reason is Reason.ANSWERS) == expected


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-11-28 18:00", datetime(2026, 11, 28, 17, tzinfo=UTC)),
        ("2026-11-28T18:00", datetime(2026, 11, 28, 17, tzinfo=UTC)),
        ("28.11.2026 18:00", datetime(2026, 11, 28, 17, tzinfo=UTC)),
        (" 28.11.2026,  18:00 ", datetime(2026, 11, 28, 17, tzinfo=UTC)),
        ("2026-07-01 18:00", datetime(2026, 7, 1, 16, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of the two
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # the second
        ("2026-03-29 02:30", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # it does not exist
        ("2026-11-28", datetime(2026, 11, 27, 23, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_it_stands_on_the_wall_of_the_office(typed: str, instant: datetime) -> None:
    assert read_instant(typed) == instant


@pytest.mark.parametrize(
    "typed",
    ["", "tomorrow", "2026-02-30 10:00", "28.11.26 18:00", "0001-01-01 00:00", "9999-12-31 23:59", "2026-11-28 25:00"],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        read_instant(typed)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_time(typed: str) -> None:
    with contextlib.suppress(Refusal):
        assert read_instant(typed).tzinfo is UTC


def span(start: int, end: int) -> Span:
    return Span(NOON + start * HOUR, NOON + end * HOUR)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], None),
        ([span(-3, 0)], None),
        ([span(2, 4), span(1, 2)], span(1, 4)),
        ([span(-1, 1), span(0, 3), span(4, 5)], span(-1, 3)),
        ([span(1, 9), span(2, 3), span(9, 10)], span(1, 10)),
        ([span(1, 2), span(3, 4)], span(1, 2)),
    ],
)
def test_duties_that_follow_one_another_are_one_time_for_whoever_calls(
    spans: Sequence[Span], expected: Span | None
) -> None:
    assert next_span(spans, NOON) == expected


def test_only_the_right_profession_and_language_count_for_the_next_duty() -> None:
    found = [
        Advertised(BLUE_LINE, Profession.PSYCHOLOGIST, ("pl",), span(1, 2)),
        Advertised(BLUE_LINE, Profession.ADVOCATE, ("pl", "uk"), span(3, 4)),
        Advertised(BLUE_LINE, Profession.LEGAL_COUNSEL, ("pl",), span(2, 3)),
    ]
    assert next_of(found, LAWYERS, NOON) == span(2, 4)
    assert next_of(found, frozenset({Profession.TRAINER}), NOON) is None
    assert next_in(found, "uk", NOON) == span(3, 4)
    assert next_in(found, "es", NOON) is None


@pytest.mark.parametrize(
    ("confirmed", "month", "year"),
    [([], 9, None), ([], 10, 2027), ([2026], 12, 2027), ([2027], 10, None), ([2027], 9, None)],
)
def test_from_october_on_somebody_must_have_confirmed_the_coming_year(
    confirmed: list[int], month: int, year: int | None
) -> None:
    assert needs_confirming(confirmed, 2026, month) == year


# The rest is told with a database.


@pytest.fixture
def ewa(session: Session) -> Account:
    """A psychologist of the Blue Line with a telephone; the session acts there."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = make_account(session, phone="+48520000101")
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def jan(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desks come with her
    return make_account(session, name="Jan Mazur", phone="+48520000102", languages=("pl", "uk"))


@pytest.fixture
def karol(session: Session, ewa: Account) -> Account:  # noqa: ARG001  likewise
    return make_account(session, roles=(Role.COORDINATOR,), name="Karol Coordinator")


def reasons(session: Session, at: datetime, **asked: object) -> dict[str, Reason]:
    answer = present.who_answers(session, at, **asked)  # type: ignore[arg-type]
    return {each.person.name: each.reason for each in answer.verdicts}


def test_everybody_of_the_desk_is_considered_and_nobody_of_another(
    session: Session, ewa: Account, jan: Account, karol: Account
) -> None:
    make_duty(session, BLUE_LINE, ewa, NOON)
    make_duty(session, BLUE_LINE, jan, NOON, post=make_post(session, name="Archive", rung=False))
    make_duty(session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), NOON)
    assert reasons(session, NOON) == {"Ewa Zięba": Reason.ANSWERS, "Jan Mazur": Reason.NOT_RUNG, karol.name: Reason.OFF}
    assert reasons(session, NOON + 3 * HOUR) == {
        "Ewa Zięba": Reason.OFF,
        "Jan Mazur": Reason.OFF,
        karol.name: Reason.OFF,
    }


def test_the_answer_is_whom_the_telephone_would_ring(
    session: Session, ewa: Account, jan: Account, karol: Account
) -> None:
    """The explanation and the telephone's own question agree, post by post and role by role."""
    officer = make_account(
        session,
        roles=(Role.DUTY_OFFICER,),
        profession=Profession.BORDER_GUARD_OFFICER,
        name="Krzysztof",
        phone="+48520000103",
    )
    make_duty(session, BLUE_LINE, ewa, NOON)
    make_duty(session, BLUE_LINE, officer, NOON)
    make_duty(session, BLUE_LINE, jan, NOON, post=make_post(session, name="Archive", rung=False))
    cancelled = make_duty(session, BLUE_LINE, karol, NOON)
    cancelled.state = type(cancelled.state).CANCELLED
    session.flush()
    make_duty(session, BLUE_LINE, None, NOON)
    rung = {each.account.id for each in telephony.on_duty(session, NOON)}
    answering = {each.person.account_id for each in present.who_answers(session, NOON).answering}
    assert answering == rung == {ewa.id}


def test_what_was_known_then_differs_from_what_the_plan_says_now(
    session: Session, ewa: Account, jan: Account, karol: Account
) -> None:
    """Planned on Monday for Ewa, handed to Jan on Tuesday evening; the telephone rang on Tuesday at noon."""
    post = make_post(session)
    monday = NOON - timedelta(days=2)
    evening = datetime(2026, 11, 25, 16, tzinfo=UTC)
    duty = roster.plan_duty(
        session, roster.Plan(post.id, ewa.id, date(2026, 11, 25), time(17), time(21)), actor=actor_of(karol), now=monday
    )
    roster.hand_to(session, duty, jan.id, why="ill", actor=actor_of(karol), now=monday + timedelta(days=1))
    session.flush()
    at = evening + HOUR
    assert reasons(session, at)["Jan Mazur"] is Reason.ANSWERS
    assert reasons(session, at)["Ewa Zięba"] is Reason.OFF
    known = reasons(session, at, known_at=monday + HOUR)
    assert (known["Ewa Zięba"], known["Jan Mazur"]) == (Reason.ANSWERS, Reason.OFF)
    assert reasons(session, at, known_at=monday - HOUR)["Ewa Zięba"] is Reason.OFF  # nothing was planned yet
    assert reasons(session, at, known_at=at) == reasons(session, at)


def test_an_absence_counts_only_if_it_had_been_entered_by_then(session: Session, ewa: Account) -> None:
    entered = NOON - HOUR
    session.add(
        Absence(
            account_id=ewa.id,
            kind=AbsenceKind.ILLNESS,
            first_day=NOON.date(),
            last_day=NOON.date(),
            starts_at=NOON - 12 * HOUR,
            ends_at=NOON + 12 * HOUR,
            entered_at=entered,
        )
    )
    session.flush()
    assert reasons(session, NOON)[ewa.name] is Reason.ABSENT
    assert reasons(session, NOON, known_at=entered)[ewa.name] is Reason.ABSENT
    assert reasons(session, NOON, known_at=entered - HOUR)[ewa.name] is Reason.OFF
    assert reasons(session, NOON + 24 * HOUR)[ewa.name] is Reason.OFF


def test_a_gap_is_what_the_published_plan_lacks_and_a_closing_is_none(session: Session, ewa: Account) -> None:
    post = make_post(session, name="Evening", first=date(2026, 11, 25), last=date(2026, 11, 28))
    make_duty(session, BLUE_LINE, ewa, datetime(2026, 11, 26, 17, tzinfo=UTC), hours=3, post=post)
    make_duty(session, BLUE_LINE, None, datetime(2026, 11, 25, 17, tzinfo=UTC), post=post)
    session.add(Closure(name="Holiday", first_day=date(2026, 11, 27), last_day=date(2026, 11, 27)))
    session.flush()
    found = present.gaps_ahead(session, NOON, timedelta(days=14))
    assert [present.in_words(gap.span) for gap in found] == [
        "2026-11-25 17:00–21:00",
        "2026-11-26 20:00–21:00",
        "2026-11-28 17:00–21:00",
    ]
    with acting_at(session, HELP_POINT):
        assert present.gaps_ahead(session, NOON, timedelta(days=14)) == []


def test_a_gap_that_runs_is_told_from_now_on_also_after_midnight(session: Session, ewa: Account) -> None:
    assert ewa
    make_post(session, name="Night", starts=time(22), ends=time(6), first=date(2026, 11, 25), last=date(2026, 11, 25))
    at = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    [gap] = present.gaps_ahead(session, at, timedelta(days=1))
    assert present.in_words(gap.span) == "2026-11-26 02:30–06:00"
    # The page of the coordinator counts the same ones.
    posts = queries.posts(session)
    assert looking.gaps_ahead(session, posts, at.date() + timedelta(days=1), at).number == 1
    assert present.gaps_ahead(session, at + 4 * HOUR, timedelta(days=1)) == []


def test_the_examination_names_gaps_and_the_year_that_nobody_confirmed(session: Session, ewa: Account) -> None:
    assert list(present.examine(session, NOON)) == []  # no desk plans anything here
    post = make_post(session, name="Evening", first=date(2026, 11, 25), last=date(2026, 11, 26))
    found = list(present.examine(session, NOON))
    assert found == [
        "The plan of blue-line has 2 gaps in the next 14 days, the first one 2026-11-25 17:00–21:00 at Evening.",
        "Nobody has confirmed the holidays and closings of 2027 at blue-line.",
    ]
    for day in (25, 26):
        make_duty(session, BLUE_LINE, ewa, datetime(2026, 11, day, 17, tzinfo=UTC), post=post)
    session.add(ConfirmedYear(year=2027, confirmed_at=NOON))
    session.flush()
    assert list(present.examine(session, NOON)) == []


def visitor(app: Flask, account: Account) -> Visitor:
    made = Visitor(app)
    sign_in(made.client, account)
    return made


WHO = "/desk/blue-line/roster/who"


def test_the_page_says_who_answers_and_of_everybody_else_why_not(
    app: Flask, session: Session, ewa: Account, jan: Account, karol: Account
) -> None:
    make_duty(session, BLUE_LINE, ewa, datetime(2026, 11, 28, 17, tzinfo=UTC))
    make_duty(
        session,
        HELP_POINT,
        make_account(session, HELP_POINT, name="Somebody Elsewhere"),
        datetime(2026, 11, 28, 17, tzinfo=UTC),
    )
    session.commit()
    page = visitor(app, jan).reads(f"{WHO}?at=2026-11-28T18:00")
    answering, _, others = page.partition("These people were considered too")
    assert "Evening telephone, Saturday 28 November, 17:00–21:00" in answering
    assert "Ewa Zięba" in answering
    assert "Ewa Zięba" not in others
    assert karol.name in others
    assert "Not on duty." in others
    assert "Somebody Elsewhere" not in page
    ukrainian = visitor(app, jan).reads(f"{WHO}?at=2026-11-28T18:00&language=uk")
    assert "Nobody answers." in ukrainian
    assert "does not speak this language" in ukrainian


def test_the_page_tells_what_was_known_then(app: Flask, session: Session, ewa: Account, karol: Account) -> None:
    at = datetime(2026, 11, 28, 17, tzinfo=UTC)
    duty = make_duty(session, BLUE_LINE, ewa, at)
    with time_machine.travel(at - timedelta(days=1), tick=False):
        roster.cancel_duty(session, duty, why="closed", actor=actor_of(karol), now=at - timedelta(days=1))
    session.commit()
    reader = visitor(app, ewa)
    assert "Nobody answers." in reader.reads(f"{WHO}?at=2026-11-28T18:00")
    assert "Nobody answers." in reader.reads(f"{WHO}?at=2026-11-28T18:00&known=then")
    before = reader.reads(f"{WHO}?at=2026-11-28T18:00&known=other&known_at=2026-11-27T12:00")
    assert "Nobody answers." not in before
    assert "Duties as the system knew them" in before


@pytest.mark.parametrize("asked", ["at=tomorrow", "at=2026-11-28T18:00&known=other&known_at=", "at=0001-01-01T00:00"])
def test_what_is_no_time_stands_beside_its_field_with_the_text_kept(
    app: Flask, session: Session, ewa: Account, asked: str
) -> None:
    session.commit()
    answer = visitor(app, ewa).opens(f"{WHO}?{asked}")
    assert answer.status_code == 422
    assert "Write a day and a time" in answer.text
    assert f'value="{asked.split("&", maxsplit=1)[0].removeprefix("at=")}"' in answer.text


def test_without_any_word_the_page_is_about_this_minute(app: Flask, session: Session, ewa: Account) -> None:
    make_duty(session, BLUE_LINE, ewa, datetime.now(UTC))
    session.commit()
    assert "Nobody answers." not in visitor(app, ewa).reads(WHO)


# The one question that is asked while somebody waits on the telephone.

MANY = """
INSERT INTO duty (desk_id, id, post_id, profession, state, day, starts, ends, zone, starts_at, ends_at, version, changed_at, changed_by_name, why, account_id)
SELECT :desk, gen_random_uuid(), :post, 'psychologist', 'published', (at AT TIME ZONE 'UTC')::date, '08:00', '10:00', 'UTC', at, at + interval '2 hours', 1, at, '', '', :account
FROM generate_series(timestamptz '2016-01-01', timestamptz '2026-12-31', interval '2 hours') AS at
"""

THEIR_VERSIONS = """
INSERT INTO duty_version (desk_id, id, duty_id, number, post_id, account_id, profession, state, day, starts, ends, zone, starts_at, ends_at,
                          known_from, changed_by_name, why)
SELECT desk_id, gen_random_uuid(), id, version, post_id, account_id, profession, state, day, starts, ends, zone, starts_at, ends_at, changed_at, '', ''
FROM duty
"""


@contextlib.contextmanager
def _without_slow_indexes(session: Session) -> Iterator[None]:
    """Rows come in quickly without triggers and without indexes over spans. Those that are asked are made again as they were."""
    asked = ("ix_duty_desk_id_span", "ix_duty_version_known")
    definitions = [
        session.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = :name"), {"name": name})
        for name in asked
    ]
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("ALTER TABLE duty DROP CONSTRAINT ex_duty_person_once"))
    for name in asked:
        session.execute(text(f"DROP INDEX {name}"))
    yield
    for definition in definitions:
        session.execute(text(str(definition)))
    session.execute(text("SET LOCAL session_replication_role = origin"))


def test_who_is_on_duty_is_found_by_an_index_however_many_duties_there_are(session: Session, ewa: Account) -> None:
    """Eleven years of two desks, near 10^5 duties, each with the version that another table keeps."""
    far = make_account(session, HELP_POINT, name="Somebody Elsewhere")
    with _without_slow_indexes(session):
        for desk, account in ((BLUE_LINE, ewa), (HELP_POINT, far)):
            post = make_post(session, desk)
            session.execute(text(MANY), {"desk": desk, "post": post.id, "account": account.id})
        session.execute(text(THEIR_VERSIONS))
    session.execute(text("ANALYZE duty, duty_version"))
    assert (session.scalar(text("SELECT count(*) FROM duty")) or 0) > 90_000
    asked: list[SimpleNamespace] = []

    def note(_c: object, _cursor: object, statement: str, values: object, _context: object, _many: object) -> None:
        asked.append(SimpleNamespace(statement=statement, values=values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    found = queries.on_duty(session, NOON)
    rung = telephony.on_duty(session, NOON)
    known = queries.known_on_duty(session, NOON, NOON)
    event.remove(connection, "before_cursor_execute", note)
    assert [each.account_id for each in found] == [ewa.id]
    assert [each.account.id for each in rung] == [ewa.id]
    assert [each.account_id for each in known] == [ewa.id]
    assert len(asked) == 3
    for each in asked:
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {each.statement}", each.values))
        assert "Seq Scan on duty" not in plan, plan
        assert "Index" in plan


def test_the_same_people_are_on_duty_in_both_senses_while_nothing_changed(
    session: Session, ewa: Account, jan: Account
) -> None:
    first = make_duty(session, BLUE_LINE, ewa, NOON)
    make_duty(session, BLUE_LINE, jan, NOON, hours=2)
    make_duty(session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), NOON)
    make_duty(session, BLUE_LINE, None, NOON)
    for at in (NOON, NOON + HOUR, NOON + 2 * HOUR, first.ends_at, first.starts_at):
        now: set[UUID] = {each.id for each in queries.on_duty(session, at)}
        assert {each.duty_id for each in queries.known_on_duty(session, at, NOON)} == now
        everything = session.query(Duty).all()
        assert now == {each.id for each in everything if at in each.when and each.account_id}
