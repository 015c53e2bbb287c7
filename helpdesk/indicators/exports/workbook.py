"""The table as a workbook, laid out as on paper."""

import io
from collections.abc import Iterable
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from helpdesk.indicators.exports.grid import WIDTHS, Spot, spots_of
from helpdesk.indicators.rules.layout import RowKind
from helpdesk.indicators.rules.tree import Schedule

LINE_HEIGHT = 12.5
FONT = {"font_name": "Calibri", "font_size": 9, "text_wrap": True, "num_format": "@"}
BODY = {**FONT, "border": 1, "valign": "vcenter", "align": "center"}
LEFT = {**BODY, "align": "left"}
BOLD = {**BODY, "bold": True}
LOOKS: dict[RowKind, dict[str, object]] = {
    RowKind.TITLE: {**FONT, "bold": True, "font_size": 12, "align": "center", "valign": "vcenter"},
    RowKind.HEADING: {**BOLD, "bg_color": "#E7E6E6"},
    RowKind.DIRECTION: {**BOLD, "align": "left", "bg_color": "#F2F2F2"},
    RowKind.FOOTNOTE: {**FONT, "align": "left", "valign": "vcenter"},
    RowKind.TOTAL: BOLD,
}


def to_xlsx(schedule: Schedule, *, made: datetime) -> bytes:
    """A workbook with one sheet laid out as on paper: merged cells, footnotes in place, everything as text.

    Footnote marks are raised digits and links only their words (`Printed.rendered`). `made` is written as the day of
    making, so that the same schedule gives the same bytes.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as book:
        book.set_properties({"title": schedule.title.plain, "created": made.replace(tzinfo=None)})
        sheet = book.add_worksheet(str(schedule.year))
        _prepare(sheet)
        spots = spots_of(schedule)
        _fill(sheet, spots, _Formats(book))
        _set_heights(sheet, spots)
    return target.getvalue()


class _Formats:
    """Each look of a cell once in a workbook."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple[RowKind, bool], Format] = {}

    def of(self, spot: Spot) -> Format:
        key = spot.kind, spot.left
        if key not in self.made:
            self.made[key] = self.book.add_format(LOOKS.get(spot.kind, LEFT if spot.left else BODY))
        return self.made[key]


def _prepare(sheet: Worksheet) -> None:
    """A4, lying, one page wide, the heading on every page."""
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.freeze_panes(3, 1)
    sheet.set_footer("&C&P / &N")
    sheet.ignore_errors({"number_stored_as_text": "A1:K1048576"})


def _fill(sheet: Worksheet, spots: Iterable[Spot], formats: _Formats) -> None:
    for spot in spots:
        place, look = spot.place, formats.of(spot)
        if spot.height * spot.width > 1:
            sheet.merge_range(place.top, place.left, place.bottom, place.right, "", look)
        sheet.write_string(place.top, place.left, spot.text, look)


def _set_heights(sheet: Worksheet, spots: Iterable[Spot]) -> None:
    """Spreadsheets do not fit rows to merged cells, so we estimate, sharing out what spans several rows."""
    lines: dict[int, float] = {}
    for spot in spots:
        for row in range(spot.place.top, spot.place.bottom + 1):
            lines[row] = max(1.0, spot.lines / spot.height, lines.get(row, 0.0))
    for row, most in lines.items():
        sheet.set_row(row, LINE_HEIGHT * most + 3)
