"""The table in the database: it comes in whole, is filled from records and by hand, and goes out to the letter."""

import io
from datetime import UTC, date, datetime
from uuid import UUID

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from helpdesk.db.wall import WallError, acting_at
from helpdesk.indicators import queries, service
from helpdesk.indicators.exports import printed_rows, to_csv, to_xlsx
from helpdesk.indicators.models import Execution, Schedule
from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.entering import EntryDoubt, EntryRefusal
from helpdesk.indicators.rules.importing import examine
from helpdesk.indicators.rules.layout import lay_out, to_text
from helpdesk.indicators.rules.table import Doubt
from helpdesk.indicators.rules.tree import Schedule as SaidSchedule
from helpdesk.indicators.rules.values import Expected
from helpdesk.indicators.service import Format, Outcome
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor
from tests.factories import HELP_POINT, make_account, make_desk
from tests.indicators import official
from tests.indicators.office import (
    OFFICE,
    TAKEN,
    advise,
    bring_in,
    cells,
    enter,
    executed,
    kept,
    make_office,
    reached,
    statements,
    taken_away,
)
from tests.indicators.strategies import schedules

NEW_YEAR = date(2023, 12, 31)
GROUPS = dict(zip([f"1.1.b.{place}" for place in range(1, 8)], (18, 2, 9, 4, 3, 6, 2), strict=True))
ADVICES = "liczba porad"
CONSULTATIONS = "liczba konsultacji"


@pytest.fixture(autouse=True)
def office(session: Session, now: datetime) -> None:
    make_office(session)
    bring_in(session, now=now)


# In and out


def test_what_comes_out_of_the_database_is_what_went_in(session: Session) -> None:
    assert kept(session).said == official.schedule()


def test_the_exported_csv_is_the_official_table_cell_by_cell(session: Session) -> None:
    assert cells(session, date(2023, 6, 30)) == official.grid()


def test_the_exported_csv_is_the_same_to_the_byte(session: Session) -> None:
    same = to_csv(row.cells for row in printed_rows(official.schedule()))
    assert taken_away(session, Format.CSV, date(2026, 1, 1)) == same


def test_the_exported_workbook_is_the_same_to_the_byte(session: Session) -> None:
    assert taken_away(session, Format.XLSX, NEW_YEAR) == to_xlsx(official.schedule(), made=TAKEN)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(schedules())
def test_any_table_comes_back_as_it_was(session: Session, schedule: SaidSchedule) -> None:
    text_ = to_text(lay_out(schedule))
    read = examine(text_).schedule
    assert read is not None
    with session.begin_nested() as savepoint:
        with acting_at(session, OFFICE):
            known = queries.imported(session, read.year)
            if known:
                queries.drop(session, known.id)
                session.expunge(known)
        bring_in(session, text_, now=datetime(2024, 1, 1, tzinfo=UTC))
        assert kept(session, read.year).said == read
        savepoint.rollback()


def test_the_text_is_kept_verbatim(session: Session) -> None:
    with acting_at(session, OFFICE):
        assert kept(session).source == official.text()


def test_the_same_table_twice_changes_nothing(session: Session, now: datetime) -> None:
    before = kept(session)
    assert bring_in(session, now=now).outcome is Outcome.ALREADY_IMPORTED
    assert kept(session).id == before.id


def test_line_ends_make_no_other_table(session: Session, now: datetime) -> None:
    report = bring_in(session, official.text().replace("\n", "\r\n"), now=now)
    assert report.outcome is Outcome.ALREADY_IMPORTED


def test_checking_changes_nothing(session: Session, now: datetime) -> None:
    report = bring_in(session, official.text().replace("2417", "2418"), check=True, now=now)
    assert (report.outcome, report.good) == (Outcome.REPLACED, True)
    assert executed(session, ADVICES, NEW_YEAR) == "2417 <sup>4</sup>"


def test_another_text_replaces_a_table_for_which_nothing_was_entered(session: Session, now: datetime) -> None:
    report = bring_in(session, official.text().replace("2417", "2418"), now=now)
    assert report.outcome is Outcome.REPLACED
    assert executed(session, ADVICES, NEW_YEAR) == "2418 <sup>4</sup>"


def test_another_text_does_not_replace_a_table_for_which_something_was_entered(session: Session, now: datetime) -> None:
    enter(session, "1.1.a", 2, date(2023, 10, 31))
    report = bring_in(session, official.text().replace("2417", "2418"), now=now)
    assert (report.outcome, report.good) == (Outcome.IN_USE, False)
    assert kept(session).said == official.schedule()


