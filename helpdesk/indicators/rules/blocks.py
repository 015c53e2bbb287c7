"""Which rows belong together. The text copy of the table has lost its merged cells; here they are found again."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.indicators.rules.table import Column, Row


class Part(StrEnum):
    """What a position consists of."""

    COSTS = "costs"
    MONTHS = "months"
    REALISERS = "realisers"
    NAME = "name"
    FIGURES = "figures"


COLUMNS = {
    Part.COSTS: (Column.TOTAL, Column.OWN, Column.OTHER),
    Part.MONTHS: (Column.MONTHS,),
    Part.REALISERS: (Column.REALISERS,),
    Part.NAME: (Column.INDICATOR,),
    Part.FIGURES: (Column.PLAN, Column.EXECUTED, Column.SIX_YEAR),
}
ONCE = frozenset({Part.COSTS, Part.MONTHS, Part.REALISERS})
EVERY = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one position, or what was found of it."""

    rows: tuple[Row, ...]

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset[Part]().union(*(parts_of(row) for row in self.rows))

    @property
    def missing(self) -> frozenset[Part]:
        return EVERY - self.parts

    @property
    def numbered(self) -> bool:
        return self.rows[0].filled(Column.NUMBER)

    def place(self, part: Part) -> int:
        """On which of its rows a part stands."""
        return next((place for place, row in enumerate(self.rows) if row.filled(*COLUMNS[part])), 0)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The positions of a direction, and the rows of actions that could belong to two neighbours or would make three."""

    whole: tuple[Block, ...]
    undecided: tuple[Block, ...]


def parts_of(row: Row) -> frozenset[Part]:
    return frozenset(part for part, columns in COLUMNS.items() if row.filled(*columns))


def gather(rows: Iterable[Row]) -> Blocks:
    """Rows of one direction as positions.

    A position starts with a number, with words in the column of actions, or where costs, months or realisers would
    stand twice (T-000-07, T-000-08, T-000-11). Two adjacent actions make one position where each prints what the other
    lacks (T-000-09, T-000-10); a blank line between them says that they do not.
    """
    blocks = _runs(rows)
    pairs = [_pairs(blocks, place) for place in range(len(blocks))]
    chosen = {options[0] for options in pairs if len(options) == 1}
    doubtful = [
        place
        for place, options in enumerate(pairs)
        if len(options) > 1 or _shared(options, chosen) or _either_way(blocks, place)
    ]
    firsts = {first for first in chosen if first not in doubtful and first + 1 not in doubtful}
    return Blocks(
        whole=tuple(_joined(blocks, place, firsts) for place in range(len(blocks)) if _stays(place, firsts, doubtful)),
        undecided=tuple(blocks[place] for place in doubtful),
    )


def _runs(rows: Iterable[Row]) -> list[Block]:
    runs: list[list[Row]] = []
    held: frozenset[Part] = frozenset()
    for row in rows:
        parts = parts_of(row)
        if not runs or row.filled(Column.NUMBER, Column.ACTION) or ONCE & parts & held:
            runs.append([])
            held = frozenset()
        runs[-1].append(row)
        held |= parts
    return [Block(tuple(run)) for run in runs]


def _pairs(blocks: list[Block], place: int) -> list[int]:
    """The pairs, by the place of their first, in which this incomplete block would become whole."""
    if not blocks[place].missing:
        return []
    return [first for first in (place - 1, place) if 0 <= first < len(blocks) - 1 and _fit(*blocks[first : first + 2])]


def _fit(upper: Block, lower: Block) -> bool:
    complement = not upper.parts & lower.parts and upper.parts | lower.parts == EVERY
    return complement and upper.numbered and lower.numbered and not lower.rows[0].gap


def _shared(options: list[int], chosen: set[int]) -> bool:
    """Whether the neighbour of the only option is wanted by somebody else too."""
    return any(first - 1 in chosen or first + 1 in chosen for first in options)


def _either_way(blocks: list[Block], place: int) -> bool:
    """Whether an empty action goes with the whole one above, or with the rows without a number below."""
    block = blocks[place]
    bare = block.numbered and len(block.rows) > 1 and not parts_of(block.rows[0])
    above = blocks[place - 1] if place and not block.rows[0].gap else None
    return bare and above is not None and above.numbered and not above.missing


def _stays(place: int, firsts: set[int], doubtful: list[int]) -> bool:
    return place - 1 not in firsts and place not in doubtful


def _joined(blocks: list[Block], place: int, firsts: set[int]) -> Block:
    return Block(blocks[place].rows + blocks[place + 1].rows) if place in firsts else blocks[place]
