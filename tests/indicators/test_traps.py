"""The traps of the official table, T-000-01 to T-000-23, each with its test."""

from datetime import date
from decimal import Decimal

import pytest

from helpdesk.indicators.rules.counting import DEFINITIONS, Beside, Register, definition_of
from helpdesk.indicators.rules.importing import examine
from helpdesk.indicators.rules.months import Months, MonthsKind
from helpdesk.indicators.rules.numbering import ActionNumber, read_action_number
from helpdesk.indicators.rules.progress import Aggregation, Mark, NoPercent, Planned, percent, percent_of, progress
from helpdesk.indicators.rules.table import Doubt, Warned
from helpdesk.indicators.rules.tree import Funds
from helpdesk.indicators.rules.values import Continuous, Dash, Empty, Expected, Number, number, zloty
from tests.indicators import official


def test_t_000_01_title_and_total_may_name_different_years_and_both_are_kept_with_a_warning() -> None:
    schedule = official.schedule()
    assert (schedule.year, schedule.total.year) == (2023, 2022)
    assert official.warnings(Doubt.TOTAL_YEAR) == [Warned(Doubt.TOTAL_YEAR, 66, "2022", "2023")]


def test_t_000_02_dots_stand_between_thousands_and_500_has_none() -> None:
    assert official.positions_of("1.1")[0].costs.funds == Funds(110_000, 10_000, 100_000)
    assert official.positions_of("2.5")[0].costs.funds == Funds(500, 500, 0)


@pytest.mark.parametrize("amount", ["110.00", "110,000", "110.000,00", "110 000", "0.500", "1.5", "007"])
def test_t_000_02_there_are_no_decimals(amount: str) -> None:
    found = official.changed(8, 3, amount)
    assert found.schedule is None
    assert [(each.line, each.cell, each.expected) for each in found.problems] == [(8, 3, Expected.AMOUNT)]


def test_t_000_03_figures_with_and_without_dots_stand_in_one_row() -> None:
    assert official.indicator("3.1.b").plan == Number("2000", 2000)
    assert official.indicator("3.1.b").six_year == Number("12.000", 12_000)
    assert official.indicator("1.1.b").six_year == Number("1.200", 1200)


def test_t_000_04_numbers_of_actions_are_labels_sorted_by_their_parts() -> None:
    printed = [action.label.raw for action in official.direction(1).actions]
    assert printed[-3:] == ["1.9", "1.10", "1.11"]
    assert read_action_number("1.10") != read_action_number("1.1")
    assert ActionNumber(1, 9) < ActionNumber(1, 10) < ActionNumber(1, 11)


def test_t_000_04_directions_may_be_printed_bold() -> None:
    assert [direction.number for direction in official.schedule().directions] == [1, 2, 3]
    assert official.direction(2).label.raw == "<b>2.</b>"
    assert official.direction(2).title.plain.startswith("Wzrost społecznej świadomości")


def test_t_000_05_blank_lines_and_footnotes_do_not_end_the_table() -> None:
    assert len(official.schedule().actions) == 25
    assert len(official.schedule().positions) == 27


def test_t_000_06_an_extra_empty_cell_does_not_shift_the_columns() -> None:
    assert official.warnings(Doubt.EXTRA_CELL) == [Warned(Doubt.EXTRA_CELL, 10, "12", "11")]
    assert official.indicator("1.1.b.1").plan == Number("90", 90)


def test_t_000_06_an_extra_cell_that_is_not_empty_is_a_problem() -> None:
    found = official.changed(10, 8, "co?")
    assert found.schedule is None
    assert (found.problems[0].line, found.problems[0].expected) == (10, Expected.ELEVEN_CELLS)


def test_t_000_07_ditto_stands_for_the_action_and_the_realisers_above() -> None:
    trainings, persons = official.positions_of("1.1")
    assert persons.printing.ditto == "j.w."
    assert persons.realisers.ditto
    assert persons.realisers.parties == trainings.realisers.parties


def test_t_000_08_what_is_printed_in_the_middle_belongs_to_the_whole_block() -> None:
    persons = official.positions_of("1.1")[1]
    assert persons.months == Months("IV-XI", MonthsKind.RANGE, 4, 11)
    assert persons.costs.total == Dash("-")
    assert len(persons.lines) == 8
    assert persons.printing.costs == 3