def test_a_broken_file_imports_nothing_and_names_line_and_cell(session: Session, now: datetime) -> None:
    report = bring_in(session, official.text().replace("na rok 2023", "na rok 2024").replace("2417", "24I7"), now=now)
    problem = next(each for each in report.problems if each.expected is Expected.FIGURE)
    assert (report.outcome, problem.line, problem.cell, problem.found) == (
        Outcome.NOT_UNDERSTOOD,
        55,
        10,
        "24I7 <sup>4</sup>",
    )
    with acting_at(session, OFFICE):
        assert [each.year for each in queries.schedules(session)] == [2023]


def test_warnings_stay_with_the_table(session: Session) -> None:
    assert {each["doubt"] for each in kept(session).warnings} >= {Doubt.TOTAL_YEAR, Doubt.EXTRA_CELL, Doubt.STRAY_DASH}


def test_each_indicator_keeps_how_it_is_counted_and_the_day_of_its_print(session: Session) -> None:
    by_key = {each.key: each for each in kept(session).indicators}
    assert {key for key, each in by_key.items() if each.origin is Origin.COUNTED} == {"1.10.a", "3.1.a", "3.1.b"}
    assert by_key["3.1.b"].executed_as_of == date(2022, 12, 12)
    assert by_key["3.1.b"].definition.roles == {"VIC", "CHV", "REL"}
    assert by_key["1.1.b.7"].parent_id == by_key["1.1.b"].id


def test_a_position_belongs_to_one_or_two_actions(session: Session) -> None:
    positions = [each for direction in kept(session).directions for each in direction.positions]
    assert len(positions) == 27
    assert sorted(len(each.actions) for each in positions) == [1] * 24 + [2] * 3


def test_what_was_entered_stands_in_the_document_and_on_the_paper(session: Session) -> None:
    enter(session, "1.1.a", 1234, date(2023, 10, 31))
    day = date(2023, 11, 30)
    paper = PdfReader(io.BytesIO(taken_away(session, Format.PDF, day)))
    said = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    table = docx.Document(io.BytesIO(taken_away(session, Format.DOCX, day))).tables[0]
    words = " ".join(cell.text for row in table.rows for cell in row.cells)
    for found in ("1.241", "Wg stanu na 31 października 2023 r.", "Wyk. 2021-2023"):
        assert found in said
        assert found in words
    assert "Stan na 30 listopada 2023 r." in said


def test_a_later_entry_does_not_stand_on_the_paper_of_an_earlier_day(session: Session) -> None:
    enter(session, "1.1.a", 1234, date(2023, 10, 31))
    paper = PdfReader(io.BytesIO(taken_away(session, Format.PDF, date(2023, 10, 30))))
    assert not any("1.241" in page.extract_text() for page in paper.pages)


def test_who_takes_a_table_away_is_named_on_it_and_the_system_is_not(session: Session) -> None:
    olga = Actor(id=None, name="Olga Nowak", desk_id=OFFICE)
    with acting_at(session, OFFICE):
        taken = [service.take_away(session, 2023, Format.PDF, actor=each, now=TAKEN) for each in (olga, SYSTEM)]
    assert [each.by for each in taken] == ["Olga Nowak", ""]
    assert {each.as_of for each in taken} == {date(2024, 1, 15)}


def test_a_table_cannot_be_read_without_acting_at_its_desk(session: Session) -> None:
    with pytest.raises(WallError):
        queries.schedules(session)


def test_another_desk_has_no_table(session: Session) -> None:
    make_desk(session, HELP_POINT)
    with acting_at(session, HELP_POINT), pytest.raises(NotFound):
        service.take_away(session, 2023, Format.CSV, actor=SYSTEM, now=datetime(2024, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE schedule SET source = source || ' '",
        "UPDATE schedule_position SET costs = jsonb_set(costs, '{own,count}', '1') WHERE costs->'own'->>'kind' = 'number'",
        "UPDATE schedule_position SET first_month = 12, last_month = 1 WHERE months_kind = 'range'",
        'UPDATE indicator SET plan = \'{"kind": "number", "raw": "4"}\'',
        'UPDATE indicator SET executed = \'{"kind": "maybe", "raw": "4"}\'',
    ],
)
def test_the_database_refuses_what_must_never_be_false(session: Session, spoilt: str) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(spoilt))


