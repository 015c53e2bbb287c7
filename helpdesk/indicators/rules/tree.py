"""A yearly schedule as the office understands it: directions, their actions, and positions with their indicators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from helpdesk.indicators.rules.months import Months
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.parties import Realisers
from helpdesk.indicators.rules.table import Warned
from helpdesk.indicators.rules.values import Amount, Printed, Text, Value, zloty


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme of a region for some years, both included. Its name is kept as the title inflects it."""

    name: str
    region: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Funds:
    """Whole zloty."""

    total: int
    own: int
    other: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Three amounts of a position, or of the whole schedule."""

    total: Amount
    own: Amount
    other: Amount

    @property
    def funds(self) -> Funds:
        return Funds(zloty(self.total), zloty(self.own), zloty(self.other))

    @property
    def add_up(self) -> bool:
        """Whether own funds and others make the total (R-000-07)."""
        return zloty(self.total) == zloty(self.own) + zloty(self.other)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One counted line; `parts` are the groups printed below it after *w tym:* (T-000-12)."""

    name: Text
    plan: Value
    executed: Value
    six_year: Value
    parts: tuple["Indicator", ...] = ()

    @property
    def values(self) -> tuple[Value, Value, Value]:
        return self.plan, self.executed, self.six_year

    @property
    def lines(self) -> tuple["Indicator", ...]:
        """Itself and its parts, in printed order."""
        return self, *self.parts


@dataclass(frozen=True, slots=True)
class Printing:
    """On which of its rows, from 0, a position prints what. Rows in `gaps` have blank or footnote lines above them."""

    actions: tuple[int, ...]
    costs: int
    months: int
    realisers: int
    names: tuple[int, ...]
    figures: tuple[int, ...]
    gaps: tuple[int, ...] = ()
    ditto: str = ""

    @property
    def height(self) -> int:
        rows = (*self.actions, self.costs, self.months, self.realisers, *self.names, *self.figures)
        return 1 + max(rows)


@dataclass(frozen=True, slots=True)
class Position:
    """One block of costs, months, realisers and indicators; it belongs to one or two actions (R-000-06)."""

    actions: tuple[ActionNumber, ...]
    costs: Costs
    months: Months
    realisers: Realisers
    indicators: tuple[Indicator, ...]
    printing: Printing

    @property
    def lines(self) -> tuple[Indicator, ...]:
        """All its indicators with their parts, in printed order."""
        return tuple(line for indicator in self.indicators for line in indicator.lines)


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a direction; `label` is its number as printed."""

    number: ActionNumber
    label: Text
    title: Text


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of intervention. It has no amounts of its own: they are computed (R-000-04)."""

    number: int
    label: Text
    title: Text
    actions: tuple[Action, ...]
    positions: tuple[Position, ...]
    gap: bool = False

    @property
    def funds(self) -> Funds:
        return sum_of(position.costs for position in self.positions)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note below the table. `text` is without its mark; `as_of` is the day it says a figure was taken (R-000-12)."""

    number: int
    raw: str
    text: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The three rows at the end: what they say and what they add up to, in print."""

    label: Text
    year: int
    heading: str
    columns: tuple[str, str, str]
    costs: Costs
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """The table of one year. `executed_years` are the first and last year of the column of execution."""

    programme: Programme
    year: int
    executed_years: tuple[int, int]
    title: Text
    headings: tuple[tuple[str, ...], tuple[str, ...]]
    directions: tuple[Direction, ...]
    footnotes: tuple[Footnote, ...]
    total: Total
    warnings: tuple[Warned, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(action for direction in self.directions for action in direction.actions)

    @property
    def positions(self) -> tuple[Position, ...]:
        return tuple(position for direction in self.directions for position in direction.positions)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Without the parts."""
        return tuple(indicator for position in self.positions for indicator in position.indicators)

    @property
    def funds(self) -> Funds:
        """Computed from the positions, whatever the total row says."""
        return sum_of(position.costs for position in self.positions)

    def notes_of(self, printed: Printed) -> tuple[Footnote, ...]:
        """The footnotes to show wherever this is shown (R-000-11)."""
        return tuple(note for note in self.footnotes if note.number in printed.footnotes)


def sum_of(costs: Iterable[Costs]) -> Funds:
    """Whole zloty; dashes are nil."""
    funds = [each.funds for each in costs]
    return Funds(sum(each.total for each in funds), sum(each.own for each in funds), sum(each.other for each in funds))