@pytest.mark.parametrize(("actions", "filled"), [(("1.2", "1.3"), 1), (("1.4", "1.5"), 0)])
def test_t_000_09_an_action_without_cells_shares_those_below_or_above(actions: tuple[str, ...], filled: int) -> None:
    (position,) = official.positions_of(actions[0])
    assert tuple(str(number) for number in position.actions) == actions
    assert position.printing.costs == filled


def test_t_000_09_without_the_blank_line_nobody_can_tell_and_it_is_a_problem() -> None:
    lines = official.text().split("\n")
    # Line 23 divides 1.3 from 1.4, line 20 and 26 the pairs from the rest.
    del lines[25]
    assert examine("\n".join(lines)).problems[0].expected is Expected.ONE_NEIGHBOUR


def test_t_000_10_one_block_may_be_split_over_two_actions() -> None:
    (position,) = official.positions_of("1.7")
    assert official.positions_of("1.8") == [position]
    assert position.costs.funds == Funds(4000, 4000, 0)
    assert position.realisers.parties[0].startswith("Pracownicy")
    assert [zloty(value) for value in position.indicators[0].values if isinstance(value, Number)] == [2, 2, 8]


@pytest.mark.parametrize(("action", "count"), [("1.1", 2), ("2.2", 2), ("2.4", 3), ("3.1", 2), ("2.3", 1)])
def test_t_000_11_rows_without_a_number_continue_the_action_above(action: str, count: int) -> None:
    assert len(official.positions_of(action)) == count


def test_t_000_12_seven_groups_make_up_the_persons_trained() -> None:
    persons = official.indicator("1.1.b")
    assert persons.parts[0].name.raw.endswith(",")
    for place, whole in enumerate((210, 325, 1200)):
        counts = [part.values[place] for part in persons.parts]
        assert sum(each.count for each in counts if isinstance(each, Number)) == whole
    assert not official.warnings(Doubt.BREAKDOWN)


def test_t_000_12_groups_that_do_not_add_up_are_a_warning() -> None:
    found = official.changed(11, 10, "91")
    assert Warned(Doubt.BREAKDOWN, 10, "210", "211") in found.warnings
    assert found.schedule is not None


def test_t_000_13_three_kinds_of_values_stand_in_one_row() -> None:
    others = official.indicator("1.1.b.7")
    assert others.values == (Dash("-"), Number("8 <sup>1</sup>", 8), Empty(""))


def test_t_000_13_others_without_a_note_who_they_were_are_a_problem() -> None:
    found = official.changed(17, 11, "8")
    assert (17, 11, Expected.NOTE_ON_OTHERS) in {(each.line, each.cell, each.expected) for each in found.problems}


def test_t_000_14_footnotes_belong_to_values_and_to_names() -> None:
    schedule = official.schedule()
    assert [note.number for note in schedule.notes_of(official.indicator("1.1.b.7").executed)] == [1]
    assert [note.number for note in schedule.notes_of(official.indicator("1.7.a").name)] == [2]
    assert schedule.notes_of(official.indicator("2.4.a").executed)[0].text.startswith("2022 r. przeprowadzono audyt")
    assert schedule.notes_of(official.indicator("3.1.b").executed)[0].as_of == date(2022, 12, 12)


def test_t_000_14_markup_is_kept_and_left_out_of_what_is_said() -> None:
    portal = next(action for action in official.direction(1).actions if str(action.number) == "1.9")
    assert '<a href="' in portal.title.raw
    assert portal.title.plain.endswith("domeny http://www.niebieskalinia.kujawsko-pomorskie.pl/ .")
    assert official.indicator("3.1.b").executed.plain == "2417"


def test_t_000_15_continuous_is_written_both_ways_beside_a_number() -> None:
    assert official.indicator("1.9.a").values == (Continuous("Na bieżąco"), Continuous("Na bieżąco"), Number("1", 1))
    assert official.indicator("2.4.a").plan == Continuous("na bieżąco")
    assert percent_of(Continuous("Na bieżąco"), Number("1", 1)) is NoPercent.CONTINUOUS


