"""The directory as a table: read from a file that people edit in a spreadsheet, and written back."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from helpdesk.directory.rules import entry
from helpdesk.directory.rules.entry import COLUMNS, REQUIRED, InstitutionRow, RowProblem
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.phones import display

T = TypeVar("T")

# What a spreadsheet takes for the beginning of a formula, also in full width; and the apostrophe that guards it.
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠'")
# Digits, blanks and separators only: nothing that a spreadsheet could compute.
_PHONES = re.compile(r"[+0-9 ;]*")
_BYTE_ORDER_MARK = "\ufeff"
_LISTS = frozenset({"teryt", "phones", "languages", "accessibility"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: the line of the file (from 1; 0 for the whole file), the column, the rule, the text breaking it."""

    line: int
    column: str
    code: RowProblem
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table holds: its sound rows, and everything wrong in the others."""

    rows: tuple[InstitutionRow, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse(text: str) -> Reading:
    """Read a table of institutions; never raises, whatever the text.

    Separated by commas or semicolons, in UTF-8 with or without a byte order mark. What a spreadsheet does on saving is
    undone: the zero lost from the front of an area code, the plus lost from a number, a date written 31.12.2025.
    """
    records = _records(text.removeprefix(_BYTE_ORDER_MARK))
    try:
        first_line, header = next(records, (1, []))
        wrong = tuple(_header_problems(first_line, header))
        return Reading(problems=wrong) if wrong else _read_rows(header, records)
    except csv.Error as error:
        return Reading(problems=(Problem(0, "", RowProblem.UNREADABLE, str(error)),))


def render(rows: Iterable[InstitutionRow]) -> str:
    """The table of these rows, which `parse` reads back as they were (texts on one line, values not repeated).

    No cell can be a formula: what begins like one gets an apostrophe in front, which `parse` takes off again. Phones
    alone are left as people write them, "+48 52 000 00 12": where only digits, blanks and semicolons follow the plus
    there is nothing to compute, and the blanks keep a spreadsheet from making it a number.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return sheet.getvalue()


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line on which each begins; empty ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [_clean(cell) for cell in cells]
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Polish spreadsheets save with semicolons; the header has no lists in it, so it tells."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _clean(cell: str) -> str:
    """On one line, without the apostrophe that guards against formulas."""
    text = " ".join(cell.split())
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _header_problems(line: int, header: list[str]) -> Iterator[Problem]:
    for place, column in enumerate(header):
        if column not in COLUMNS:
            yield Problem(line, column, RowProblem.COLUMN_UNKNOWN)
        elif column in header[:place]:
            yield Problem(line, column, RowProblem.COLUMN_TWICE)
    for column in REQUIRED:
        if column not in header:
            yield Problem(line, column, RowProblem.COLUMN_MISSING)


def _read_rows(header: list[str], records: Iterator[tuple[int, list[str]]]) -> Reading:
    rows: list[InstitutionRow] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for line, cells in records:
        if len(cells) != len(header):
            problems.append(Problem(line, "", RowProblem.CELL_COUNT, str(len(cells))))
            continue
        record = _Record(line, dict(zip(header, cells, strict=True)), [])
        row = record.institution()
        if row.key in seen:
            record.refuse("key", RowProblem.KEY_TWICE, row.key)
        seen |= {row.key} - {""}
        rows += [] if record.problems else [row]
        problems += record.problems
    return Reading(tuple(rows), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Record:
    """One record on its way to a row; each cell is read even after another was refused."""

    line: int
    cells: Mapping[str, str]
    problems: list[Problem]

    def institution(self) -> InstitutionRow:
        return InstitutionRow(
            key=self.one("key", entry.read_key),
            kind=self.one("kind", entry.read_kind),
            name=self.one("name", str),
            teryt=self.several("teryt", entry.read_area),
            address=self.one("address", str),
            phones=self.several("phones", entry.read_phone),
            email=self.one("email", entry.read_email),
            website=self.one("website", entry.read_website),
            hours=self.one("hours", entry.read_hours),
            languages=self.several("languages", entry.read_language),
            accessibility=self.several("accessibility", entry.read_access),
            checked_on=self.day("checked_on"),
            note=self.one("note", str),
        )

    def one(self, column: str, reader: Callable[[str], str]) -> str:
        text = self._text(column)
        return (self.read(column, text, reader) or "") if text else ""

    def day(self, column: str) -> date | None:
        text = self._text(column)
        return self.read(column, text, entry.read_day) if text else None

    def several(self, column: str, reader: Callable[[str], str]) -> tuple[str, ...]:
        """The values of a cell separated by semicolons, each once."""
        parts = [part.strip() for part in self._text(column).split(";")]
        values = [self.read(column, part, reader) for part in parts if part]
        return tuple(dict.fromkeys(value for value in values if value))

    def read(self, column: str, text: str, reader: Callable[[str], T]) -> T | None:
        """The value of a text; nothing, and a problem noted, where it is refused."""
        try:
            return reader(text)
        except Refusal as refusal:
            self.refuse(column, RowProblem(refusal.code), text)
            return None

    def refuse(self, column: str, code: RowProblem, value: str = "") -> None:
        self.problems.append(Problem(self.line, column, code, value))

    def _text(self, column: str) -> str:
        text = self.cells.get(column, "").strip("; ") if column in _LISTS else self.cells.get(column, "")
        if not text and column in REQUIRED:
            self.refuse(column, RowProblem.REQUIRED)
        return text


def _cells(row: InstitutionRow) -> list[str]:
    phones = ";".join(display(phone, international=True) for phone in row.phones)
    texts = {column: _cell(getattr(row, column)) for column in COLUMNS} | {"phones": phones}
    return [
        text if column == "phones" and _PHONES.fullmatch(text) else _guarded(text) for column, text in texts.items()
    ]


def _cell(value: str | tuple[str, ...] | date | None) -> str:
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else value or ""


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
