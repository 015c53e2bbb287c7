"""A table of agreements: read from a file that people edit in a spreadsheet, and written back."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from helpdesk.activities.rules.agreement import (
    AgreementEntry,
    AgreementRefusal,
    check,
    money_text,
    overlapping,
    read_money,
)
from helpdesk.kernel import teryt
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.teryt import Area
from helpdesk.kernel.text import fold

T = TypeVar("T")

COLUMNS = ("teryt", "gmina", "county", "number", "signed_on", "first_day", "last_day", "contribution", "remarks")
# A gmina is named by its code or by its name, so neither column must be there.
REQUIRED = ("number", "signed_on", "first_day")
# What a spreadsheet takes for the beginning of a formula, also in full width; and the apostrophe that guards it.
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠'")
_BYTE_ORDER_MARK = "\ufeff"
_BARE_DIGITS = 6


class TableRefusal(StrEnum):
    """What may be wrong in a table of agreements, besides what is wrong with an agreement itself."""

    AMBIGUOUS = "table:ambiguous"
    CELL_COUNT = "table:cell-count"
    CHANGED = "table:changed"
    COLUMN_MISSING = "table:column-missing"
    COLUMN_TWICE = "table:column-twice"
    COLUMN_UNKNOWN = "table:column-unknown"
    DATE = "table:date"
    DISAGREES = "table:disagrees"
    NO_GMINA = "table:no-gmina"
    NUMBER_TWICE = "table:number-twice"
    REQUIRED = "table:required"
    UNREADABLE = "table:unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: the line of the file (from 1; 0 for the whole file), the column, the refusal, and the text breaking it."""

    line: int
    column: str
    refusal: Refusal
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table holds: its sound rows, each with its line, and everything wrong in the others."""

    rows: tuple[tuple[int, AgreementEntry], ...] = ()
    problems: tuple[Problem, ...] = ()


def parse(text: str, today: date) -> Reading:
    """Read a table of agreements; never raises, whatever the text.

    Separated by commas or semicolons, in UTF-8 with or without a byte order mark. A gmina is its TERYT code, or its name with the
    county where two have the name; a name that two gminas have is refused with both codes, never guessed. What a spreadsheet does on
    saving is undone: the zero lost from the front of a code, a date written 31.12.2025.
    """
    if "\0" in text:
        return Reading(problems=(Problem(0, "", Refusal(TableRefusal.UNREADABLE)),))
    records = _records(text.removeprefix(_BYTE_ORDER_MARK))
    try:
        first_line, header = next(records, (1, []))
        wrong = tuple(_header_problems(first_line, header))
        return Reading(problems=wrong) if wrong else _read_rows(header, records, today)
    except csv.Error as error:
        return Reading(problems=(Problem(0, "", Refusal(TableRefusal.UNREADABLE), str(error)),))


def render(entries: Iterable[AgreementEntry]) -> str:
    """The table of these agreements, which `parse` reads back as they were. No cell can be a formula."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(cell) for cell in _cells(entry)] for entry in entries)
    return sheet.getvalue()


def find_gmina(code: str, name: str, county: str) -> str:
    """The TERYT code of the gmina that these cells mean, or Refusal(TableRefusal)."""
    named = _named(name, county) if name else ()
    if code:
        found = _of_code(code)
        if name and found not in named:
            raise Refusal(TableRefusal.DISAGREES, field="gmina", gmina=teryt.display(teryt.area(found)))
        return found
    if not named:
        raise Refusal(TableRefusal.NO_GMINA, field="gmina" if name else "teryt")
    if len(named) > 1:
        raise Refusal(TableRefusal.AMBIGUOUS, field="gmina", codes=", ".join(named))
    return named[0]


def _of_code(code: str) -> str:
    # Six digits are a whole code without its kind, or one of seven whose zero in front a spreadsheet took for needless.
    whole = code if code.startswith("0") or len(code) != _BARE_DIGITS else f"0{code}"
    try:
        found = teryt.full_code(whole)
    except KeyError:
        raise Refusal(TableRefusal.NO_GMINA, field="teryt") from None
    if found not in {each.code for each in teryt.gminas()}:
        raise Refusal(TableRefusal.NO_GMINA, field="teryt")
    return found


def _named(name: str, county: str) -> tuple[str, ...]:
    """The codes of the gminas of this name, or of the name with what tells it apart, in this county where one is given."""
    wanted, inside = fold(name), fold(county).removeprefix("powiat ")
    return tuple(
        each.code
        for each in teryt.gminas()
        if wanted in _names_of(each) and (not inside or inside in _counties_of(each))
    )


