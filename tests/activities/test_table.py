"""A table of agreements as an office keeps it in a spreadsheet."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.activities.rules import AgreementEntry, AgreementRefusal, TableRefusal, parse, render
from helpdesk.activities.rules.table import find_gmina
from helpdesk.kernel import teryt
from helpdesk.kernel.errors import Refusal
from tests.activities.register import LUBICZ, RURAL_LIPNO, TOWN_LIPNO, entry, table

TODAY = date(2024, 1, 10)
DAYS = st.dates(date(2000, 1, 1), TODAY)
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


@st.composite
def entries(draw: st.DrawFn) -> list[AgreementEntry]:
    """Agreements of different gminas with different numbers, some with texts that a spreadsheet would take for formulas."""
    gminas = draw(st.lists(st.sampled_from([each.code for each in teryt.gminas()]), max_size=5, unique=True))
    numbers = draw(st.lists(TEXTS, min_size=len(gminas), max_size=len(gminas), unique=True))
    return [
        AgreementEntry(
            gmina=gmina,
            number=number,
            signed_on=draw(DAYS),
            first_day=date(2021, 1, 1),
            last_day=draw(st.none() | st.dates(date(2021, 1, 1), date(2030, 1, 1))),
            contribution=draw(st.none() | st.integers(0, 100_000_000)),
            remarks=draw(st.just("") | TEXTS),
        )
        for gmina, number in zip(gminas, numbers, strict=True)
    ]


@given(entries())
def test_what_is_exported_is_read_back_as_it_was(held: list[AgreementEntry]) -> None:
    reading = parse(render(held), TODAY)
    assert reading.problems == ()
    assert [each for _line, each in reading.rows] == held


@given(entries())
def test_no_exported_cell_is_a_formula(held: list[AgreementEntry]) -> None:
    for line in render(held).splitlines():
        assert not any(cell.lstrip('"').startswith(tuple("=+-@")) for cell in line.split(","))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert parse(text, TODAY).rows == ()


@pytest.mark.parametrize(
    ("code", "name", "county", "found"),
    [
        (LUBICZ, "", "", LUBICZ),
        ("415042", "", "", LUBICZ),  # a spreadsheet took the zero for needless
        ("041504", "", "", LUBICZ),  # without its kind
        ("", "lubicz", "", LUBICZ),
        ("", "Lubicz", "powiat toruński", LUBICZ),
        ("", "Lipno (gmina wiejska, powiat lipnowski)", "", RURAL_LIPNO),
        (TOWN_LIPNO, "Lipno", "lipnowski", TOWN_LIPNO),
        ("", "Toruń", "", "0463011"),
    ],
)
def test_a_gmina_is_found_by_code_or_by_name(code: str, name: str, county: str, found: str) -> None:
    assert find_gmina(code, name, county) == found


@pytest.mark.parametrize(
    ("code", "name", "county", "refusal"),
    [
        ("", "", "", TableRefusal.NO_GMINA),
        ("0415", "", "", TableRefusal.NO_GMINA),
        ("0499999", "", "", TableRefusal.NO_GMINA),
        ("", "Kraków", "", TableRefusal.NO_GMINA),
        ("", "Lubicz", "lipnowski", TableRefusal.NO_GMINA),
        ("", "Lipno", "", TableRefusal.AMBIGUOUS),
        ("", "Lipno", "lipnowski", TableRefusal.AMBIGUOUS),  # town and country lie in one county
        (LUBICZ, "Obrowo", "", TableRefusal.DISAGREES),
    ],
)
def test_a_gmina_is_never_guessed(code: str, name: str, county: str, refusal: TableRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        find_gmina(code, name, county)
    assert refused.value.code is refusal


def test_of_each_name_that_two_gminas_have_both_codes_are_told() -> None:
    names = [each.name for each in teryt.gminas()]
    doubled = sorted({name for name in names if names.count(name) > 1})
    assert len(doubled) == 13  # eleven inside one county, and two between a city and the country round it
    for name in doubled:
        reading = parse(table(f",{name},,1/2021,2021-01-01,2021-01-01,,,"), TODAY)
        (problem,) = reading.problems
        codes = ", ".join(each.code for each in teryt.gminas() if each.name == name)
        assert (problem.line, problem.column, problem.value) == (2, "gmina", name)
        assert problem.refusal.data == {"codes": codes}


def test_a_sound_row_is_read_whole_and_semicolons_and_polish_dates_are_understood() -> None:
    text = table(
        f"{LUBICZ};;;12/2021;04.01.2021;01.01.2021;31.12.2023;1 595,50;bez uwag",
        header="teryt;gmina;county;number;signed_on;first_day;last_day;contribution;remarks",
    )
    reading = parse("\ufeff" + text, TODAY)
    wanted = entry(
        LUBICZ,
        "12/2021",
        signed_on=date(2021, 1, 4),
        last_day=date(2023, 12, 31),
        contribution=159550,
        remarks="bez uwag",
    )
    assert reading.rows == ((2, wanted),)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (f"{LUBICZ},,,,2021-01-01,2021-01-01,,,", "number", TableRefusal.REQUIRED),
        (f"{LUBICZ},,,1,,2021-01-01,,,", "signed_on", TableRefusal.REQUIRED),
        (f"{LUBICZ},,,1,2021-02-30,2021-01-01,,,", "signed_on", TableRefusal.DATE),
        (f"{LUBICZ},,,1,2021-01-01,1 stycznia,,,", "first_day", TableRefusal.DATE),
        (f"{LUBICZ},,,1,2021-01-01,2021-01-01,2020-01-01,,", "last_day", AgreementRefusal.DAYS),
        (f"{LUBICZ},,,1,2030-01-01,2021-01-01,,,", "signed_on", AgreementRefusal.SIGNED_LATER),
        (f"{LUBICZ},,,1,2021-01-01,2021-01-01,,dużo,", "contribution", AgreementRefusal.CONTRIBUTION),
        (f"{LUBICZ},,,1,2021-01-01", "", TableRefusal.CELL_COUNT),
        ("0499011,,,1,2021-01-01,2021-01-01,,,", "teryt", TableRefusal.NO_GMINA),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(line: str, column: str, code: object) -> None:
    good = f"{TOWN_LIPNO},,,2,2021-01-01,2021-01-01,,,"
    reading = parse(table(good, "", line), TODAY)
    (problem,) = reading.problems
    assert (problem.line, problem.column, problem.refusal.code) == (4, column, code)
    assert [each.gmina for _line, each in reading.rows] == [TOWN_LIPNO]


def test_every_wrong_cell_of_a_row_is_told_at_once() -> None:
    reading = parse(table("x,,,,x,x,x,x,"), TODAY)
    assert {each.column for each in reading.problems} == {
        "teryt", "number", "signed_on", "first_day", "last_day", "contribution",
    }  # fmt: skip


def test_two_rows_of_one_number_and_two_of_one_gmina_on_one_day_are_refused() -> None:
    reading = parse(
        table(
            f"{LUBICZ},,,1,2021-01-01,2021-01-01,2022-12-31,,",
            f"{TOWN_LIPNO},,,1,2021-01-01,2021-01-01,,,",
            f"{LUBICZ},,,3,2021-01-01,2022-12-31,,,",
            f"{LUBICZ},,,4,2021-01-01,2023-01-01,,,",
        ),
        TODAY,
    )
    assert [(each.line, each.refusal.code) for each in reading.problems] == [
        (3, TableRefusal.NUMBER_TWICE),
        (4, AgreementRefusal.OVERLAPS),
    ]
    assert reading.problems[1].refusal.data == {"number": "1"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("teryt,number,signed_on", TableRefusal.COLUMN_MISSING),
        ("teryt,number,signed_on,first_day,kwota", TableRefusal.COLUMN_UNKNOWN),
        ("teryt,teryt,number,signed_on,first_day", TableRefusal.COLUMN_TWICE),
    ],
)
def test_a_header_that_is_not_ours_is_refused(header: str, code: TableRefusal) -> None:
    assert [each.refusal.code for each in parse(header + "\n", TODAY).problems] == [code]


def test_a_file_that_is_no_table_is_refused_as_a_whole() -> None:
    (problem,) = parse("teryt,number,signed_on,first_day\n" + "x" * 200_000 + ",1,1,1", TODAY).problems
    assert (problem.line, problem.refusal.code) == (0, TableRefusal.UNREADABLE)
    (problem,) = parse(table(f"{LUBICZ},,,1\0,2021-01-01,2021-01-01,,,"), TODAY).problems
    assert (problem.line, problem.refusal.code) == (0, TableRefusal.UNREADABLE)
