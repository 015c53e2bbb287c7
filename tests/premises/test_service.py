"""Stories of those who use rooms and of those who keep the places true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.premises import queries, service
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import PlaceEntry, PlaceRefusal, Purpose, RoomEntry, UseRefusal
from helpdesk.premises.service import Booking
from tests.factories import BLUE_LINE, HELP_POINT
from tests.premises.building import CLERK, CORRECTIVE, NOW, at, book, make_desks, make_place, stored, trail

DAY = date(2023, 10, 6)


@pytest.fixture
def place(session: Session) -> Place:
    """A place with two rooms and a margin of half an hour, three desks that may use it, and the session at the Blue Line."""
    make_desks(session)
    made = make_place(session)
    act_at(session, BLUE_LINE)
    return made


@pytest.fixture
def room(place: Place) -> Room:
    return place.rooms[0]


def refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def move(session: Session, use: RoomUse, **change: object) -> RoomUse:
    with acting_at(session, use.desk_id):
        return service.move(session, use, **change, actor=CLERK, now=NOW)  # type: ignore[arg-type]  # what a story changes


def test_a_booked_room_is_a_row_with_its_side_and_what_is_guarded_around_it(session: Session, room: Room) -> None:
    use = book(session, BLUE_LINE, room, 0, 60, people=3)
    session.refresh(use)
    assert (use.desk_id, use.room_id, use.place_id, use.people) == (BLUE_LINE, room.id, room.place_id, 3)
    assert (use.span.lower, use.span.upper) == (at(0), at(60))
    assert (use.guarded.lower, use.guarded.upper) == (at(-15), at(75))
    assert use.side == "hurt"
    assert not use.by_hand
    (event,) = trail(session, use.id)
    assert (event.tag, event.desk_id) == ("room:used", BLUE_LINE)
    assert event.detail == {"what": "booked", "from": at(0).isoformat(), "to": at(60).isoformat()}


@pytest.mark.parametrize("desk_id", [BLUE_LINE, HELP_POINT])
def test_a_room_is_used_once_at_a_time_whichever_desks_ask(session: Session, room: Room, desk_id: str) -> None:
    book(session, BLUE_LINE, room, 0, 60)
    refusal = refused(lambda: book(session, desk_id, room, 59, 90))
    assert (refusal.code, refusal.field) == (UseRefusal.ROOM_TAKEN, "room")
    book(session, desk_id, room, 60, 90)
    assert stored(session, desk_id)[-1] == ("Sala 1", 60, 90)


def test_support_and_a_corrective_session_never_share_a_place_at_the_same_time(session: Session, place: Place) -> None:
    book(session, BLUE_LINE, place.rooms[0], 0, 60)
    refusal = refused(lambda: book(session, CORRECTIVE, place.rooms[1], 0, 60))
    assert (refusal.code, refusal.field, refusal.data) == (UseRefusal.APART, "room", {"minutes": 30})
    assert stored(session, CORRECTIVE) == []


@pytest.mark.parametrize(("start", "end"), [(-90, -29), (89, 150), (20, 40), (-60, 120)])
def test_nobody_meets_on_the_stairs(session: Session, place: Place, start: float, end: float) -> None:
    """The session of the programme begins or ends within half an hour of a talk, or lies in or around it."""
    book(session, BLUE_LINE, place.rooms[0], 0, 60)
    assert refused(lambda: book(session, CORRECTIVE, place.rooms[1], start, end)).code is UseRefusal.APART


@pytest.mark.parametrize(("start", "end"), [(-90, -30), (90, 150)])
def test_with_the_margin_in_between_both_may_come_on_one_day(
    session: Session, place: Place, start: float, end: float
) -> None:
    book(session, BLUE_LINE, place.rooms[0], 0, 60)
    book(session, CORRECTIVE, place.rooms[0], start, end)
    assert stored(session, CORRECTIVE) == [("Sala 1", start, end)]


def test_what_brings_neither_group_disturbs_nobody_and_another_place_is_another_staircase(
    session: Session, place: Place
) -> None:
    other = make_place(session, "Ratusz")
    book(session, BLUE_LINE, place.rooms[0], 0, 60)
    book(session, CORRECTIVE, place.rooms[1], 0, 60, purpose=Purpose.OFFICE)
    book(session, CORRECTIVE, other.rooms[0], 0, 60)
    book(session, HELP_POINT, place.rooms[1], 60, 90)
    assert len(stored(session, CORRECTIVE)) == 2


@pytest.mark.parametrize(("desk_id", "purpose"), [(BLUE_LINE, Purpose.CORRECTIVE), (CORRECTIVE, Purpose.SUPPORT)])
def test_no_desk_can_enter_a_use_for_the_other_side(
    session: Session, room: Room, desk_id: str, purpose: Purpose
) -> None:
    refusal = refused(lambda: book(session, desk_id, room, 0, 60, purpose=purpose))
    assert refusal.code is UseRefusal.PURPOSE
    assert stored(session, desk_id) == []


def test_the_database_itself_stores_no_use_for_the_wrong_side_and_none_in_a_room_of_another_place(
    session: Session, place: Place
) -> None:
    use = book(session, BLUE_LINE, place.rooms[0], 0, 60)
    elsewhere = make_place(session, "Ratusz")
    for column, value, name in (
        ("side", None, "side_of_purpose"),
        ("side", "hurting", "side_of_purpose"),
        ("place_id", elsewhere.id, "fk_room_use_place_id_room_id_room"),
        ("guarded_until", at(59), "ck_room_use_guarded"),
        ("people", 0, "ck_room_use_people"),
    ):
        with pytest.raises(IntegrityError, match=name), session.begin_nested():
            setattr(use, column, value)


def test_other_faults_of_the_database_are_not_taken_for_a_taken_room(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CONSTRAINTS", {})
    book(session, BLUE_LINE, room, 0, 60)
    with pytest.raises(IntegrityError):
        book(session, BLUE_LINE, room, 0, 60)


@pytest.mark.parametrize(
    ("start", "end", "people", "code"),
    [
        (0, 0, 1, UseRefusal.NO_LENGTH),
        (60, 0, 1, UseRefusal.NO_LENGTH),
        (-24 * 60, -23 * 60, 1, UseRefusal.OVER),
        (0, 60, 21, UseRefusal.CAPACITY),
        (0, 60, 0, UseRefusal.PEOPLE),
    ],
)
def test_what_makes_no_sense_is_not_booked(
    session: Session, room: Room, start: float, end: float, people: int, code: UseRefusal
) -> None:
    assert refused(lambda: book(session, BLUE_LINE, room, start, end, people=people)).code is code
    assert stored(session, BLUE_LINE) == []


def test_a_use_moved_later_into_the_margin_is_refused_and_nothing_has_changed(session: Session, place: Place) -> None:
    duty = book(session, BLUE_LINE, place.rooms[0], 0, 60, people=2)
    book(session, CORRECTIVE, place.rooms[1], 120, 180)
    refusal = refused(lambda: move(session, duty, start=at(31), end=at(91), people=5))
    assert (refusal.code, refusal.data) == (UseRefusal.APART, {"minutes": 30})
    assert (duty.starts_at, duty.ends_at, duty.people, duty.guarded_until) == (at(0), at(60), 2, at(75))
    assert stored(session, BLUE_LINE) == [("Sala 1", 0, 60)]
    assert [event.detail["what"] for event in trail(session, duty.id)] == ["booked"]
    move(session, duty, start=at(30), end=at(90), people=5)
    assert (duty.starts_at, duty.ends_at, duty.people, duty.guarded_until) == (at(30), at(90), 5, at(105))
    assert [event.detail["what"] for event in trail(session, duty.id)] == ["booked", "moved"]


def test_a_use_moved_to_another_room_or_place_leaves_the_old_one_free(session: Session, place: Place) -> None:
    other = make_place(session, "Ratusz", margin=60)
    use = book(session, BLUE_LINE, place.rooms[0], 0, 60)
    move(session, use, room=place.rooms[1])
    book(session, HELP_POINT, place.rooms[0], 0, 60)
    move(session, use, room=other.rooms[0])
    assert (use.place_id, use.room_id, use.guarded_from) == (other.id, other.rooms[0].id, at(-30))
    assert refused(lambda: move(session, use, room=place.rooms[0])).code is UseRefusal.ROOM_TAKEN
    assert stored(session, BLUE_LINE) == [("Sala 1", 0, 60)]
    assert use.place_id == other.id


def test_a_use_is_moved_only_where_there_are_chairs_enough(session: Session, place: Place) -> None:
    small = service.save_room(session, place.id, RoomEntry("Szatnia", 2), actor=CLERK, now=NOW)
    use = book(session, BLUE_LINE, place.rooms[0], 0, 60, people=3)
    refusal = refused(lambda: move(session, use, room=small))
    assert (refusal.code, refusal.data) == (UseRefusal.CAPACITY, {"capacity": 2})
    move(session, use, room=small, people=2)
    assert use.room is small


def test_what_has_begun_may_end_at_another_time_and_nothing_else(session: Session, place: Place) -> None:
    now = at(30)
    use = book(session, BLUE_LINE, place.rooms[0], 0, 60)
    act = {"actor": CLERK, "now": now}
    assert refused(lambda: service.move(session, use, start=at(40), **act)).code is UseRefusal.BEGUN  # type: ignore[arg-type]
    assert refused(lambda: service.move(session, use, room=place.rooms[1], **act)).code is UseRefusal.BEGUN  # type: ignore[arg-type]
    service.move(session, use, end=at(45), actor=CLERK, now=now)
    assert stored(session, BLUE_LINE) == [("Sala 1", 0, 45)]


def test_a_room_given_back_is_free_for_others(session: Session, room: Room) -> None:
    use = book(session, BLUE_LINE, room, 0, 60)
    service.release(session, use, actor=CLERK, now=NOW)
    assert stored(session, BLUE_LINE) == []
    assert [event.detail["what"] for event in trail(session, use.id)] == ["booked", "released"]
    book(session, CORRECTIVE, room, 0, 60)


def test_a_room_given_back_while_people_are_there_stays_guarded_until_they_are_down_the_stairs(
    session: Session, place: Place
) -> None:
    use = book(session, BLUE_LINE, place.rooms[0], 0, 60)
    service.release(session, use, actor=CLERK, now=at(20))
    assert stored(session, BLUE_LINE) == [("Sala 1", 0, 20)]
    assert trail(session, use.id)[-1].detail["what"] == "ended"
    refusal = refused(lambda: book(session, CORRECTIVE, place.rooms[1], 49, 90, now=at(20)))
    assert refusal.code is UseRefusal.APART
    book(session, CORRECTIVE, place.rooms[1], 50, 90, now=at(20))


def test_what_is_over_is_history(session: Session, room: Room) -> None:
    use = book(session, BLUE_LINE, room, 0, 60)
    refusal = refused(lambda: service.release(session, use, actor=CLERK, now=at(60)))
    assert refusal.code is UseRefusal.OVER
    assert stored(session, BLUE_LINE) == [("Sala 1", 0, 60)]


def test_only_what_was_booked_by_hand_is_given_back_by_hand(session: Session, place: Place) -> None:
    booking = Booking(place.rooms[0].id, Purpose.OFFICE, at(0), at(60), 4)
    by_hand = service.book_by_hand(session, booking, actor=CLERK, now=NOW)
    of_a_duty = book(session, BLUE_LINE, place.rooms[1], 0, 60)
    refusal = refused(lambda: service.release_by_hand(session, of_a_duty.id, actor=CLERK, now=NOW))
    assert refusal.code is UseRefusal.NOT_BY_HAND
    service.release_by_hand(session, by_hand.id, actor=CLERK, now=NOW)
    assert stored(session, BLUE_LINE) == [("Sala 2", 0, 60)]


def test_the_uses_of_another_desk_are_not_there(session: Session, place: Place) -> None:
    theirs = book(session, HELP_POINT, place.rooms[0], 0, 60)
    ours = book(session, BLUE_LINE, place.rooms[1], 0, 60)
    assert list(queries.uses_between(session, DAY, DAY)) == [ours]
    assert list(queries.uses_of_place(session, place.id, DAY, DAY)) == [ours]
    assert list(queries.uses_of_room(session, place.rooms[0].id, DAY, DAY)) == []
    assert list(queries.uses_of_room(session, place.rooms[1].id, DAY, DAY)) == [ours]
    with pytest.raises(NotFound):
        queries.use(session, theirs.id)
    for act in (service.release, service.move):
        with pytest.raises(NotFound):
            act(session, theirs, actor=CLERK, now=NOW)
    with pytest.raises(NotFound):
        service.release_by_hand(session, theirs.id, actor=CLERK, now=NOW)
    with acting_at(session, HELP_POINT):
        assert queries.use(session, theirs.id) is theirs


def test_the_uses_of_some_days_are_those_that_touch_them(session: Session, place: Place) -> None:
    """The day begins at midnight on the wall, twelve hours before noon."""
    evening = book(session, BLUE_LINE, place.rooms[0], 11 * 60, 13 * 60)  # past midnight
    book(session, BLUE_LINE, place.rooms[0], 36 * 60, 37 * 60)  # from the midnight after next
    assert list(queries.uses_between(session, DAY, DAY)) == [evening]
    assert list(queries.uses_between(session, DAY + timedelta(days=1), DAY + timedelta(days=1))) == [evening]
    assert len(queries.uses_between(session, DAY, DAY + timedelta(days=2))) == 2


def test_rooms_that_can_be_used_come_in_polish_order_and_closed_ones_not_at_all(session: Session, place: Place) -> None:
    town_hall = make_place(session, "Ćwiklice")
    save_room(session, place, place.rooms[1], active=False)
    closed = make_place(session, "Zamknięte")
    save_place(session, closed, active=False)
    assert [(room.place.name, room.name) for room in queries.rooms(session)] == [
        ("Ćwiklice", "Sala 1"),
        ("Ćwiklice", "Sala 2"),
        ("Dom kultury", "Sala 1"),
    ]
    assert [each.name for each in queries.places(session)] == [town_hall.name, "Dom kultury", "Zamknięte"]


def save_place(session: Session, place: Place, now: datetime = NOW, **change: object) -> Place:
    entry = replace(place.entry, **change)  # type: ignore[arg-type]  # what a story changes
    return service.save_place(session, entry, place_id=place.id, known_version=place.version, actor=CLERK, now=now)


def save_room(session: Session, place: Place, room: Room, **change: object) -> Room:
    entry = replace(room.entry, **change)  # type: ignore[arg-type]  # likewise
    return service.save_room(
        session, place.id, entry, room_id=room.id, known_version=room.version, actor=CLERK, now=NOW
    )


def test_saving_a_place_notes_which_fields_changed_and_nothing_of_what_they_hold(
    session: Session, place: Place
) -> None:
    save_place(session, place, address="ul. Inna 2", accessible=True)
    assert (place.address, place.accessible, place.version) == ("ul. Inna 2", True, 2)
    event = trail(session, place.id)[-1]
    assert (event.tag, event.detail) == ("place:changed", {"fields": ["address", "accessible"], "version": 2})


def test_saving_what_is_stored_already_changes_nothing(session: Session, place: Place) -> None:
    service.save_place(session, place.entry, place_id=place.id, known_version=77, actor=CLERK, now=NOW)
    save_room(session, place, place.rooms[0])
    assert (place.version, place.rooms[0].version) == (1, 1)
    assert len(trail(session, place.id)) == 1


def test_whoever_writes_over_a_newer_version_is_told_what_is_stored(session: Session, place: Place) -> None:
    room = place.rooms[0]
    save_place(session, place, address="ul. Inna 2")
    save_room(session, place, room, capacity=12)
    mine = replace(place.entry, address="ul. Trzecia 3")
    with pytest.raises(EditedMeanwhile) as caught:
        service.save_place(session, mine, place_id=place.id, known_version=1, actor=CLERK, now=NOW)
    assert caught.value.fields == {"address": "ul. Inna 2"}
    wanted = replace(room.entry, capacity=10)
    with pytest.raises(EditedMeanwhile) as caught:
        service.save_room(session, place.id, wanted, room_id=room.id, known_version=1, actor=CLERK, now=NOW)
    assert caught.value.fields == {"capacity": 12}
    assert (place.address, room.capacity) == ("ul. Inna 2", 12)


def test_two_places_never_have_one_name_and_neither_have_two_rooms_of_a_place(session: Session, place: Place) -> None:
    other = make_place(session, "Ratusz")  # with rooms of the same names
    for act in (
        lambda: service.save_place(session, PlaceEntry("Ratusz", "ul. Nowa 1"), actor=CLERK, now=NOW),
        lambda: save_place(session, place, name="Ratusz", margin_minutes=45),
        lambda: service.save_room(session, other.id, RoomEntry("Sala 1", 5), actor=CLERK, now=NOW),
        lambda: save_room(session, place, place.rooms[0], name="Sala 2"),
    ):
        refusal = refused(act)
        assert (refusal.code, refusal.field) == (PlaceRefusal.TAKEN, "name")
    assert (place.name, place.margin_minutes, place.rooms[0].name) == ("Dom kultury", 30, "Sala 1")


def test_what_is_not_there_cannot_be_saved_or_used(session: Session, place: Place) -> None:
    other = make_place(session, "Ratusz")
    for act in (
        lambda: queries.place(session, uuid4()),
        lambda: queries.room(session, uuid4()),
        lambda: service.save_place(session, place.entry, place_id=uuid4(), actor=CLERK, now=NOW),
        lambda: service.save_room(session, uuid4(), RoomEntry("Sala", 1), actor=CLERK, now=NOW),
        lambda: save_room(session, other, place.rooms[0], capacity=3),
        lambda: service.book_by_hand(session, Booking(uuid4(), Purpose.OFFICE, at(0), at(60), 1), actor=CLERK, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_longer_margin_holds_at_once_for_the_uses_of_all_desks(session: Session, place: Place) -> None:
    theirs = book(session, HELP_POINT, place.rooms[0], 0, 60)
    ours = book(session, BLUE_LINE, place.rooms[1], 0, 60)
    over = book(session, BLUE_LINE, place.rooms[1], -20 * 60, -19 * 60, now=at(-21 * 60))
    save_place(session, place, margin_minutes=60)
    assert (ours.guarded_from, ours.guarded_until) == (at(-30), at(90))
    assert over.guarded_until == at(-19 * 60 + 15)
    with acting_at(session, HELP_POINT):
        session.refresh(theirs)
        assert (theirs.guarded_from, theirs.guarded_until) == (at(-30), at(90))
    assert refused(lambda: book(session, CORRECTIVE, place.rooms[0], 119, 180)).data == {"minutes": 60}
    book(session, CORRECTIVE, place.rooms[0], 120, 180)


def test_a_shorter_margin_lets_others_come_nearer(session: Session, place: Place) -> None:
    book(session, HELP_POINT, place.rooms[0], 0, 60)
    save_place(session, place, margin_minutes=15)
    assert refused(lambda: book(session, CORRECTIVE, place.rooms[1], 74, 100)).code is UseRefusal.APART
    book(session, CORRECTIVE, place.rooms[1], 75, 100)


def test_a_margin_under_which_uses_collide_is_refused_with_their_number_and_nothing_changes(
    session: Session, place: Place
) -> None:
    talk = book(session, HELP_POINT, place.rooms[0], 0, 60)
    book(session, CORRECTIVE, place.rooms[1], 90, 150)
    book(session, BLUE_LINE, place.rooms[0], 180, 240)
    book(session, BLUE_LINE, place.rooms[0], 60, 70, purpose=Purpose.OFFICE)
    refusal = refused(lambda: save_place(session, place, margin_minutes=31, name="Nowy dom kultury"))
    assert (refusal.code, refusal.field, refusal.data) == (PlaceRefusal.COLLIDES, "margin_minutes", {"number": 2})
    session.expire_all()
    assert (place.name, place.margin_minutes, place.version) == ("Dom kultury", 30, 1)
    with acting_at(session, HELP_POINT):
        assert talk.guarded_until == at(75)
    assert refused(lambda: book(session, CORRECTIVE, place.rooms[1], 29, 30)).code is UseRefusal.APART


@pytest.mark.parametrize("minutes_later", [0, 20, 44, 100])
def test_who_met_whom_under_the_old_margin_is_history(session: Session, place: Place, minutes_later: float) -> None:
    """Support ends, half an hour later the programme begins; the margin is made longer before, during and after that."""
    talk = book(session, BLUE_LINE, place.rooms[0], 0, 60)
    meeting = book(session, CORRECTIVE, place.rooms[1], 90, 150)
    now = at(60 + minutes_later)
    if now < at(90):  # they have not come yet
        assert refused(lambda: save_place(session, place, now, margin_minutes=45)).data == {"number": 1}
        return
    save_place(session, place, now, margin_minutes=45)
    session.refresh(talk)
    assert (talk.guarded_until, meeting.guarded_from) == (at(75), at(75))
    with acting_at(session, CORRECTIVE):
        session.refresh(meeting)
        assert (meeting.guarded_from, meeting.guarded_until) == (at(75), at(172.5) if now < at(150) else at(165))
        if now < at(150):
            service.move(session, meeting, end=at(160), actor=CLERK, now=now)  # what began so may go on


def test_a_place_or_room_still_needed_by_any_desk_stays_in_use(session: Session, place: Place) -> None:
    used, unused = place.rooms
    theirs = book(session, HELP_POINT, used, 0, 60)
    for act in (
        lambda: save_place(session, place, active=False),
        lambda: save_room(session, place, used, active=False),
    ):
        refusal = refused(act)
        assert (refusal.code, refusal.field) == (PlaceRefusal.IN_USE, "active")
    save_room(session, place, unused, active=False)
    with acting_at(session, HELP_POINT):
        service.release(session, theirs, actor=CLERK, now=NOW)
    save_place(session, place, active=False)
    assert not place.active


def test_what_is_not_in_use_any_more_is_not_booked(session: Session, place: Place) -> None:
    room, other = place.rooms
    save_room(session, place, room, active=False)
    refusal = refused(lambda: book(session, BLUE_LINE, room, 0, 60))
    assert (refusal.code, refusal.field) == (UseRefusal.CLOSED, "room")
    save_place(session, place, active=False)
    assert refused(lambda: book(session, BLUE_LINE, other, 0, 60)).code is UseRefusal.CLOSED
    save_place(session, place, active=True)
    book(session, BLUE_LINE, other, 0, 60)


def test_a_room_does_not_lose_the_chairs_of_those_who_will_come(session: Session, place: Place) -> None:
    room = place.rooms[0]
    book(session, HELP_POINT, room, 0, 60, people=12)
    book(session, HELP_POINT, place.rooms[1], 0, 60, people=20)
    refusal = refused(lambda: save_room(session, place, room, capacity=11))
    assert (refusal.code, refusal.field, refusal.data) == (PlaceRefusal.TOO_SMALL, "capacity", {})
    save_room(session, place, room, capacity=12)
    assert room.capacity == 12