def _names_of(gmina: Area) -> set[str]:
    return {fold(gmina.name), fold(teryt.display(gmina)), fold(teryt.display(gmina, "en"))}


def _counties_of(gmina: Area) -> set[str]:
    county = teryt.county_of(gmina.code)
    return {fold(text) for text in (gmina.county, county.name, county.code, teryt.display(county))}


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line on which each begins; empty ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [_clean(cell) for cell in cells]
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Polish spreadsheets save with semicolons."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _clean(cell: str) -> str:
    """On one line, without the apostrophe that guards against formulas."""
    text = " ".join(cell.split())
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _header_problems(line: int, header: list[str]) -> Iterator[Problem]:
    for place, column in enumerate(header):
        if column not in COLUMNS:
            yield Problem(line, column, Refusal(TableRefusal.COLUMN_UNKNOWN))
        elif column in header[:place]:
            yield Problem(line, column, Refusal(TableRefusal.COLUMN_TWICE))
    for column in REQUIRED:
        if column not in header:
            yield Problem(line, column, Refusal(TableRefusal.COLUMN_MISSING))


def _read_rows(header: list[str], records: Iterator[tuple[int, list[str]]], today: date) -> Reading:
    rows: list[tuple[int, AgreementEntry]] = []
    problems: list[Problem] = []
    numbers: set[str] = set()
    for line, cells in records:
        if len(cells) != len(header):
            problems.append(Problem(line, "", Refusal(TableRefusal.CELL_COUNT), str(len(cells))))
            continue
        record = _Record(line, dict(zip(header, cells, strict=True)), [])
        entry = record.agreement(today)
        number = record.cells["number"]
        if number in numbers:
            record.refuse(Refusal(TableRefusal.NUMBER_TWICE, field="number"))
        if entry and (other := overlapping(entry, (each for _line, each in rows))):
            record.refuse(Refusal(AgreementRefusal.OVERLAPS, field="first_day", number=other.number))
        numbers |= {number} - {""}
        rows += [(line, entry)] if entry and not record.problems else []
        problems += record.problems
    return Reading(tuple(rows), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Record:
    """One record on its way to an agreement; each cell is read even after another was refused."""

    line: int
    cells: Mapping[str, str]
    problems: list[Problem]

    def agreement(self, today: date) -> AgreementEntry | None:
        gmina = self._tried(lambda: find_gmina(self._text("teryt"), self._text("gmina"), self._text("county")))
        number = self._text("number")
        signed_on, first_day = self._read("signed_on", read_day), self._read("first_day", read_day)
        last_day = self._read("last_day", read_day)
        contribution = self._read("contribution", read_money)
        if self.problems or gmina is None or signed_on is None or first_day is None:
            return None
        entry = AgreementEntry(gmina, number, signed_on, first_day, last_day, contribution, self._text("remarks"))
        self._tried(lambda: check(entry, today))
        return entry

    def refuse(self, refusal: Refusal) -> None:
        column = refusal.field or ""
        self.problems.append(Problem(self.line, column, refusal, self.cells.get(column, "")))

    def _read(self, column: str, reader: Callable[[str], T]) -> T | None:
        text = self._text(column)
        return self._tried(lambda: reader(text), column) if text else None

    def _tried(self, act: Callable[[], T], column: str = "") -> T | None:
        """What it gives; nothing, and a problem noted, where it is refused."""
        try:
            return act()
        except Refusal as refusal:
            refusal.field = column or refusal.field
            self.refuse(refusal)
            return None

    def _text(self, column: str) -> str:
        text = self.cells.get(column, "")
        if not text and column in REQUIRED:
            self.refuse(Refusal(TableRefusal.REQUIRED, field=column))
        return text


def read_day(text: str) -> date:
    """A day written 2023-10-05 or 05.10.2023, or Refusal."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise Refusal(TableRefusal.DATE)


def _cells(entry: AgreementEntry) -> tuple[str, ...]:
    gmina = teryt.area(entry.gmina)
    return (
        entry.gmina,
        teryt.display(gmina),
        gmina.county,
        entry.number,
        entry.signed_on.isoformat(),
        entry.first_day.isoformat(),
        entry.last_day.isoformat() if entry.last_day else "",
        "" if entry.contribution is None else money_text(entry.contribution),
        entry.remarks,
    )


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
