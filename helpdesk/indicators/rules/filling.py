"""The table with what has happened since it was printed (docs/decisions/0005-what-the-exported-table-shows.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.heading import GENITIVE, read_footnote
from helpdesk.indicators.rules.keys import keyed, with_executed
from helpdesk.indicators.rules.layout import lay_out
from helpdesk.indicators.rules.progress import Aggregation, cumulative
from helpdesk.indicators.rules.table import Column
from helpdesk.indicators.rules.tree import Footnote, Schedule
from helpdesk.indicators.rules.values import MARK, Continuous, Empty, Number, Printed, Value, number


@dataclass(frozen=True, slots=True)
class Figure:
    """What an indicator reached in the schedule's year, up to and including the day `as_of`."""

    value: Value
    as_of: date
    origin: Origin
    aggregation: Aggregation
    done_on: date | None = None
    note: str = ""

    @property
    def speaks(self) -> bool:
        """Whether it says more than the print does. A count of none leaves the print alone; an entered nought does not.

        Nor does a stock of none: where the register is kept and all has ended, the print no longer holds.
        """
        if self.origin is Origin.COUNTED:
            return isinstance(self.value, Number) and (self.value.count > 0 or self.aggregation is Aggregation.STOCK)
        return not isinstance(self.value, Empty)


def filled(schedule: Schedule, figures: Mapping[str, Figure]) -> Schedule:
    """The schedule with execution up to the days of the figures; to the letter as printed where no figure speaks."""
    lines = keyed(schedule)
    speaking = {key: figures[key] for key in lines if key in figures and figures[key].speaks}
    if not speaking:
        return schedule
    executed = {key: _unmarked(schedule, lines[key].executed, figure) for key, figure in speaking.items()}
    notes = {key: list(_notes(schedule.year, figure)) for key, figure in speaking.items()}
    rest = [_about_rest(schedule)] if len(speaking) < len(lines) else []
    numbers = _numbered(with_executed(schedule, executed), [*(each for key in speaking for each in notes[key]), *rest])
    marked = {key: _marked(value, [numbers[each] for each in notes[key]]) for key, value in executed.items()}
    whole = with_executed(schedule, marked)
    return replace(
        whole,
        executed_years=(schedule.executed_years[0], schedule.year),
        headings=_headings(schedule, [numbers[each] for each in rest]),
        footnotes=_footnotes(whole, numbers),
    )


def day_in_words(day: date) -> str:
    """As the office writes it: 12 grudnia 2022 r."""
    return f"{day.day} {GENITIVE[day.month - 1]} {day.year} r."


def _unmarked(schedule: Schedule, before: Value, figure: Figure) -> Value:
    """The execution since the programme's first year, without marks of days that no longer hold."""
    done = cumulative(figure.aggregation, before, figure.value)
    if isinstance(
        done, Empty
    ):  # nothing was printed that what is said could be added to, and a mark needs something to stand at
        done = figure.value
    kept = [note.number for note in schedule.notes_of(before) if note.as_of is None]
    said = number(done.count).raw if isinstance(done, Number) else MARK.sub("", done.raw).strip()
    return _marked(replace(done, raw=said), kept)


def _marked(value: Value, numbers: Iterable[int]) -> Value:
    return replace(value, raw=value.raw + "".join(f" <sup>{each}</sup>" for each in numbers))


def _notes(year: int, figure: Figure) -> Iterator[str]:
    if isinstance(figure.value, Continuous):
        yield f"Ostatnia aktualizacja: {day_in_words(figure.done_on or figure.as_of)}"
    else:
        yield f"Wg stanu na {day_in_words(figure.as_of)}"
    if figure.note:
        yield f"W {year} r.: {' '.join(figure.note.split())}"


def _about_rest(schedule: Schedule) -> str:
    first, last = schedule.executed_years
    return f"Liczby bez daty w przypisie: wykonanie w latach {first}-{last}; za {schedule.year} r. nic nie wykazano."


def _numbered(schedule: Schedule, texts: Iterable[str]) -> dict[str, int]:
    """A number for each new note: first those that have become free, then new ones."""
    used = _marks(schedule)
    known = {note.number for note in schedule.footnotes}
    free = iter([*sorted(known - used), *range(max(known | used, default=0) + 1, 1000)])
    return {text: next(free) for text in dict.fromkeys(texts)}


def _headings(schedule: Schedule, marks: Iterable[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    upper, lower = schedule.headings
    cells = list(lower)
    said = f"Wyk. {schedule.executed_years[0]}-{schedule.year}"
    cells[Column.EXECUTED - 1] = said + "".join(f" <sup>{each}</sup>" for each in marks)
    return upper, tuple(cells)


def _footnotes(schedule: Schedule, numbers: Mapping[str, int]) -> tuple[Footnote, ...]:
    fresh = [_footnote(number_, text) for text, number_ in numbers.items()]
    taken = {note.number for note in fresh}
    stay = [note for note in schedule.footnotes if note.number not in taken and note.number in _marks(schedule)]
    return tuple(sorted([*stay, *fresh], key=lambda note: note.number))


def _marks(schedule: Schedule) -> set[int]:
    """The numbers of all notes that something in the table refers to."""
    rows = lay_out(replace(schedule, footnotes=()))
    return {mark for row in rows for cell in row.cells for mark in Printed(cell).footnotes}


def _footnote(number_: int, text: str) -> Footnote:
    return read_footnote(f"<sup>{number_}</sup> {text}")
