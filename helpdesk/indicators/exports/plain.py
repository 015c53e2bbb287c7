"""The table for spreadsheets with Polish settings, to the letter."""

import csv
import io
from collections.abc import Iterable, Sequence

from helpdesk.indicators.rules.values import is_dash

# What a spreadsheet takes for the beginning of a formula, also in its full-width forms.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


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