def test_t_000_16_stray_dashes_are_understood_kept_and_mentioned() -> None:
    (base,) = official.positions_of("3.5")
    assert base.months == Months("II-XI-", MonthsKind.RANGE, 2, 11)
    meeting = official.positions_of("2.4")[2]
    assert meeting.realisers.raw.endswith("rodzinie-")
    assert meeting.realisers.parties[-1].endswith("rodzinie")
    assert [each.line for each in official.warnings(Doubt.STRAY_DASH)] == [48, 62]


def test_t_000_17_a_printed_zero_is_no_dash_and_headings_vary_in_case_and_blanks() -> None:
    assert official.positions_of("3.7")[0].costs.other == Number("0", 0)
    assert official.schedule().headings[1][4] == "inne"
    assert official.schedule().total.columns[2] == "Inne"
    assert official.schedule().headings[1][10] == "Plan 2021 - 2026"


@pytest.mark.parametrize("action", ["2.1", "3.2", "3.6"])
def test_t_000_18_a_position_may_have_nothing_planned(action: str) -> None:
    (position,) = official.positions_of(action)
    assert position.months.kind is MonthsKind.NOT_PLANNED
    assert position.realisers.parties == ()


def test_t_000_18_realisers_may_stand_without_months() -> None:
    (position,) = official.positions_of("1.6")
    assert position.realisers.parties
    assert position.months.kind is MonthsKind.NOT_PLANNED


@pytest.mark.parametrize(("key", "counted", "cumulative"), [("3.1.a", 131, 131), ("2.6.a", 2, 2)])
def test_t_000_19_stocks_and_yearly_counts_are_never_added(key: str, counted: int, cumulative: int) -> None:
    found = progress(_planned(key), number(counted), on=date(2023, 12, 31))
    assert found.cumulative == number(cumulative)


def test_t_000_20_a_campaign_more_than_the_programme_asks_for_is_marked() -> None:
    found = progress(_planned("2.2.a"), Empty(""), on=date(2023, 1, 1))
    assert found.foreseen == Decimal("116.7")
    assert found.marks == {Mark.PLANS_BEYOND_PROGRAMME, Mark.REACHED}


def test_t_000_20_what_is_done_and_not_planned_any_more_is_only_reached() -> None:
    found = progress(_planned("1.6.a"), number(0), on=date(2023, 12, 31))
    assert found.of_year is NoPercent.NOT_PLANNED
    assert found.marks == {Mark.REACHED}


def test_t_000_21_the_voivodes_point_is_none_of_those_created_with_counties() -> None:
    assert definition_of("3.2.a").register is Register.POINTS
    assert definition_of("3.2.a").kinds == ("with-county",)
    assert all("help-point" not in definition.desks for definition in DEFINITIONS.values())


VERBATIM = {
    7: "szerokorozumianego",
    13: "pedagogiczno- psychologicznych",
    22: "regionalnym i instytucjami",
    33: "–modernizacja",
    34: "przeciwdziałania przemocy rodzinie",
    35: "w zakresie przeciwdziałaniu",
    39: "radiowe i telewizyjne/ prasa",
    43: "strony internetowej poświęcone",
    45: "<sup>3</sup> 2022 r. przeprowadzono",
    65: "Szkola rodzica",
}


@pytest.mark.parametrize(("number", "words"), VERBATIM.items())
def test_t_000_22_typing_errors_are_kept(number: int, words: str) -> None:
    assert words in official.line(number)
    assert any(words in cell for row in official.laid_out() for cell in row)


def test_t_000_22_a_slash_with_one_blank_divides_parties_too() -> None:
    assert len(official.positions_of("2.2")[0].realisers.parties) == 3


def test_t_000_23_the_whole_plan_is_not_all_gminas() -> None:
    agreements = official.indicator("3.1.a")
    assert percent_of(number(134), agreements.six_year) == Decimal("100.0")
    assert percent(134, 144) == Decimal("93.1")
    assert definition_of("3.1.a").beside is Beside.GMINAS_OF_THE_REGION


def _planned(key: str) -> Planned:
    line = official.indicator(key)
    position = next(each for each in official.schedule().positions if line in each.lines)
    aggregation: Aggregation = definition_of(key).aggregation
    return Planned(aggregation, 2023, line.plan, line.executed, line.six_year, position.months)
