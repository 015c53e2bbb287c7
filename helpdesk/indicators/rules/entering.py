"""What may be entered by hand for an indicator: the number of the year so far, on which day, and what proves it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.lines import breakdown_differs, is_others
from helpdesk.indicators.rules.months import Months
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.tree import Indicator
from helpdesk.indicators.rules.values import Continuous, Empty, Number, Value, number, read_whole
from helpdesk.kernel.errors import Refusal

MOST = 1_000_000


class EntryRefusal(StrEnum):
    """Why something may not be entered."""

    AS_OF_MISSING = "as-of-missing"
    AS_OF_OUTSIDE = "as-of-outside-year"
    AS_OF_TAKEN = "as-of-taken"
    BREAKDOWN_DIFFERS = "entered-breakdown-differs"
    COUNTED = "is-counted"
    DONE_AFTER = "done-after-as-of"
    DONE_MISSING = "done-on-missing"
    DONE_OUTSIDE = "done-on-outside-year"
    EVIDENCE_MISSING = "evidence-missing"
    NOTHING_THERE = "nothing-to-correct"
    NOT_A_NUMBER = "not-a-whole-number"
    OTHERS_WITHOUT_NOTE = "others-without-note"
    VALUE_MISSING = "value-missing"


class EntryDoubt(StrEnum):
    """What is accepted and deserves a look."""

    OUTSIDE_MONTHS = "outside-months"


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters. `values` holds the number of the indicator and those of its groups, by key.

    `done_on` is the day of what was done last, `as_of` the day up to which the numbers hold, that day included.
    `corrects` is the `as_of` of the earlier entry that this one replaces.
    """

    values: Mapping[str, Value]
    as_of: date | None
    evidence: str
    done_on: date | None = None
    note: str = ""
    corrects: date | None = None

    def correcting(self, as_of: date | None) -> "Entry":
        """The same as a correction of what was entered for a day, if one is given."""
        return replace(self, corrects=as_of)


@dataclass(frozen=True, slots=True)
class Line:
    """The indicator for which something is entered, with its groups, by key."""

    key: str
    lines: Mapping[str, Indicator]
    aggregation: Aggregation
    origin: Origin
    months: Months
    year: int

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(key for key in self.lines if key != self.key)


def read_entered(typed: str, field: str) -> Value:
    """A whole number as people type it, with or without dots or blanks; nothing typed is `Empty`."""
    said = "".join(typed.split())
    if not said:
        return Empty("")
    count = read_whole(said)
    if count is None or count > MOST:
        raise Refusal(EntryRefusal.NOT_A_NUMBER, field=field)
    return number(count)


def check_entry(line: Line, entry: Entry, *, today: date) -> tuple[EntryDoubt, ...]:
    """Raise Refusal unless this may be entered; answer what is doubtful about it."""
    if line.origin is Origin.COUNTED:
        raise Refusal(EntryRefusal.COUNTED)
    _check_days(line, entry, today)
    if not entry.evidence.strip():
        raise Refusal(EntryRefusal.EVIDENCE_MISSING, field="evidence")
    _check_values(line, entry)
    outside = entry.done_on is not None and not line.months.covers(entry.done_on.month)
    return (EntryDoubt.OUTSIDE_MONTHS,) if outside else ()


def entered_value(line: Line, value: Value) -> Value:
    """What is kept for the indicator itself: what is done all the time stays *na bieżąco* and never becomes a number."""
    return Continuous("na bieżąco") if line.aggregation is Aggregation.CONTINUOUS else value


def _check_days(line: Line, entry: Entry, today: date) -> None:
    if entry.as_of is None:
        raise Refusal(EntryRefusal.AS_OF_MISSING, field="as_of")
    if entry.as_of.year != line.year or entry.as_of > today:
        raise Refusal(EntryRefusal.AS_OF_OUTSIDE, field="as_of", year=line.year)
    if entry.done_on is None:
        if line.aggregation is Aggregation.CONTINUOUS:
            raise Refusal(EntryRefusal.DONE_MISSING, field="done_on")
        return
    if entry.done_on.year != line.year:
        raise Refusal(EntryRefusal.DONE_OUTSIDE, field="done_on", year=line.year)
    if entry.done_on > entry.as_of:
        raise Refusal(EntryRefusal.DONE_AFTER, field="done_on")


def _check_values(line: Line, entry: Entry) -> None:
    total = entered_value(line, entry.values.get(line.key, Empty("")))
    if isinstance(total, Empty):
        raise Refusal(EntryRefusal.VALUE_MISSING, field="value")
    parts = {key: entry.values.get(key, Empty("")) for key in line.parts}
    if parts and breakdown_differs(total, parts.values()):
        raise Refusal(EntryRefusal.BREAKDOWN_DIFFERS, field="value", sum=_sum(parts))
    others = (value for key, value in parts.items() if is_others(line.lines[key].name))
    if any(isinstance(value, Number) and value.count for value in others) and not entry.note.strip():
        raise Refusal(EntryRefusal.OTHERS_WITHOUT_NOTE, field="note")


def _sum(parts: Mapping[str, Value]) -> int:
    return sum(value.count for value in parts.values() if isinstance(value, Number))
