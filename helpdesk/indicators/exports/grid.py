"""The rows of the table, and its cells as they stand on paper: some reach over several rows or columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.indicators.rules.layout import LaidRow, RowKind, lay_out, without_blanks
from helpdesk.indicators.rules.merges import Merge, merges_of
from helpdesk.indicators.rules.table import WIDTH, Column
from helpdesk.indicators.rules.tree import Schedule
from helpdesk.indicators.rules.values import Text

# The columns' shares of the width of a sheet of paper.
WIDTHS = (5, 40, 10, 10, 10, 13, 27, 39, 10, 13, 12)
WORDY = (Column.ACTION, Column.REALISERS, Column.INDICATOR)
BOLD = (RowKind.TITLE, RowKind.HEADING, RowKind.DIRECTION, RowKind.TOTAL)


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell on paper. `place` says where it is, rows and columns from 0, the last ones included; `text` what is read there."""

    kind: RowKind
    place: Merge
    text: str

    @property
    def height(self) -> int:
        return self.place.bottom - self.place.top + 1

    @property
    def width(self) -> int:
        return self.place.right - self.place.left + 1

    @property
    def lines(self) -> int:
        """About how many lines its words take in these columns."""
        return max(1, -(-len(self.text) // sum(WIDTHS[self.place.left : self.place.right + 1])))

    @property
    def left(self) -> bool:
        """Whether its words begin at the left; figures and short words stand in the middle."""
        if self.kind is RowKind.POSITION:
            return Column(self.place.left + 1) in WORDY
        return self.kind in {RowKind.DIRECTION, RowKind.FOOTNOTE}


def printed_rows(schedule: Schedule) -> list[LaidRow]:
    """All rows that say something, as the table prints them; the blank lines between its pages are left out."""
    return without_blanks(lay_out(schedule))


def spots_of(schedule: Schedule) -> list[Spot]:
    """Every cell of the printed rows once, row by row. Marks of footnotes are raised digits and links only their words."""
    rows = printed_rows(schedule)
    merges = merges_of(rows, schedule.positions)
    merged = {spot for merge in merges for spot in _within(merge)}
    every = ((row, column) for row in range(len(rows)) for column in range(WIDTH))
    single = [Merge(row, column, row, column) for row, column in every if (row, column) not in merged]
    places = sorted([*merges, *single], key=lambda place: (place.top, place.left))
    return [Spot(rows[place.top].kind, place, _said(rows, place)) for place in places]


def _said(rows: Sequence[LaidRow], place: Merge) -> str:
    """In none of the cells that are one on paper more than one speaks."""
    return Text("".join(rows[row].cells[column] for row, column in _within(place))).rendered


def _within(place: Merge) -> Iterator[tuple[int, int]]:
    for row in range(place.top, place.bottom + 1):
        yield from ((row, column) for column in range(place.left, place.right + 1))
