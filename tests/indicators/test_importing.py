"""The official form is read whole or not at all, whatever the year."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.indicators.rules.heading import read_footnote
from helpdesk.indicators.rules.importing import examine, import_schedule
from helpdesk.indicators.rules.layout import lay_out, to_text
from helpdesk.indicators.rules.table import Column, Doubt, ImportRefusal, Warned, decode, sort_lines
from helpdesk.indicators.rules.tree import Funds, Schedule
from helpdesk.indicators.rules.values import Expected
from helpdesk.kernel.errors import Refusal
from tests.indicators import official
from tests.indicators.strategies import schedules

NONSENSE = ("?", "1,5", "dwa", "-5", "=1+1", "1.2.3", "XIII", "007", "j.w.?")
STRICT = tuple(set(range(1, 12)) - {Column.ACTION, Column.REALISERS, Column.INDICATOR})
patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def test_the_programme_is_named_as_the_title_names_it() -> None:
    programme = official.schedule().programme
    assert programme.name.startswith("Wojewódzkiego programu przeciwdziałania przemocy w rodzinie")
    assert (programme.region, programme.first_year, programme.last_year) == ("kujawsko-pomorskiego", 2021, 2026)
    assert official.schedule().executed_years == (2021, 2022)


def test_every_cell_of_the_official_table_is_used_exactly_once() -> None:
    sheet = sort_lines(official.text())
    rows = (*sheet.heading, *sheet.body, *sheet.total)
    printed = [(cell.line, cell.number) for row in rows for cell in row.cells if cell.text]
    used = examine(official.text()).used
    assert len(printed) == sum(
        bool(cell) for row in official.grid() for cell in row if any(row[1:]) or "Łączna" in row[0]
    )
    assert {place: count for place, count in used.items() if place in set(printed)} == Counter(printed)


@pytest.mark.parametrize(
    ("number", "positions", "funds"),
    [
        (1, 9, Funds(130_000, 30_000, 100_000)),
        (2, 10, Funds(102_500, 102_500, 0)),
        (3, 8, Funds(357_500, 279_500, 78_000)),
    ],
)
def test_directions_have_computed_sums(number: int, positions: int, funds: Funds) -> None:
    assert len(official.direction(number).positions) == positions
    assert official.direction(number).funds == funds


def test_the_positions_add_up_to_the_printed_total() -> None:
    assert official.schedule().funds == official.schedule().total.costs.funds == Funds(590_000, 412_000, 178_000)
    assert all(position.costs.add_up for position in official.schedule().positions)


def test_a_printed_total_that_differs_is_kept_with_a_warning() -> None:
    found = official.changed(68, 3, "590.001")
    # The total itself no longer adds up, so the table is refused; a consistent one is only doubted.
    assert found.schedule is None
    found = official.replaced("590.000\t412.000", "590.001\t412.001")
    assert found.schedule is not None
    assert Warned(Doubt.TOTAL_SUM, 68, "590001", "590000") in found.schedule.warnings


def test_a_position_whose_funds_do_not_add_up_is_a_problem() -> None:
    (problem,) = official.changed(55, 3, "351.001").problems
    assert (problem.line, problem.cell, problem.expected, problem.hint) == (55, 3, Expected.SUM_OF_FUNDS, "351000")


@pytest.mark.parametrize(
    ("line", "cell", "said", "expected"),
    [
        (3, 1, "Harmonogram", Expected.TITLE),
        (3, 1, "Harmonogram rzeczowo-finansowy „X na lata 2021-2026” na rok 2030", Expected.PROGRAMME_YEARS),
        (5, 3, "Koszty", Expected.HEADING),
        (6, 9, "Plan 2024", Expected.HEADING),
        (6, 10, "Wyk. 2020-2022", Expected.HEADING),
        (6, 11, "Plan 2021 - 2027", Expected.HEADING),
        (7, 1, "1", Expected.DIRECTION),
        (7, 2, "", Expected.DIRECTION),
        (7, 3, "100", Expected.NOTHING),
        (8, 1, "2.1", Expected.ACTION_NUMBER),
        (8, 2, "", Expected.ACTION_TITLE),
        (8, 6, "XI-IV", Expected.MONTHS),
        (8, 7, "", Expected.REALISERS),
        (8, 7, "j.w.", Expected.REALISERS),
        (8, 8, "liczba <sup>9</sup>", Expected.FOOTNOTE),
        (8, 8, "<script>", Expected.KNOWN_MARKUP),
        (8, 9, "cztery", Expected.FIGURE),
        (10, 2, "to samo", Expected.DITTO),
        (27, 1, "1.5", Expected.HIGHER_NUMBER),
        (38, 3, "", Expected.AMOUNT),
        (41, 8, "", Expected.INDICATOR),
        (47, 1, "x", Expected.ACTION_NUMBER),
        (11, 9, "", Expected.INDICATOR),
        (54, 8, "· liczba", Expected.PARENT),
        (61, 8, "mediacje, w tym:", Expected.PARTS),
        (66, 1, "Łączna wartość", Expected.TOTAL_ROW),
        (67, 3, "razem", Expected.HEADING),
        (68, 9, "1", Expected.NOTHING),
    ],
)
def test_what_is_not_understood_is_named_with_its_place(line: int, cell: int, said: str, expected: Expected) -> None:
    found = official.changed(line, cell, said)
    assert found.schedule is None
    assert (line, expected) in {(each.line, each.expected) for each in found.problems}


def test_groups_need_a_line_that_announces_them() -> None:
    found = official.changed(11, 9, "członków zespołów")
    assert [(each.line, each.cell, each.expected) for each in found.problems] == [
        (10, 9, Expected.PARTS),
        (12, 9, Expected.PARENT),
    ]


def test_a_problem_says_what_was_found_and_in_which_column() -> None:
    (problem,) = official.changed(13, 10, "trzydzieści").problems
    assert (problem.line, problem.cell, problem.found) == (13, 10, "trzydzieści")
    assert problem.column is Column.PLAN
    assert problem.column.title == "plan roku"


def test_all_problems_are_named_at_once_and_nothing_is_imported() -> None:
    text = official.text().replace("110.000", "110,00").replace("VII-XII", "7-12", 1)
    with pytest.raises(Refusal) as caught:
        import_schedule(text)
    assert caught.value.code is ImportRefusal.NOT_UNDERSTOOD
    problems = caught.value.data["problems"]
    assert isinstance(problems, tuple)
    assert [(each.line, each.cell) for each in problems] == [(8, 3), (39, 6)]


def test_a_footnote_nobody_refers_to_and_one_printed_twice_are_problems() -> None:
    extra = examine(official.text().replace("<sup>4</sup> Wg", "<sup>5</sup> Wg"))
    assert {each.expected for each in extra.problems} == {Expected.FOOTNOTE, Expected.USED_FOOTNOTE}
    twice = examine(official.text().replace("<sup>4</sup> Wg", "<sup>3</sup> Wg"))
    assert Expected.FOOTNOTE_ONCE in {each.expected for each in twice.problems}


@pytest.mark.parametrize("missing", [range(5, 7), range(66, 69), range(68, 69), range(3, 4), range(7, 69)])
def test_a_table_without_an_essential_part_is_refused(missing: range) -> None:
    lines = [line for number, line in enumerate(official.text().split("\n"), start=1) if number not in missing]
    assert examine("\n".join(lines)).problems


def test_words_outside_the_table_are_problems() -> None:
    (problem,) = examine(official.text() + "\nSporządziła: ktoś").problems
    assert (problem.line, problem.expected) == (69, Expected.TABLE)


def test_an_action_left_out_is_a_warning() -> None:
    lines = official.text().split("\n")
    del lines[60]
    assert Warned(Doubt.NUMBER_SKIPPED, 61, "3.5", "3.4") in examine("\n".join(lines)).warnings


def test_other_years_of_execution_are_a_warning() -> None:
    found = official.replaced("Wyk. 2021-2022", "Wyk. 2021-2023")
    assert Warned(Doubt.EXECUTED_YEARS, 6, "Wyk. 2021-2023", "2022") in found.warnings


def test_line_ends_of_another_system_and_the_mark_of_the_encoding_do_not_matter() -> None:
    data = b"\xef\xbb\xbf" + official.text().replace("\n", "\r\n").encode()
    assert import_schedule(decode(data)) == official.schedule()


@pytest.mark.parametrize("data", ["Łączna".encode("cp1250"), b"Lp.\0", b"\xff\xfe"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        decode(data)
    assert caught.value.code is ImportRefusal.NOT_TEXT


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Wg stanu na 12 grudnia 2022 r.", date(2022, 12, 12)),
        ("Dane według stanu na dzień 1 stycznia 2023 r.", date(2023, 1, 1)),
        ("Wg stanu na 31 lutego 2022 r.", None),
        ("Wg stanu na 3 brumaire'a 2022 r.", None),
        ("2022 r. przeprowadzono audyt", None),
    ],
)
def test_a_footnote_may_say_of_which_day_a_figure_is(text: str, day: date | None) -> None:
    assert read_footnote(f"<sup>7</sup> {text}").as_of == day


def test_a_footnote_begins_with_its_mark() -> None:
    with pytest.raises(Refusal) as caught:
        read_footnote("Wg stanu na 12 grudnia 2022 r.")
    assert caught.value.code is Expected.FOOTNOTE


@patient
@given(schedules())
def test_any_schedule_laid_out_is_read_back_as_itself(schedule: Schedule) -> None:
    found = examine(to_text(lay_out(schedule)))
    assert found.problems == ()
    assert found.schedule is not None
    assert replace(found.schedule, warnings=()) == schedule


@patient
@given(schedules(), st.data())
def test_nonsense_in_any_cell_is_named_by_line_and_cell(schedule: Schedule, data: st.DataObject) -> None:
    lines = to_text(lay_out(schedule)).split("\n")
    place = data.draw(st.sampled_from([number for number, line in enumerate(lines) if "\t" in line]))
    cell = data.draw(st.sampled_from(STRICT))
    cells = lines[place].split("\t")
    cells[cell - 1] = data.draw(st.sampled_from(NONSENSE))
    lines[place] = "\t".join(cells)
    found = examine("\n".join(lines))
    assert found.schedule is None
    assert (place + 1, cell) in {(each.line, each.cell) for each in found.problems}


@patient
@given(st.data())
def test_no_text_makes_the_importer_fail(data: st.DataObject) -> None:
    lines = official.text().split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        lines[one], lines[other] = (
            lines[other],
            data.draw(st.sampled_from(["", "\t" * 10, lines[one], lines[other][:40]])),
        )
    found = examine("\n".join(lines))
    assert (found.schedule is None) == bool(found.problems)


@given(st.text("1.I-·\t\n<sup>/ jw", max_size=200))
def test_no_rubbish_makes_the_importer_fail(text: str) -> None:
    assert examine(text).problems
