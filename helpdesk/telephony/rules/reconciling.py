"""Our calls beside the provider's list of them, in both directions. Plain values in, differences out; no number of anybody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.lattice import CallState

# Clocks differ, and a report of an end comes some seconds after it.
TOLERANCE = timedelta(minutes=2)


class Differs(StrEnum):
    """How two lists of calls can differ."""

    NOT_HERE = "not-here"
    NOT_THERE = "not-there"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Ours:
    """A call as we know it."""

    sid: str
    state: CallState
    started_at: datetime
    ended_at: datetime | None = None
    talked: bool = False
    told_nobody: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A call as the provider lists it; `status` is its word. `ours`: it went out from us, to somebody on duty or a guest."""

    sid: str
    status: str
    started_at: datetime
    ended_at: datetime | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One difference; `ours` and `theirs` are what either side says, in codes and times."""

    sid: str
    kind: Differs
    ours: str = ""
    theirs: str = ""


def differences(
    ours: Iterable[Ours],
    theirs: Iterable[Listed],
    first: datetime,
    last: datetime,
    tolerance: timedelta = TOLERANCE,
) -> list[Found]:
    """Name every call of the span from `first` until before `last` on which the two lists do not agree, in the order of the identifiers.

    Both lists hold the calls of at least `tolerance` around the span as well, so that a call of midnight is found on both sides. A call
    is of the span when the side that knows it says so; for one that both know, ours decides.
    """
    here = {call.sid: call for call in ours}
    there = {call.sid: call for call in theirs}
    return sorted(_found(here, there, first, last, tolerance), key=lambda each: (each.sid, each.kind))


def never_ended(ours: Ours, theirs: Listed) -> bool:
    """Tell whether the end of this call never came to us, although the provider knows of it."""
    return not ours.state.is_terminal and lattice.is_gone(theirs.status)


def left_at(joined_at: datetime | None, known: datetime | None, theirs: Listed) -> datetime | None:
    """When somebody really left a talk, where the provider's list of their own call knows better than we do; else None.

    A report of an end comes within seconds. Where it did not, what we wrote down is a guess: the end of the whole talk, or nothing.
    """
    if joined_at is None or theirs.ended_at is None or not lattice.is_gone(theirs.status):
        return None
    told = max(theirs.ended_at, joined_at)
    return told if known is None or abs(told - known) > TOLERANCE else None


def _found(
    here: Mapping[str, Ours], there: Mapping[str, Listed], first: datetime, last: datetime, tolerance: timedelta
) -> Iterator[Found]:
    for sid, listed in there.items():
        if sid not in here and first <= listed.started_at < last:
            yield Found(sid, Differs.NOT_HERE, theirs=listed.status)
    for sid, known in here.items():
        if not first <= known.started_at < last:
            continue
        if sid not in there:
            yield Found(sid, Differs.NOT_THERE, ours=known.state.value)
        else:
            yield from _unlike(known, there[sid], tolerance)


def _unlike(ours: Ours, theirs: Listed, tolerance: timedelta) -> Iterator[Found]:
    """States differ where the provider's word would still change ours, or where it has no end that we have."""
    told = lattice.incoming(theirs.status, talked=ours.talked, told=ours.told_nobody)
    is_news = lattice.settle([ours.state, told]) is not ours.state
    lasts_there = ours.state.is_terminal and not lattice.is_gone(theirs.status)
    if is_news or lasts_there:
        yield Found(theirs.sid, Differs.STATE, ours.state.value, theirs.status)
    elif ours.ended_at and theirs.ended_at and abs(ours.ended_at - theirs.ended_at) > tolerance:
        yield Found(
            theirs.sid, Differs.STATE, _end(ours.state.value, ours.ended_at), _end(theirs.status, theirs.ended_at)
        )


def _end(word: str, at: datetime) -> str:
    return f"{word} {at:%Y-%m-%dT%H:%M:%SZ}"
