"""Words for calling somebody back: why not, what became of it, and what the safety note says."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.telephony.rules.call_backs import Asked, CallBackRefusal, DialRefusal, Outcome, Tried
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    CallBackRefusal.CHANGED: lazy("A colleague changed this meanwhile. Look at it again, then decide."),
    CallBackRefusal.DONE: lazy("This call-back has ended. Open it again first."),
    CallBackRefusal.NOT_A_COLLEAGUE: lazy("Choose a colleague of this desk who may call."),
    CallBackRefusal.NOT_CALLED_AGAIN: lazy("No later call with the same number has come in."),
    CallBackRefusal.NOT_DONE: lazy("This call-back is open already."),
    CallBackRefusal.NOT_YOURS: lazy("Take this call-back on first, so that two people do not call at once."),
    DialRefusal.DO_NOT_CONTACT: lazy("The person wants no contact from us."),
    DialRefusal.EMAIL_ONLY: lazy("The person wants to be written to by e-mail and not called."),
    DialRefusal.ENOUGH_TRIES: lazy("We have tried several times. The coordinator decides whether we try again."),
    DialRefusal.HOURS_UNKNOWN: lazy(
        "Only some hours are safe. Read the safety note and write the hours down below first."
    ),
    DialRefusal.MONITORED: lazy("Somebody may be watching this telephone, and nobody said that it is safe to call."),
    DialRefusal.NO_NEUTRAL_NUMBER: lazy(
        "There is no neutral number that could be shown, so the system cannot call. Dial by hand."
    ),
    DialRefusal.NO_NUMBER: lazy("There is no number: the caller hid it, or it cannot be called."),
    DialRefusal.NO_OWN_PHONE: lazy(
        "Your account has no telephone number, so the system cannot call you. Dial by hand."
    ),
    DialRefusal.NOT_ASKED: lazy(
        "Nobody has asked yet whether it is safe to call. If the person said so in a message, tick it on the sheet."
    ),
    DialRefusal.NOTE_NOT_READ: lazy(
        "Read the safety note first and confirm it. It may have changed since you read it."
    ),
    DialRefusal.NUMBER_FORGOTTEN: lazy(
        "The number was erased, as the person wished or because the contact was closed."
    ),
    DialRefusal.OUTSIDE_HOURS: lazy("This is not one of the safe hours."),
    DialRefusal.REASON_MISSING: lazy("Write why you call in spite of this."),
    DialRefusal.UNDER_WAY: lazy("Somebody is calling just now. Say first what became of it."),
}

ASKED: Mapping[Asked, LazyText] = {
    Asked.CALL_BACK: lazy("asked to be called back"),
    Asked.MESSAGE: lazy("left a message"),
    Asked.PROMISE: lazy("was promised a call"),
}

TRIED: Mapping[Tried, LazyText] = {
    Tried.REACHED: lazy("talked with the person"),
    Tried.NO_ANSWER: lazy("nobody answered"),
    Tried.BUSY: lazy("busy"),
    Tried.SOMEBODY_ELSE: lazy("somebody else answered"),
    Tried.MACHINE: lazy("a machine answered"),
    Tried.WRONG_NUMBER: lazy("wrong number"),
    Tried.NOT_PUT_THROUGH: lazy("the call could not be put through"),
}

OUTCOMES: Mapping[Outcome, LazyText] = {
    Outcome.REACHED: lazy("talked with the person"),
    Outcome.NOT_REACHED: lazy("not reached"),
    Outcome.NOT_SAFE: lazy("calling is not safe"),
    Outcome.CALLED_AGAIN: lazy("called again by herself or himself"),
    Outcome.NOT_NEEDED: lazy("no longer needed"),
    Outcome.NOTHING_SAID: lazy("nothing was said in the message"),
}