# Counted from records


def test_advices_raise_the_counted_lines_by_their_day_of_service(session: Session) -> None:
    desk = make_desk(session)
    ewa = make_account(session)
    for day, role in ((date(2023, 1, 1), "VIC"), (date(2023, 10, 5), "CHV"), (date(2023, 12, 31), "REL")):
        advise(session, desk, ewa, day, role=role)
    advise(session, desk, ewa, date(2023, 10, 9), role="PRO")
    # These must not match: other years, other roles, not closed.
    advise(session, desk, ewa, date(2022, 12, 31))
    advise(session, desk, ewa, date(2024, 1, 1))
    for role in ("WIT", "PER", "INS"):
        advise(session, desk, ewa, date(2023, 10, 5), role=role)
    advise(session, desk, ewa, date(2023, 10, 5), closed=False)
    assert (reached(session, "3.1.b", NEW_YEAR), reached(session, "1.10.a", NEW_YEAR)) == (3, 1)


def test_a_figure_is_told_up_to_and_including_the_day(session: Session) -> None:
    desk, ewa = make_desk(session), make_account(session)
    advise(session, desk, ewa, date(2023, 10, 5))
    assert [reached(session, "3.1.b", date(2023, 10, day)) for day in (4, 5)] == [0, 1]
    assert reached(session, "3.1.b", date(2022, 12, 31)) == 0
    assert reached(session, "3.1.b", date(2026, 11, 23)) == 1


def test_a_consultation_of_a_group_counts_once(session: Session) -> None:
    """S2: three consultations of professionals, one of them with six."""
    desk, ewa = make_desk(session), make_account(session)
    for day, size in ((9, None), (11, None), (16, 6)):
        advise(session, desk, ewa, date(2023, 10, day), role="PRO", size=size)
    assert (reached(session, "1.10.a", NEW_YEAR), reached(session, "3.1.b", NEW_YEAR)) == (3, 0)
    assert executed(session, CONSULTATIONS, NEW_YEAR) == "113 <sup>5</sup>"


def test_advices_of_another_desk_are_never_counted(session: Session) -> None:
    make_desk(session)
    point = make_desk(session, HELP_POINT)
    jan = make_account(session, HELP_POINT)
    for role in ("VIC", "CHV", "REL", "PRO"):
        advise(session, point, jan, date(2023, 10, 5), role=role)
    assert (reached(session, "3.1.b", NEW_YEAR), reached(session, "1.10.a", NEW_YEAR)) == (0, 0)


def test_witnesses_count_only_where_the_office_says_so(session: Session) -> None:
    desk, ewa = make_desk(session), make_account(session)
    advise(session, desk, ewa, date(2023, 10, 5), role="WIT")
    assert reached(session, "3.1.b", NEW_YEAR) == 0
    with acting_at(session, OFFICE):
        kept(session).count_witness = True
        session.flush()
    assert (reached(session, "3.1.b", NEW_YEAR), reached(session, "1.10.a", NEW_YEAR)) == (1, 0)


def test_what_was_counted_is_added_to_the_print_with_its_day(session: Session) -> None:
    desk, ewa = make_desk(session), make_account(session)
    for _ in range(3):
        advise(session, desk, ewa, date(2023, 10, 5))
    rows = cells(session, date(2023, 10, 31))
    changed = [(old, new) for old, new in zip(official.grid(), rows, strict=False) if old != new]
    assert executed(session, ADVICES, date(2023, 10, 31)) == "2.420 <sup>4</sup>"
    assert ("<sup>4</sup> Wg stanu na 31 października 2023 r.", *[""] * 10) in rows
    assert rows[2][9] == "Wyk. 2021-2023 <sup>5</sup>"
    assert rows[-1][0].startswith("<sup>5</sup> Liczby bez daty w przypisie")
    assert len(changed) == 3


def test_reading_a_figure_touches_no_advice(session: Session) -> None:
    """However many advices there are, their tally is asked."""
    schedule = kept(session)
    with acting_at(session, OFFICE), statements(session) as sent:
        service.figures(session, schedule, NEW_YEAR)
    assert len(sent) == 4
    assert not any("FROM advice " in each or "JOIN advice" in each for each in sent)


# Entered by hand


