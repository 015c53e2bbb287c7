import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.rules import (
    COLUMNS,
    Access,
    InstitutionRow,
    Match,
    Nearness,
    Problem,
    RowProblem,
    match,
    nearness,
    parse,
    ranked,
    render,
)
from helpdesk.kernel import teryt
from helpdesk.kernel.codes import codes
from helpdesk.kernel.languages import LANGUAGES

DEMO = resources.files("helpdesk.directory").joinpath("data", "institutions.csv").read_text(encoding="utf-8")
SHORT_HEADER = "key,kind,name,teryt"
LUBICZ, OBROWO, TORUN, BYDGOSZCZ = "0415042", "0415072", "0463011", "0461011"
# Real numbers of national services, as the domain report gives them in B.8; all others have to be invented.
NATIONAL = {"112", "116111", "+48800120002", "+48222309900", "+48226280120", "+48226687000"}

lines = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]) | st.just(" ")).map(lambda t: " ".join(t.split()))
areas = st.sampled_from(sorted(teryt.areas()))
phones = st.sampled_from(["112", "116111", "+48520000012", "+48800120002", "+380441234567", "+12125550100"])
hours = st.sampled_from(["", "24/7", "Mo-Fr 07:30-15:30", "Mo,We 08:00-12:00,13:00-17:00; Sa 09:00-24:00"])
rows = st.builds(
    InstitutionRow,
    key=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?", fullmatch=True),
    kind=st.sampled_from(codes("referrals").rows).map(lambda row: row.code),
    name=lines.filter(bool),
    teryt=st.lists(areas, min_size=1, max_size=3, unique=True).map(tuple),
    address=lines,
    phones=st.lists(phones, max_size=3, unique=True).map(tuple),
    email=st.sampled_from(["", "pomoc@example.org", "=1+2@example.org"]),
    website=st.sampled_from(["", "https://example.org", "https://example.org/a?b=c"]),
    hours=hours,
    languages=st.lists(st.sampled_from([spoken.tag for spoken in LANGUAGES]), unique=True).map(tuple),
    accessibility=st.lists(st.sampled_from([need.value for need in Access]), unique=True).map(tuple),
    checked_on=st.none() | st.dates(min_value=date(2000, 1, 1)),
    note=lines,
)
tables = st.lists(rows, max_size=4, unique_by=lambda row: row.key).map(tuple)


@dataclass(frozen=True)
class Place:
    name: str
    teryt: tuple[str, ...] = ("04",)


def _table(cells: str, header: str = SHORT_HEADER) -> str:
    return f"{header}\n{cells}\n"


@given(tables)
def test_a_table_is_read_back_as_it_was_written(table: tuple[InstitutionRow, ...]) -> None:
    reading = parse(render(table))
    assert reading.problems == ()
    assert reading.rows == table


@given(tables)
def test_no_cell_of_a_written_table_can_be_a_formula(table: tuple[InstitutionRow, ...]) -> None:
    for record in csv.DictReader(io.StringIO(render(table))):
        for column, cell in record.items():
            inert = column == "phones" and re.fullmatch(r"[+0-9 ;]*", cell)
            assert inert or not cell.startswith(tuple("=+-@\t\r＝＋－＠"))


@given(st.text() | st.text(alphabet='key,ndamtryOPS04;\n"\r\x00').map(lambda text: f"{SHORT_HEADER}\n{text}"))
def test_any_file_gets_rows_or_problems_and_never_an_error(text: str) -> None:
    reading = parse(text)
    assert all(problem.line >= 0 for problem in reading.problems)
    assert parse(render(reading.rows)).rows == reading.rows


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@dom", "'@dom"),
        ("-", "'-"),
        ("+48", "'+48"),
        ("'=x", "''=x"),
        ("'cytat'", "''cytat'"),
        ("Dom = dom", "Dom = dom"),
    ],
)
def test_what_begins_like_a_formula_is_guarded_and_freed_again(name: str, written: str) -> None:
    text = render([InstitutionRow("a", "OPS", name, ("04",))])
    assert next(csv.DictReader(io.StringIO(text)))["name"] == written
    assert parse(text).rows[0].name == name


def test_phones_are_written_as_people_write_them() -> None:
    row = InstitutionRow("a", "OPS", "A", ("04",), phones=("+48520000012", "116111"))
    assert "+48 52 000 00 12;116 111" in render([row])


def test_a_phone_cell_that_holds_something_else_is_guarded_too() -> None:
    row = InstitutionRow("a", "OPS", "A", ("04",), phones=("=1+2",))
    assert ",'=1+2," in render([row])


