"""The files that the office opens elsewhere, read back and compared with the official table cell by cell."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from helpdesk.indicators.exports import harmless, printed_rows, to_csv, to_docx, to_json, to_pdf, to_xlsx
from helpdesk.indicators.rules.importing import import_schedule
from helpdesk.indicators.rules.layout import RowKind
from helpdesk.indicators.rules.tree import Schedule
from helpdesk.indicators.rules.values import SUPERSCRIPTS, Text
from helpdesk.indicators.service import Taken
from tests.indicators import official
from tests.indicators.strategies import schedules

FIGURES = (2, 3, 4, 8, 9, 10)
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


def test_the_document_holds_the_official_table_cell_by_cell() -> None:
    """The title stands above the table; what stands in the cells is compared with the CSV."""
    title, *rows = [tuple(Text(cell).rendered for cell in row) for row in _csv_cells(official.schedule())]
    book = _docx(official.schedule())
    assert book.paragraphs[0].text == title[0]
    assert _docx_cells(official.schedule()) == rows


def test_the_document_lies_on_a4_and_repeats_its_heading() -> None:
    book = _docx(official.schedule())
    section, table = book.sections[0], book.tables[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)  # type: ignore[union-attr]
    widths = [column.width.mm for column in table.columns if column.width]
    assert len(widths) == 11
    assert sum(widths) == pytest.approx(297 - 24, abs=1)
    repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
    assert repeated == [True, True, *[False] * (len(repeated) - 2)]


def test_a_direction_is_never_left_alone_at_the_end_of_a_page_nor_a_row_torn_apart() -> None:
    rows = printed_rows(official.schedule())[1:]
    table = _docx(official.schedule()).tables[0]
    kept = [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows]
    assert kept == [row.kind in {RowKind.DIRECTION, RowKind.TOTAL} for row in rows]
    assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in table.rows)


def test_the_foot_of_the_document_says_the_day_the_hour_and_the_person() -> None:
    book = _docx(official.schedule())
    first, second = book.sections[0].footer.paragraphs
    assert first.text == "Stan na 31 grudnia 2023 r.\tStrona  z "
    stops = [*first.paragraph_format.tab_stops, *first.style.paragraph_format.tab_stops]
    assert [round(stop.position.mm) for stop in stops] == [273]
    fields = [each.get(qn("w:instr")) for each in first._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert second.text == "Sporządzono 15 stycznia 2024 r. o godz. 10:30, Olga Nowak"


def test_the_document_is_described_in_polish_and_by_us_alone() -> None:
    about = _docx(official.schedule()).core_properties
    assert (about.title, about.author, about.comments, about.language) == (
        official.schedule().title.plain,
        "",
        "",
        "pl",
    )
    assert about.created == MADE
    languages = {each.get(qn("w:val")) for each in _docx(official.schedule()).styles.element.iter(qn("w:lang"))}
    assert languages == {"pl-PL"}


def test_a_title_of_any_length_stands_above_the_table_and_on_the_paper() -> None:
    odd = replace(official.schedule(), title=Text("Harmonogram " + "bardzo długi " * 40))
    assert _docx(odd).paragraphs[0].text == odd.title.plain
    assert _squeezed(odd.title.plain) in _squeezed(_pdf_text(odd))


def test_the_same_schedule_gives_the_same_document_and_the_same_paper() -> None:
    assert to_docx(_taken(official.schedule())) == to_docx(_taken(official.schedule()))
    assert to_pdf(_taken(official.schedule())) == to_pdf(_taken(official.schedule()))


def test_words_that_no_document_may_hold_are_left_out_and_the_rest_stays() -> None:
    odd = import_schedule(official.text().replace("Mediatorzy rodzinni", "Mediatorzy \x0brodz\x01inni 😀", 1))
    assert "Mediatorzy rodzinni 😀" in {cell for row in _docx_cells(odd) for cell in row}
    assert "Mediatorzy" in _pdf_text(odd)
    assert "inni □" in _pdf_text(odd)


def test_every_cell_of_the_official_table_stands_on_the_paper() -> None:
    """Words are divided at the ends of lines, so blanks and hyphens do not count here."""
    found = _squeezed(_pdf_text(official.schedule()))
    missing = [cell for row in official.grid() for cell in row if _squeezed(Text(cell).rendered) not in found]
    assert missing == []


def test_every_page_of_the_paper_has_the_heading_its_direction_and_its_number() -> None:
    pages = [page.extract_text() for page in _pdf(official.schedule()).pages]
    assert len(pages) > 1
    for place, page in enumerate(pages, start=1):
        assert "Realizatorzy" in page
        assert f"Strona {place} z {len(pages)}" in page
        assert "Stan na 31 grudnia 2023 r." in page
        assert "Sporządzono 15 stycznia 2024 r. o godz. 10:30, Olga Nowak" in page
    directions = [_squeezed(each.title.plain) for each in official.schedule().directions]
    assert all(any(each in _squeezed(page) for each in directions) for page in pages)
    assert sum("590.000" in page for page in pages) == 1


@pytest.mark.parametrize(
    "place",
    [
        "Rozpowszechnianie informacji",
        "liczba osób przeszkolonych",
        "6 funkcjonariuszy",
        "Większa dostępność",
    ],
)
def test_nothing_is_written_beside_the_paper_however_much_somebody_wrote(place: str) -> None:
    words = [f"słowo{number}" for number in range(500)]
    reader = _pdf(import_schedule(official.text().replace(place, f"{' '.join(words)} {place}", 1)))
    said = _squeezed("".join(page.extract_text() for page in reader.pages))
    assert [word for word in words if word not in said] == []
    assert min(_heights(reader)) > 10
    assert max(_heights(reader)) < 595 - 10


def _heights(reader: PdfReader) -> list[float]:
    """How high above the lower edge of its page each piece of text stands, in points."""
    found: list[float] = []

    def note(text: str, whole: list[float], line: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found.append(line[4] * whole[1] + line[5] * whole[3] + whole[5])

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    return found


def test_a_direction_without_anything_below_it_is_a_row_like_others() -> None:
    first, second, third = official.schedule().directions
    bare = replace(third, actions=(), positions=())
    more = replace(bare, number=4, label=Text("4."), title=Text("Nic jeszcze"))
    odd = replace(official.schedule(), directions=(first, bare, second, more))
    said = _squeezed(_pdf_text(odd))
    assert said.count(_squeezed(third.title.plain)) == 1
    assert said.count("Nicjeszcze") == 1
    # The note to a figure that is gone still stands below the total.
    total, note = (_squeezed(each) for each in ("590.000", official.schedule().footnotes[-1].text))
    assert said.index(total) < said.index(note)


def test_the_total_is_not_torn_apart() -> None:
    label = _squeezed("Łączna wartość realizacji programu w roku")
    page = next(page for page in map(_squeezed, _pdf_pages(official.schedule())) if label in page)
    assert all(_squeezed(each) in page for each in ("Wartość ogółem [PLN]", "590.000", "412.000", "178.000"))


@patient
@given(schedules())
def test_any_schedule_survives_each_format(schedule: Schedule) -> None:
    printed = [row.cells for row in printed_rows(schedule)]
    assert _csv_cells(schedule) == printed
    assert _xlsx_cells(schedule) == [tuple(Text(cell).rendered for cell in row) for row in printed]
    assert [tuple(row["cells"]) for row in json.loads(to_json(schedule))["rows"]] == printed


@settings(patient, max_examples=5)
@given(schedules())
def test_any_schedule_survives_the_word_processor(schedule: Schedule) -> None:
    printed = [row.cells for row in printed_rows(schedule)[1:]]
    assert _docx_cells(schedule) == [tuple(Text(cell).rendered for cell in row) for row in printed]


# What fails here is a table of some pages, and making it smaller takes longer than reading it.
@settings(patient, max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(schedules())
def test_every_figure_of_any_schedule_stands_on_the_paper(schedule: Schedule) -> None:
    printed = [row.cells for row in printed_rows(schedule)[1:]]
    figures = Counter(
        word for row in printed for place in FIGURES for word in Text(row[place]).rendered.split() if word[0].isdigit()
    )
    pages = _pdf(schedule).pages
    found = Counter(word for page in pages for word in page.extract_text(extraction_mode="layout").split())
    assert figures - found == Counter()


def _taken(schedule: Schedule) -> Taken:
    return Taken(schedule, date(2023, 12, 31), MADE, "Olga Nowak")


def _pdf(schedule: Schedule) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(_taken(schedule))))


def _pdf_pages(schedule: Schedule) -> list[str]:
    return [page.extract_text() for page in _pdf(schedule).pages]


def _pdf_text(schedule: Schedule) -> str:
    return "\n".join(_pdf_pages(schedule))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]", "", text)


def _docx(schedule: Schedule) -> Document:
    return docx.Document(io.BytesIO(to_docx(_taken(schedule))))


def _docx_cells(schedule: Schedule) -> list[tuple[str, ...]]:
    """What stands in each cell; a merged one says it in the row and column where the table prints it."""
    table: Table = _docx(schedule).tables[0]
    printed = printed_rows(schedule)[1:]
    grid = [list(row.cells) for row in table.rows]
    shared = Counter(cell._tc for row in grid for cell in row)
    return [
        tuple(
            _said(cell) if there or shared[cell._tc] == 1 else "" for cell, there in zip(cells, row.cells, strict=True)
        )
        for cells, row in zip(grid, printed, strict=True)
    ]


def _said(cell: _Cell) -> str:
    """The words of a cell, with raised marks as raised digits."""
    runs = [run for paragraph in cell.paragraphs for run in paragraph.runs]
    return "".join(run.text.translate(SUPERSCRIPTS) if run.font.superscript else run.text for run in runs)


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
