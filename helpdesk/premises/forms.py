"""The forms of the places: shape only; what it means is judged by the rules."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField

from helpdesk.kernel import teryt
from helpdesk.kernel.clock import first_instant, last_instant
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.teryt import Level
from helpdesk.premises.labels import FIELDS, PURPOSES
from helpdesk.premises.models import Place, Room
from helpdesk.premises.rules import PlaceEntry, PlaceRefusal, Purpose, RoomEntry, UseRefusal
from helpdesk.premises.service import Booking
from helpdesk.web.fields import DayField, InOurWords, VersionedForm, WallTimeField
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import _, lazy, locale

BLANK = ("", "—")
LONGEST_NAME = 200
YEARS = range(2000, 2101)


class NumberField(InOurWords, IntegerField):
    refused = lazy("Write a whole number.")


class PlaceForm(VersionedForm):
    """A place as it is edited."""

    name = StringField(FIELDS["name"], [given(), at_most(LONGEST_NAME)])
    address = StringField(FIELDS["address"], [given(), at_most(LONGEST_NAME)])
    gmina = HiddenField()
    gmina_text = StringField(FIELDS["gmina"])
    margin_minutes = NumberField(
        FIELDS["margin_minutes"],
        [given()],
        default=30,
        description=lazy(
            "So much time lies between support and a corrective session, so that nobody meets on the stairs."
        ),
    )
    accessible = BooleanField(FIELDS["accessible"])
    storage = BooleanField(FIELDS["storage"])
    active = BooleanField(FIELDS["active"], default=True)

    def __init__(self, held: Place | None = None) -> None:
        super().__init__(data=_typed(held) if held else {})

    def entry(self) -> PlaceEntry | None:
        """What was typed; None, and the sentences beside their fields, while something is missing."""
        if not self.is_sent() or self.margin_minutes.data is None:
            return None
        gmina = self._gmina()
        if self.gmina_text.errors:
            return None
        return PlaceEntry(
            name=_tidy(self.name.data),
            address=_tidy(self.address.data),
            gmina=gmina,
            accessible=bool(self.accessible.data),
            storage=bool(self.storage.data),
            margin_minutes=self.margin_minutes.data,
            active=bool(self.active.data),
        )

    def _gmina(self) -> str | None:
        """The code of the gmina; without a script to choose it, the one that is meant by what was typed."""
        text, code = _tidy(self.gmina_text.data), self.gmina.data or ""
        if not text or (code in teryt.areas() and text in _shown(code)):
            return code if text else None
        found = teryt.search(text, 4, level=Level.GMINA)
        exact = [each for each in found if text in _shown(each.code)] or found
        if len(exact) == 1:
            return exact[0].code
        if found:
            names = "; ".join(teryt.display(each, locale().tag) for each in found)
            self.gmina_text.errors = [_("Several places have this name. Write one of them: %(places)s.", places=names)]
        else:
            self.refuse(Refusal(PlaceRefusal.GMINA, field="gmina_text"))
        return None


class RoomForm(VersionedForm):
    """A room as it is edited."""

    name = StringField(FIELDS["name"], [given(), at_most(LONGEST_NAME)])
    capacity = NumberField(FIELDS["capacity"], [given()])
    accessible = BooleanField(FIELDS["accessible"])
    active = BooleanField(FIELDS["active"], default=True)

    def __init__(self, held: Room | None = None) -> None:
        super().__init__(data=_typed(held) if held else {})

    def entry(self) -> RoomEntry | None:
        """What was typed; None, and the sentences beside their fields, while something is missing."""
        if not self.is_sent() or self.capacity.data is None:
            return None
        return RoomEntry(
            name=_tidy(self.name.data),
            capacity=self.capacity.data,
            accessible=bool(self.accessible.data),
            active=bool(self.active.data),
        )


class BookingForm(Form):
    """Which room of a place, what for, on which day, from when to when, for how many people."""

    room = SelectField(lazy("Room"), [given(lazy("Choose a room."))], validate_choice=False)
    purpose = SelectField(lazy("What for"), [given(lazy("Choose what the room is for."))], validate_choice=False)
    day = DayField(lazy("Day"), [given(lazy("Choose a day."))])
    starts = WallTimeField(lazy("From"), [given(lazy("Write when it starts."))])
    ends = WallTimeField(lazy("To"), [given(lazy("Write when it ends."))])
    people = NumberField(lazy("Number of people"), [given(lazy("Write how many people come, at least one."))])

    def __init__(self, rooms: Sequence[Room], purposes: Sequence[Purpose]) -> None:
        super().__init__()
        self.room.choices = [BLANK, *((str(room.id), room.name) for room in rooms)]
        self.purpose.choices = [BLANK, *((purpose.value, str(PURPOSES[purpose])) for purpose in purposes)]
        self.room_ids = {room.id for room in rooms}

    def booking(self) -> Booking | None:
        """What is to be booked; None, and the sentences beside their fields, while something is missing."""
        day, starts, ends, people = self.day.data, self.starts.data, self.ends.data, self.people.data
        if not self.is_sent() or day is None or starts is None or ends is None or people is None:
            return None
        try:
            return Booking(self._room(), self._purpose(), *_span(day, starts, ends), people)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def _room(self) -> UUID:
        """One of the rooms that were offered; another one was closed meanwhile, or is at another place."""
        found = next((room_id for room_id in self.room_ids if str(room_id) == self.room.data), None)
        if found is None:
            raise Refusal(UseRefusal.CLOSED, field="room")
        return found

    def _purpose(self) -> Purpose:
        try:
            return Purpose(self.purpose.data)
        except ValueError:
            raise Refusal(UseRefusal.PURPOSE, field="purpose") from None


def _span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """From when until when on one day. Nothing that is booked by hand lasts over midnight: an end before the start is a slip of the finger."""
    if ends <= starts:
        raise Refusal(UseRefusal.NO_LENGTH, field="ends")
    return first_instant(day, starts), last_instant(day, ends)


def _typed(held: Place | Room) -> dict[str, object]:
    """What is stored, as its fields in the browser hold it."""
    typed = {name: getattr(held.entry, name) for name in held.entry.__slots__} | {"version": str(held.version)}
    code = typed.get("gmina")
    return typed | {"gmina_text": teryt.display(teryt.area(str(code)), locale().tag) if code else ""}


def _shown(code: str) -> set[str]:
    """The names by which a gmina is shown, in the languages of the staff."""
    return {teryt.display(teryt.area(code), tag) for tag in ("pl", "en")}


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())
