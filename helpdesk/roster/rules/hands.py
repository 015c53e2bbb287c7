"""How a duty goes from one person to another: what has become of an offer, and who may do what with it next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.spans import Span

# Whoever falls ill at noon must be replaced for the evening without asking anybody; for next week there is time to ask.
EMERGENCY_AHEAD = timedelta(hours=12)


class OfferState(StrEnum):
    """What has become of an offer. It is never stored: it follows from who said what, from the duty, and from the clock."""

    DONE = "done"
    LAPSED = "lapsed"
    OPEN = "open"
    REFUSED = "refused"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


UNSETTLED = frozenset({OfferState.OPEN, OfferState.TAKEN})


class HandsRefusal(StrEnum):
    """Why a duty does not change hands."""

    ALREADY_OFFERED = "hands:already-offered"
    ALREADY_YOURS = "hands:already-yours"
    A_SWAP = "hands:a-swap"
    BEGUN = "hands:begun"
    CANCELLED = "hands:cancelled"
    LAPSED = "hands:lapsed"
    NOBODY_HOLDS_IT = "hands:nobody-holds-it"
    NOTHING_TO_APPROVE = "hands:nothing-to-approve"
    NOT_ASKED = "hands:not-asked"
    NOT_A_SWAP = "hands:not-a-swap"
    NOT_OPEN = "hands:not-open"
    NOT_YOURS = "hands:not-yours"
    OVER = "hands:over"
    OWN_DUTY = "hands:own-duty"
    SAME_PERSON = "hands:same-person"
    TAKEN_ALREADY = "hands:taken-already"
    TOO_EARLY = "hands:too-early"


@dataclass(frozen=True, slots=True)
class Held:
    """A duty as far as hands are concerned: when it is, whose, and whether it still stands."""

    span: Span
    holder: UUID | None
    stands: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An offer as it was made, with its duties as they are now. Without `in_return` the duty is given for nothing.

    `offered_by` held the duty when it was offered, and is None where nobody did. A swap asks one person: whoever held the duty in return.
    """

    duty: Held
    in_return: Held | None = None
    offered_by: UUID | None
    asked: frozenset[UUID] = frozenset()
    taken_by: UUID | None = None
    approved: bool = False
    refused: bool = False
    withdrawn: bool = False
    settled: bool = False

    @property
    def begins(self) -> datetime:
        """The instant from which on nothing can change hands any more."""
        duties = [self.duty] if self.in_return is None else [self.duty, self.in_return]
        return min(each.span.start for each in duties)

    @property
    def moved_on(self) -> bool:
        """Whether a duty of it was cancelled, or is by now in the hands of somebody who never offered it."""
        if not self.duty.stands or self.duty.holder != self.offered_by:
            return True
        return self.in_return is not None and (not self.in_return.stands or self.in_return.holder not in self.asked)


def state_of(deal: Deal, now: datetime) -> OfferState:
    """What has become of an offer by `now`.

    An offer whose duty was cancelled, or given to somebody otherwise, counts as withdrawn; one whose duty has begun while nobody had
    taken it, or while it still waited for approval, has lapsed.
    """
    if deal.approved:
        return OfferState.DONE
    if deal.refused:
        return OfferState.REFUSED
    if deal.withdrawn or (not deal.settled and deal.moved_on):
        return OfferState.WITHDRAWN
    if deal.settled or deal.begins <= now:
        return OfferState.LAPSED
    return OfferState.OPEN if deal.taken_by is None else OfferState.TAKEN


def check_offering(duty: Held, by: UUID | None, now: datetime, *, manages: bool, is_offered: bool) -> None:
    """Raise Refusal unless `by` may offer this duty: his own, or as somebody who `manages` anybody's, before it begins, and once."""
    _check_to_come(duty, now)
    if duty.holder != by and not manages:
        raise Refusal(HandsRefusal.NOT_YOURS)
    if is_offered:
        raise Refusal(HandsRefusal.ALREADY_OFFERED)


def check_swapping(
    mine: Held, theirs: Held, by: UUID | None, now: datetime, *, manages: bool, is_offered: bool
) -> None:
    """Raise Refusal unless `by` may propose that the holders of two duties to come change places; `field` names the other duty."""
    check_offering(mine, by, now, manages=manages, is_offered=is_offered)
    if mine.holder is None:
        raise Refusal(HandsRefusal.NOBODY_HOLDS_IT)
    if not theirs.stands:
        raise Refusal(HandsRefusal.CANCELLED, field="theirs")
    if theirs.span.start <= now:
        raise Refusal(HandsRefusal.BEGUN, field="theirs")
    if theirs.holder is None:
        raise Refusal(HandsRefusal.NOBODY_HOLDS_IT, field="theirs")
    if theirs.holder == mine.holder:
        raise Refusal(HandsRefusal.SAME_PERSON, field="theirs")


