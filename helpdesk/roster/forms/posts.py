"""The form of a post: whom it asks for, when, and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.kernel.permissions import Profession
from helpdesk.premises.labels import PURPOSES as PURPOSE_WORDS
from helpdesk.premises.models import Place
from helpdesk.premises.rules import PURPOSES, Purpose
from helpdesk.roster.forms.days import DaysForm, typed_days
from helpdesk.roster.rules.posts import LEAST_SLOT, MOST_PAUSE, MOST_PEOPLE, MOST_SLOT, PostEntry
from helpdesk.web.fields import BLANK, DayField, NumberField, VersionedForm, WallTimeField, as_uuid, member
from helpdesk.web.forms import at_most, given
from helpdesk.web.i18n import lazy, locale

LONGEST_NAME = 80
LONGEST_TEXT = 200
_PLACE, _ROOM = "place:", "room:"
_TAGS = frozenset(each.tag for each in LANGUAGES)


class PostForm(DaysForm, VersionedForm):
    """A post as it is described."""

    name = StringField(
        lazy("Name"),
        [given(lazy("Write a name by which everybody knows it.")), at_most(LONGEST_NAME)],
        description=lazy("Short, as it should stand on the roster, for example: evening telephone, psychologist."),
    )
    professions = SelectMultipleField(lazy("Profession, one of these"), validate_choice=False)
    languages = SelectMultipleField(lazy("Languages, all of these"), validate_choice=False)
    qualifications = StringField(
        lazy("Qualifications, all of these"), [at_most(LONGEST_TEXT)], description=lazy("Divide them by commas.")
    )
    people = NumberField(lazy("How many people at once"), least=1, most=MOST_PEOPLE)
    starts = WallTimeField(lazy("From"), [given(lazy("Write when it starts."))])
    ends = WallTimeField(
        lazy("To"),
        [given(lazy("Write when it ends."))],
        description=lazy("An end before the start means the next day; the same time twice means day and night."),
    )
    where = SelectField(lazy("Place and room"), validate_choice=False)
    purpose = SelectField(lazy("What the room is used for"), validate_choice=False)
    slot_minutes = NumberField(
        lazy("Minutes for one appointment"),
        least=LEAST_SLOT,
        most=MOST_SLOT,
        description=lazy("Leave it empty where nobody can be booked."),
    )
    pause_minutes = NumberField(lazy("Minutes of pause after each"), least=0, most=MOST_PAUSE)
    rung = BooleanField(lazy("Calls ring whoever is on duty here"))
    public = BooleanField(lazy("The public page says when the next duty is"))

    def __init__(self, kind: DeskKind, places: Sequence[Place], data: Mapping[str, Any]) -> None:
        super().__init__(data=dict(data))
        self.offer_days()
        self.professions.choices = [(each.value, str(PROFESSIONS[each])) for each in Profession]
        self.languages.choices = [(each.tag, language_name(each.tag, locale().tag)) for each in LANGUAGES]
        self.purpose.choices = [(each.value, str(PURPOSE_WORDS[each])) for each in PURPOSES[kind]]
        self.where.choices = [BLANK, *_places(places, str(self.where.data or ""))]

    def entry(self) -> PostEntry | None:
        """What was described; None, and the sentences beside the fields, while something is missing."""
        first, starts, ends = self.first.data, self.starts.data, self.ends.data
        if not self.is_sent() or first is None or starts is None or ends is None:
            return None
        where = str(self.where.data or "")
        return PostEntry(
            name=self.name.data or "",
            professions=tuple(each for each in Profession if each.value in (self.professions.data or ())),
            languages=tuple(each for each in self.languages.data or () if each in _TAGS),
            qualifications=_split(self.qualifications.data or ""),
            people=self.people.data or 1,
            starts=starts,
            ends=ends,
            days=self.days(first),
            place_id=as_uuid(where.removeprefix(_PLACE)) if where.startswith(_PLACE) else None,
            room_id=as_uuid(where.removeprefix(_ROOM)) if where.startswith(_ROOM) else None,
            purpose=member(Purpose, self.purpose.data, Purpose.SUPPORT),
            slot_minutes=self.slot_minutes.data,
            pause_minutes=self.pause_minutes.data or 0,
            rung=bool(self.rung.data),
            public=bool(self.public.data),
        )


class EndForm(VersionedForm):
    """The last day on which a post is needed."""

    last = DayField(lazy("Last day"), [given(lazy("Choose a day."))])


def typed_post(entry: PostEntry) -> dict[str, Any]:
    """A post as its fields in the browser hold it."""
    where = f"{_PLACE}{entry.place_id}" if entry.place_id else ""
    return typed_days(entry.days) | {
        "name": entry.name,
        "professions": [each.value for each in entry.professions],
        "languages": list(entry.languages),
        "qualifications": ", ".join(entry.qualifications),
        "people": entry.people,
        "starts": entry.starts,
        "ends": entry.ends,
        "where": f"{_ROOM}{entry.room_id}" if entry.room_id else where,
        "purpose": entry.purpose.value,
        "slot_minutes": entry.slot_minutes,
        "pause_minutes": entry.pause_minutes,
        "rung": entry.rung,
        "public": entry.public,
    }


def _places(places: Sequence[Place], held: str) -> list[tuple[str, str]]:
    """Each place and its rooms that are in use, and whatever the post has already."""
    found = []
    for place in places:
        rows = [(f"{_PLACE}{place.id}", place.name, place.active)]
        rows += [
            (f"{_ROOM}{room.id}", f"{place.name}, {room.name}", place.active and room.active) for room in place.rooms
        ]
        found += [(value, words) for value, words, in_use in rows if in_use or value == held]
    return found


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(part.split()) for part in text.split(",") if part.strip()))
