"""The places and their rooms, as all desks share them, and in them the uses of one desk and of no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.premises import queries, rules, service
from helpdesk.premises.forms import YEARS, BookingForm, PlaceForm, RoomForm
from helpdesk.premises.labels import FIELDS, NEEDS, PURPOSES, gmina_name, in_words
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import PlaceEntry, Purpose, RoomEntry
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, localtime
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("premises", __name__, template_folder="templates", url_prefix="/desk/<desk_id>")

NAVIGATION = (NavItem("premises.places", lazy("Places"), Permission.PREMISES_BOOK, "l"),)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A use as it is shown: on which day, what for in words, whether people are there now, and whether it may be given back here."""

    use: RoomUse
    day: date
    purpose: str
    is_now: bool
    may_release: bool


@staff.get("/premises")
@requires(Permission.PREMISES_READ)
def places(desk_id: str) -> ResponseReturnValue:
    """All places with their rooms."""
    found = [(place, gmina_name(place.gmina)) for place in queries.places(session())]
    return render_template("premises/list.html", desk_id=desk_id, places=found)


@staff.get("/premises/<uuid:place_id>")
@requires(Permission.PREMISES_READ)
def place(desk_id: str, place_id: UUID) -> ResponseReturnValue:
    """One place, its rooms, and what this desk uses them for in a week."""
    found, monday = queries.place(session(), place_id), _monday(request.args.get("week", ""))
    uses = queries.uses_of_place(session(), place_id, monday, monday + WEEK - timedelta(days=1))
    lacking = rules.lacking([room.capacity for room in found.rooms if room.active], storage=found.storage)
    return render_template(
        "premises/place.html",
        desk_id=desk_id,
        place=found,
        gmina=gmina_name(found.gmina),
        lacking=[NEEDS[need] for need in lacking],
        lines=[_line(use, utcnow()) for use in uses],
        monday=monday,
        sunday=monday + WEEK - timedelta(days=1),
        week_before=monday - WEEK,
        week_after=monday + WEEK,
    )


