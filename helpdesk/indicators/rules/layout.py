"""A schedule as the eleven columns again, row by row as the office printed it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.indicators.rules.blocks import COLUMNS, Part
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.table import WIDTH, Column
from helpdesk.indicators.rules.tree import Action, Direction, Footnote, Position, Schedule, Total
from helpdesk.indicators.rules.values import Printed, Text


class RowKind(StrEnum):
    """What a row of the laid out table is."""

    TITLE = "title"
    BLANK = "blank"
    HEADING = "heading"
    DIRECTION = "direction"
    POSITION = "position"
    FOOTNOTE = "footnote"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class LaidRow:
    """Eleven cells, verbatim. `position` counts positions from 0; a title or footnote stands in the first cell alone."""

    kind: RowKind
    cells: tuple[str, ...]
    position: int | None = None


BLANK = LaidRow(RowKind.BLANK, ("",) * WIDTH)


def lay_out(schedule: Schedule) -> list[LaidRow]:
    """All rows with title, headings, footnotes and total. Footnotes stand at the first gap after their mark."""
    title = LaidRow(RowKind.TITLE, _alone(schedule.title.raw))
    headings = [LaidRow(RowKind.HEADING, cells) for cells in schedule.headings]
    rows = _with_footnotes(_table(schedule), schedule.footnotes)
    return [title, BLANK, *headings, *rows]


def without_blanks(rows: Iterable[LaidRow]) -> list[LaidRow]:
    """The rows that say something; blank ones only say where the paper ended."""
    return [row for row in rows if row.kind is not RowKind.BLANK]


def to_text(rows: Iterable[LaidRow]) -> str:
    """The rows as the importer reads them: cells divided by tabs, one line each."""
    loose = {RowKind.TITLE, RowKind.FOOTNOTE, RowKind.BLANK}
    return "\n".join(row.cells[0] if row.kind in loose else "\t".join(row.cells) for row in rows)


def _alone(text: str) -> tuple[str, ...]:
    return (text, *[""] * (WIDTH - 1))


def _table(schedule: Schedule) -> Iterator[tuple[bool, LaidRow]]:
    """Rows of the table proper, each with whether a gap stands above it."""
    count = 0
    for direction in schedule.directions:
        label = (direction.label.raw, direction.title.raw, *[""] * (WIDTH - 2))
        yield direction.gap, LaidRow(RowKind.DIRECTION, label)
        yield from _positions(direction, count)
        count += len(direction.positions)
    yield from _total(schedule.total)


def _positions(direction: Direction, count: int) -> Iterator[tuple[bool, LaidRow]]:
    actions = {action.number: action for action in direction.actions}
    begun: set[ActionNumber] = set()
    for number, position in enumerate(direction.positions, start=count):
        starting = [actions[each] for each in position.actions if each not in begun]
        begun.update(position.actions)
        for place, cells in enumerate(_grid(position, starting)):
            yield place in position.printing.gaps, LaidRow(RowKind.POSITION, tuple(cells), number)


def _grid(position: Position, starting: list[Action]) -> list[list[str]]:
    printing, costs = position.printing, position.costs
    grid = [[""] * WIDTH for _ in range(printing.height)]
    grid[0][Column.ACTION - 1] = printing.ditto
    for place, action in zip(printing.actions, starting, strict=True):
        _put(grid[place], (Column.NUMBER, Column.ACTION), (action.label, action.title))
    _put(grid[printing.costs], COLUMNS[Part.COSTS], (costs.total, costs.own, costs.other))
    _put(grid[printing.months], COLUMNS[Part.MONTHS], (position.months,))
    _put(grid[printing.realisers], COLUMNS[Part.REALISERS], (position.realisers,))
    for name, figures, line in zip(printing.names, printing.figures, position.lines, strict=True):
        _put(grid[name], COLUMNS[Part.NAME], (line.name,))
        _put(grid[figures], COLUMNS[Part.FIGURES], line.values)
    return grid


def _put(row: list[str], columns: Iterable[Column], said: Iterable[Printed]) -> None:
    for column, each in zip(columns, said, strict=True):
        row[column - 1] = each.raw


def _total(total: Total) -> Iterator[tuple[bool, LaidRow]]:
    costs = total.costs
    amounts = (costs.total.raw, costs.own.raw, costs.other.raw)
    rows = ((total.label.raw, (total.heading, "", "")), ("", total.columns), ("", amounts))
    for label, cells in rows:
        yield total.gap and bool(label), LaidRow(RowKind.TOTAL, (label, "", *cells, *[""] * (WIDTH - 5)))


def _with_footnotes(rows: Iterable[tuple[bool, LaidRow]], notes: tuple[Footnote, ...]) -> Iterator[LaidRow]:
    waiting = {note.number: note for note in notes}
    due: set[int] = set()
    for gap, row in rows:
        if gap:
            yield from _gap(sorted(due & waiting.keys()), waiting)
        due.update(mark for cell in row.cells for mark in Text(cell).footnotes)
        yield row
    if waiting:
        yield from list(_gap(sorted(waiting), waiting))[:-1]


def _gap(numbers: list[int], waiting: dict[int, Footnote]) -> Iterator[LaidRow]:
    yield BLANK
    if numbers:
        for number in numbers:
            yield LaidRow(RowKind.FOOTNOTE, _alone(waiting.pop(number).raw))
        yield BLANK
