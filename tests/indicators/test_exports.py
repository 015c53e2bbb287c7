"""The files that the office opens elsewhere, read back and compared with the official table cell by cell."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from helpdesk.indicators.exports import harmless, printed_rows, to_csv, to_json, to_xlsx
from helpdesk.indicators.rules.importing import import_schedule
from helpdesk.indicators.rules.layout import RowKind
from helpdesk.indicators.rules.tree import Schedule
from helpdesk.indicators.rules.values import Text
from tests.indicators import official
from tests.indicators.strategies import schedules

MADE = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
patient = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_csv_holds_the_official_table_cell_by_cell() -> None:
    assert _csv_cells(official.schedule()) == official.grid()


def test_polish_spreadsheets_open_the_csv() -> None:
    data = to_csv([("Lp.", "środki własne")])
    assert data == b"\xef\xbb\xbfLp.;\xc5\x9brodki w\xc5\x82asne\r\n"


@pytest.mark.parametrize("cell", ["=1+1", "+48", "@SUM(A1)", "-2+3", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "--"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-", "–", "· innych", "–modernizacja", "110.000", "<b>2.</b>", "II-XI-", "a=b"])
def test_legitimate_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.lists(st.lists(st.text(), min_size=1, max_size=4), max_size=4))
def test_csv_cells_are_never_lost_nor_split(rows: list[list[str]]) -> None:
    # A row of one empty cell is written as an empty pair of quotes, which is read back alike.
    read = list(csv.reader(io.StringIO(to_csv(rows).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read == [[harmless(cell) for cell in row] for row in rows]
    assert all(not cell.startswith(("=", "+", "@")) for row in read for cell in row)


def test_the_workbook_holds_the_official_table_cell_by_cell() -> None:
    assert _xlsx_cells(official.schedule()) == [tuple(Text(cell).rendered for cell in row) for row in official.grid()]


def test_everything_in_the_workbook_is_text() -> None:
    sheet = _sheet(official.schedule())
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert {"1.10", "12.000", "2417 ⁴", "II-XI-", "-", "0"} <= {cell.value for cell in cells}


def test_a_formula_stays_words_in_the_workbook() -> None:
    evil = official.text().replace("Mediatorzy rodzinni", "=HYPERLINK(1)", 1)
    sheet = _sheet(import_schedule(evil))
    assert "=HYPERLINK(1)" in {cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}


def test_the_same_schedule_gives_the_same_workbook() -> None:
    assert to_xlsx(official.schedule(), made=MADE) == to_xlsx(official.schedule(), made=MADE)


def test_footnotes_reach_over_all_columns() -> None:
    rows = printed_rows(official.schedule())
    notes = [place + 1 for place, row in enumerate(rows) if row.kind is RowKind.FOOTNOTE]
    merged = {str(each) for each in _sheet(official.schedule()).merged_cells.ranges}
    assert {f"A{place}:K{place}" for place in notes} <= merged


def test_the_json_tells_numbers_dashes_and_empty_cells_apart() -> None:
    found = json.loads(to_json(official.schedule()))
    others = found["indicators"]["1.1.b.7"]
    assert [others[name]["kind"] for name in ("plan", "executed", "programme_plan")] == ["dash", "number", "empty"]
    assert found["indicators"]["3.1.b"]["executed"] == {
        "kind": "number",
        "number": 2417,
        "printed": "2417 <sup>4</sup>",
        "footnotes": [4],
    }
    assert found["indicators"]["3.1.b"]["executed_as_of"] == "2022-12-12"
    assert found["indicators"]["1.9.a"]["plan"]["kind"] == "continuous"
    assert found["total"]["computed"] == {"total": 590_000, "own": 412_000, "other": 178_000}


def test_the_json_holds_the_official_table_cell_by_cell() -> None:
    found = json.loads(to_json(official.schedule()))
    assert [tuple(row["cells"]) for row in found["rows"]] == official.grid()


@patient
@given(schedules())
def test_any_schedule_survives_each_format(schedule: Schedule) -> None:
    printed = [row.cells for row in printed_rows(schedule)]
    assert _csv_cells(schedule) == printed
    assert _xlsx_cells(schedule) == [tuple(Text(cell).rendered for cell in row) for row in printed]
    assert [tuple(row["cells"]) for row in json.loads(to_json(schedule))["rows"]] == printed


def _csv_cells(schedule: Schedule) -> list[tuple[str, ...]]:
    data = to_csv(row.cells for row in printed_rows(schedule))
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")]


def _sheet(schedule: Schedule) -> Worksheet:
    sheet = load_workbook(io.BytesIO(to_xlsx(schedule, made=MADE))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def _xlsx_cells(schedule: Schedule) -> list[tuple[str, ...]]:
    """What stands in each cell; a merged one says it in the row where the table prints it."""
    sheet = _sheet(schedule)
    corners = {spot: (each.min_row, each.min_col) for each in sheet.merged_cells.ranges for spot in each.cells}
    rows = []
    for row, printed in enumerate(printed_rows(schedule), start=1):
        spots = [(row, column) for column in range(1, 12)]
        said = [str(sheet.cell(*corners.get(spot, spot)).value or "") for spot in spots]
        rows.append(
            tuple(
                each if cell or spot not in corners else ""
                for spot, each, cell in zip(spots, said, printed.cells, strict=True)
            )
        )
    return rows
