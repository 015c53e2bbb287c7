"""Small numbers in a published table are hidden, and as many others beside them that none of the small ones can be computed back (FW-10).

Whoever reads the table knows that the cells of a row or a column make its total. Seen so, each hidden entry joins its row and its
column; it can be computed if and only if it lies on no circle of such joints. (Gusfield, A graph theoretic approach to statistical
data security, SIAM J. Comput. 17(3), 1988.)
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

LEAST = 5

Matrix = list[list[int]]
Entry = tuple[int, int]


def with_totals(cells: Sequence[Sequence[int]]) -> Matrix:
    """The cells with the total of each row at its end, and a last row of totals."""
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def suppressed(cells: Sequence[Sequence[int]], least: int = LEAST) -> list[list[int | None]]:
    """The table with its totals, as it may be published: None for what is hidden.

    `cells`: how many, at least one row and one column. Hidden is every number from 1 to `least` - 1, and of the others as little as
    must be, until no hidden one follows from what is shown. Nothing is hidden of nobody: a zero tells of no person.
    """
    table = with_totals(cells)
    hidden = {entry for entry in _entries(table) if 0 < _value(table, entry) < least}
    while covers := _covers(table, hidden, least):
        hidden |= covers
    return [[None if (r, c) in hidden else value for c, value in enumerate(row)] for r, row in enumerate(table)]


def _entries(table: Matrix) -> Iterator[Entry]:
    return ((r, c) for r, row in enumerate(table) for c in range(len(row)))


def _value(table: Matrix, entry: Entry) -> int:
    return table[entry[0]][entry[1]]


def _covers(table: Matrix, hidden: set[Entry], least: int) -> set[Entry]:
    """What must be hidden besides, for the first hidden entry that is not safe yet; empty when all are."""
    for each in sorted(hidden):
        circle = _cheapest_circle(table, hidden, each) - hidden
        if circle:
            return circle
        telling = _telling_line(table, hidden, each, least)
        if telling:
            return {min(telling, key=lambda entry: _cost(table, hidden, entry))}
    return set()


def _cost(table: Matrix, hidden: set[Entry], entry: Entry) -> int:
    """What hiding an entry costs the reader. A zero is hidden only if there is nothing else: it protects nobody by itself."""
    return 0 if entry in hidden else _value(table, entry) or sum(map(sum, table))


def _cheapest_circle(table: Matrix, hidden: set[Entry], entry: Entry) -> set[Entry]:
    """The entries that join the row of this one with its column otherwise, at the least cost (Dijkstra)."""
    start, goal = ("row", entry[0]), ("column", entry[1])
    queue: list[tuple[int, tuple[str, int], tuple[Entry, ...]]] = [(0, start, ())]
    done: set[tuple[str, int]] = set()
    while queue:
        cost, joint, way = heappop(queue)
        if joint == goal:
            return set(way)
        if joint in done:
            continue
        done.add(joint)
        for each in _line(table, joint):
            if each != entry:
                there = ("column", each[1]) if joint[0] == "row" else ("row", each[0])
                heappush(queue, (cost + _cost(table, hidden, each), there, (*way, each)))
    return set()


def _line(table: Matrix, joint: tuple[str, int]) -> list[Entry]:
    kind, number = joint
    return [(number, c) for c in range(len(table[0]))] if kind == "row" else [(r, number) for r in range(len(table))]


def _telling_line(table: Matrix, hidden: set[Entry], entry: Entry, least: int) -> list[Entry]:
    """What is still shown in a row or column whose total is shown and misses little: then each that is hidden there is known to be small."""
    for joint in (("row", entry[0]), ("column", entry[1])):
        line = _line(table, joint)
        missing = sum(_value(table, each) for each in line[:-1] if each in hidden)
        if line[-1] not in hidden and 0 < missing < least:
            return [each for each in line if each not in hidden]
    return []
