"""The schedule as files that other programs open: CSV, XLSX, DOCX, PDF and JSON. Plain values in, bytes out.

No writer knows the database or the clock. Cells are always text: as numbers, 1.10 would become 1.1 and 12.000 twelve.
"""

from typing import assert_never

from helpdesk.indicators.exports.document import to_docx
from helpdesk.indicators.exports.grid import printed_rows
from helpdesk.indicators.exports.machine import to_json
from helpdesk.indicators.exports.page import to_pdf
from helpdesk.indicators.exports.plain import harmless, to_csv
from helpdesk.indicators.exports.workbook import to_xlsx
from helpdesk.indicators.service import Format, Taken

__all__ = ["harmless", "printed_rows", "to_csv", "to_docx", "to_json", "to_pdf", "to_xlsx", "written"]


def written(taken: Taken, format_: Format) -> bytes:
    """The file as which the office takes the table away."""
    match format_:
        case Format.CSV:
            return to_csv(row.cells for row in printed_rows(taken.schedule))
        case Format.XLSX:
            return to_xlsx(taken.schedule, made=taken.made)
        case Format.DOCX:
            return to_docx(taken)
        case Format.PDF:
            return to_pdf(taken)
        case Format.JSON:
            return to_json(taken.schedule)
        case _:
            assert_never(format_)
