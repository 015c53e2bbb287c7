"""Which cells of the laid out table are one cell on paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from helpdesk.indicators.rules.layout import LaidRow, RowKind
from helpdesk.indicators.rules.table import WIDTH, Column
from helpdesk.indicators.rules.tree import Position

FRAME = (Column.TOTAL, Column.OWN, Column.OTHER, Column.MONTHS, Column.REALISERS)
RESULT = (Column.INDICATOR, Column.PLAN, Column.EXECUTED, Column.SIX_YEAR)
LABEL = (Column.NUMBER, Column.ACTION)
# The heading's and the total's cells, by their kind's first row: rows down, first and last column.
HEADING = (
    *((2, column, column) for column in (*LABEL, Column.MONTHS, Column.REALISERS)),
    (1, Column.TOTAL, Column.OTHER),
    (1, Column.INDICATOR, Column.SIX_YEAR),
)
TOTAL = ((3, Column.NUMBER, Column.ACTION), (1, Column.TOTAL, Column.OTHER))
WHOLE_ROW = (RowKind.TITLE, RowKind.FOOTNOTE)


@dataclass(frozen=True, slots=True)
class Merge:
    """A rectangle of cells, all four sides included; rows and columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


def merges_of(rows: Sequence[LaidRow], positions: Sequence[Position]) -> list[Merge]:
    """All rectangles of more than one cell, for rows without blank ones. In none of them more than one cell speaks."""
    found = [*_banners(rows), *_headings(rows), *_frames(rows, positions), *_labels(rows)]
    return [merge for merge in found if (merge.top, merge.left) != (merge.bottom, merge.right)]


def _banners(rows: Sequence[LaidRow]) -> Iterator[Merge]:
    for place, row in enumerate(rows):
        if row.kind in WHOLE_ROW:
            yield Merge(place, 0, place, WIDTH - 1)
        elif row.kind is RowKind.DIRECTION:
            yield Merge(place, Column.ACTION - 1, place, WIDTH - 1)


def _headings(rows: Sequence[LaidRow]) -> Iterator[Merge]:
    kinds = [row.kind for row in rows]
    for kind, shape in ((RowKind.HEADING, HEADING), (RowKind.TOTAL, TOTAL)):
        top = kinds.index(kind)
        for height, left, right in shape:
            yield Merge(top, left - 1, top + height - 1, right - 1)


def _frames(rows: Sequence[LaidRow], positions: Sequence[Position]) -> Iterator[Merge]:
    """Costs, months and realisers stand once for all rows of a position; so does its indicator if it has only one."""
    for number, places in groupby(range(len(rows)), key=lambda place: rows[place].position):
        if number is None:
            continue
        run = list(places)
        columns = (*FRAME, *RESULT) if len(positions[number].lines) == 1 else FRAME
        yield from _down(columns, run[0], run[-1])


def _labels(rows: Sequence[LaidRow]) -> Iterator[Merge]:
    """An action's number and words reach down to the next number, ditto or footnote."""
    top: int | None = None
    for place, row in enumerate((*rows, None)):
        begins = row is not None and row.position is not None and any(row.cells[: Column.ACTION])
        ends = row is None or row.position is None or begins
        if top is not None and ends:
            yield from _down(LABEL, top, place - 1)
            top = None
        if top is None and row is not None and row.position is not None:
            top = place


def _down(columns: Iterable[Column], top: int, bottom: int) -> Iterator[Merge]:
    for column in columns:
        yield Merge(top, column - 1, bottom, column - 1)
