"""Using rooms and keeping the places true. What the separation forbids is refused here, whoever asks: a page, a roster, a programme."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk, writing_across
from helpdesk.desks import queries as desks
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.premises import queries, rules
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import Guarded, PlaceEntry, PlaceRefusal, Purpose, RoomEntry, UseRefusal

_DEFER = text("SET CONSTRAINTS ex_room_use_once DEFERRED")
_CHECK = text("SET CONSTRAINTS ex_room_use_once IMMEDIATE")

# What the database refuses, as the refusal and the field beside which its sentence stands.
CONSTRAINTS: Mapping[str, tuple[PlaceRefusal | UseRefusal, str]] = {
    "ex_room_use_apart": (UseRefusal.APART, "room"),
    "ex_room_use_once": (UseRefusal.ROOM_TAKEN, "room"),
    "uq_place_name": (PlaceRefusal.TAKEN, "name"),
    "uq_room_place_id_name": (PlaceRefusal.TAKEN, "name"),
}


@dataclass(frozen=True, slots=True)
class Booking:
    """What somebody books on the page of a place: which room, what for, from when until when, for how many people."""

    room_id: UUID
    purpose: Purpose
    starts_at: datetime
    ends_at: datetime
    people: int


def book(  # each is a fact of the use
    session: Session,
    room: Room,
    purpose: Purpose,
    start: datetime,
    end: datetime,
    *,
    people: int,
    actor: Actor,
    now: datetime,
) -> RoomUse:
    """Let the acting desk use a room from `start` up to `end` with so many people, or raise Refusal.

    The place is held until the transaction ends. Whoever books at several places first takes all of them by `queries.hold`.
    """
    return _book(session, RoomUse(purpose=purpose), room.id, (start, end), people, actor, now)


def book_by_hand(session: Session, booking: Booking, *, actor: Actor, now: datetime) -> RoomUse:
    """Likewise, for what follows from no duty and no session: only this can be given back on the page of the place. Raises NotFound."""
    use, span = RoomUse(purpose=booking.purpose, by_hand=True), (booking.starts_at, booking.ends_at)
    return _book(session, use, booking.room_id, span, booking.people, actor, now)


def _book(
    session: Session,
    use: RoomUse,
    room_id: UUID,
    span: tuple[datetime, datetime],
    people: int,
    actor: Actor,
    now: datetime,
) -> RoomUse:
    rules.check_purpose(_kind(session), use.purpose)
    rules.check_span(*span, now)
    room = _held_room(session, room_id)
    rules.check_room_for(people, room.capacity)
    with _refusing(session, minutes=room.place.margin_minutes):
        _write(use, room, people, Guarded.around(*span, room.place.margin, rules.side_of(use.purpose)))
        session.add(use)
    _note_use(session, use, "booked", actor, now)
    return use


def move(  # likewise
    session: Session,
    use: RoomUse,
    *,
    room: Room | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    people: int | None = None,
    actor: Actor,
    now: datetime,
) -> RoomUse:
    """Give a use another room, another time or more people; what is not named stays. Raises Refusal, and then nothing has changed."""
    target = _held_room(session, (room or use.room).id)
    use = queries.hold_use(session, use.id)
    start, end = start or use.starts_at, end or use.ends_at
    people = use.people if people is None else people
    rules.check_change(use.guard, start, end, now, same_room=target.id == use.room_id)
    rules.check_room_for(people, target.capacity)
    with _refusing(session, minutes=target.place.margin_minutes):
        _write(use, target, people, _guard(use, start, end, target.place.margin, now))
    _note_use(session, use, "moved", actor, now)
    return use


@contextmanager
def in_one_step(session: Session) -> Iterator[None]:
    """Let uses change places: that no room is used twice at a time is checked when all of them are moved. Raises Refusal, and then none is."""
    with _refusing(session):
        session.execute(_DEFER)
        yield
        session.flush()  # the database is asked before anything else is done
        session.execute(_CHECK)


def release(session: Session, use: RoomUse, *, actor: Actor, now: datetime) -> None:
    """Give a room back. Raises Refusal for a use that is over, which is history, and NotFound for one that is gone.

    One that has begun ends now and stays as a row: whoever came is still on the stairs, and the margin counts from now on.
    """
    place = _held_place(session, use.place_id)
    use = queries.hold_use(session, use.id)
    if use.ends_at <= now:
        raise Refusal(UseRefusal.OVER)
    begun = use.starts_at < now
    if begun:
        use.guard = use.guard.ending(now, place.margin)
    _note_use(session, use, "ended" if begun else "released", actor, now)
    with session.begin_nested():  # what pointed to it is written before
        if not begun:
            session.delete(use)


def release_by_hand(session: Session, use_id: UUID, *, actor: Actor, now: datetime) -> RoomUse:
    """Give back what somebody booked by hand. Raises NotFound, also for another desk's; Refusal for what follows from a duty or a session."""
    use = queries.use(session, use_id)
    if not use.by_hand:
        raise Refusal(UseRefusal.NOT_BY_HAND)
    release(session, use, actor=actor, now=now)
    return use


def save_place(
    session: Session,
    entry: PlaceEntry,
    *,
    place_id: UUID | None = None,
    known_version: int = 0,
    actor: Actor,
    now: datetime,
) -> Place:
    """Add a place, or change the one of this id.

    Another margin holds at once for the uses of all desks that are not over, or is refused with the number of those that would
    then be too near. Raises NotFound, Refusal, or EditedMeanwhile if it was typed over an older version.
    """
    rules.check_place(entry)
    place = _held_place(session, place_id) if place_id else Place()
    changed = _changed(place, entry, known_version) if place_id else _names(entry)
    with _refusing(session):
        if place_id and "active" in changed and not entry.active:
            _refuse_if_used(session, now, place_id=place_id)
        if place_id and "margin_minutes" in changed:
            _guard_anew(session, place_id, entry.margin, now)
        _take_over(place, entry, changed)
        session.add(place)
    if changed:
        _note_change(session, place, changed, actor, now)
    return place


