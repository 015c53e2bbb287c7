"""How an indicator is called: its action and a letter, `3.1.b`; a group below it by its place, `1.1.b.7`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from helpdesk.indicators.rules.tree import Direction, Indicator, Position, Schedule
from helpdesk.indicators.rules.values import Value

ALPHABET = 26


def keyed(schedule: Schedule) -> dict[str, Indicator]:
    """All indicators and groups by key, in printed order."""
    return {key: line for _, key, line in placed(schedule)}


def placed(schedule: Schedule) -> Iterator[tuple[Position, str, Indicator]]:
    """Each indicator and group with its key and its position. One of two actions is keyed by the first of them."""
    letters: Counter[str] = Counter()
    for position in schedule.positions:
        action = str(position.actions[0])
        for indicator in position.indicators:
            letters[action] += 1
            for key, line in _lines(f"{action}.{letter(letters[action])}", indicator):
                yield position, key, line


def letter(place: int) -> str:
    """The letters a to z, then aa, ab and so on, for 1, 2, 3."""
    rest, last = divmod(place - 1, ALPHABET)
    return (letter(rest) if rest else "") + chr(ord("a") + last)


def with_executed(schedule: Schedule, executed: Mapping[str, Value]) -> Schedule:
    """The schedule with other values in the column of execution; whatever is not named stays as printed."""
    fresh = iter([replace(line, executed=executed.get(key, line.executed)) for _, key, line in placed(schedule)])
    return replace(schedule, directions=tuple(_refilled(direction, fresh) for direction in schedule.directions))


def _lines(key: str, indicator: Indicator) -> Iterator[tuple[str, Indicator]]:
    yield key, indicator
    for place, part in enumerate(indicator.parts, start=1):
        yield f"{key}.{place}", part


def _refilled(direction: Direction, fresh: Iterator[Indicator]) -> Direction:
    positions = (
        replace(position, indicators=tuple(_regrouped(indicator, fresh) for indicator in position.indicators))
        for position in direction.positions
    )
    return replace(direction, positions=tuple(positions))


def _regrouped(indicator: Indicator, fresh: Iterator[Indicator]) -> Indicator:
    head = next(fresh)
    return replace(head, parts=tuple(next(fresh) for _ in indicator.parts))
