"""Whatever three desks book, move, give back and change at one place: both groups never come nearer than the margin, and nothing else is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across, acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.premises import queries, service
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import Guarded, side_of
from tests.factories import BLUE_LINE, HELP_POINT
from tests.premises.building import CLERK, CORRECTIVE, NOW, PURPOSES, at, make_desks, make_place


@dataclass(frozen=True)
class Wish:
    """What a desk wants of a room, in minutes after noon, or which margin it wants from now on."""

    what: str
    desk_id: str
    room: int
    start: int
    length: int
    margin: int

    def minutes(self, around: int = 0) -> set[int]:
        return set(range(self.start - around, self.start + self.length + around))

    def is_apart(self, held: "Wish", margin: int) -> bool:
        """Minute by minute, as somebody on the stairs would see it."""
        both_sides = CORRECTIVE in {self.desk_id, held.desk_id} and self.desk_id != held.desk_id
        return not both_sides or not self.minutes(margin) & held.minutes()

    def suits(self, held: "Wish", margin: int) -> bool:
        """Likewise, as somebody at the door of a room would see it too."""
        is_taken = self.room == held.room and self.minutes() & held.minutes()
        return not is_taken and self.is_apart(held, margin)


@dataclass
class Porter:
    """What a careful porter of the building would have written in a book, beside what the database has."""

    session: Session
    place: Place
    rooms: list[Room]
    margin: int = 30
    book: dict[UUID, Wish] = field(default_factory=dict)

    def first_of(self, desk_id: str) -> UUID | None:
        return next((use_id for use_id, held in self.book.items() if held.desk_id == desk_id), None)

    def hears(self, wish: Wish) -> None:
        mine = self.first_of(wish.desk_id)
        if wish.what == "margin":
            self.hears_of_a_margin(wish.margin)
        elif wish.what == "book":
            self.hears_of_a_use(wish, None)
        elif mine and wish.what == "move":
            self.hears_of_a_use(wish, mine)
        elif mine:
            service.release(self.session, queries.use(self.session, mine), actor=CLERK, now=NOW)
            del self.book[mine]

    def hears_of_a_use(self, wish: Wish, mine: UUID | None) -> None:
        others = [held for use_id, held in self.book.items() if use_id != mine]
        use_id = unless_refused(lambda: self.put_down(wish, mine))
        assert (use_id is not None) is all(wish.suits(held, self.margin) for held in others), (wish, others)
        if use_id:
            self.book[use_id] = wish

    def put_down(self, wish: Wish, mine: UUID | None) -> UUID:
        room, start, end = self.rooms[wish.room], at(wish.start), at(wish.start + wish.length)
        if mine is None:
            purpose = PURPOSES[wish.desk_id]
            return service.book(self.session, room, purpose, start, end, people=1, actor=CLERK, now=NOW).id
        use = queries.use(self.session, mine)
        return service.move(self.session, use, room=room, start=start, end=end, actor=CLERK, now=NOW).id

    def hears_of_a_margin(self, margin: int) -> None:
        entry, known = replace(self.place.entry, margin_minutes=margin), self.place.version
        held = list(self.book.values())
        saved = unless_refused(
            lambda: (
                service.save_place(
                    self.session, entry, place_id=self.place.id, known_version=known, actor=CLERK, now=NOW
                ).id
            )
        )
        assert (saved is not None) is all(one.is_apart(other, margin) for one in held for other in held), (margin, held)
        if saved:
            self.margin = margin


def unless_refused(act: Callable[[], UUID]) -> UUID | None:
    try:
        return act()
    except Refusal:
        return None


wishes = st.builds(
    Wish,
    st.sampled_from(["book", "book", "book", "move", "move", "release", "margin"]),
    st.sampled_from([BLUE_LINE, HELP_POINT, CORRECTIVE]),
    st.integers(0, 1),
    st.integers(0, 300),
    st.integers(1, 90),
    st.sampled_from([15, 31, 90]),
)


@pytest.fixture
def place(session: Session) -> Place:
    make_desks(session)
    return make_place(session)


@given(st.lists(wishes, max_size=14))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_the_office_and_a_careful_porter_agree(session: Session, place: Place, wishes: list[Wish]) -> None:
    with session.begin_nested() as trial:
        porter = Porter(session, place, list(place.rooms))
        for wish in wishes:
            with acting_at(session, wish.desk_id):
                porter.hears(wish)
        stored = session.scalars(select(RoomUse), execution_options=across("demo")).all()
        assert {use.id: (use.desk_id, use.room_id, use.starts_at, use.ends_at) for use in stored} == {
            use_id: (wish.desk_id, porter.rooms[wish.room].id, at(wish.start), at(wish.start + wish.length))
            for use_id, wish in porter.book.items()
        }
        for use in stored:
            assert use.guard == Guarded.around(use.starts_at, use.ends_at, place.margin, side_of(use.purpose))
        trial.rollback()
