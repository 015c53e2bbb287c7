"""When a desk can be called: the hours in which a post that is rung must be covered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from helpdesk.kernel.clock import day_bounds
from helpdesk.roster.rules.spans import Span


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A local day with the spans of it in which the desk is open, in order; none on a day on which it is closed."""

    day: date
    spans: tuple[Span, ...]


def opening(needed: Iterable[Span], first: date, days: int) -> list[OpenDay]:
    """Give each of so many local days, from the first on, with its hours. What overlaps or touches is one span; midnight divides."""
    whole = _united(needed)
    return [_of_day(whole, first + timedelta(days=each)) for each in range(days)]


def _of_day(whole: Sequence[Span], day: date) -> OpenDay:
    within = Span(*day_bounds(day))
    return OpenDay(day, tuple(part for span in whole if (part := span.clipped(within)) is not None))


def _united(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