def test_what_a_spreadsheet_does_on_saving_is_undone() -> None:
    text = "\ufeffkey;kind;name;teryt;phones;checked_on\r\na;OPS;A;408062;48520000012;31.12.2025\r\n;;;;;\r\n"
    row = InstitutionRow("a", "OPS", "A", ("0408062",), phones=("+48520000012",), checked_on=date(2025, 12, 31))
    assert parse(text).rows == (row,)


def test_columns_may_be_left_out_and_stand_in_any_order() -> None:
    assert parse("teryt,name,kind,key\n04,A,OPS,a\n").rows == (InstitutionRow("a", "OPS", "A", ("04",)),)


def test_a_value_repeated_in_a_cell_counts_once() -> None:
    reading = parse(_table("a,OPS,A,0408062; 040806;04;", SHORT_HEADER))
    assert reading.rows[0].teryt == ("0408062", "04")


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("", [("key", "column-missing"), ("kind", "column-missing"), ("name", "column-missing"), ("teryt", "column-missing")]),
        ("key,kind,name,teryt,colour", [("colour", "column-unknown")]),
        ("key,kind,name,teryt,note,note", [("note", "column-twice")]),
        ("key,kind,name", [("teryt", "column-missing")]),
    ],
)  # fmt: skip
def test_a_wrong_header_is_told_before_any_row(header: str, problems: list[tuple[str, str]]) -> None:
    reading = parse(header and f"{header}\na,b,c,d\n")
    assert [(problem.column, problem.code.value) for problem in reading.problems] == problems
    assert not reading.rows


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("key", "", RowProblem.REQUIRED),
        ("key", "Ops Lubicz", RowProblem.KEY),
        ("kind", "", RowProblem.REQUIRED),
        ("kind", "XYZ", RowProblem.KIND),
        ("name", "", RowProblem.REQUIRED),
        ("teryt", "", RowProblem.REQUIRED),
        ("teryt", "0408061", RowProblem.AREA),
        ("phones", "113", RowProblem.PHONE),
        ("email", "nobody", RowProblem.EMAIL),
        ("email", "a@b", RowProblem.EMAIL),
        ("website", "javascript:alert(1)", RowProblem.WEBSITE),
        ("website", "example.org", RowProblem.WEBSITE),
        ("hours", "Mo-Fr 7-15", RowProblem.HOURS),
        ("hours", "Mo-We-Fr 07:00-15:00", RowProblem.HOURS),
        ("hours", "24/7; Mo 07:00-15:00", RowProblem.HOURS),
        ("languages", "xx", RowProblem.LANGUAGE),
        ("accessibility", "nice", RowProblem.ACCESSIBILITY),
        ("checked_on", "30.02.2026", RowProblem.DATE),
        ("checked_on", "yesterday", RowProblem.DATE),
    ],
)
def test_a_wrong_value_is_told_with_line_and_column(column: str, value: str, code: RowProblem) -> None:
    good = {"key": "a", "kind": "OPS", "name": "A", "teryt": "04"}
    cells = [(good | {column: value}).get(name, "") for name in COLUMNS]
    reading = parse(_table(f"z,OPS,Z,04{',' * 9}\n{','.join(cells)}", ",".join(COLUMNS)))
    assert reading.problems == (Problem(3, column, code, value),)
    assert [row.key for row in reading.rows] == ["z"]


def test_all_problems_of_a_table_are_told_at_once() -> None:
    text = _table('a,OPS,"two\nlines",04\nB!,XYZ,B,04;9999999\na,OPS,again,04\nc,OPS,C\n')
    assert [(problem.line, problem.column, problem.code) for problem in parse(text).problems] == [
        (4, "key", RowProblem.KEY),
        (4, "kind", RowProblem.KIND),
        (4, "teryt", RowProblem.AREA),
        (5, "key", RowProblem.KEY_TWICE),
        (6, "", RowProblem.CELL_COUNT),
    ]
    assert [row.name for row in parse(text).rows] == ["two lines"]


def test_a_cell_too_long_to_be_one_is_told() -> None:
    assert parse(_table("a" * 200_000)).problems[0].code is RowProblem.UNREADABLE


def test_the_demonstration_has_eighty_institutions_of_every_kind() -> None:
    reading = parse(DEMO)
    assert reading.problems == ()
    assert len(reading.rows) == 80
    assert {row.code for row in codes("referrals").rows} - {row.kind for row in reading.rows} == {"UNK"}


