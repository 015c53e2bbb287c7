"""A desk's own statistics as a workbook, without formulas."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_COLUMN, _OTHERS = 46, 12


@dataclass(frozen=True, slots=True)
class Table:
    """A breakdown as it may be published: a heading, and rows of words with their numbers; None is hidden."""

    heading: str
    rows: Sequence[tuple[str, Sequence[int | None]]]


def workbook(title: str, columns: Sequence[str], tables: Sequence[Table], notes: Sequence[str], hidden: str) -> bytes:
    """All tables below one another on one sheet. `columns`: the headings; `hidden`: what stands for a number that is not shown."""
    memory = io.BytesIO()
    with Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
        sheet.set_column(0, 0, _FIRST_COLUMN)
        sheet.set_column(1, len(columns), _OTHERS)
        sheet.write_string(0, 0, title, bold)
        line = 2
        for table in tables:
            sheet.write_row(line, 0, [table.heading, *columns], bold)
            for words, numbers in table.rows:
                line += 1
                sheet.write_string(line, 0, words)
                for column, number in enumerate(numbers, start=1):
                    if number is None:
                        sheet.write_string(line, column, hidden)
                    else:
                        sheet.write_number(line, column, number)
            line += 2
        for note in notes:
            sheet.write_string(line, 0, note)
            line += 1
    return memory.getvalue()
