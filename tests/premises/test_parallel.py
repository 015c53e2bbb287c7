"""Two people at two screens at the same second: one gets the room, the other hears why not, and nobody is given up by the database."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread
from time import monotonic, sleep
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk.accounts import models as _accounts  # noqa: F401  tables that others refer to
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import across, acting_at
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.premises import queries, service
from helpdesk.premises.models import Place, RoomUse
from helpdesk.premises.rules import PlaceRefusal, UseRefusal
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT
from tests.premises.building import CLERK, CORRECTIVE, NOW, PURPOSES, at, make_desks, make_place

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
Act = Callable[[Session], object]


@pytest.fixture(scope="module")
def own() -> Iterator[Sessions]:
    """A database of its own, in which everything is really committed."""
    engine = make_engine(make_database(f"premises_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(engine)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        make_desks(session)
    yield sessions
    engine.dispose()


@pytest.fixture
def rooms(own: Sessions) -> list[UUID]:
    """The two rooms of a place of its own for each story."""
    with own.begin() as session:
        number = session.scalar(select(func.count()).select_from(Place))
        return [room.id for room in make_place(session, f"Dom kultury {number}").rooms]


def booking(desk_id: str, room_id: UUID, start: float = 0, end: float = 60) -> Act:
    def act(session: Session) -> None:
        room = queries.room(session, room_id)
        service.book(session, room, PURPOSES[desk_id], at(start), at(end), people=1, actor=CLERK, now=NOW)

    return _at(desk_id, act)


def saving(room_id: UUID, **change: object) -> Act:
    def act(session: Session) -> None:
        place = queries.room(session, room_id).place
        entry = replace(place.entry, **change)  # type: ignore[arg-type]  # what a story changes
        service.save_place(session, entry, place_id=place.id, known_version=1, actor=CLERK, now=NOW)

    return _at(BLUE_LINE, act)


def _at(desk_id: str, act: Act) -> Act:
    def acting(session: Session) -> None:
        with acting_at(session, desk_id):
            act(session)

    return acting


def one_after_the_other(own: Sessions, first: Act, second: Act) -> Exception | None:
    """The first acts and waits; the second acts meanwhile and is seen to wait; then the first commits. What the second heard."""
    heard: list[Exception | None] = []
    with own() as session:
        first(session)
        thread = Thread(target=lambda: heard.append(outcome(own, second)))
        thread.start()
        until_somebody_waits(own)
        assert heard == []
        session.commit()
    thread.join()
    return heard[0]


def outcome(own: Sessions, act: Act) -> Exception | None:
    try:
        with own.begin() as session:
            act(session)
    except Exception as error:  # noqa: BLE001  each story says which one it expects
        return error
    return None


def until_somebody_waits(own: Sessions) -> None:
    last = monotonic() + 4
    while monotonic() < last:
        with own() as session:
            if session.scalar(text(WAITING)):
                return
        sleep(0.01)
    pytest.fail("Nobody waited: the two did not act at the same time.")


def number_of_uses(own: Sessions, rooms: list[UUID]) -> int:
    with own() as session:
        counted = select(func.count(RoomUse.id)).where(RoomUse.room_id.in_(rooms))
        return session.scalar(counted, execution_options=across("demo")) or 0


@pytest.mark.parametrize("desk_id", [BLUE_LINE, HELP_POINT])
def test_of_two_who_book_one_room_at_the_same_second_one_gets_it(
    own: Sessions, rooms: list[UUID], desk_id: str
) -> None:
    heard = one_after_the_other(own, booking(BLUE_LINE, rooms[0]), booking(desk_id, rooms[0]))
    assert isinstance(heard, Refusal)
    assert heard.code is UseRefusal.ROOM_TAKEN
    assert number_of_uses(own, rooms) == 1


@pytest.mark.parametrize("pair", [(BLUE_LINE, CORRECTIVE), (CORRECTIVE, BLUE_LINE)])
def test_of_two_sides_that_come_at_the_same_second_one_is_kept_away(
    own: Sessions, rooms: list[UUID], pair: tuple[str, str]
) -> None:
    heard = one_after_the_other(own, booking(pair[0], rooms[0]), booking(pair[1], rooms[1], 80, 120))
    assert isinstance(heard, Refusal)
    assert (heard.code, heard.data) == (UseRefusal.APART, {"minutes": 30})
    assert number_of_uses(own, rooms) == 1


def test_whoever_books_while_the_margin_grows_keeps_the_new_one(own: Sessions, rooms: list[UUID]) -> None:
    assert outcome(own, booking(BLUE_LINE, rooms[0])) is None
    heard = one_after_the_other(own, saving(rooms[0], margin_minutes=60), booking(CORRECTIVE, rooms[1], 90, 120))
    assert isinstance(heard, Refusal)
    assert (heard.code, heard.data) == (UseRefusal.APART, {"minutes": 60})


def test_a_margin_that_grows_while_somebody_books_sees_the_booking(own: Sessions, rooms: list[UUID]) -> None:
    assert outcome(own, booking(BLUE_LINE, rooms[0])) is None
    heard = one_after_the_other(own, booking(CORRECTIVE, rooms[1], 90, 120), saving(rooms[0], margin_minutes=60))
    assert isinstance(heard, Refusal)
    assert heard.code is PlaceRefusal.COLLIDES


def test_a_place_is_not_closed_under_somebody_who_books(own: Sessions, rooms: list[UUID]) -> None:
    heard = one_after_the_other(own, booking(BLUE_LINE, rooms[0]), saving(rooms[0], active=False))
    assert isinstance(heard, Refusal)
    assert heard.code is PlaceRefusal.IN_USE


def test_nobody_books_in_a_place_that_is_being_closed(own: Sessions, rooms: list[UUID]) -> None:
    heard = one_after_the_other(own, saving(rooms[0], active=False), booking(BLUE_LINE, rooms[0]))
    assert isinstance(heard, Refusal)
    assert heard.code is UseRefusal.CLOSED


def test_what_two_give_back_at_the_same_second_is_given_back_once(own: Sessions, rooms: list[UUID]) -> None:
    assert outcome(own, booking(BLUE_LINE, rooms[0])) is None

    def giving_back(session: Session) -> None:
        use = session.scalars(select(RoomUse).where(RoomUse.room_id == rooms[0])).one()
        service.release(session, use, actor=CLERK, now=NOW)

    heard = one_after_the_other(own, _at(BLUE_LINE, giving_back), _at(BLUE_LINE, giving_back))
    assert isinstance(heard, NotFound)
    assert number_of_uses(own, rooms) == 0


def test_two_who_move_one_use_to_two_places_do_not_mix_what_they_wrote(own: Sessions, rooms: list[UUID]) -> None:
    with own.begin() as session:
        near, far = (make_place(session, f"{name} {rooms[0]}", margin=60).rooms[0].id for name in ("Ratusz", "Dworek"))
    assert outcome(own, booking(BLUE_LINE, rooms[0])) is None
    with own() as session, acting_at(session, BLUE_LINE):
        use_id = session.scalars(select(RoomUse.id).where(RoomUse.room_id == rooms[0])).one()

    def moving(room_id: UUID, start: datetime | None = None, end: datetime | None = None) -> Act:
        def act(session: Session) -> None:
            use, room = queries.use(session, use_id), queries.room(session, room_id)
            service.move(session, use, room=room, start=start, end=end, actor=CLERK, now=NOW)

        return _at(BLUE_LINE, act)

    assert one_after_the_other(own, moving(near, at(100), at(160)), moving(far)) is None
    with own() as session, acting_at(session, BLUE_LINE):
        use = queries.use(session, use_id)
        assert (use.room_id, use.starts_at, use.guarded_from, use.guarded_until) == (far, at(100), at(70), at(190))


def test_a_crowd_at_one_door_gets_one_room_and_no_error(own: Sessions, rooms: list[UUID]) -> None:
    """Six at once, again and again: without the place held, the database sometimes finds them waiting for one another."""
    for hour in range(8):
        start = hour * 200
        acts = [booking(desk_id, room_id, start, start + 60) for desk_id in PURPOSES for room_id in rooms]
        barrier, heard = Barrier(len(acts)), list[Exception | None]()

        def join_the_crowd(act: Act, barrier: Barrier = barrier, heard: list[Exception | None] = heard) -> None:
            barrier.wait()
            heard.append(outcome(own, act))

        threads = [Thread(target=join_the_crowd, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = [error for error in heard if isinstance(error, Refusal)]
        assert [error for error in heard if error and error not in refused] == []
        # Either one or both of the rooms for those who were hurt, or one for those who hurt.
        assert 1 <= len(acts) - len(refused) <= 2


def test_two_who_book_at_two_places_take_them_in_one_order(own: Sessions, rooms: list[UUID]) -> None:
    with own.begin() as session:
        other = make_place(session, f"Ratusz {rooms[0]}").rooms[0].id

    def at_both(first: UUID, second: UUID, start: float) -> Act:
        def act(session: Session) -> None:
            queries.hold(session, [queries.room(session, each).place_id for each in (first, second)])
            for each in (first, second):
                sleep(0.05)
                booking(BLUE_LINE, each, start, start + 60)(session)

        return _at(BLUE_LINE, act)

    heard = one_after_the_other(own, at_both(rooms[0], other, 0), at_both(other, rooms[0], 100))
    assert heard is None
    assert number_of_uses(own, [rooms[0], other]) == 4
