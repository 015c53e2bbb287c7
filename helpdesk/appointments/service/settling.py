"""How an appointment ends: cancelled beforehand, attended, or nobody came."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.appointments import queries, rules
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import State
from helpdesk.appointments.service import trail
from helpdesk.appointments.service.booking import forget_address
from helpdesk.audit.rules import Tag
from helpdesk.kernel.permissions import Actor


def cancel(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> Appointment:
    """Cancel an appointment: the slot is free again, and no reminder goes out. Raises Refusal for one that is settled or over."""
    held = queries.appointment_held(session, appointment.id)
    rules.check_cancelling(held.state, held.when, held.trouble, now)
    return _settle(session, held, State.CANCELLED, actor, now)


def mark_no_show(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> Appointment:
    """Nobody came. That is no contact (CR-1), so nothing else follows. Said twice, it is said once. Raises Refusal before the slot begins."""
    return _mark(session, appointment, State.NO_SHOW, actor, now)


def mark_attended(session: Session, appointment: Appointment, *, actor: Actor, now: datetime) -> Appointment:
    """The person came. Contact and advice belong to the consultations, which call this. Raises Refusal before the slot begins."""
    return _mark(session, appointment, State.ATTENDED, actor, now)


def _mark(session: Session, appointment: Appointment, state: State, actor: Actor, now: datetime) -> Appointment:
    held = queries.appointment_held(session, appointment.id)
    if held.state is state:
        return held
    rules.check_settling(held.state, held.when, held.trouble, now)
    return _settle(session, held, state, actor, now)


def _settle(session: Session, held: Appointment, state: State, actor: Actor, now: datetime) -> Appointment:
    held.state, held.settled_at = state, now
    forget_address(held)
    trail.note(session, held, Tag.APPOINTMENT_CHANGED, state.value, actor=actor, now=now)
    return held
