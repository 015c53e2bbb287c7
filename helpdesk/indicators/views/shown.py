"""The table as a page shows it: what is printed, what has happened since, and what of it deserves a look."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import flask_babel
from babel import Locale

from helpdesk.indicators.labels import BESIDE, MARKS, ORIGINS, percent_words
from helpdesk.indicators.rules import tree
from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.filling import Figure
from helpdesk.indicators.rules.lines import group_name
from helpdesk.indicators.rules.months import MonthsKind
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.progress import NoPercent, Planned, Progress, progress
from helpdesk.indicators.rules.tree import Funds
from helpdesk.indicators.rules.values import Continuous, Empty, Number, Printed, Value
from helpdesk.indicators.service.imported import Imported, Line
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
    """One indicator or group as printed. `first` holds what stands once for all rows of its position."""

    key: str
    name: Said
    beside: str
    is_part: bool
    plan: Said
    six_year: Said
    planned: Planned
    before: tuple[tree.Footnote, ...]
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


def bands(table: Imported) -> tuple[Band, ...]:
    """What is printed, in bands, one for each direction."""
    return _bands(table, flask_babel.get_locale())


@lru_cache(maxsize=32)
def _bands(table: Imported, _locale: Locale | None) -> tuple[Band, ...]:
    """Each is made once for a language and not once per reader."""
    lines = iter(table.lines)
    return tuple(_band(each, table.said, lines) for each in table.said.directions)


def _band(direction: tree.Direction, schedule: tree.Schedule, lines: Iterator[Line]) -> Band:
    titles = {each.number: each.title.plain for each in direction.actions}
    above: tuple[tree.Position | None, ...] = (None, *direction.positions)
    rows = (
        row
        for position, before in zip(direction.positions, above, strict=False)
        for row in _rows(position, _block(position, before, titles), schedule, lines)
    )
    return Band(direction.number, direction.title.plain, direction.funds, tuple(rows))


def _rows(position: tree.Position, block: Block, schedule: tree.Schedule, lines: Iterator[Line]) -> Iterator[Row]:
    first: Block | None = block
    for indicator in position.indicators:
        for said in indicator.lines:
            line, is_part = next(lines), said is not indicator
            yield Row(
                key=line.key,
                name=Said(group_name(said.name) if is_part else said.name.plain, _notes(schedule, said.name)),
                beside="" if is_part else _beside(line),
                is_part=is_part,
                plan=value_said(schedule, said.plan),
                six_year=value_said(schedule, said.six_year),
                planned=Planned(
                    line.aggregation, schedule.year, said.plan, said.executed, said.six_year, position.months
                ),
                before=schedule.notes_of(said.executed),
                first=first,
            )
            first = None


def _block(position: tree.Position, above: tree.Position | None, titles: Mapping[ActionNumber, str]) -> Block:
    total, own, other = (value_words(each) for each in (position.costs.total, position.costs.own, position.costs.other))
    months = position.months
    return Block(
        height=len(position.lines),
        numbers=tuple(str(number) for number in position.actions),
        actions=tuple(titles[number] for number in position.actions),
        costs=(total, own, other),
        months=months.plain if months.kind is MonthsKind.RANGE else months_words(months.kind),
        realisers=" / ".join(position.realisers.parties) or "–",
        goes_on=above is not None and position.actions == above.actions[-1:],
    )


def months_words(kind: MonthsKind) -> str:
    return _("all the time") if kind is MonthsKind.CONTINUOUS else "–"


def _beside(line: Line) -> str:
    what = line.definition.beside
    return str(BESIDE[what]) if what else ""


def executed(rows: Iterable[Row], figures: Mapping[str, Figure], day: date) -> dict[str, Execution]:
    """The cells of execution of these rows by key, as on a day."""
    return {row.key: _execution(row, figures[row.key], day) for row in rows}


def _execution(row: Row, figure: Figure, day: date) -> Execution:
    planned = row.planned
    reached = progress(planned, figure.value, on=min(day, date(planned.year, 12, 31)))
    notes = [note for note in row.before if note.as_of is None or not figure.speaks]
    printed_on = next((note.as_of for note in row.before if note.as_of), None)
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
