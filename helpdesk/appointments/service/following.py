"""What is looked after every minute: reminders that are due, and coordinators who must know of appointments to move.

The roster does not know of appointments, so nobody there can say that one must be moved. It is derived from both, here.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.gateway import MailFailed, MailRefused
from helpdesk.accounts.service.notices import notify
from helpdesk.appointments import queries
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.service import trail
from helpdesk.audit.rules import Tag
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at, acting_desk
from helpdesk.desks import queries as desks
from helpdesk.kernel.permissions import SYSTEM, Role
from helpdesk.outreach.rules import is_time_to_remind
from helpdesk.outreach.service import Reminder, can_send, send_reminder
from helpdesk.roster.rules.notices import Told

log = logging.getLogger(__name__)


def follow(sessions: Sessions, settings: Settings, now: datetime) -> None:
    """Tell coordinators and remind people, at every desk; each reminder in a transaction of its own."""
    with sessions() as session:
        desk_ids = [desk.id for desk in desks.all_desks(session)]
    for desk_id in desk_ids:
        with _at(sessions, desk_id) as session:
            tell_of_trouble(session, now)
            queries.forget_addresses(session, now)
        remind(sessions, settings, desk_id, now)


def tell_of_trouble(session: Session, now: datetime) -> int:
    """Tell each coordinator of the acting desk once of every appointment that must be moved; answer how many are new.

    One that may stay after all is forgotten here, so that it is told again should it lose its place a second time.
    """
    for well in queries.told_and_well(session):
        well.trouble_told_at = None
    session.flush()  # what is well again is written before it is asked what is not
    new = queries.untold(session)
    if new:
        _tell_coordinators(session, new, now)
    for each in new:
        each.trouble_told_at = now
    return len(new)


def examine(session: Session, settings: Settings, now: datetime) -> Iterator[str]:
    """What somebody must know before a person waits in vain, in English sentences: appointments to move, reminders that cannot go out."""
    for desk in desks.all_desks(session):
        with acting_at(session, desk.id):
            to_move, waiting = queries.count_to_move(session), len(queries.may_be_reminded(session, now))
        if to_move:
            yield f"{desk.id}: {_many(to_move, 'appointment')} must be moved, since the duty was changed."
        if waiting and not can_send(settings):
            yield f"{desk.id}: {_many(waiting, 'reminder')} cannot go out: HELPDESK_SMTP_URL or HELPDESK_NEUTRAL_MAIL_FROM is not set."


def _many(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def remind(sessions: Sessions, settings: Settings, desk_id: str, now: datetime) -> int:
    """Send the reminders of a desk for which it is time; answer how many. Each goes out once."""
    if not can_send(settings):
        return 0
    with _at(sessions, desk_id) as session:
        waiting = queries.may_be_reminded(session, now)
    return sum(_remind(sessions, settings, desk_id, each, now) for each in waiting)


def _remind(sessions: Sessions, settings: Settings, desk_id: str, appointment_id: UUID, now: datetime) -> bool:
    try:
        with _at(sessions, desk_id) as session:
            return _remind_one(session, settings, appointment_id, now)
    except MailFailed as error:  # the address is content, so it is not in what is logged; the next minute tries again
        log.warning("A reminder could not be handed in: %s", error)
        return False


def _remind_one(session: Session, settings: Settings, appointment_id: UUID, now: datetime) -> bool:
    """Looked at again while it is held: it may have been moved or cancelled in this second."""
    held = queries.appointment_to_remind(session, appointment_id)
    if held is None or not held.is_open or held.trouble is not None or held.safe is None:
        return False
    if not is_time_to_remind(held.safe, held.starts_at, held.booked_at, now):
        return False
    reminder = Reminder(held.safe, held.remind_to or "", held.language, held.starts_at)
    held.reminded_at = now
    try:
        sent = send_reminder(settings, reminder, key=f"{held.id}.{held.version}", now=now)
    except MailRefused:  # it will never be taken, and is not tried for ever
        sent = False
    trail.note(session, held, Tag.APPOINTMENT_REMINDED, "reminded" if sent else "not-delivered", actor=SYSTEM, now=now)
    return sent


def _tell_coordinators(session: Session, new: Sequence[Appointment], now: datetime) -> None:
    """One notice for each duty that was changed: from the first to the last of the appointments in it, and the place."""
    by_duty: dict[UUID, list[Appointment]] = {}
    for each in new:
        by_duty.setdefault(each.duty_id, []).append(each)
    members = accounts.memberships(session, acting_desk(session))
    coordinators = [each.account_id for each in members if Role.COORDINATOR.value in each.roles]
    for affected in by_duty.values():
        place = affected[0].duty.post.place
        data = {
            "from": min(each.starts_at for each in affected).isoformat(),
            "to": max(each.ends_at for each in affected).isoformat(),
            "place": place.name if place else "",
        }
        for account_id in coordinators:
            notify(session, account_id, Told.MOVE_APPOINTMENTS, data, now=now)


@contextmanager
def _at(sessions: Sessions, desk_id: str) -> Iterator[Session]:
    with sessions.begin() as session, acting_at(session, desk_id):
        yield session