def save_room(
    session: Session,
    place_id: UUID,
    entry: RoomEntry,
    *,
    room_id: UUID | None = None,
    known_version: int = 0,
    actor: Actor,
    now: datetime,
) -> Room:
    """Add a room to a place, or change the one of this id. Raises NotFound, Refusal, or EditedMeanwhile as `save_place` does."""
    rules.check_room(entry)
    place = _held_place(session, place_id)
    room = _room_of(session, place, room_id) if room_id else Room(place_id=place_id)
    changed = _changed(room, entry, known_version) if room_id else _names(entry)
    with _refusing(session):
        if room_id and "active" in changed and not entry.active:
            _refuse_if_used(session, now, room_id=room_id)
        if room_id and "capacity" in changed:
            _refuse_if_too_small(session, room_id, entry, now)
        _take_over(room, entry, changed)
        session.add(room)
    if changed:
        _note_change(session, room, changed, actor, now)
    return room


def _kind(session: Session) -> DeskKind:
    desk = desks.this_desk(session, acting_desk(session))
    return desk.kind


def _held_place(session: Session, place_id: UUID) -> Place:
    held = queries.hold(session, [place_id])
    if place_id not in held:
        raise NotFound("Place")
    return held[place_id]


def _held_room(session: Session, room_id: UUID) -> Room:
    """The room as it is now, its place held; Refusal for one that is not used any more."""
    _held_place(session, queries.room(session, room_id).place_id)
    room = queries.room(session, room_id, anew=True)
    if not (room.active and room.place.active):
        raise Refusal(UseRefusal.CLOSED, field="room")
    return room


def _room_of(session: Session, place: Place, room_id: UUID) -> Room:
    room = queries.room(session, room_id, anew=True)
    if room.place_id != place.id:
        raise NotFound("Room")
    return room


def _write(use: RoomUse, room: Room, people: int, guard: Guarded) -> None:
    use.room, use.people, use.guard = room, people, guard


def _guard(use: RoomUse, start: datetime, end: datetime, margin: timedelta, now: datetime) -> Guarded:
    """What is guarded around a use at another time; once it has begun, around its end alone."""
    if use.starts_at < now:
        return use.guard.ending(end, margin)
    return Guarded.around(start, end, margin, use.side)


def _refuse_if_used(
    session: Session, now: datetime, *, place_id: UUID | None = None, room_id: UUID | None = None
) -> None:
    if queries.is_used_after(session, now, place_id=place_id, room_id=room_id):
        raise Refusal(PlaceRefusal.IN_USE, field="active")


def _refuse_if_too_small(session: Session, room_id: UUID, entry: RoomEntry, now: datetime) -> None:
    if queries.most_people_after(session, now, room_id=room_id) > entry.capacity:
        raise Refusal(PlaceRefusal.TOO_SMALL, field="capacity")


def _guard_anew(session: Session, place_id: UUID, margin: timedelta, now: datetime) -> None:
    """Let another margin hold at a place for the uses of all desks, or refuse it with the number of pairs that would be too near."""
    uses = queries.kept_apart_since(session, place_id, now - timedelta(minutes=rules.MOST_MARGIN))
    guards = [use.guard.anew(margin, now) for use in uses]
    number = rules.collisions(guards)
    if number:
        raise Refusal(PlaceRefusal.COLLIDES, field="margin_minutes", number=number)
    with writing_across(session, "premises"):
        for use, guard in zip(uses, guards, strict=True):
            use.guard = guard


def _names(entry: PlaceEntry | RoomEntry) -> list[str]:
    return [field.name for field in fields(entry)]


def _changed(held: Place | Room, entry: PlaceEntry | RoomEntry, known_version: int) -> list[str]:
    """What differs from what is stored, or EditedMeanwhile if that is not what was typed over."""
    changed = [name for name in _names(entry) if getattr(held, name) != getattr(entry, name)]
    if changed and held.version != known_version:
        raise EditedMeanwhile({name: getattr(held, name) for name in changed})
    return changed


def _take_over(held: Place | Room, entry: PlaceEntry | RoomEntry, changed: list[str]) -> None:
    for name in changed:
        setattr(held, name, getattr(entry, name))


@contextmanager
def _refusing(session: Session, **data: object) -> Iterator[None]:
    """Write at once, inside a savepoint, so that what the database refuses can be said beside the field and nothing of it stays."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.orig, "diag", None), "constraint_name", ""))
        if name not in CONSTRAINTS:
            raise
        code, field = CONSTRAINTS[name]
        raise Refusal(code, field=field, **data) from error


def _note_use(session: Session, use: RoomUse, what: str, actor: Actor, now: datetime) -> None:
    detail = {"what": what, "from": use.starts_at.isoformat(), "to": use.ends_at.isoformat()}
    audit.record(session, actor=actor, tag=Tag.ROOM_USED, subject=use.id, desk_id=use.desk_id, now=now, detail=detail)


def _note_change(session: Session, held: Place | Room, changed: list[str], actor: Actor, now: datetime) -> None:
    detail = {"fields": changed, "version": held.version}
    audit.record(session, actor=actor, tag=Tag.PLACE_CHANGED, subject=held.id, now=now, detail=detail)
