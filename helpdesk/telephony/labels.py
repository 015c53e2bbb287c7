"""Words for what becomes of a call."""

from collections.abc import Mapping

from helpdesk.consultations.rules.codes import FirstContact
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.ringing import Reason
from helpdesk.web.i18n import LazyText, lazy

REASONS: Mapping[Reason, LazyText] = {
    Reason.SPEAKS: lazy("on duty and speaks the language"),
    Reason.ON_DUTY: lazy("on duty; nobody who speaks the language could be reached"),
    Reason.OTHER_LANGUAGE: lazy("does not speak the language"),
    Reason.NO_PHONE: lazy("has no telephone that could be rung"),
    Reason.SAME_PHONE: lazy("shares a telephone with somebody who was rung"),
    Reason.OWN_LINE: lazy("has the line's own number as telephone"),
    Reason.TOO_MANY: lazy("more people are on duty than can be rung at once"),
    Reason.ENOUGH_RINGS: lazy("was rung before and did not answer"),
}

STATES: Mapping[CallState, LazyText] = {
    CallState.RINGING: lazy("rings"),
    CallState.IN_PROGRESS: lazy("in progress"),
    CallState.CANCELED: lazy("cancelled"),
    CallState.FAILED: lazy("failed"),
    CallState.BUSY: lazy("busy"),
    CallState.ABANDONED: lazy("the caller hung up before anybody answered"),
    CallState.NO_ANSWER: lazy("nobody answered"),
    CallState.COMPLETED: lazy("ended after a talk"),
}

# A rung telephone knows less than a call: that it was picked up says nothing about a talk.
LEG_STATES: Mapping[CallState, LazyText] = {
    **STATES,
    CallState.IN_PROGRESS: lazy("picked up"),
    CallState.CANCELED: lazy("stopped ringing"),
    CallState.NO_ANSWER: lazy("did not answer"),
    CallState.COMPLETED: lazy("hung up"),
}

# A caller is first, repeated, or not known; the two ways of not knowing are told apart.
FIRST: Mapping[str, LazyText] = {
    FirstContact.FIRST: lazy("first time"),
    FirstContact.REPEATED: lazy("repeated"),
    FirstContact.UNKNOWN: lazy("unknown"),
}

UNKNOWN: Mapping[CallerKind, LazyText] = {
    CallerKind.WITHHELD: lazy("unknown (withheld number)"),
    CallerKind.MALFORMED: lazy("unknown (unreadable number)"),
}
