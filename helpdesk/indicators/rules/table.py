"""The table as lines and cells, before anybody asks what they mean; and what may be found wrong with a cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from helpdesk.indicators.rules.values import Expected
from helpdesk.kernel.errors import Refusal

WIDTH = 11
NOTE = re.compile(r"<sup>([0-9]{1,3})</sup>\s*(\S.*)")
FIRST_HEADING = "lp."
TOTAL = "łączna wartość"


class ImportRefusal(StrEnum):
    """Why a schedule was not imported."""

    NOT_TEXT = "not-text"
    NOT_UNDERSTOOD = "not-understood"
    TOO_LARGE = "too-large"


class Column(IntEnum):
    """The eleven columns, counted from 1 as in the official table (R-000-03)."""

    NUMBER = 1
    ACTION = 2
    TOTAL = 3
    OWN = 4
    OTHER = 5
    MONTHS = 6
    REALISERS = 7
    INDICATOR = 8
    PLAN = 9
    EXECUTED = 10
    SIX_YEAR = 11

    @property
    def title(self) -> str:
        """Its name in the office's own words, for whoever must find the cell on paper."""
        return TITLES[self]


TITLES = {
    Column.NUMBER: "Lp.",
    Column.ACTION: "kierunek interwencji/działania",
    Column.TOTAL: "wartość ogólna",
    Column.OWN: "środki własne",
    Column.OTHER: "inne",
    Column.MONTHS: "termin realizacji",
    Column.REALISERS: "realizatorzy",
    Column.INDICATOR: "wskaźnik",
    Column.PLAN: "plan roku",
    Column.EXECUTED: "wykonanie",
    Column.SIX_YEAR: "plan programu",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood. Lines and cells are counted from 1, as they stand in the file."""

    line: int
    cell: int
    column: Column | None
    found: str
    expected: Expected
    hint: str = ""


class Doubt(StrEnum):
    """Why something that was understood deserves a look."""

    BREAKDOWN = "breakdown-differs"
    EXECUTED_YEARS = "executed-years-differ"
    EXTRA_CELL = "extra-empty-cell"
    NUMBER_SKIPPED = "number-skipped"
    STRAY_DASH = "stray-dash"
    TOTAL_SUM = "total-differs"
    TOTAL_YEAR = "total-year-differs"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that stays with the schedule: where, what is printed and what one would expect."""

    doubt: Doubt
    line: int
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `number` is its place in its line, which `column` need not be (T-000-06)."""

    line: int
    number: int
    column: Column
    text: str

    def problem(self, expected: Expected, hint: str = "") -> Problem:
        return Problem(self.line, self.number, self.column, self.text, expected, hint)


@dataclass(frozen=True, slots=True)
class Row:
    """Eleven cells. `gap`: blank or footnote lines stand above it; `shifted`: an extra empty cell was left out."""

    line: int
    cells: tuple[Cell, ...]
    gap: bool = False
    shifted: bool = False

    def __getitem__(self, column: Column) -> Cell:
        return self.cells[column - 1]

    def filled(self, *columns: Column) -> bool:
        """Whether any of these columns, or of all, holds something."""
        return any(self[column].text.strip() for column in columns or Column)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no row of the table."""

    number: int
    text: str

    def problem(self, expected: Expected, hint: str = "") -> Problem:
        return Problem(self.number, 1, None, self.text, expected, hint)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The file, sorted into its kinds of lines."""

    titles: tuple[Line, ...]
    notes: tuple[Line, ...]
    heading: tuple[Row, ...]
    body: tuple[Row, ...]
    total: tuple[Row, ...]
    last_line: int
    problems: tuple[Problem, ...]


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark; Refusal(ImportRefusal.NOT_TEXT) otherwise."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(ImportRefusal.NOT_TEXT) from error
    if "\0" in text:
        raise Refusal(ImportRefusal.NOT_TEXT)
    return text


def sort_lines(text: str) -> Sheet:
    """Every line under its kind. Cells are divided by tabs; rows need not be adjacent (T-000-05)."""
    lines = [Line(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), start=1)]
    rows, problems = _rows(lines)
    loose = [line for line in lines if line.text.strip() and "\t" not in line.text]
    start = next((place for place, row in enumerate(rows) if _starts(row, TOTAL)), len(rows))
    head = 2 if rows and _starts(rows[0], FIRST_HEADING) else 0
    return Sheet(
        titles=tuple(line for line in loose if not NOTE.fullmatch(line.text.strip())),
        notes=tuple(line for line in loose if NOTE.fullmatch(line.text.strip())),
        heading=tuple(rows[:head]),
        body=tuple(rows[head:start]),
        total=tuple(rows[max(start, head) :]),
        last_line=len(lines),
        problems=tuple(problems),
    )


def _starts(row: Row, words: str) -> bool:
    return row[Column.NUMBER].text.strip().casefold().startswith(words)


def _rows(lines: list[Line]) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    gap = False
    for line in lines:
        if "\t" not in line.text or not line.text.strip():
            gap = True
        elif row := _row(line, gap=gap):
            rows.append(row)
            gap = False
        else:
            problems.append(line.problem(Expected.ELEVEN_CELLS, hint=str(line.text.count("\t") + 1)))
    return rows, problems


def _row(line: Line, *, gap: bool) -> Row | None:
    texts = line.text.split("\t")
    places = list(range(1, len(texts) + 1))
    shifted = len(texts) == WIDTH + 1 and not texts[Column.INDICATOR - 1].strip()
    if shifted:
        del texts[Column.INDICATOR - 1], places[Column.INDICATOR - 1]
    if len(texts) != WIDTH:
        return None
    return Row(line.number, tuple(_cells(line, places, texts)), gap=gap, shifted=shifted)


def _cells(line: Line, places: list[int], texts: list[str]) -> Iterator[Cell]:
    for column, place, text in zip(Column, places, texts, strict=True):
        yield Cell(line.number, place, column, text)
