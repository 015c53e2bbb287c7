"""The schedule as files that other programs open: CSV, XLSX and JSON. Plain values in, bytes out.

No writer knows the database or the clock. Cells are always text: as numbers, 1.10 would become 1.1 and 12.000 twelve.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from helpdesk.indicators.rules.keys import keyed
from helpdesk.indicators.rules.layout import LaidRow, RowKind, lay_out, without_blanks
from helpdesk.indicators.rules.merges import Merge, merges_of
from helpdesk.indicators.rules.table import WIDTH
from helpdesk.indicators.rules.tree import Costs, Direction, Footnote, Funds, Indicator, Position, Schedule
from helpdesk.indicators.rules.values import Number, Text, Value, is_dash

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"

# What a spreadsheet takes for the beginning of a formula, also in its full-width forms.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
WIDTHS = (5, 42, 10, 10, 10, 10, 28, 40, 10, 12, 12)
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
WORDY = (1, 6, 7)


def printed_rows(schedule: Schedule) -> list[LaidRow]:
    """All rows that say something, as the table prints them; the blank lines between its pages are left out."""
    return without_blanks(lay_out(schedule))


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows for a spreadsheet with Polish settings: UTF-8 with its mark, semicolons, CR LF.

    Cells stand as in the table, to the letter: `<sup>1</sup>`, `<b>` and `**` included. One that a spreadsheet would run as a formula gets an
    apostrophe in front; dashes stay dashes. CSV cannot say that 1.10 is no number: for editing, open the XLSX.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what would be a formula. A lone dash is a value of the table."""
    said = cell.lstrip(" \u00a0")
    return f"'{cell}" if said.startswith(FORMULA) and not is_dash(cell.strip()) else cell


def to_xlsx(schedule: Schedule, *, made: datetime) -> bytes:
    """A workbook with one sheet laid out as on paper: merged cells, footnotes in place, everything as text.

    Footnote marks are raised digits and links only their words (`Printed.rendered`). `made` is written as the day of
    making, so that the same schedule gives the same bytes.
    """
    rows = printed_rows(schedule)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as book:
        book.set_properties({"title": schedule.title.plain, "created": made.replace(tzinfo=None)})
        sheet = book.add_worksheet(str(schedule.year))
        _prepare(sheet)
        merges = merges_of(rows, schedule.positions)
        _fill(sheet, rows, merges, _Formats(book))
        _set_heights(sheet, rows, merges)
    return target.getvalue()


def to_json(schedule: Schedule) -> bytes:
    """The schedule for machines, UTF-8: values by kind and as printed, and the eleven columns row by row."""
    content: Json = {
        "programme": {
            "name": schedule.programme.name,
            "region": schedule.programme.region,
            "years": [schedule.programme.first_year, schedule.programme.last_year],
        },
        "year": schedule.year,
        "executed_years": list[Json](schedule.executed_years),
        "title": schedule.title.raw,
        "directions": [_direction(direction) for direction in schedule.directions],
        "indicators": {key: _indicator(line, schedule) for key, line in keyed(schedule).items()},
        "footnotes": [_footnote(note) for note in schedule.footnotes],
        "total": {
            "label": schedule.total.label.raw,
            "year": schedule.total.year,
            "printed": _costs(schedule.total.costs),
            "computed": _funds(schedule.funds),
        },
        "warnings": [
            {"code": each.doubt.value, "line": each.line, "found": each.found, "expected": each.expected}
            for each in schedule.warnings
        ],
        "rows": [{"kind": row.kind.value, "cells": list[Json](row.cells)} for row in printed_rows(schedule)],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


class _Formats:
    """Each look of a cell once in a workbook."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple[RowKind, bool], Format] = {}

    def of(self, row: LaidRow, column: int) -> Format:
        wordy = row.kind is RowKind.POSITION and column in WORDY
        if (row.kind, wordy) not in self.made:
            self.made[row.kind, wordy] = self.book.add_format(LOOKS.get(row.kind, LEFT if wordy else BODY))
        return self.made[row.kind, wordy]


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


def _fill(sheet: Worksheet, rows: Sequence[LaidRow], merges: Sequence[Merge], formats: _Formats) -> None:
    merged = {spot for merge in merges for spot in _spots(merge)}
    for merge in merges:
        said = "".join(rows[row].cells[column] for row, column in _spots(merge))
        look = formats.of(rows[merge.top], merge.left)
        sheet.merge_range(merge.top, merge.left, merge.bottom, merge.right, "", look)
        sheet.write_string(merge.top, merge.left, Text(said).rendered, look)
    for place, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            if (place, column) not in merged:
                sheet.write_string(place, column, Text(cell).rendered, formats.of(row, column))


def _spots(merge: Merge) -> Iterator[tuple[int, int]]:
    for row in range(merge.top, merge.bottom + 1):
        yield from ((row, column) for column in range(merge.left, merge.right + 1))


def _set_heights(sheet: Worksheet, rows: Sequence[LaidRow], merges: Sequence[Merge]) -> None:
    """Spreadsheets do not fit rows to merged cells, so we estimate, sharing out what spans several rows."""
    spans = {spot: merge for merge in merges for spot in _spots(merge)}
    for place in range(len(rows)):
        single = (spans.get((place, column), Merge(place, column, place, column)) for column in range(WIDTH))
        needs = [_lines(rows, merge) / (merge.bottom - merge.top + 1) for merge in single]
        sheet.set_row(place, LINE_HEIGHT * max(1.0, *needs) + 3)


def _lines(rows: Sequence[LaidRow], merge: Merge) -> int:
    said = "".join(rows[row].cells[column] for row, column in _spots(merge))
    width = sum(WIDTHS[merge.left : merge.right + 1])
    return -(-len(Text(said).rendered) // width)


def _direction(direction: Direction) -> Json:
    return {
        "number": direction.number,
        "title": direction.title.raw,
        "funds": _funds(direction.funds),
        "actions": [{"number": str(action.number), "title": action.title.raw} for action in direction.actions],
        "positions": [_position(position) for position in direction.positions],
    }


def _position(position: Position) -> Json:
    months = position.months
    return {
        "actions": [str(number) for number in position.actions],
        "costs": _costs(position.costs),
        "months": {"kind": months.kind.value, "first": months.first, "last": months.last, "printed": months.raw},
        "realisers": {"parties": list[Json](position.realisers.parties), "printed": position.realisers.raw},
        "indicators": [indicator.name.raw for indicator in position.indicators],
    }


def _indicator(line: Indicator, schedule: Schedule) -> Json:
    as_of = next((note.as_of for note in schedule.notes_of(line.executed) if note.as_of), None)
    return {
        "name": line.name.raw,
        "plan": _value(line.plan),
        "executed": _value(line.executed),
        "executed_as_of": as_of.isoformat() if as_of else None,
        "programme_plan": _value(line.six_year),
        "footnotes": list[Json](line.name.footnotes),
    }


def _value(value: Value) -> Json:
    return {
        "kind": type(value).__name__.lower(),
        "number": value.count if isinstance(value, Number) else None,
        "printed": value.raw,
        "footnotes": list[Json](value.footnotes),
    }


def _costs(costs: Costs) -> Json:
    return {
        "total": _value(costs.total),
        "own": _value(costs.own),
        "other": _value(costs.other),
    }


def _funds(funds: Funds) -> Json:
    return {"total": funds.total, "own": funds.own, "other": funds.other}


def _footnote(note: Footnote) -> Json:
    return {"number": note.number, "text": note.text, "as_of": note.as_of.isoformat() if note.as_of else None}
