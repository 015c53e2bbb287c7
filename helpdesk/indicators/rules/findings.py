"""What the importer notes while it reads: problems, warnings, and which cells it has used."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from helpdesk.indicators.rules.table import Cell, Doubt, Problem, Row, Warned
from helpdesk.indicators.rules.values import Expected
from helpdesk.kernel.errors import Refusal

Read = TypeVar("Read")


class Findings:
    """Collects instead of stopping, so that the office sees everything that is wrong at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Warned] = []
        self.used: Counter[tuple[int, int]] = Counter()

    def read(self, cell: Cell, reader: Callable[[str], Read], otherwise: Read) -> Read:
        """What the reader makes of the cell; where it refuses, a problem and `otherwise`."""
        self.use(cell)
        try:
            return reader(cell.text)
        except Refusal as refusal:
            self.problems.append(cell.problem(Expected(refusal.code.value)))
            return otherwise

    def use(self, *cells: Cell) -> None:
        """Mark cells as understood, or as already complained of."""
        self.used.update((cell.line, cell.number) for cell in cells)

    def complain(self, cell: Cell, expected: Expected, hint: str = "") -> None:
        self.use(cell)
        self.problems.append(cell.problem(expected, hint))

    def warn(self, doubt: Doubt, line: int, found: str, expected: str) -> None:
        self.warnings.append(Warned(doubt, line, found, expected))

    def complain_of_unused(self, rows: Iterable[Row]) -> None:
        """Nothing that is printed may be passed over in silence."""
        for row in rows:
            for cell in row.cells:
                if cell.text.strip() and not self.used[cell.line, cell.number]:
                    self.complain(cell, Expected.NOTHING)
