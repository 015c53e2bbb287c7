"""A part of the log as a workbook, without formulas."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook

from helpdesk.web.i18n import _, localtime

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (20, 28, 36, 40, 60)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a person reads it."""

    at: datetime
    who: str
    did: str
    subject: str | None
    detail: str


def workbook(lines: Sequence[Line], *, is_whole: bool) -> bytes:
    """One line below the other, newest first; it is said if there are more than a workbook is good for."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(memory, options) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, [_("When"), _("Who"), _("What"), _("About"), _("Details")], bold)
        sheet.freeze_panes(1, 0)
        for row, line in enumerate(lines, start=1):
            told = (localtime(line.at, "short"), line.who, line.did, line.subject or "", line.detail)
            for column, words in enumerate(told):
                sheet.write_string(row, column, words)
        if not is_whole:
            sheet.write_string(len(lines) + 1, 0, _("There are more. Choose fewer days."), bold)
    return memory.getvalue()
