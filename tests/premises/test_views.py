"""Stories of the pages of the places."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.clock import day_of, first_instant, utcnow
from helpdesk.kernel.permissions import Role
from helpdesk.premises import service
from helpdesk.premises.models import Place, RoomUse
from helpdesk.premises.rules import PURPOSES as OFFERED
from helpdesk.premises.rules import Purpose
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, make_account
from tests.premises.building import CLERK, CORRECTIVE, make_desks, make_place, trail

PLACES = f"/desk/{BLUE_LINE}/premises"
TYPED: dict[str, Any] = {"name": "Ratusz", "address": "Rynek 1", "margin_minutes": "45", "active": "y", "version": "0"}
ROOM: dict[str, Any] = {"name": "Sala 3", "capacity": "12", "active": "y", "version": "0"}


@pytest.fixture
def place(session: Session) -> Place:
    make_desks(session)
    made = make_place(session)
    session.commit()
    return made


def person_at(app: Flask, session: Session, desk_id: str, role: Role) -> Visitor:
    account = make_account(session, desk_id, roles=(role,), name=f"{role} of {desk_id}")
    account.locale = "en"
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(account)
    return visitor


@pytest.fixture
def coordinator(app: Flask, session: Session, place: Place) -> Visitor:  # noqa: ARG001  the desks come with the place
    return person_at(app, session, BLUE_LINE, Role.COORDINATOR)


@pytest.fixture
def trainer(app: Flask, session: Session, place: Place) -> Visitor:  # noqa: ARG001  likewise
    return person_at(app, session, CORRECTIVE, Role.TRAINER)


def tomorrow() -> str:
    return (day_of(utcnow()) + timedelta(days=1)).isoformat()


def booking(place: Place, **changes: str) -> dict[str, Any]:
    typed = {"room": str(place.rooms[0].id), "purpose": "support", "day": tomorrow()}
    return {**typed, "starts": "17:00", "ends": "18:00", "people": "3", **changes}


def uses(session: Session, desk_id: str) -> list[RoomUse]:
    session.expire_all()
    with acting_at(session, desk_id):
        return list(session.scalars(select(RoomUse).order_by(RoomUse.starts_at)))


def book(
    session: Session, desk_id: str, place: Place, hours: float, *, room: int = 0, by_hand: bool = False
) -> RoomUse:
    """What a desk does for an hour, so many hours from now."""
    start = utcnow() + timedelta(hours=hours)
    purpose = Purpose.CORRECTIVE if desk_id == CORRECTIVE else Purpose.SUPPORT
    with acting_at(session, desk_id):
        use = service.book(
            session, place.rooms[room], purpose, start, start + timedelta(hours=1), people=7, actor=CLERK, now=utcnow()
        )
        use.by_hand = by_hand
    session.commit()
    return use


def test_the_list_shows_every_place_with_its_rooms(coordinator: Visitor, session: Session, place: Place) -> None:
    closed = make_place(session, "Zamknięta świetlica", rooms=0)
    closed.active, closed.accessible = False, True
    session.commit()
    page = coordinator.reads(PLACES)
    for sentence in (place.name, "ul. Pokazowa 1", "Sala 2", "for 20 people", "not in use any more", "accessible"):
        assert sentence in page
    assert f"{PLACES}/{place.id}" in page


def test_an_empty_list_says_what_will_stand_there(app: Flask, session: Session) -> None:
    make_desks(session)
    visitor = person_at(app, session, BLUE_LINE, Role.CONSULTANT)
    page = visitor.reads(PLACES)
    assert "There are no places yet." in page
    assert "/premises/new" not in page


def test_the_page_of_a_place_shows_the_week_of_this_desk_and_not_of_another(
    coordinator: Visitor, trainer: Visitor, session: Session, place: Place
) -> None:
    """A desk never learns from a page that another one is there: no row, no hour, no number."""
    ours, theirs = book(session, BLUE_LINE, place, 3), book(session, CORRECTIVE, place, 6, room=1)
    for visitor, desk_id, own, other in (
        (coordinator, BLUE_LINE, ours, theirs),
        (trainer, CORRECTIVE, theirs, ours),
    ):
        week = day_of(own.starts_at).isoformat()
        page = visitor.reads(f"/desk/{desk_id}/premises/{place.id}?week={week}")
        table = page.partition("Uses of the week")[2]
        assert table.count("<tr") == 2  # the head and one row
        assert own.room.name in table
        assert other.room.name not in table
        assert str(other.id) not in page
        everything = visitor.reads(f"/desk/{desk_id}/premises")
        assert str(other.id) not in everything


@pytest.mark.parametrize("week", ["", "x", "2023-02-30", "0001-01-01", "9999-12-31", "2023-10-05", "20231005", "%00"])
def test_any_week_of_the_address_answers(coordinator: Visitor, place: Place, week: str) -> None:
    assert coordinator.opens(f"{PLACES}/{place.id}?week={week}").status_code == 200


def test_a_week_goes_from_monday_to_sunday(coordinator: Visitor, place: Place) -> None:
    page = coordinator.reads(f"{PLACES}/{place.id}?week=2023-10-05")
    assert "Oct 2, 2023 – Oct 8, 2023" in page
    assert "week=2023-09-25" in page
    assert "week=2023-10-09" in page
    assert "This desk uses no room here in this week." in page


def test_a_place_says_what_a_corrective_programme_would_lack_there(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    assert "lacks: a place where files can be locked away." in coordinator.reads(f"{PLACES}/{place.id}")
    place.storage = True
    session.commit()
    assert "This place has what a corrective programme needs." in coordinator.reads(f"{PLACES}/{place.id}")


def test_a_coordinator_adds_a_place_and_its_room(coordinator: Visitor, session: Session) -> None:
    answer = coordinator.sends(f"{PLACES}/new", {**TYPED, "gmina_text": "toruń", "accessible": "y"})
    assert answer.status_code == 302
    added = session.scalars(select(Place).where(Place.name == "Ratusz")).one()
    assert (added.gmina, added.margin_minutes, added.accessible, added.storage) == ("0463011", 45, True, False)
    assert trail(session, added.id)[0].tag == "place:changed"
    page = f"{PLACES}/{added.id}"
    assert answer.location.endswith(page)
    assert "This place has no rooms yet." in coordinator.reads(page)
    assert coordinator.sends(f"{page}/rooms/new", ROOM).status_code == 302
    assert "Sala 3" in coordinator.reads(page)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Fill this in."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"address": ""}, "Fill this in."),
        ({"margin_minutes": ""}, "Fill this in."),
        ({"margin_minutes": "half an hour"}, "Write a whole number."),
        ({"margin_minutes": "9" * 5000}, "Write a whole number."),
        ({"margin_minutes": "5"}, "a whole number of minutes from 15 to 480"),
        ({"margin_minutes": "99999999999"}, "a whole number of minutes from 15 to 480"),
        ({"gmina_text": "Atlantis"}, "There is no such gmina in the region."),
        ({"gmina_text": "Lipno"}, "Several places have this name."),
        ({"name": "Dom  kultury"}, "This name is there already."),
    ],
)
def test_what_is_no_place_is_said_beside_its_field_and_nothing_typed_is_lost(
    coordinator: Visitor, session: Session, typed: Mapping[str, str], sentence: str
) -> None:
    page = words(coordinator.sends(f"{PLACES}/new", {**TYPED, "address": "Rynek 1", **typed}))
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert "Rynek 1" in page or "address" in typed
    assert len(session.scalars(select(Place)).all()) == 1


def test_a_gmina_chosen_by_its_code_counts_as_long_as_its_name_stands_there(
    coordinator: Visitor, session: Session
) -> None:
    chosen = {"gmina": "0408062", "gmina_text": "Lipno (rural gmina, lipnowski county)"}
    for name, typed, code in (
        ("A", chosen, "0408062"),
        ("B", {**chosen, "gmina_text": "Toruń"}, "0463011"),
        ("C", {**chosen, "gmina_text": ""}, None),
        ("D", {"gmina": "0408062", "gmina_text": "Lipno (gmina wiejska, powiat lipnowski)"}, "0408062"),
    ):
        assert coordinator.sends(f"{PLACES}/new", {**TYPED, "name": name, **typed}).status_code == 302, name
        assert session.scalars(select(Place.gmina).where(Place.name == name)).one() == code


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"capacity": ""}, "Fill this in."),
        ({"capacity": "many"}, "Write a whole number."),
        ({"capacity": "0"}, "from 1 to 1000"),
        ({"capacity": "-3"}, "from 1 to 1000"),
        ({"name": "Sala 2"}, "This name is there already."),
    ],
)
def test_what_is_no_room_is_said_beside_its_field(
    coordinator: Visitor, place: Place, typed: Mapping[str, str], sentence: str
) -> None:
    page = words(coordinator.sends(f"{PLACES}/{place.id}/rooms/new", {**ROOM, **typed}))
    assert sentence in page
    assert page.count("govuk-error-message") == 1


def test_a_form_shows_what_is_stored_and_saving_it_untouched_changes_nothing(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    place.gmina = "0463011"
    session.commit()
    version, room = place.version, place.rooms[0]
    page = coordinator.reads(f"{PLACES}/{place.id}/edit")
    assert "Toruń (urban gmina, city with county rights)" in page
    same = {**TYPED, "name": place.name, "address": place.address, "margin_minutes": "30", "version": str(version)}
    same |= {"gmina": "0463011", "gmina_text": "Toruń"}
    assert coordinator.sends(f"{PLACES}/{place.id}/edit", same).status_code == 302
    same_room = {**ROOM, "name": room.name, "capacity": "20", "version": "1"}
    assert coordinator.sends(f"{PLACES}/{place.id}/rooms/{room.id}/edit", same_room).status_code == 302
    session.expire_all()
    assert (place.version, room.version) == (version, 1)


def test_what_somebody_else_saved_meanwhile_stands_beside_ones_own_text(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    edit, room = f"{PLACES}/{place.id}/edit", place.rooms[0]
    typed = {**TYPED, "name": place.name, "margin_minutes": "30", "version": "1"}
    assert coordinator.sends(edit, {**typed, "address": "ul. Ranna 1"}).status_code == 302
    late = coordinator.sends(edit, {**typed, "address": "ul. Późna 2", "gmina_text": "Toruń", "accessible": "y"})
    page = words(late)
    assert late.status_code == 409
    assert "Somebody changed this while you were writing." in page
    differing = page.partition("What differs")[2].partition("</table>")[0]
    for shown in ("ul. Ranna 1", "ul. Późna 2", "Toruń", "—", "yes", "no"):
        assert shown in differing
    assert 'name="version" type="hidden" value="2"' in page
    session.expire_all()
    assert place.address == "ul. Ranna 1"
    again = {**typed, "address": "ul. Późna 2", "version": "2"}
    assert coordinator.sends(edit, again).status_code == 302
    edit = f"{PLACES}/{place.id}/rooms/{room.id}/edit"
    mine = {**ROOM, "name": room.name, "version": "1"}
    assert coordinator.sends(edit, {**mine, "capacity": "9"}).status_code == 302
    late = coordinator.sends(edit, {**mine, "capacity": "8"})
    assert late.status_code == 409
    assert ">9<" in words(late).partition("What differs")[2]


def test_a_margin_that_would_bring_them_together_is_refused_with_a_number_and_without_a_name(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    book(session, HELP_POINT, place, 5)
    book(session, CORRECTIVE, place, 7, room=1)
    typed = {**TYPED, "name": place.name, "address": place.address, "version": "1"}
    answer = coordinator.sends(f"{PLACES}/{place.id}/edit", {**typed, "margin_minutes": "61"})
    page = words(answer)
    assert answer.status_code == 409
    assert "Number of such cases: 1." in page
    assert 'value="61"' in page
    for secret in ("Help Point", "help-point", CORRECTIVE, "Corrective Torun"):
        assert secret not in page
    assert coordinator.sends(f"{PLACES}/{place.id}/edit", {**typed, "margin_minutes": "60"}).status_code == 302


def test_a_place_in_use_stays_in_use(coordinator: Visitor, session: Session, place: Place) -> None:
    book(session, HELP_POINT, place, 5)
    typed = {**TYPED, "name": place.name, "address": place.address, "margin_minutes": "30", "version": "1"}
    del typed["active"]
    page = words(coordinator.sends(f"{PLACES}/{place.id}/edit", typed))
    assert "still booked for the time to come" in page
    room = {**ROOM, "name": "Sala 1", "capacity": "6", "version": "1"}
    page = words(coordinator.sends(f"{PLACES}/{place.id}/rooms/{place.rooms[0].id}/edit", room))
    assert "More people than that are expected" in page


def test_a_room_is_booked_by_hand_and_given_back(coordinator: Visitor, session: Session, place: Place) -> None:
    answer = coordinator.sends(f"{PLACES}/{place.id}/book", booking(place, purpose="office"))
    assert answer.status_code == 302
    (use,) = uses(session, BLUE_LINE)
    assert (use.by_hand, use.people, use.purpose, use.side) == (True, 3, Purpose.OFFICE, None)
    use_id, page = use.id, coordinator.reads(answer.location)
    assert "17:00–18:00" in page
    assert "office matters" in page
    released = coordinator.sends(f"{PLACES}/uses/{use_id}/release", page=PLACES)
    assert released.status_code == 302
    assert "17:00–18:00" not in coordinator.reads(released.location)
    assert uses(session, BLUE_LINE) == []
    assert [event.detail["what"] for event in trail(session, use_id)] == ["booked", "released"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"room": ""}, "Choose a room."),
        ({"room": "x"}, "This room is not in use any more."),
        ({"room": str(uuid4())}, "This room is not in use any more."),
        ({"purpose": ""}, "Choose what the room is for."),
        ({"purpose": "party"}, "This desk uses no rooms for this purpose."),
        ({"purpose": "corrective"}, "This desk uses no rooms for this purpose."),
        ({"day": ""}, "Choose a day."),
        ({"day": "2023-02-30"}, "Write a day that is in the calendar."),
        ({"day": "0001-01-01"}, "Write a day that is in the calendar."),
        ({"day": "9999-12-31"}, "Write a day that is in the calendar."),
        ({"day": "2023-10-05"}, "This time is over already."),
        ({"starts": ""}, "Write when it starts."),
        ({"starts": "25:00"}, "Write the time like 18:30."),
        ({"ends": "17:00"}, "The end must be after the start."),
        ({"ends": "16:00"}, "The end must be after the start."),
        ({"people": ""}, "Write how many people come"),
        ({"people": "some"}, "Write a whole number."),
        ({"people": "0"}, "Write how many people come"),
        ({"people": "-1"}, "Write how many people come"),
        ({"people": "21"}, "It holds at most 20."),
    ],
)
def test_what_cannot_be_booked_is_said_beside_its_field_and_the_rest_stays(
    coordinator: Visitor, session: Session, place: Place, changes: dict[str, str], sentence: str
) -> None:
    page = words(coordinator.sends(f"{PLACES}/{place.id}/book", booking(place, **changes)))
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert 'value="18:00"' in page or "ends" in changes
    assert uses(session, BLUE_LINE) == []


@pytest.mark.parametrize(("room", "starts"), [(0, "17:30"), (1, "17:30"), (1, "18:29"), (1, "15:31")])
def test_a_trainer_hears_that_it_is_too_near_and_never_whose_and_when(
    trainer: Visitor, session: Session, place: Place, room: int, starts: str
) -> None:
    supported(session, place)
    address = f"/desk/{CORRECTIVE}/premises/{place.id}/book"
    hour, minute = (int(part) for part in starts.split(":"))
    ends = f"{hour + 1}:{minute:02}"
    typed = booking(place, room=str(place.rooms[room].id), purpose="corrective", starts=starts, ends=ends)
    answer = trainer.sends(address, typed)
    page = words(answer)
    assert answer.status_code == 409
    near, taken = "At least 30 minutes must lie in between.", "This room is taken at this time."
    assert near in page or (room == 0 and taken in page)
    assert "<main" in page
    for secret in ("Blue Line", BLUE_LINE, "support", "17:00", "18:00"):
        assert secret not in page.partition("<main")[2]
    assert uses(session, CORRECTIVE) == []


def supported(session: Session, place: Place) -> None:
    """The Blue Line supports somebody tomorrow from five to six in the first room."""
    start = first_instant(day_of(utcnow()) + timedelta(days=1), time(17))
    end = start + timedelta(hours=1)
    with acting_at(session, BLUE_LINE):
        service.book(session, place.rooms[0], Purpose.SUPPORT, start, end, people=2, actor=CLERK, now=utcnow())
    session.commit()


def test_each_desk_is_offered_what_it_does_and_no_more(coordinator: Visitor, trainer: Visitor, place: Place) -> None:
    for visitor, desk_id, kind in (
        (coordinator, BLUE_LINE, DeskKind.HELPLINE),
        (trainer, CORRECTIVE, DeskKind.CORRECTIVE),
    ):
        page = visitor.reads(f"/desk/{desk_id}/premises/{place.id}/book")
        for purpose in Purpose:
            assert (f'value="{purpose}"' in page) is (purpose in OFFERED[kind])


def test_rooms_and_places_out_of_use_are_not_offered(coordinator: Visitor, session: Session, place: Place) -> None:
    address = f"{PLACES}/{place.id}/book"
    place.rooms[1].active = False
    session.commit()
    page = coordinator.reads(address)
    assert "Sala 1" in page
    assert "Sala 2" not in page
    place.active = False
    session.commit()
    assert "Sala 1" not in coordinator.reads(address)
    assert "/book" not in coordinator.reads(f"{PLACES}/{place.id}")
    assert "This room is not in use any more." in words(coordinator.sends(address, booking(place)))


def test_what_follows_from_a_duty_is_not_given_back_here(coordinator: Visitor, session: Session, place: Place) -> None:
    by_hand, of_a_duty = book(session, BLUE_LINE, place, 3, by_hand=True), book(session, BLUE_LINE, place, 5)
    pages = [coordinator.reads(f"{PLACES}/{place.id}?week={day_of(use.starts_at)}") for use in (by_hand, of_a_duty)]
    assert f"uses/{by_hand.id}/release" in pages[0]
    assert f"uses/{of_a_duty.id}/release" not in pages[1]
    answer = coordinator.sends(f"{PLACES}/uses/{of_a_duty.id}/release", page=PLACES)
    assert answer.status_code == 409
    assert "follows from a duty or a session" in words(answer)
    assert len(uses(session, BLUE_LINE)) == 2


def test_the_use_of_another_desk_is_not_there_to_be_given_back(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    theirs = book(session, HELP_POINT, place, 3, by_hand=True)
    for address in (f"{PLACES}/uses/{theirs.id}/release", f"/desk/{HELP_POINT}/premises/uses/{theirs.id}/release"):
        assert coordinator.sends(address, page=PLACES).status_code == 404
    assert len(uses(session, HELP_POINT)) == 1


def test_a_consultant_reads_and_books_nothing(app: Flask, session: Session, place: Place) -> None:
    consultant = person_at(app, session, BLUE_LINE, Role.CONSULTANT)
    use = book(session, BLUE_LINE, place, 3, by_hand=True)
    week = day_of(use.starts_at)
    page = consultant.reads(f"{PLACES}/{place.id}?week={week}")
    assert "Sala 1" in page.partition("Uses of the week")[2]
    for way in ("/edit", "/book", "/rooms/new", "/release"):
        assert way not in page
    forbidden: dict[str, dict[str, Any]] = {f"{place.id}/book": booking(place), f"uses/{use.id}/release": {}}
    for path, typed in {**forbidden, **manager_ways(place)}.items():
        assert consultant.sends(f"{PLACES}/{path}", typed, page=PLACES).status_code == 403, path
    assert len(uses(session, BLUE_LINE)) == 1


def manager_ways(place: Place) -> dict[str, dict[str, Any]]:
    room = place.rooms[0]
    return {
        "new": TYPED,
        f"{place.id}/edit": TYPED,
        f"{place.id}/rooms/new": ROOM,
        f"{place.id}/rooms/{room.id}/edit": ROOM,
    }


def test_a_trainer_books_and_changes_no_place(trainer: Visitor, session: Session, place: Place) -> None:
    own = f"/desk/{CORRECTIVE}/premises"
    assert 'aria-keyshortcuts="l"' in trainer.reads(own)
    for path, typed in manager_ways(place).items():
        assert trainer.opens(f"{own}/{path}").status_code == 403, path
        assert trainer.sends(f"{own}/{path}", typed, page=own).status_code == 403, path
    assert trainer.sends(f"{own}/{place.id}/book", booking(place, purpose="corrective")).status_code == 302
    assert len(uses(session, CORRECTIVE)) == 1
    session.expire_all()
    assert (place.name, len(place.rooms)) == ("Dom kultury", 2)


def test_a_border_guard_officer_sees_no_places(app: Flask, session: Session, place: Place) -> None:
    officer = person_at(app, session, BLUE_LINE, Role.DUTY_OFFICER)
    for path in ("", f"/{place.id}", f"/{place.id}/book", f"/{place.id}/edit"):
        assert officer.opens(PLACES + path).status_code == 403


def test_what_is_not_there_is_not_found(coordinator: Visitor, session: Session, place: Place) -> None:
    other = make_place(session, "Ratusz")
    session.commit()
    nowhere, room = uuid4(), place.rooms[0].id
    for path in (
        str(nowhere),
        f"{nowhere}/edit",
        f"{nowhere}/book",
        f"{nowhere}/rooms/new",
        f"{place.id}/rooms/{nowhere}/edit",
        f"{other.id}/rooms/{room}/edit",
    ):
        assert coordinator.opens(f"{PLACES}/{path}").status_code == 404, path
    assert coordinator.sends(f"{PLACES}/uses/{nowhere}/release", page=PLACES).status_code == 404
    assert coordinator.opens(f"/desk/{HELP_POINT}/premises/{place.id}").status_code == 404
    elsewhere = booking(place, room=str(other.rooms[0].id))
    assert "This room is not in use any more." in words(coordinator.sends(f"{PLACES}/{place.id}/book", elsewhere))


def test_looking_changes_nothing(coordinator: Visitor, session: Session, place: Place) -> None:
    use = book(session, BLUE_LINE, place, 3, by_hand=True)
    for path in ("", f"/{place.id}", f"/{place.id}/book", *(f"/{way}" for way in manager_ways(place))):
        assert coordinator.opens(PLACES + path).status_code == 200
    assert coordinator.opens(f"{PLACES}/uses/{use.id}/release").status_code == 405
    assert len(uses(session, BLUE_LINE)) == 1
    assert (place.version, len(trail(session, place.id))) == (1, 1)


def test_names_of_places_are_never_markup(coordinator: Visitor, session: Session, place: Place) -> None:
    place.name, place.address, place.rooms[0].name = "<script>alert(1)</script>", '"><b>', "<img src=x>"
    session.commit()
    for path in ("", f"/{place.id}", f"/{place.id}/book", f"/{place.id}/edit", f"/{place.id}/rooms/new"):
        raw = coordinator.opens(PLACES + path).text
        assert "<script>alert" not in raw
        assert "<img src=x>" not in raw
        assert '"><b>' not in raw


def test_switching_the_language_saves_nothing_and_loses_nothing(
    coordinator: Visitor, session: Session, place: Place
) -> None:
    page = words(coordinator.sends(f"{PLACES}/new", {**TYPED, "_language": "pl"}))
    assert "Rynek 1" in page
    page = words(coordinator.sends(f"{PLACES}/{place.id}/book", {**booking(place), "_language": "en"}))
    assert 'value="17:00"' in page
    assert uses(session, BLUE_LINE) == []
    assert len(session.scalars(select(Place)).all()) == 1
