"""The appointments of whoever is signed in, for a phone: time, language, alias and question, and nothing else (FW-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments import queries, service
from helpdesk.appointments.forms import spoken
from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import free_slots
from helpdesk.appointments.views.blueprint import staff
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor, Permission, Profession
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localtime
from helpdesk.web.transaction import session

DUTIES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of one's own duty: free, or with what the person said. `interpreter` is nothing that an officer is told."""

    when: Span
    appointment: Appointment | None = None
    language: str = ""
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A duty of one's own and its slots, in order."""

    duty: Duty
    slots: Sequence[Slot]

    @property
    def is_booked(self) -> bool:
        """Whether anybody is still to come."""
        return any(slot.appointment for slot in self.slots)


@staff.get("/my-appointments")
@requires(Permission.DESK_ENTER)
def mine(desk_id: str) -> ResponseReturnValue:
    """Who comes to my next duties, and of whom I have not written down yet whether they came. Each one shown is recorded as opened."""
    actor, now = identity.actor(), utcnow()
    duties = queries.duties_of(session(), _own_id(actor), now, DUTIES_SHOWN)
    days = [_day(duty, actor, now) for duty in duties]
    begun = [_slot(each, actor) for each in queries.unsettled_of(session(), _own_id(actor), now)]
    slots = [slot for day in days for slot in day.slots]
    shown = {slot.appointment.id: slot.appointment for slot in [*begun, *slots] if slot.appointment}
    service.opened(session(), shown.values(), actor=actor, now=now)
    today = day_of(now)
    return render_template(
        "appointments/mine.html",
        desk_id=desk_id,
        days=days,
        begun=begun,
        today=today,
        tomorrow=today + timedelta(days=1),
    )


@staff.post("/my-appointments/<uuid:appointment_id>/no-show")
@requires(Permission.DESK_ENTER)
def my_no_show(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Nobody came to me. An appointment of anybody else is not there."""
    actor, now = identity.actor(), utcnow()
    found = queries.appointment_of(session(), appointment_id, _own_id(actor))
    service.mark_no_show(session(), found, actor=actor, now=now)
    flash(_("Written down: nobody came at %(time)s.", time=localtime(found.starts_at, "datetime")), "success")
    return redirect(url_for("appointments.mine", desk_id=desk_id))


def _own_id(actor: Actor) -> UUID:
    if actor.id is None:
        raise NotFound("Account")
    return actor.id


def _day(duty: Duty, actor: Actor, now: datetime) -> Day:
    live = queries.live_at(session(), [duty.id]).get(duty.id, ())
    free = [Slot(slot) for slot in free_slots(offered_by(duty), [each.when for each in live], now)]
    coming = [_slot(each, actor) for each in live if each.is_open and each.trouble is None and each.starts_at > now]
    return Day(duty, sorted([*free, *coming], key=lambda slot: slot.when.start))


def _slot(appointment: Appointment, actor: Actor) -> Slot:
    told = actor.profession is not Profession.BORDER_GUARD_OFFICER
    return Slot(appointment.when, appointment, spoken(appointment.language), told and appointment.interpreter)
