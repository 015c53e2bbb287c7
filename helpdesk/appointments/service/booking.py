"""Booking a slot, and moving to another one. Of two who come at the same second one gets it, the other hears of the next free one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.appointments import queries, rules, sources
from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import AppointmentRefusal, Heard
from helpdesk.appointments.service import trail
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.outreach.rules import SafeContact, check_safe
from helpdesk.roster import queries as roster
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span

SLOT_ONCE = "ex_appointment_slot_once"


@dataclass(frozen=True, slots=True)
class Wish:
    """That the person wants a reminder, how that is safe, and where it goes."""

    safe: SafeContact
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of whoever comes: the language, a made-up name, the question in their own words; nothing of it is demanded but the language."""

    language: str
    interpreter: bool = False
    alias: str = field(default="", repr=False)
    question: str = field(default="", repr=False)
    reminder: Wish | None = None
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """A slot as somebody asks for it: of which duty, and when it begins."""

    duty: Duty
    start: datetime


def book(
    session: Session, duty: Duty, start: datetime, details: Details, *, actor: Actor, now: datetime
) -> Appointment:
    """Book the slot of a duty that begins at `start`.

    Raises Refusal; the one for a taken slot names in `next` the start of the next free one of the duty. Whoever came too late is kept in
    the trail, so a caller that catches the refusal and answers lets the transaction commit.
    """
    with _noting_refusals(session, duty, start, actor, now):
        held = roster.duty_held(session, duty.id)
        slot = _slot(session, held, start, now)
        _check_warning(held, details.heard, details.language)
        if details.reminder is not None:
            check_safe(details.reminder.safe, slot.start)
        appointment = Appointment(
            duty=held,
            starts_at=slot.start,
            ends_at=slot.end,
            profession=held.profession,
            language=details.language,
            interpreter=details.interpreter,
            alias=details.alias.strip() or None,
            question=details.question.strip() or None,
            booked_by_id=actor.id,
            booked_at=now,
        )
        _remind(appointment, details.reminder)
        _warn(appointment, details.heard)
        with _slot_once(session, held, slot, now):
            session.add(appointment)
    trail.note(session, appointment, Tag.APPOINTMENT_BOOKED, "booked", actor=actor, now=now)
    return appointment


def move(
    session: Session,
    appointment: Appointment,
    to: Aim,
    *,
    known_version: int,
    still_safe: bool,
    heard: Heard | None = None,
    actor: Actor,
    now: datetime,
) -> Appointment:
    """Move an appointment to another slot, of the same duty or of another one. It stays the same appointment.

    A reminder is kept only if the person has just said that it is still safe (CO5); it then goes out for the new time. Raises Refusal
    like `book`, and for an appointment that is settled or that somebody else changed since the reader saw `known_version`.
    """
    with _noting_refusals(session, to.duty, to.start, actor, now):
        moved = queries.appointment_held(session, appointment.id)
        rules.check_open(moved.state)
        if moved.version != known_version:
            raise Refusal(AppointmentRefusal.CHANGED_MEANWHILE)
        held = roster.duty_held(session, to.duty.id)
        slot = _slot(session, held, to.start, now, without=moved.id)
        _check_warning(held, heard or _heard_by(moved), moved.language)
        if still_safe and moved.safe is not None:
            check_safe(moved.safe, slot.start)
        with _slot_once(session, held, slot, now, without=moved.id):
            moved.duty, moved.starts_at, moved.ends_at = held, slot.start, slot.end
            moved.profession = held.profession
            moved.reminded_at, moved.trouble_told_at = None, None
            _warn(moved, heard or _heard_by(moved))
            if not still_safe:
                forget_address(moved)
    trail.note(session, moved, Tag.APPOINTMENT_CHANGED, "moved", actor=actor, now=now)
    return moved


def forget_address(appointment: Appointment) -> None:
    """Nothing is sent any more, so nothing is kept to send it to."""
    _remind(appointment, None)


def _slot(session: Session, duty: Duty, start: datetime, now: datetime, *, without: UUID | None = None) -> Span:
    """The slot, of a duty that is held, so that nobody else books in it meanwhile."""
    return rules.check_booking(offered_by(duty), start, queries.taken_of(session, duty.id, without=without), now)


def _check_warning(duty: Duty, heard: Heard | None, language: str) -> None:
    text = sources.warning(language)
    rules.check_warning(duty.profession, heard, version=text.version, language=text.language)


def _heard_by(appointment: Appointment) -> Heard | None:
    if appointment.warned_at is None:
        return None
    return Heard(appointment.warning_version or "", appointment.warning_language or "", appointment.warned_at)


def _warn(appointment: Appointment, heard: Heard | None) -> None:
    if heard is not None:
        appointment.warning_version, appointment.warning_language = heard.version, heard.language
        appointment.warned_at = heard.at


def _remind(appointment: Appointment, wish: Wish | None) -> None:
    safe = wish.safe if wish else None
    appointment.remind_by = safe.way if safe else None
    appointment.remind_to = wish.address if wish else None
    appointment.remind_from_hour = safe.from_hour if safe else None
    appointment.remind_until_hour = safe.until_hour if safe else None
    appointment.safe_until = safe.until if safe else None


@contextmanager
def _noting_refusals(session: Session, duty: Duty, start: datetime, actor: Actor, now: datetime) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        trail.refused(session, duty, start, refusal, actor=actor, now=now)
        raise


@contextmanager
def _slot_once(
    session: Session, duty: Duty, slot: Span, now: datetime, *, without: UUID | None = None
) -> Iterator[None]:
    """Write at once, inside a savepoint: the database has the last word on who was first, whichever door they came by."""
    try:
        with session.begin_nested():
            yield
            session.flush()  # the database is asked before anything else is done
    except IntegrityError as error:
        if str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")) != SLOT_ONCE:
            raise
        taken = queries.taken_of(session, duty.id, without=without)
        raise rules.refused_as_taken(offered_by(duty), slot.start, taken, now) from error
