"""The table as a page shows it: what is printed, what has happened since, and what of it deserves a look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from helpdesk.indicators.labels import BESIDE, MARKS, ORIGINS, percent_words
from helpdesk.indicators.models import Direction, Indicator, Position, Schedule
from helpdesk.indicators.rules import tree
from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.filling import Figure
from helpdesk.indicators.rules.lines import group_name
from helpdesk.indicators.rules.months import MonthsKind
from helpdesk.indicators.rules.progress import NoPercent, Planned, Progress, progress
from helpdesk.indicators.rules.tree import Funds
from helpdesk.indicators.rules.values import Continuous, Empty, Number, Printed, Value
from helpdesk.web.i18n import _, localdate, localnumber

Note = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Said:
    """Something printed, without markup, and the footnotes to be shown with it."""

    text: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """The cell of execution: the figure since the programme's first year, the year's own, and how far both are."""

    figure: str
    notes: tuple[Note, ...]
    this_year: str
    of_year: str
    of_programme: str
    value: int
    most: int
    as_of: date | None
    done_on: date | None
    origin: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator or group. `first` holds what stands once for all rows of its position."""

    key: str
    name: Said
    beside: str
    is_part: bool
    counted: bool
    plan: Said
    six_year: Said
    executed: Execution
    first: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands once for a position; `goes_on` where its action stands in the position above already."""

    height: int
    numbers: tuple[str, ...]
    actions: tuple[str, ...]
    costs: tuple[str, str, str]
    months: str
    realisers: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A direction with its computed sums, and its rows."""

    number: int
    title: str
    funds: Funds
    rows: tuple[Row, ...]


def bands(schedule: Schedule, said: tree.Schedule, figures: Mapping[str, Figure], day: date) -> list[Band]:
    """The table in bands, one for each direction; `said` is the schedule as the rules know it."""
    return [_band(row, said, figures, day) for row in schedule.directions]


def _band(row: Direction, schedule: tree.Schedule, figures: Mapping[str, Figure], day: date) -> Band:
    said = next(each for each in schedule.directions if each.number == row.number)
    blocks = [_block(row, *pair) for pair in zip(row.positions, said.positions, strict=True)]
    rows = (
        line
        for position, block in zip(row.positions, blocks, strict=True)
        for line in _rows(position, block, schedule, figures, day)
    )
    return Band(row.number, said.title.plain, said.funds, tuple(rows))


def _rows(
    position: Position, block: Block, schedule: tree.Schedule, figures: Mapping[str, Figure], day: date
) -> Iterator[Row]:
    for indicator in position.indicators:
        said = indicator.said([])
        planned = Planned(indicator.aggregation, schedule.year, said.plan, said.executed, said.six_year, position.span)
        yield Row(
            key=indicator.key,
            name=Said(group_name(said.name) if indicator.parent_id else said.name.plain, _notes(schedule, said.name)),
            beside=_beside(indicator),
            is_part=indicator.parent_id is not None,
            counted=indicator.origin is Origin.COUNTED,
            plan=value_said(schedule, said.plan),
            six_year=value_said(schedule, said.six_year),
            executed=_execution(schedule, planned, figures[indicator.key], day),
            first=block if indicator is position.indicators[0] else None,
        )


def _block(direction: Direction, position: Position, said: tree.Position) -> Block:
    total, own, other = (value_words(each) for each in (said.costs.total, said.costs.own, said.costs.other))
    return Block(
        height=len(position.indicators),
        numbers=tuple(str(number) for number in said.actions),
        actions=tuple(Printed(action.title).plain for action in position.actions),
        costs=(total, own, other),
        months=said.months.plain if said.months.kind is MonthsKind.RANGE else months_words(said.months.kind),
        realisers=" / ".join(said.realisers.parties) or "–",
        goes_on=bool(position.place) and position.actions == direction.positions[position.place - 1].actions[-1:],
    )


def months_words(kind: MonthsKind) -> str:
    return _("all the time") if kind is MonthsKind.CONTINUOUS else "–"


def _beside(indicator: Indicator) -> str:
    what = indicator.definition.beside
    return str(BESIDE[what]) if what and indicator.parent_id is None else ""


def _execution(schedule: tree.Schedule, planned: Planned, figure: Figure, day: date) -> Execution:
    reached = progress(planned, figure.value, on=min(day, date(schedule.year, 12, 31)))
    notes = [note for note in schedule.notes_of(planned.before) if note.as_of is None or not figure.speaks]
    printed_on = next((note.as_of for note in schedule.notes_of(planned.before) if note.as_of), None)
    most = planned.six_year.count if isinstance(planned.six_year, Number) else 0
    return Execution(
        figure=value_words(reached.cumulative),
        notes=tuple((note.number, note.text) for note in notes),
        this_year=_this_year(reached, planned),
        of_year="" if reached.of_year is NoPercent.UNKNOWN else percent_words(reached.of_year),
        of_programme=percent_words(reached.of_programme),
        value=reached.cumulative.count if isinstance(reached.cumulative, Number) else 0,
        most=most,
        as_of=figure.as_of if figure.speaks or figure.origin is Origin.COUNTED else printed_on,
        done_on=figure.done_on,
        origin=str(ORIGINS[figure.origin]),
        marks=tuple((kind, str(text)) for kind, text in (MARKS[mark] for mark in sorted(reached.marks))),
    )


def _this_year(reached: Progress, planned: Planned) -> str:
    if isinstance(reached.this_year, Empty):
        return _("%(year)s: nothing entered yet", year=planned.year)
    figure, plan = value_words(reached.this_year), value_words(planned.plan)
    return _("%(year)s: %(figure)s of %(plan)s", year=planned.year, figure=figure, plan=plan)


def value_said(schedule: tree.Schedule, value: Value) -> Said:
    return Said(value_words(value), _notes(schedule, value))


def value_words(value: Value) -> str:
    """A number with the reader's separators, words for what has none; an empty cell stays empty."""
    if isinstance(value, Number):
        return localnumber(value.count)
    if isinstance(value, Continuous):
        return _("all the time")
    return "" if isinstance(value, Empty) else "–"


def _notes(schedule: tree.Schedule, said: Printed) -> tuple[Note, ...]:
    return tuple((note.number, Printed(note.text).plain) for note in schedule.notes_of(said))


def day_words(day: date | None) -> str:
    return localdate(day)