def check_taking(deal: Deal, taker: UUID | None, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal unless `taker` may take the duty that is given away: he was asked, or somebody who `manages` says so for him.

    Only those who `manages` act for somebody else.
    """
    if deal.in_return is not None:
        raise Refusal(HandsRefusal.A_SWAP)
    _check_open(deal, taker, by, now, manages=manages)
    if taker not in deal.asked and not manages:
        raise Refusal(HandsRefusal.NOT_ASKED)


def check_accepting(deal: Deal, taker: UUID | None, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal unless `taker` is the one whose duty would be swapped, and says so himself or through somebody who `manages`."""
    if deal.in_return is None:
        raise Refusal(HandsRefusal.NOT_A_SWAP)
    _check_open(deal, taker, by, now, manages=manages)
    if taker not in deal.asked:
        raise Refusal(HandsRefusal.NOT_ASKED)


def check_approving(deal: Deal, now: datetime) -> None:
    """Raise Refusal unless somebody has taken the duty and waits for a word, and it has not begun."""
    state = state_of(deal, now)
    if state is OfferState.LAPSED:
        raise Refusal(HandsRefusal.LAPSED)
    if state is not OfferState.TAKEN:
        raise Refusal(HandsRefusal.NOTHING_TO_APPROVE)


def check_refusing(deal: Deal, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal unless there is something to say no to: for a coordinator what was taken, for whoever is asked a swap."""
    if manages and state_of(deal, now) is not OfferState.OPEN:
        check_approving(deal, now)
        return
    _check_unsettled(deal, now)
    if deal.in_return is None or deal.taken_by is not None:
        raise Refusal(HandsRefusal.NOTHING_TO_APPROVE)
    if by not in deal.asked and not manages:
        raise Refusal(HandsRefusal.NOT_ASKED)


def check_withdrawing(deal: Deal, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal unless the offer is not settled and `by` made it, or manages. Until it is approved, nothing has changed hands."""
    _check_unsettled(deal, now)
    if deal.offered_by != by and not manages:
        raise Refusal(HandsRefusal.NOT_YOURS)


def check_taking_over(duty: Held, taker: UUID | None, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal unless `taker` may take a duty over at once: it runs or begins within twelve hours, and is not his already."""
    if not duty.stands:
        raise Refusal(HandsRefusal.CANCELLED)
    if duty.span.end <= now:
        raise Refusal(HandsRefusal.OVER)
    if not is_emergency(duty.span, now):
        raise Refusal(HandsRefusal.TOO_EARLY, hours=EMERGENCY_AHEAD // timedelta(hours=1))
    if taker != by and not manages:
        raise Refusal(HandsRefusal.NOT_YOURS, field="person")
    if taker == duty.holder:
        raise Refusal(HandsRefusal.SAME_PERSON, field="person")


def is_emergency(span: Span, now: datetime) -> bool:
    """Whether a duty runs, or begins so soon that there is no time to ask around."""
    return span.start - EMERGENCY_AHEAD <= now < span.end


def _check_to_come(duty: Held, now: datetime) -> None:
    if not duty.stands:
        raise Refusal(HandsRefusal.CANCELLED)
    if duty.span.start <= now:
        raise Refusal(HandsRefusal.BEGUN)


def _check_open(deal: Deal, taker: UUID | None, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Nobody has taken it yet, and the taker is neither the one who gives nor somebody for whom `by` may not speak."""
    state = state_of(deal, now)
    if state in {OfferState.TAKEN, OfferState.DONE} and deal.taken_by == taker:
        raise Refusal(HandsRefusal.ALREADY_YOURS)  # pressed twice
    _check_unsettled(deal, now)
    if taker == deal.duty.holder:
        raise Refusal(HandsRefusal.OWN_DUTY)
    if state is OfferState.TAKEN:
        raise Refusal(HandsRefusal.TAKEN_ALREADY)
    if taker != by and not manages:
        raise Refusal(HandsRefusal.NOT_YOURS)


def _check_unsettled(deal: Deal, now: datetime) -> None:
    match state_of(deal, now):
        case OfferState.LAPSED:
            raise Refusal(HandsRefusal.LAPSED)
        case OfferState.DONE:
            raise Refusal(HandsRefusal.TAKEN_ALREADY)
        case OfferState.REFUSED | OfferState.WITHDRAWN:
            raise Refusal(HandsRefusal.NOT_OPEN)
        case _:
            return