@staff.route("/premises/new", methods=["GET", "POST"])
@requires(Permission.PREMISES_MANAGE)
def new_place(desk_id: str) -> ResponseReturnValue:
    form = PlaceForm()
    entry = form.entry()
    if entry is None:
        return _place_page(desk_id, form)
    try:
        added = service.save_place(session(), entry, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _place_page(desk_id, form), 409
    flash(_("%(name)s is saved.", name=added.name), "success")
    return redirect(url_for("premises.place", desk_id=desk_id, place_id=added.id))


@staff.route("/premises/<uuid:place_id>/edit", methods=["GET", "POST"])
@requires(Permission.PREMISES_MANAGE)
def edit_place(desk_id: str, place_id: UUID) -> ResponseReturnValue:
    found = queries.place(session(), place_id)
    form = PlaceForm(found)
    entry = form.entry()
    if entry is None:
        return _place_page(desk_id, form, found)
    known = form.known_version
    try:
        service.save_place(
            session(), entry, place_id=place_id, known_version=known, actor=identity.actor(), now=utcnow()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _place_page(desk_id, form, found), 409
    except EditedMeanwhile as error:
        form.version.data = str(found.version)
        return _place_page(desk_id, form, found, _both(error, entry)), 409
    flash(_("%(name)s is saved.", name=found.name), "success")
    return redirect(url_for("premises.place", desk_id=desk_id, place_id=place_id))


@staff.route("/premises/<uuid:place_id>/rooms/new", methods=["GET", "POST"])
@requires(Permission.PREMISES_MANAGE)
def new_room(desk_id: str, place_id: UUID) -> ResponseReturnValue:
    found, form = queries.place(session(), place_id), RoomForm()
    entry = form.entry()
    if entry is None:
        return _room_page(desk_id, form, found)
    try:
        added = service.save_room(session(), place_id, entry, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _room_page(desk_id, form, found), 409
    flash(_("%(name)s is saved.", name=added.name), "success")
    return redirect(url_for("premises.place", desk_id=desk_id, place_id=place_id))


@staff.route("/premises/<uuid:place_id>/rooms/<uuid:room_id>/edit", methods=["GET", "POST"])
@requires(Permission.PREMISES_MANAGE)
def edit_room(desk_id: str, place_id: UUID, room_id: UUID) -> ResponseReturnValue:
    found, room = queries.place(session(), place_id), _room_at(place_id, room_id)
    form = RoomForm(room)
    entry = form.entry()
    if entry is None:
        return _room_page(desk_id, form, found, room)
    known = form.known_version
    try:
        service.save_room(
            session(), place_id, entry, room_id=room_id, known_version=known, actor=identity.actor(), now=utcnow()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _room_page(desk_id, form, found, room), 409
    except EditedMeanwhile as error:
        form.version.data = str(room.version)
        return _room_page(desk_id, form, found, room, _both(error, entry)), 409
    flash(_("%(name)s is saved.", name=room.name), "success")
    return redirect(url_for("premises.place", desk_id=desk_id, place_id=place_id))


@staff.route("/premises/<uuid:place_id>/book", methods=["GET", "POST"])
@requires(Permission.PREMISES_BOOK)
def book(desk_id: str, place_id: UUID) -> ResponseReturnValue:
    """Use a room for what follows from no duty and no session."""
    found = queries.place(session(), place_id)
    form = BookingForm([room for room in found.rooms if room.active and found.active], _purposes(desk_id))
    booking = form.booking()
    if booking is None:
        return _booking_page(desk_id, form, found)
    try:
        use = service.book_by_hand(session(), booking, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _booking_page(desk_id, form, found), 409
    flash(_("Booked: %(room)s, %(when)s.", room=use.room.name, when=localtime(use.starts_at, "datetime")), "success")
    return redirect(_week_url(desk_id, use))


@staff.post("/premises/uses/<uuid:use_id>/release")
@requires(Permission.PREMISES_BOOK)
def release(desk_id: str, use_id: UUID) -> ResponseReturnValue:
    use = service.release_by_hand(session(), use_id, actor=identity.actor(), now=utcnow())
    when = localtime(use.starts_at, "datetime")
    flash(_("Given back: %(room)s, %(when)s.", room=use.room.name, when=when), "success")
    return redirect(_week_url(desk_id, use))


def _monday(text: str) -> date:
    """The Monday of the week of a day in the address; of this week for what is no day of our time."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    shown = day if day.year in YEARS else day_of(utcnow())
    return shown - timedelta(days=shown.weekday())


def _week_url(desk_id: str, use: RoomUse) -> str:
    week = _monday(day_of(use.starts_at).isoformat())
    return url_for("premises.place", desk_id=desk_id, place_id=use.place_id, week=week)


def _line(use: RoomUse, now: datetime) -> Line:
    may = use.by_hand and now < use.ends_at and identity.actor().may(Permission.PREMISES_BOOK)
    is_now = use.starts_at <= now < use.ends_at
    return Line(use, day_of(use.starts_at), str(PURPOSES[use.purpose]), is_now, may)


def _purposes(desk_id: str) -> Sequence[Purpose]:
    desk = desks.desk(session(), desk_id)
    return rules.PURPOSES[desk.kind] if desk else ()


def _room_at(place_id: UUID, room_id: UUID) -> Room:
    room = queries.room(session(), room_id)
    if room.place_id != place_id:
        raise NotFound("Room")
    return room


def _both(error: EditedMeanwhile, entry: PlaceEntry | RoomEntry) -> list[tuple[object, str, str]]:
    """What is stored now beside what was typed, so that nobody's text is lost."""
    return [
        (FIELDS[name], in_words(name, stored), in_words(name, getattr(entry, name)))
        for name, stored in error.fields.items()
    ]


def _place_page(desk_id: str, form: PlaceForm, place: Place | None = None, both: Sequence[object] = ()) -> str:
    context = {"desk_id": desk_id, "form": form, "page_form": form, "place": place, "both": both}
    return render_template("premises/edit_place.html", **context)


def _room_page(
    desk_id: str, form: RoomForm, place: Place, room: Room | None = None, both: Sequence[object] = ()
) -> str:
    context = {"desk_id": desk_id, "form": form, "page_form": form, "place": place, "room": room, "both": both}
    return render_template("premises/edit_room.html", **context)


def _booking_page(desk_id: str, form: BookingForm, place: Place) -> str:
    return render_template("premises/book.html", desk_id=desk_id, form=form, page_form=form, place=place)
