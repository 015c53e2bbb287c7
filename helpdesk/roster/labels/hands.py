"""Words for duties that change hands: what became of an offer, why not, and why a duty changed where nobody wrote it."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.roster.rules.hands import HandsRefusal, OfferState
from helpdesk.roster.service.hands import WHY_ABSENCE, WHY_OFFER, WHY_SWAP, WHY_TAKE_OVER
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    HandsRefusal.ALREADY_OFFERED: lazy(
        "This duty is offered already. Withdraw that offer before you make another one."
    ),
    HandsRefusal.ALREADY_YOURS: lazy("This duty was taken for this person already. Nothing more needs to be done."),
    HandsRefusal.A_SWAP: lazy("This is a swap. Look at both duties and accept it there."),
    HandsRefusal.BEGUN: lazy("This duty has begun. It can only be taken over now."),
    HandsRefusal.CANCELLED: lazy("This duty was cancelled, so nobody needs to hold it."),
    HandsRefusal.LAPSED: lazy("This offer has lapsed: the duty began before it was settled."),
    HandsRefusal.NOBODY_HOLDS_IT: lazy("Nobody holds this duty, so it cannot be swapped. Choose another one."),
    HandsRefusal.NOTHING_TO_APPROVE: lazy(
        "There is nothing to agree to: nobody has taken this duty, or it was settled."
    ),
    HandsRefusal.NOT_ASKED: lazy("Only those who were asked can take this duty. Ask the coordinator if you could."),
    HandsRefusal.NOT_A_SWAP: lazy("This duty is given away, not swapped. Take it if you like."),
    HandsRefusal.NOT_OPEN: lazy("This offer was withdrawn or refused. Nobody is needed any more."),
    HandsRefusal.NOT_YOURS: lazy("This is not yours. Only a coordinator can do it for somebody else."),
    HandsRefusal.OVER: lazy("This duty is over."),
    HandsRefusal.OWN_DUTY: lazy("This person holds the duty already. To keep it, withdraw the offer."),
    HandsRefusal.SAME_PERSON: lazy("The same person holds this duty already. Choose another one."),
    HandsRefusal.TAKEN_ALREADY: lazy("Somebody else was quicker and has taken this duty."),
    HandsRefusal.TOO_EARLY: lazy(
        "A duty is taken over at once only if it runs or begins within %(hours)s hours. Ask for it to be offered."
    ),
}

STATES: Mapping[OfferState, LazyText] = {
    OfferState.DONE: lazy("handed over"),
    OfferState.LAPSED: lazy("offer lapsed"),
    OfferState.OPEN: lazy("not taken yet"),
    OfferState.REFUSED: lazy("not agreed to"),
    OfferState.TAKEN: lazy("waits for the coordinator"),
    OfferState.WITHDRAWN: lazy("offer withdrawn"),
}

# How much attention a state asks for.
MARKS: Mapping[OfferState, str] = {
    OfferState.DONE: "ok",
    OfferState.LAPSED: "quiet",
    OfferState.OPEN: "info",
    OfferState.REFUSED: "danger",
    OfferState.TAKEN: "needs",
    OfferState.WITHDRAWN: "quiet",
}

_WHYS: Mapping[str, LazyText] = {
    WHY_ABSENCE: lazy("because of an absence"),
    WHY_OFFER: lazy("offered and taken"),
    WHY_SWAP: lazy("swapped"),
    WHY_TAKE_OVER: lazy("taken over at once"),
}


def why_words(why: str) -> str:
    """Why a version of a duty came to be: in the reader's language where the house wrote it, else as somebody typed it."""
    return str(_WHYS.get(why, why))
