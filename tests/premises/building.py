"""A building that a helpline and a corrective programme share, for tests: the least a place needs, and whoever books there."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import acting_at
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.permissions import Actor
from helpdesk.premises import service
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import PlaceEntry, Purpose, RoomEntry
from tests.factories import BLUE_LINE, HELP_POINT, make_desk

CORRECTIVE = "corrective-torun"
NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
NOON = datetime(2023, 10, 6, 10, tzinfo=UTC)  # twelve o'clock of the next day on the wall
CLERK = Actor(id=None, name="Olga", desk_id=BLUE_LINE)
PURPOSES = {BLUE_LINE: Purpose.SUPPORT, HELP_POINT: Purpose.SUPPORT, CORRECTIVE: Purpose.CORRECTIVE}


def at(minutes: float) -> datetime:
    """So many minutes after noon of the next day."""
    return NOON + timedelta(minutes=minutes)


def make_desks(session: Session) -> None:
    make_desk(session)
    make_desk(session, HELP_POINT, DeskKind.HELP_POINT)
    make_desk(session, CORRECTIVE, DeskKind.CORRECTIVE)


def make_place(session: Session, name: str = "Dom kultury", *, margin: int = 30, rooms: int = 2) -> Place:
    """A place whose rooms are called "Sala 1", "Sala 2" … and seat twenty."""
    entry = PlaceEntry(name, "ul. Pokazowa 1", margin_minutes=margin)
    place = service.save_place(session, entry, actor=CLERK, now=NOW)
    for number in range(1, rooms + 1):
        service.save_room(session, place.id, RoomEntry(f"Sala {number}", 20), actor=CLERK, now=NOW)
    session.refresh(place)
    return place


def book(  # each is what some story is about
    session: Session,
    desk_id: str,
    room: Room,
    start: float,
    end: float,
    *,
    purpose: Purpose | None = None,
    people: int = 1,
    now: datetime = NOW,
) -> RoomUse:
    """What a desk does in a room, for what such a desk comes, from and until so many minutes after noon."""
    with acting_at(session, desk_id):
        wanted = purpose or PURPOSES[desk_id]
        return service.book(session, room, wanted, at(start), at(end), people=people, actor=CLERK, now=now)


def stored(session: Session, desk_id: str) -> list[tuple[str, float, float]]:
    """The room, start and end, in minutes after noon, of each use of a desk as the database has it now."""
    session.expire_all()
    with acting_at(session, desk_id):
        found = session.scalars(select(RoomUse).order_by(RoomUse.starts_at, RoomUse.id)).all()
        return [(use.room.name, _minutes(use.starts_at), _minutes(use.ends_at)) for use in found]


def _minutes(instant: datetime) -> float:
    return (instant - NOON) / timedelta(minutes=1)


def trail(session: Session, subject: UUID) -> list[AuditEvent]:
    """What the audit says of one thing, oldest first."""
    found = select(AuditEvent).where(AuditEvent.subject == str(subject)).order_by(AuditEvent.id)
    return list(session.scalars(found))
