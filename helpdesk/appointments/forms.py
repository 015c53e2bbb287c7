"""The forms by which somebody is booked, warned and moved: shape only; what they mean is judged by the rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from helpdesk.appointments.labels import LABELS
from helpdesk.appointments.rules import AppointmentRefusal, Heard
from helpdesk.appointments.service import Details, Wish
from helpdesk.appointments.sources import Warned
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.outreach.rules import SafeContact, Way, check_address, check_hours
from helpdesk.web.fields import DayField
from helpdesk.web.forms import Form, at_most, given, options
from helpdesk.web.i18n import _, lazy, locale

BLANK = ("", "—")
OTHER = "other"
NO_REMINDER = "no"
_SLOT = "%Y%m%dT%H%MZ"


def slot_text(at: datetime) -> str:
    """The beginning of a slot as it stands in addresses and fields: in UTC, so that the doubled hour of a night is told apart."""
    return at.astimezone(UTC).strftime(_SLOT)


def slot_of(text: str | None) -> datetime | None:
    """The instant that `slot_text` wrote; None for anything else."""
    try:
        return datetime.strptime(text or "", _SLOT).replace(tzinfo=UTC)
    except ValueError:
        return None


def language_choices() -> list[tuple[str, str]]:
    """The languages of our talks, in the reader's words."""
    tag = locale().tag
    return [BLANK, *((each.tag, language_name(each.tag, tag)) for each in LANGUAGES), (OTHER, _("another"))]


def spoken(tag: str) -> str:
    """A language of an appointment in the reader's words."""
    return _("another") if tag == OTHER else language_name(tag, locale().tag)


def known_language(tag: str | None) -> str | None:
    """The tag if somebody may choose it."""
    known = {each.tag for each in LANGUAGES} | {OTHER}
    return tag if tag in known else None


def heard_text(text: Warned) -> str:
    """Which text of the warning was heard, as it goes from the page of the warning to the page of the booking."""
    return f"{text.version}:{text.language}"


def _ticked(_form: object, field: Field) -> None:
    """An empty box is an answer to most questions; to this one it is none."""
    if not field.data:
        raise ValidationError(str(LABELS[AppointmentRefusal.WARNING_MISSING]))


class WarningForm(Form):
    """In which language the person was warned, and that they heard it (FW-4)."""

    slot = HiddenField()
    language = SelectField(lazy("Language of the talk"), [given(lazy("Choose a language."))], validate_choice=False)
    heard = BooleanField(
        lazy("The person has heard or read this warning and wants to speak to the Border Guard officer."), [_ticked]
    )

    def __init__(self, language: str | None, slot: str) -> None:
        super().__init__(data={"language": language or "", "slot": slot})
        self.language.choices = options(language_choices())


class BookForm(Form):
    """What is written down of whoever comes. Only the language is asked for in earnest."""

    slot = HiddenField()
    heard = HiddenField()
    language = SelectField(lazy("Language of the talk"), [given(lazy("Choose a language."))], validate_choice=False)
    interpreter = BooleanField(lazy("An interpreter is needed"))
    alias = StringField(
        lazy("How the person wants to be called"),
        [at_most(60)],
        description=lazy("A made-up name is best. Nobody needs to say who they are."),
    )
    question = TextAreaField(
        lazy("The question, in the person's own words"),
        [at_most(2000)],
        description=lazy("Whoever is on duty reads exactly this. Do not ask about the right to stay in Poland."),
    )
    remind = RadioField(lazy("Is it safe to send a reminder?"), validate_choice=False)
    address = StringField(
        lazy("Safe e-mail address"),
        [at_most(254)],
        description=lazy("One that nobody else reads. It is forgotten when the appointment is over."),
    )
    from_hour = SelectField(lazy("Safe from"), validate_choice=False)
    until_hour = SelectField(lazy("Safe until"), validate_choice=False)
    safe_until = DayField(lazy("Last day on which this is safe"))

    def __init__(self, *, slot: str, language: str | None = None, heard: str = "") -> None:
        super().__init__(data={"slot": slot, "language": language or "", "heard": heard, "remind": NO_REMINDER})
        self.language.choices = options(language_choices())
        self.remind.choices = options(
            [
                (NO_REMINDER, _("No. The person will remember it.")),
                (Way.EMAIL.value, _("Yes, by e-mail. It says the day and the time, and nothing else.")),
            ]
        )
        self.from_hour.choices = options(_hours(range(24)))
        self.until_hour.choices = options(_hours(range(1, 25)))

    @property
    def wanted(self) -> datetime | None:
        """The slot that is asked for: the one of the page, or another one that the page offered instead."""
        return slot_of(self.slot.data)

    def details(self, now: datetime) -> Details | None:
        """What was typed; None, and the sentences beside the fields, while something is missing or not possible."""
        if not self.is_sent():
            return None
        language = known_language(self.language.data)
        if language is None:
            self.language.errors = [_("Choose a language.")]
            return None
        try:
            wish = self._wish()
        except Refusal as refusal:
            self.refuse(refusal)
            return None
        return Details(
            language,
            bool(self.interpreter.data),
            self.alias.data or "",
            self.question.data or "",
            wish,
            self._heard(now),
        )

    def _wish(self) -> Wish | None:
        if self.remind.data not in {way.value for way in Way}:
            return None
        way = Way(self.remind.data)
        address = check_address(self.address.data or "") if way is Way.EMAIL else ""
        hours = (
            check_hours(_number(self.from_hour.data), _number(self.until_hour.data)) if way is Way.EMAIL else (0, 24)
        )
        return Wish(SafeContact(way, bool(address), *hours, self.safe_until.data), address)

    def _heard(self, now: datetime) -> Heard | None:
        version, _colon, language = (self.heard.data or "").partition(":")
        return Heard(version, language, now) if version and language else None


class MoveForm(Form):
    """To which slot of which duty, and whether a reminder is still safe."""

    slot = SelectField(lazy("New time"), [given(lazy("Choose a time."))], validate_choice=False)
    still_safe = BooleanField(
        lazy("The person has said that the reminder is still safe"),
        description=lazy("Without this the address is forgotten and no reminder is sent."),
    )
    version = HiddenField()

    def __init__(self, choices: Sequence[tuple[str, str]], version: int) -> None:
        super().__init__(data={"version": str(version)})
        self.slot.choices = options([BLANK, *choices])

    def chosen(self) -> tuple[UUID, datetime] | None:
        """The duty and the beginning of the slot; None, and the sentence beside the field, for anything that is none."""
        if not self.is_sent():
            return None
        found = place_of(self.slot.data)
        if found is None:
            self.slot.errors = [_("Choose a time.")]
        return found

    @property
    def known_version(self) -> int:
        return _number(self.version.data) or 0


def place_text(duty_id: UUID, at: datetime) -> str:
    """A slot of a duty as one value of a field."""
    return f"{duty_id}~{slot_text(at)}"


def place_of(text: str | None) -> tuple[UUID, datetime] | None:
    """What `place_text` wrote; None for anything else."""
    duty, _tilde, slot = (text or "").partition("~")
    at = slot_of(slot)
    try:
        return (UUID(duty), at) if at else None
    except ValueError:
        return None


def _hours(hours: Iterable[int]) -> list[tuple[str, str]]:
    return [BLANK, *((str(hour), f"{hour}:00") for hour in hours)]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  more digits are no number here
