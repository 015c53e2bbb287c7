"""Words for appointments: why something cannot be, what became of one, and why one must be moved."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.appointments.rules import AppointmentRefusal, State, Trouble
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    AppointmentRefusal.CHANGED_MEANWHILE: lazy("Somebody else changed this appointment meanwhile. Look at it again."),
    AppointmentRefusal.MUST_MOVE: lazy(
        "The duty of this appointment was changed. Move the appointment to another time, or cancel it."
    ),
    AppointmentRefusal.NOT_A_SLOT: lazy("The duty was changed and has no such time any more. Choose another time."),
    AppointmentRefusal.NOT_BEGUN: lazy("This appointment has not begun yet."),
    AppointmentRefusal.NOT_BOOKABLE: lazy("No appointments can be booked in this duty. Choose another one."),
    AppointmentRefusal.NOT_OPEN: lazy("It is written down already what became of this appointment."),
    AppointmentRefusal.OVER: lazy("This appointment is over. Write down whether the person came."),
    AppointmentRefusal.PAST: lazy("This time has passed. Choose another time."),
    AppointmentRefusal.TAKEN: lazy("Somebody else has taken this time meanwhile. Choose another time."),
    AppointmentRefusal.WARNING_MISSING: lazy(
        "Before an officer is booked, the person must hear the warning. Read it out, then tick that it was heard."
    ),
}

STATES: Mapping[State, LazyText] = {
    State.ATTENDED: lazy("attended"),
    State.BOOKED: lazy("booked"),
    State.CANCELLED: lazy("cancelled"),
    State.NO_SHOW: lazy("did not come"),
}

TROUBLES: Mapping[Trouble, LazyText] = {
    Trouble.CANCELLED: lazy("The duty was cancelled."),
    Trouble.MOVED: lazy("The duty was moved to other hours."),
    Trouble.NOBODY: lazy("Nobody holds the duty any more."),
    Trouble.PROFESSION: lazy("Somebody of another profession is on duty now."),
}