def test_the_demonstration_is_kept_in_the_form_in_which_it_is_exported() -> None:
    assert render(parse(DEMO).rows) == DEMO


def test_the_demonstration_rings_nobody() -> None:
    numbers = {phone for row in parse(DEMO).rows for phone in row.phones} - NATIONAL
    assert all(re.fullmatch(r"\+48(52|54|56)0000[0-2]\d\d", phone) for phone in numbers)
    hosts = {row.email.partition("@")[2] for row in parse(DEMO).rows} | {
        row.website.removeprefix("https://").strip("/").partition(".")[2] for row in parse(DEMO).rows
    }
    assert hosts <= {"", "example.org"}


def test_no_shelter_is_listed_with_its_address() -> None:
    shelters = [row for row in parse(DEMO).rows if row.kind in {"SOW", "DSM"}]
    assert {row.address for row in shelters} == {"adres podawany po rozmowie"}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("ośrodek pomocy lipno", Match.EXACT),
        ("OSRODEK", Match.PREFIX),
        ("osrodek pomo", Match.PREFIX),
        ("lip pom", Match.WORDS),
        ("", Match.PREFIX),
        ("srodek", Match.NONE),
        ("lipno kowal", Match.NONE),
    ],
)
def test_a_name_answers_what_was_typed(typed: str, answer: Match) -> None:
    assert match("Ośrodek Pomocy, Lipno", typed) is answer


@pytest.mark.parametrize(
    ("served", "here", "near"),
    [
        ((LUBICZ,), LUBICZ, Nearness.GMINA),
        (("0415",), LUBICZ, Nearness.COUNTY),
        (("04",), LUBICZ, Nearness.VOIVODESHIP),
        (("04", LUBICZ), LUBICZ, Nearness.GMINA),
        ((OBROWO,), LUBICZ, Nearness.NEIGHBOURS),
        ((TORUN, BYDGOSZCZ), LUBICZ, Nearness.ELSEWHERE),
        (("0461", "0403"), LUBICZ, Nearness.ELSEWHERE),
        (("0415",), "0415", Nearness.COUNTY),
        ((LUBICZ,), "0415", Nearness.NEIGHBOURS),
        (("04",), "04", Nearness.VOIVODESHIP),
        ((LUBICZ,), "04", Nearness.ELSEWHERE),
        ((), LUBICZ, Nearness.ELSEWHERE),
    ],
)
def test_the_area_that_serves_a_place_most_closely_counts(served: tuple[str, ...], here: str, near: Nearness) -> None:
    assert nearness(served, here) is near


def test_the_name_comes_first_then_nearness_then_the_alphabet() -> None:
    found = [
        Place("Żłobek", ("0415",)),
        Place("Ośrodek Pomocy w Obrowie", (OBROWO,)),
        Place("Dom i ośrodek", (LUBICZ,)),
        Place("Ośrodek Ż", ("04",)),
        Place("Ośrodek Ł", ("04",)),
        Place("Ośrodek Pomocy w Lubiczu", (LUBICZ,)),
        Place("Ośrodek", (BYDGOSZCZ,)),
        Place("Ośrodek Powiatowy", ("0415",)),
    ]
    assert [place.name for place in ranked(found, "ośrodek", LUBICZ)] == [
        "Ośrodek",
        "Ośrodek Pomocy w Lubiczu",
        "Ośrodek Powiatowy",
        "Ośrodek Ł",
        "Ośrodek Ż",
        "Ośrodek Pomocy w Obrowie",
        "Dom i ośrodek",
    ]


def test_without_a_place_only_the_name_counts() -> None:
    found = [Place("Mak", (LUBICZ,)), Place("Łan", ("04",)), Place("Lan", (BYDGOSZCZ,))]
    assert [place.name for place in ranked(found, "")] == ["Lan", "Łan", "Mak"]


@given(st.lists(rows, max_size=6), st.sampled_from(["", "a", "ośrodek"]), areas)
def test_ranking_keeps_exactly_what_answers(found: list[InstitutionRow], typed: str, here: str) -> None:
    kept = ranked(found, typed, here)
    assert sorted(map(id, kept)) == sorted(id(row) for row in found if match(row.name, typed) is not Match.NONE)


@given(rows, areas)
def test_serving_more_never_puts_an_institution_further_away(row: InstitutionRow, here: str) -> None:
    assert nearness(replace(row, teryt=(*row.teryt, "04")).teryt, here) <= nearness(row.teryt, here)
