"""Places and rooms are read by every desk, uses only by their own. What looks over the wall says how many and never whose."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.db.wall import across, get_here
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.text import polish_key
from helpdesk.premises.models import Place, Room, RoomUse


def places(session: Session) -> Sequence[Place]:
    """All places with their rooms: those in use first, in Polish order of their names."""
    found = session.scalars(select(Place).options(selectinload(Place.rooms))).all()
    return sorted(found, key=lambda place: (not place.active, polish_key(place.name)))


def place(session: Session, place_id: UUID) -> Place:
    """The place, or NotFound."""
    found = session.get(Place, place_id)
    if found is None:
        raise NotFound("Place")
    return found


def hold(session: Session, place_ids: Collection[UUID]) -> Mapping[UUID, Place]:
    """The places as they are now, each held until the transaction ends: one writer at a time at a place.

    Without this two who book at the same second would wait for one another in the database until it gives one of them up, and a
    margin could change under a booking. Whoever books at several places in one transaction holds all of them first, so that
    everybody takes them in the same order.
    """
    statement = select(Place).where(Place.id.in_(place_ids)).order_by(Place.id).with_for_update(key_share=True)
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {each.id: each for each in found}


def rooms(session: Session) -> Sequence[Room]:
    """The rooms that can be used, in Polish order of their places and names."""
    found = session.scalars(select(Room).join(Room.place).where(Room.active, Place.active))
    return sorted(found, key=lambda room: (polish_key(room.place.name), polish_key(room.name)))


def room(session: Session, room_id: UUID, *, anew: bool = False) -> Room:
    """The room, or NotFound. `anew` gives what is stored now instead of what this session has read before."""
    found = session.get(Room, room_id, populate_existing=anew)
    if found is None:
        raise NotFound("Room")
    return found


def use(session: Session, use_id: UUID) -> RoomUse:
    """The use of the acting desk, or NotFound."""
    return get_here(session, RoomUse, use_id)


def hold_use(session: Session, use_id: UUID) -> RoomUse:
    """The use of the acting desk as it is now, held until the transaction ends, or NotFound. Its place is held before."""
    statement = select(RoomUse).where(RoomUse.id == use_id).with_for_update(of=RoomUse)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("RoomUse")
    return found


def uses_between(session: Session, first: date, last: date) -> Sequence[RoomUse]:
    """The acting desk's uses that touch the local days from `first` to `last`, both included, in order."""
    return session.scalars(_touching(first, last)).all()


def uses_of_place(session: Session, place_id: UUID, first: date, last: date) -> Sequence[RoomUse]:
    """Likewise, of one place."""
    return session.scalars(_touching(first, last).where(RoomUse.place_id == place_id)).all()


def uses_of_room(session: Session, room_id: UUID, first: date, last: date) -> Sequence[RoomUse]:
    """Likewise, of one room."""
    return session.scalars(_touching(first, last).where(RoomUse.room_id == room_id)).all()


def _touching(first: date, last: date) -> Select[RoomUse]:
    start, end = day_bounds(first)[0], day_bounds(last)[1]
    statement = select(RoomUse).where(RoomUse.starts_at < end, RoomUse.ends_at > start)
    return statement.order_by(RoomUse.starts_at, RoomUse.room_id, RoomUse.id)


def kept_apart_since(session: Session, place_id: UUID, since: datetime) -> Sequence[RoomUse]:
    """The uses of all desks at a place that bring one of the two groups and end after an instant. Nobody is shown them."""
    statement = select(RoomUse).where(RoomUse.place_id == place_id, RoomUse.ends_at > since, RoomUse.side.is_not(None))
    return session.scalars(statement, execution_options=across("premises")).all()


def is_used_after(
    session: Session, now: datetime, *, place_id: UUID | None = None, room_id: UUID | None = None
) -> bool:
    """Whether any desk uses a place or a room now or later."""
    return most_people_after(session, now, place_id=place_id, room_id=room_id) > 0


def most_people_after(
    session: Session, now: datetime, *, place_id: UUID | None = None, room_id: UUID | None = None
) -> int:
    """How many people at most will be together in a room, or in any room of a place, now or later, at whichever desk; 0 for no use."""
    statement = select(func.max(RoomUse.people)).where(RoomUse.ends_at > now)
    if place_id:
        statement = statement.where(RoomUse.place_id == place_id)
    if room_id:
        statement = statement.where(RoomUse.room_id == room_id)
    return session.scalar(statement, execution_options=across("premises")) or 0
