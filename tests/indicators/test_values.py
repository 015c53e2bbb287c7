"""Cells, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.indicators.rules.keys import letter
from helpdesk.indicators.rules.months import ROMAN, Months, MonthsKind, months, read_months
from helpdesk.indicators.rules.numbering import ActionNumber, read_action_number, read_direction_number
from helpdesk.indicators.rules.parties import Realisers, read_realisers
from helpdesk.indicators.rules.values import (
    Continuous,
    Dash,
    Empty,
    Expected,
    Number,
    Text,
    Value,
    number,
    read_amount,
    read_text,
    read_value,
    zloty,
)
from helpdesk.kernel.errors import Refusal

places = st.integers(1, 99)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", Number("0", 0)),
        ("2000", Number("2000", 2000)),
        ("12.000", Number("12.000", 12_000)),
        ("1.234.567", Number("1.234.567", 1_234_567)),
        ("2417 <sup>4</sup>", Number("2417 <sup>4</sup>", 2417)),
        ("<b>12</b>", Number("<b>12</b>", 12)),
        (" 7 ", Number(" 7 ", 7)),
        ("Na bieżąco", Continuous("Na bieżąco")),
        ("na bieżąco <sup>3</sup>", Continuous("na bieżąco <sup>3</sup>")),
        ("-", Dash("-")),
        ("–", Dash("–")),
        ("", Empty("")),
        (" ", Empty(" ")),
    ],
)
def test_a_figure_is_one_of_four_kinds_and_keeps_what_is_printed(raw: str, value: Value) -> None:
    assert read_value(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "1,5",
        "1.5",
        "12.00",
        "01",
        "0.500",
        "1.2345",
        "12 000",
        "12\u00a0000",
        "-5",
        "+5",
        "--",
        "1e3",
        "٣",
        "9" * 10,
        "9" * 5000,
        "1.000.000.000",
        "?",
        "<sup>1</sup>",
    ],
)
def test_anything_else_is_no_figure(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_value(raw)
    assert caught.value.code is Expected.FIGURE


@pytest.mark.parametrize("raw", ["", "na bieżąco", "1.000,00", "-5", "5 zł"])
def test_an_amount_is_whole_zloty_or_a_dash(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_amount(raw)
    assert caught.value.code is Expected.AMOUNT


def test_a_dash_is_nil_where_it_is_money() -> None:
    assert zloty(read_amount("-")) == 0
    assert zloty(read_amount("351.000")) == 351_000


@given(st.integers(0, 10**9 - 1))
def test_a_number_that_we_write_is_read_as_itself(count: int) -> None:
    assert read_value(number(count).raw) == number(count)
    assert read_amount(str(count)) == Number(str(count), count)


def test_footnote_marks_are_found_left_out_and_raised() -> None:
    text = Text("liczba porad <sup>1</sup> i szkoleń <sup>12</sup>")
    assert text.footnotes == (1, 12)
    assert text.plain == "liczba porad i szkoleń"
    assert text.rendered == "liczba porad ¹ i szkoleń ¹²"


@pytest.mark.parametrize("raw", ["<sup>x</sup>", "<sup>1234</sup>", "8 <sup>1", "<script>alert(1)</script>", "</div>"])
def test_markup_that_we_do_not_know_is_refused(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_text(raw)
    assert caught.value.code is Expected.KNOWN_MARKUP


@pytest.mark.parametrize(
    "raw", ["osoby < 18 lat", "**ważne**", "<b>2.</b>", "<a href='x'>tu</a>", "<http://example.org/>"]
)
def test_markup_that_we_know_is_kept(raw: str) -> None:
    assert read_text(raw).raw == raw


@pytest.mark.parametrize(
    ("raw", "kind", "first", "last"),
    [
        ("IV-XI", MonthsKind.RANGE, 4, 11),
        ("IX – XII", MonthsKind.RANGE, 9, 12),
        ("V", MonthsKind.RANGE, 5, 5),
        ("II-XI-", MonthsKind.RANGE, 2, 11),
        ("IV-", MonthsKind.RANGE, 4, 4),
        ("na bieżąco", MonthsKind.CONTINUOUS, None, None),
        ("-", MonthsKind.NOT_PLANNED, None, None),
    ],
)
def test_months_are_a_range_continuous_or_not_planned(
    raw: str, kind: MonthsKind, first: int | None, last: int | None
) -> None:
    assert read_months(raw) == Months(raw, kind, first, last)


@pytest.mark.parametrize("raw", ["", "XI-IV", "IIII", "XIII", "I-XIII", "iv-xi", "4-11", "I-II-III", "VV"])
def test_other_months_are_refused(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_months(raw)
    assert caught.value.code is Expected.MONTHS


@given(st.integers(1, 12), st.integers(1, 12))
def test_months_that_we_write_are_read_as_themselves(one: int, other: int) -> None:
    first, last = sorted((one, other))
    written = months(first, last)
    assert read_months(written.raw) == written
    assert [month for month in range(1, 13) if written.covers(month)] == list(range(first, last + 1))


def test_roman_months_run_from_one_to_twelve() -> None:
    assert [read_months(each).first for each in ROMAN] == list(range(1, 13))


@given(places, places)
def test_the_number_of_an_action_survives_being_printed(direction: int, place: int) -> None:
    assert read_action_number(str(ActionNumber(direction, place))) == ActionNumber(direction, place)


@given(st.lists(st.tuples(places, places)))
def test_actions_are_sorted_by_both_numbers(pairs: list[tuple[int, int]]) -> None:
    assert [(each.direction, each.place) for each in sorted(ActionNumber(*pair) for pair in pairs)] == sorted(pairs)


@pytest.mark.parametrize("raw", ["1", "1.", ".1", "1.0", "0.1", "1.1.1", "1,1", "1.1.", "a.b", "1.01", "1.100", ""])
def test_other_numbers_of_actions_are_refused(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_action_number(raw)
    assert caught.value.code is Expected.ACTION_NUMBER


@pytest.mark.parametrize(("raw", "number_"), [("1.", 1), ("<b>2.</b>", 2), ("12.", 12)])
def test_a_direction_has_one_number_and_a_dot(raw: str, number_: int) -> None:
    assert read_direction_number(raw) == number_


@pytest.mark.parametrize("raw", ["1", "0.", "1.1", "", "I."])
def test_other_numbers_of_directions_are_refused(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_direction_number(raw)
    assert caught.value.code is Expected.DIRECTION


@pytest.mark.parametrize(
    ("raw", "parties"),
    [
        ("Mediatorzy rodzinni", ("Mediatorzy rodzinni",)),
        ("stacje radiowe i telewizyjne/ prasa", ("stacje radiowe i telewizyjne", "prasa")),
        ("Trenerzy / firmy", ("Trenerzy", "firmy")),
        ("Trenerzy  /  firmy /", ("Trenerzy", "firmy")),
        ("gminy i/lub powiaty", ("gminy i/lub powiaty",)),
        ("profesjonaliści-", ("profesjonaliści",)),
        ("-", ()),
    ],
)
def test_realisers_are_divided_at_slashes_with_a_blank(raw: str, parties: tuple[str, ...]) -> None:
    assert read_realisers(raw, None) == Realisers(raw, parties)


@pytest.mark.parametrize("raw", ["j.w.", "J.w.", "jw.", "j. w."])
def test_ditto_repeats_the_realisers_above(raw: str) -> None:
    assert read_realisers(raw, Realisers("A / B", ("A", "B"))) == Realisers(raw, ("A", "B"), ditto=True)


@pytest.mark.parametrize("raw", ["j.w.", ""])
def test_ditto_with_nothing_above_is_refused(raw: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_realisers(raw, None)
    assert caught.value.code is Expected.REALISERS


@pytest.mark.parametrize(("place", "written"), [(1, "a"), (26, "z"), (27, "aa"), (52, "az"), (53, "ba"), (703, "aaa")])
def test_indicators_of_an_action_are_lettered(place: int, written: str) -> None:
    assert letter(place) == written
