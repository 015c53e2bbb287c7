"""What the desk types when it answers."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm

from helpdesk.desks.rules import PublicFace
from helpdesk.intake.labels.staff import PRINTED
from helpdesk.intake.rules.messages import LONGEST_MESSAGE, SafetySeen
from helpdesk.intake.rules.printed import Printed
from helpdesk.intake.rules.typed import LONGEST_LINE
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.web.fields import NumberField
from helpdesk.web.forms import Form, at_most, given, matches, may_be_empty, options
from helpdesk.web.i18n import lazy, public_languages

READ = lazy("I have read how it is safe to answer.")


class StepForm(Form):
    """A button that changes something."""


class SeenForm(Form):
    """Whatever goes to the person: first it is read what is safe, as it stands now (CO2)."""

    safe_version = HiddenField()
    read = BooleanField(READ)

    @property
    def seen(self) -> SafetySeen:
        known = self.safe_version.data or ""
        return SafetySeen(int(known) if known.isascii() and known.isdigit() else 0, bool(self.read.data))


class AnswerForm(SeenForm):
    key = HiddenField()
    language = SelectField(lazy("Language of the answer"))
    text = TextAreaField(lazy("Answer"), [given(lazy("Write the answer.")), at_most(LONGEST_MESSAGE)])

    def __init__(self, **data: object) -> None:
        super().__init__(data=data)
        self.language.choices = options([(each.tag, each.endonym) for each in LANGUAGES])


class OfferForm(SeenForm):
    """`times`: those that are free, which alone may be offered. The library would refuse others in English."""

    slot = RadioField(lazy("A free time"), [given(lazy("Choose a time."))], validate_choice=False)

    def __init__(self, times: Sequence[tuple[str, str]], **data: object) -> None:
        super().__init__(data=data)
        self.times = dict(times)
        self.slot.choices = options(times)


class SettingsForm(Form):
    place = StringField(
        lazy("Short name in public addresses"),
        [may_be_empty(), matches(r"[a-z0-9]{1,12}\Z", lazy("At most twelve small letters and digits."))],
        description=lazy(
            "It should say nothing: it stands in the history of the browser. Without it the desk has no public form."
        ),
    )
    answer_hours = NumberField(lazy("Answer within how many hours"), least=1, most=720, validators=[given()])
    address = StringField(lazy("Address of the controller"), [at_most(LONGEST_LINE)])
    data_officer = StringField(
        lazy("Data protection officer"),
        [at_most(LONGEST_LINE)],
        description=lazy("An e-mail address or a telephone number."),
    )
    legal_basis = StringField(
        lazy("Legal basis"), [at_most(LONGEST_LINE)], description=lazy("As it is to be shown, with the articles.")
    )
    keep_years = NumberField(
        lazy("Delete what was written after how many years"),
        least=1,
        most=50,
        description=lazy("Counted from the last word on either side. Empty means that nothing is deleted by itself."),
    )

    @property
    def face(self) -> PublicFace:
        return PublicFace(
            self.place.data or "",
            self.answer_hours.data or 0,
            (self.address.data or "").strip(),
            (self.data_officer.data or "").strip(),
            (self.legal_basis.data or "").strip(),
            self.keep_years.data,
        )


class PrintForm(PlainForm):
    """Changes nothing, so that it is asked for by an address. What nobody could choose is passed over, since the library refuses in English."""

    kind = RadioField(lazy("What to print"), [given(lazy("Choose one."))], validate_choice=False)
    languages = SelectMultipleField(
        lazy("Languages"), [given(lazy("Choose at least one language."))], validate_choice=False
    )

    def __init__(self, typed: MultiDict[str, str] | None = None, **data: object) -> None:
        super().__init__(typed, data=data)
        self.kind.choices = options([(each.value, words) for each, words in PRINTED.items()])
        self.languages.choices = options([(each.tag, each.endonym) for each in public_languages()])
        self.kind.data = self.kind.data if self.kind.data in set(Printed) else None
        self.languages.data = [each.tag for each in public_languages() if each.tag in (self.languages.data or ())]
