"""How far a call has come. States only ever rise, so repeated, reordered and late reports do no harm.

The provider promises no order among its reports, and a captured request can be sent again. Joining is commutative,
associative and idempotent: whatever arrives, in whatever order and however often, ends in the same state.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import reduce


class CallState(StrEnum):
    """From the least known to the most known; the order of the members is the order of the lattice.

    Among the final states, whoever knows more wins: that somebody talked outweighs every report that nobody did.
    """

    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    CANCELED = "canceled"
    FAILED = "failed"
    BUSY = "busy"
    ABANDONED = "abandoned"
    NO_ANSWER = "no-answer"
    COMPLETED = "completed"

    @property
    def is_terminal(self) -> bool:
        return self not in OPEN_STATES


OPEN_STATES = frozenset({CallState.RINGING, CallState.IN_PROGRESS})
_RANK: Mapping[CallState, int] = {state: rank for rank, state in enumerate(CallState)}

_REPORTED: Mapping[str, CallState] = {
    "queued": CallState.RINGING,
    "initiated": CallState.RINGING,
    "ringing": CallState.RINGING,
    "in-progress": CallState.IN_PROGRESS,
    "answered": CallState.COMPLETED,
    "completed": CallState.COMPLETED,
    "busy": CallState.BUSY,
    "no-answer": CallState.NO_ANSWER,
    "failed": CallState.FAILED,
    "canceled": CallState.CANCELED,
}
_GIVEN_UP = frozenset({CallState.COMPLETED, CallState.NO_ANSWER, CallState.CANCELED})


def join(first: CallState, second: CallState) -> CallState:
    """Give whichever of two reports knows more."""
    return max(first, second, key=_RANK.__getitem__)


def settle(reports: Iterable[CallState | None]) -> CallState:
    """Give the state after all these reports; those that say nothing (None) change nothing."""
    return reduce(join, (report for report in reports if report is not None), CallState.RINGING)


def incoming(status: str, *, talked: bool, told: bool) -> CallState | None:
    """Read the provider's CallStatus of the caller's own call; None for a word we do not know.

    The provider calls a call completed as soon as a machine spoke to it. `talked` says whether a person of ours
    accepted it, `told` whether our flow itself said that nobody can answer. Neither: the caller hung up before.
    """
    reported = _REPORTED.get(status)
    if reported is None or not reported.is_terminal:
        return reported
    if talked:
        return CallState.COMPLETED
    if reported not in _GIVEN_UP:
        return reported
    return CallState.NO_ANSWER if told else CallState.ABANDONED


def is_gone(status: str) -> bool:
    """Tell from the CallStatus that comes with any request whether the caller has already hung up.

    The end of a ring is reported even then; it must count as hanging up and not as a ring that nobody answered.
    """
    reported = _REPORTED.get(status)
    return reported is not None and reported.is_terminal


def leg(status: str) -> CallState | None:
    """Read the provider's CallStatus of one call to a person on duty; None for a word we do not know."""
    return _REPORTED.get(status)


def was_answered(dial_status: str, bridged: str | None) -> bool:
    """Tell from the provider's DialCallStatus and DialBridged whether caller and consultant were put through.

    A voicemail that picked up and was hung up on is reported as completed too, only not as bridged.
    """
    return leg(dial_status) is CallState.COMPLETED and (bridged or "true").casefold() != "false"