def test_trainings_and_their_groups_are_entered(session: Session) -> None:
    """S10: two trainings with 44 participants in seven groups."""
    enter(session, "1.1.a", 2, date(2023, 10, 31), done_on=date(2023, 10, 26))
    enter(session, "1.1.b", {"1.1.b": 44, **GROUPS}, date(2023, 10, 31), note="strażak i sołtys")
    assert executed(session, "liczba szkoleń", NEW_YEAR) == "9 <sup>5</sup>"
    assert executed(session, "liczba osób", NEW_YEAR) == "369 <sup>5</sup>"
    assert executed(session, "· innych", NEW_YEAR) == "10 <sup>1</sup> <sup>5</sup> <sup>6</sup>"
    assert ("<sup>6</sup> W 2023 r.: strażak i sołtys", *[""] * 10) in cells(session, NEW_YEAR)


def test_institutions_of_a_year_are_not_added_over_years(session: Session) -> None:
    """T-000-19: two in June and three at the end of the year are three, never six. Agreements are counted: see their own story."""
    enter(session, "2.6.a", 2, date(2023, 6, 30))
    enter(session, "2.6.a", 3, date(2023, 12, 31))
    said = [executed(session, "liczba instytucji", day) for day in (date(2023, 6, 29), date(2023, 6, 30), NEW_YEAR)]
    assert said == ["1", "2 <sup>5</sup>", "3 <sup>5</sup>"]


def test_what_is_done_all_the_time_stays_without_a_number(session: Session) -> None:
    enter(session, "1.9.a", {}, date(2023, 10, 31), done_on=date(2023, 10, 26))
    assert executed(session, "prowadzenie – bieżąca", NEW_YEAR) == "Na bieżąco <sup>5</sup>"
    assert ("<sup>5</sup> Ostatnia aktualizacja: 26 października 2023 r.", *[""] * 10) in cells(session, NEW_YEAR)


def test_a_nought_that_somebody_entered_is_told(session: Session) -> None:
    enter(session, "1.1.a", 0, date(2023, 10, 31))
    assert executed(session, "liczba szkoleń", NEW_YEAR) == "7 <sup>5</sup>"


def test_a_later_entry_for_the_same_day_replaces_the_earlier_and_keeps_it(session: Session) -> None:
    for count in (2, 3):
        enter(session, "1.1.a", count, date(2023, 10, 31))
    rows = _entries(session, "1.1.a")
    assert reached(session, "1.1.a", NEW_YEAR) == 3
    assert {(each.value["count"], each.replaces_id) for each in rows} == {(2, None), (3, _id_of(rows, 2))}


def test_an_entry_may_be_moved_to_the_day_it_was_meant_for(session: Session) -> None:
    enter(session, "1.1.a", 2, date(2023, 10, 31))
    enter(session, "1.1.a", 3, date(2023, 11, 30), corrects=date(2023, 10, 31))
    assert [reached(session, "1.1.a", day) for day in (date(2023, 11, 29), date(2023, 11, 30))] == [0, 3]


def test_an_entry_is_not_moved_onto_another(session: Session) -> None:
    enter(session, "1.1.a", 2, date(2023, 10, 31))
    enter(session, "1.1.a", 3, date(2023, 11, 30))
    with pytest.raises(Refusal) as refused:
        enter(session, "1.1.a", 4, date(2023, 11, 30), corrects=date(2023, 10, 31))
    assert refused.value.code is EntryRefusal.AS_OF_TAKEN


def test_an_entry_that_was_taken_back_lets_the_one_before_hold_again(session: Session) -> None:
    enter(session, "1.1.a", 2, date(2023, 9, 30))
    enter(session, "1.1.a", 30, date(2023, 10, 31))
    _take_back(session, "1.1.a", date(2023, 10, 31))
    assert reached(session, "1.1.a", NEW_YEAR) == 2
    assert len(_entries(session, "1.1.a")) == 3
    with pytest.raises(Refusal):
        _take_back(session, "1.1.a", date(2023, 10, 31))


