"""Places of the demonstration, all invented: the six towns of the off-site duties, the office of the Help Point, a centre that is shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE, CORRECTIVE, HELP_POINT
from helpdesk.kernel.clock import day_of, first_instant
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.premises import service
from helpdesk.premises.models import Place, Room
from helpdesk.premises.rules import PlaceEntry, Purpose, RoomEntry
from helpdesk.premises.service import Booking

WEEKS_AHEAD = 6
WEDNESDAY, THURSDAY, FRIDAY = 2, 3, 4

_TALKS = RoomEntry("Pokój rozmów", 4, accessible=True)


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """`key` is what the rest of the demonstration calls it."""

    key: str
    entry: PlaceEntry
    rooms: tuple[RoomEntry, ...]


def _town_hall(key: str, town: str, address: str, gmina: str, *, accessible: bool = True) -> DemoPlace:
    entry = PlaceEntry(f"Ratusz, {town}", f"{address}, {town}", gmina, accessible=accessible)
    return DemoPlace(key, entry, (RoomEntry("Sala 12", 12, accessible=accessible),))


PLACES = (
    _town_hall("bydgoszcz", "Bydgoszcz", "ul. Pokazowa 3", "0461011"),
    _town_hall("wloclawek", "Włocławek", "pl. Przykładowy 1", "0464011"),
    _town_hall("grudziadz", "Grudziądz", "ul. Wzorcowa 8", "0462011", accessible=False),
    _town_hall("inowroclaw", "Inowrocław", "ul. Próbna 22", "0407011"),
    _town_hall("brodnica", "Brodnica", "ul. Zmyślona 5", "0402011"),
    _town_hall("chelmno", "Chełmno", "Rynek Pokazowy 1", "0404011", accessible=False),
    DemoPlace(
        "help-point",
        PlaceEntry("Punkt Pomocy, Bydgoszcz", "ul. Wzorcowa 14, Bydgoszcz", "0461011", accessible=True, storage=True),
        (_TALKS, RoomEntry("Sala konferencyjna", 24, accessible=True)),
    ),
    DemoPlace(
        "torun",
        PlaceEntry(
            "Centrum Lokalne, Toruń",
            "ul. Przykładowa 40, Toruń",
            "0463011",
            accessible=True,
            storage=True,
            margin_minutes=45,
        ),
        (_TALKS, RoomEntry("Sala warsztatowa", 18, accessible=True)),
    ),
)


def add_places(session: Session, now: datetime) -> Mapping[str, Place]:
    """The places by their keys, with their rooms, and what is booked in them by hand for the weeks to come.

    In the centre in Toruń the corrective programme has a group on Wednesdays from 17 to 20, and the Blue Line supports on Thursdays
    from 12 to 14; nothing else is booked there. Desks must be there before.
    """
    places = {each.key: _place(session, each, now) for each in PLACES}
    torun, office = _rooms(places["torun"]), _rooms(places["help-point"])
    for week in range(WEEKS_AHEAD):
        _book(session, CORRECTIVE, torun["Sala warsztatowa"], Purpose.CORRECTIVE, (WEDNESDAY, week, 17, 20), 12, now)
        _book(session, BLUE_LINE, torun["Pokój rozmów"], Purpose.SUPPORT, (THURSDAY, week, 12, 14), 2, now)
    _book(session, HELP_POINT, office["Sala konferencyjna"], Purpose.OFFICE, (FRIDAY, 1, 9, 11), 9, now)
    return places


def _place(session: Session, demo: DemoPlace, now: datetime) -> Place:
    place = service.save_place(session, demo.entry, actor=SYSTEM, now=now)
    for room in demo.rooms:
        service.save_room(session, place.id, room, actor=SYSTEM, now=now)
    return place


def _rooms(place: Place) -> Mapping[str, Room]:
    return {room.name: room for room in place.rooms}


def _book(
    session: Session,
    desk_id: str,
    room: Room,
    purpose: Purpose,
    when: tuple[int, int, int, int],
    people: int,
    now: datetime,
) -> None:
    """`when` is a weekday, how many weeks after the first such day that is not today, and from which hour until which."""
    weekday, week, starts, ends = when
    day = _next(weekday, day_of(now)) + timedelta(weeks=week)
    span = first_instant(day, time(starts)), first_instant(day, time(ends))
    with acting_at(session, desk_id):
        service.book_by_hand(session, Booking(room.id, purpose, *span, people), actor=SYSTEM, now=now)


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
