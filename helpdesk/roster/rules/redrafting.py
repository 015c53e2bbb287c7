"""What a pattern changes when it is drafted again: only what the pattern itself says differently, and never the past."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from helpdesk.roster.rules.patterns import Drafted
from helpdesk.roster.rules.spans import Span


class Origin(NamedTuple):
    """Which of a pattern's days, and which of several people on it."""

    day: date
    seat: int


@dataclass(frozen=True, slots=True)
class Known:
    """A published duty as its pattern drafted it at the time; people may have changed it since, and then that stays."""

    duty_id: UUID
    origin: Origin
    drafted: Mapping[str, Any]
    span: Span
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be drafted: a new duty (`duty_id` is None), another content for a published one, or its end (`drafted` is None)."""

    origin: Origin
    duty_id: UUID | None
    drafted: Drafted | None


def content(drafted: Drafted) -> dict[str, Any]:
    """What a pattern said of one duty, as it is kept beside the duty."""
    return {
        "person": str(drafted.account_id),
        "starts": _wall(drafted.starts),
        "ends": _wall(drafted.ends),
    }


def redraft(wanted: Iterable[Drafted], known: Iterable[Known], *, now: datetime) -> list[Change]:
    """The changes that bring what was published in line with what the pattern says now, in order of days.

    A duty that has begun is never touched. One whose pattern says what it said before is not touched either, whatever people made
    of it since; that includes a duty that was cancelled by hand.
    """
    before = {each.origin: each for each in known}
    now_said = {Origin(each.day, each.seat): each for each in wanted}
    return [
        change
        for origin in sorted(before.keys() | now_said.keys())
        if (change := _change(origin, before.get(origin), now_said.get(origin), now)) is not None
    ]


def _change(origin: Origin, known: Known | None, said: Drafted | None, now: datetime) -> Change | None:
    if known is None:
        return Change(origin, None, said) if said is not None and said.span.start > now else None
    if known.span.start <= now:
        return None
    if said is None:
        return None if known.cancelled else Change(origin, known.duty_id, None)
    if dict(known.drafted) == content(said) or said.span.start <= now:
        return None
    return Change(origin, known.duty_id, said)


def _wall(at: time) -> str:
    return at.strftime("%H:%M")