@pytest.mark.parametrize(
    ("key", "count", "as_of", "more", "code"),
    [
        ("3.1.b", 3, date(2023, 10, 31), {}, EntryRefusal.COUNTED),
        ("1.1.a", 3, date(2024, 10, 31), {}, EntryRefusal.AS_OF_OUTSIDE),
        ("1.1.a", 3, date(2023, 10, 31), {"evidence": "  "}, EntryRefusal.EVIDENCE_MISSING),
        ("1.1.a", {}, date(2023, 10, 31), {}, EntryRefusal.VALUE_MISSING),
        ("1.1.a", 3, date(2023, 10, 31), {"done_on": date(2022, 10, 31)}, EntryRefusal.DONE_OUTSIDE),
        ("1.1.a", 3, date(2023, 10, 31), {"done_on": date(2023, 11, 1)}, EntryRefusal.DONE_AFTER),
        ("1.9.a", {}, date(2023, 10, 31), {}, EntryRefusal.DONE_MISSING),
        ("1.1.b", {"1.1.b": 45, **GROUPS}, date(2023, 10, 31), {"note": "x"}, EntryRefusal.BREAKDOWN_DIFFERS),
        ("1.1.b", {"1.1.b": 44, **GROUPS}, date(2023, 10, 31), {}, EntryRefusal.OTHERS_WITHOUT_NOTE),
        ("1.1.a", 3, date(2023, 10, 31), {"corrects": date(2023, 5, 1)}, EntryRefusal.NOTHING_THERE),
    ],
)
def test_what_may_not_be_entered(
    session: Session, key: str, count: int | dict[str, int], as_of: date, more: dict[str, object], code: EntryRefusal
) -> None:
    with pytest.raises(Refusal) as refused:
        enter(session, key, count, as_of, **more)
    assert refused.value.code is code
    assert _entries(session, key) == []


def test_a_day_outside_the_months_is_doubted_and_not_refused(session: Session) -> None:
    doubts = enter(session, "1.1.a", 3, date(2023, 12, 31), done_on=date(2023, 12, 5))
    assert doubts == (EntryDoubt.OUTSIDE_MONTHS,)
    assert reached(session, "1.1.a", NEW_YEAR) == 3


def test_a_group_is_not_entered_without_its_total(session: Session) -> None:
    with pytest.raises(NotFound):
        enter(session, "1.1.b.1", 3, date(2023, 10, 31))


def test_a_table_for_which_something_was_entered_cannot_be_dropped(session: Session) -> None:
    enter(session, "1.1.a", 2, date(2023, 10, 31))
    with acting_at(session, OFFICE), pytest.raises(IntegrityError), session.begin_nested():
        session.execute(delete(Schedule).where(Schedule.year == 2023))


def test_an_entry_is_replaced_at_most_once(session: Session) -> None:
    for count in (2, 3, 4):
        enter(session, "1.1.a", count, date(2023, 10, 31))
    rows = _entries(session, "1.1.a")
    with acting_at(session, OFFICE):
        latest = session.scalars(select(Execution).order_by(Execution.id.desc())).first()
        columns = {each.key for each in inspect(Execution).column_attrs} - {"id"}
        again = Execution(**{name: getattr(latest, name) for name in columns})
        again.replaces_id = _id_of(rows, 2)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(again)


def test_an_entry_is_never_changed(session: Session) -> None:
    enter(session, "1.1.a", 2, date(2023, 10, 31))
    with acting_at(session, OFFICE), pytest.raises(ProgrammingError, match="only added to"), session.begin_nested():
        session.execute(update(Execution).values(evidence="another"))


# Both


def test_what_was_filled_can_be_imported_again(session: Session) -> None:
    desk, ewa = make_desk(session), make_account(session)
    advise(session, desk, ewa, date(2023, 10, 5))
    enter(session, "1.1.b", {"1.1.b": 44, **GROUPS}, date(2023, 10, 31), note="strażak i sołtys")
    enter(session, "1.9.a", {}, date(2023, 10, 31), done_on=date(2023, 10, 26))
    with acting_at(session, OFFICE):
        filled = service.exporting.up_to(session, kept(session), date(2023, 11, 30))
    reading = examine(to_text(lay_out(filled)))
    assert reading.problems == ()
    assert {each.doubt for each in reading.warnings} - {each.doubt for each in official.schedule().warnings} == {
        Doubt.EXECUTED_YEARS
    }


def _entries(session: Session, key: str) -> list[Execution]:
    session.expire_all()
    with acting_at(session, OFFICE):
        ids = [each.id for each in kept(session).indicators if each.key == key]
        return list(queries.entries(session, ids))


def _id_of(rows: list[Execution], count: int) -> UUID:
    return next(each.id for each in rows if each.value["count"] == count)


def _take_back(session: Session, key: str, as_of: date) -> None:
    with acting_at(session, OFFICE):
        now = datetime(2024, 1, 10, 12, tzinfo=UTC)
        service.take_back(session, kept(session), key, as_of, reason="Zła lista", actor=SYSTEM, now=now)
