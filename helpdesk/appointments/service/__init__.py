"""What can be done with an appointment: book, move, cancel, say what became of it; and what is looked after by itself."""

from helpdesk.appointments.service.booking import Aim, Details, Wish, book, move
from helpdesk.appointments.service.following import examine, follow
from helpdesk.appointments.service.settling import cancel, mark_attended, mark_no_show
from helpdesk.appointments.service.trail import opened

__all__ = [
    "Aim",
    "Details",
    "Wish",
    "book",
    "cancel",
    "examine",
    "follow",
    "mark_attended",
    "mark_no_show",
    "move",
    "opened",
]
