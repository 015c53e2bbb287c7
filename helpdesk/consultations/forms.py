"""The fields of the sheet as the browser sees them. What they may hold is decided by the rules, so nothing typed is refused here."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from werkzeug.datastructures import ImmutableMultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm

from helpdesk.consultations.labels import DANGERS
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.rules.codes import PROFESSIONAL
from helpdesk.consultations.rules.sheet import ADVICE_FIELDS, CONTACT_FIELDS, Kind, Value
from helpdesk.kernel.clock import local
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.kernel.teryt import Level, area, display, search
from helpdesk.web import labels
from helpdesk.web.forms import Form, at_most, given, options
from helpdesk.web.i18n import _, lazy, locale

BLANK = ("", "—")


def choices(name: str, on: date, desk_id: str | None = None) -> list[tuple[str, str]]:
    """The codes of a list that may be chosen on a day at a desk, with their labels in the reader's language."""
    tag = locale().tag
    return [(row.code, row.label(tag)) for row in codes(name).current(on, desk_id)]


class ContactForm(PlainForm):
    """The contact's own fields. Labels are short: the sheet is worked while talking."""

    channel = SelectField(lazy("Channel"), validate_choice=False)
    started_at = StringField(lazy("Began"))
    ended_at = StringField(lazy("Ended"))
    language = SelectField(lazy("Language of the talk"), validate_choice=False)
    interpreter = BooleanField(lazy("with an interpreter"))
    first_contact = RadioField(lazy("First contact or repeated"), validate_choice=False)
    danger = RadioField(lazy("In danger now?"), validate_choice=False)
    safety_flags = SelectMultipleField(lazy("Safety"), validate_choice=False)
    safe_ways = SelectMultipleField(lazy("Safe contact"), validate_choice=False)
    safe_contact = StringField(lazy("How and when; code word"))
    sex = SelectField(lazy("Sex"), validate_choice=False)
    age = SelectField(lazy("Age"), validate_choice=False)
    disability = SelectField(lazy("Disability"), validate_choice=False)
    children_home = StringField(lazy("Children at home"))
    child_witnesses = StringField(lazy("of them witnesses"))
    gmina = HiddenField()
    gmina_text = StringField(lazy("Gmina"))
    nk_state = SelectField(lazy("Blue Card"), validate_choice=False)
    remarks = TextAreaField(lazy("Remarks for the team"))
    promise = StringField(lazy("Promised"))
    promise_due = StringField(lazy("until"))

    def __init__(self, contact: Contact, formdata: ImmutableMultiDict[str, str] | None = None) -> None:
        super().__init__(formdata, data=shown_of(contact, CONTACT_FIELDS))
        on, desk_id = contact.served_on, contact.desk_id
        self.channel.choices = options(choices("channels", on))
        self.first_contact.choices = options(choices("first-contact", on))
        self.danger.choices = options((danger.value, text) for danger, text in DANGERS.items())
        self.language.choices = options(
            [
                BLANK,
                *((each.tag, language_name(each.tag, locale().tag)) for each in LANGUAGES),
                ("other", _("another")),
            ]
        )
        for field, name in (
            (self.sex, "sexes"),
            (self.age, "ages"),
            (self.disability, "disabilities"),
            (self.nk_state, "nk-states"),
        ):
            field.choices = options([BLANK, *choices(name, on)])
        self.safety_flags.choices = options(choices("safety-flags", on, desk_id))
        self.safe_ways.choices = options(choices("safe-contact", on, desk_id))
        if formdata is None and contact.gmina:
            self.gmina_text.data = display(area(contact.gmina), locale().tag)


class AdviceForm(PlainForm):
    """One advice of the consultant who reads the page."""

    role = SelectField(lazy("Role in this conversation"), validate_choice=False)
    professional_group = SelectField(lazy("Professional group"), validate_choice=False)
    group_note = StringField(lazy("Who they were"))
    group_size = StringField(lazy("Persons in the group"))
    forms = SelectMultipleField(lazy("Forms of violence"), validate_choice=False)
    relation = SelectField(lazy("The violent person is her or his"), validate_choice=False)
    kinds = SelectMultipleField(lazy("Help given"), validate_choice=False)
    note = TextAreaField(lazy("Note"))

    def __init__(self, advice: Advice, formdata: ImmutableMultiDict[str, str] | None = None) -> None:
        super().__init__(formdata, data=shown_of(advice, ADVICE_FIELDS), prefix=f"{advice.id}.")
        on, desk_id = advice.served_on, advice.desk_id
        self.advice = advice
        self.role.choices = options([BLANK, *choices("roles", on, desk_id)])
        self.professional_group.choices = options([BLANK, *choices("professional-groups", on)])
        self.relation.choices = options([BLANK, *choices("relations", on, desk_id)])
        self.forms.choices = options(choices("forms", on, desk_id))
        self.kinds.choices = options(choices("help-kinds", on, desk_id))


class NewContactForm(Form):
    """A contact that did not come by our telephone."""

    channel = RadioField(lazy("How did they reach you?"), validate_choice=False, validators=[given()])


class CorrectionForm(Form):
    """Why a closed contact is changed."""

    why = StringField(
        lazy("Why do you correct it?"), validators=[given(lazy("Write why you correct it.")), at_most(300)]
    )


class HandOverForm(Form):
    """What the next person takes on, in their own words if they want."""

    remarks = TextAreaField(lazy("Remarks"), validators=[at_most(2000)])


class VisitForm(Form):
    """In which role a person came to an appointment, and with which help they left."""

    role = SelectField(lazy("Role in this conversation"), [given()], validate_choice=False)
    kinds = SelectMultipleField(
        lazy("Help given"),
        [given(lazy("Choose at least one kind of help that was given."))],
        validate_choice=False,
    )

    def __init__(self, desk_id: str, on: date, *, role: str, kind: str) -> None:
        super().__init__(data={"role": role, "kinds": [kind]})
        # A professional needs a group, too; that is written down on a sheet.
        roles = [pair for pair in choices("roles", on, desk_id) if pair[0] != PROFESSIONAL]
        self.role.choices = options([BLANK, *roles])
        self.kinds.choices = options(choices("help-kinds", on, desk_id))


class FilterForm(PlainForm):
    """How the list of contacts is narrowed."""

    words = StringField(lazy("Number, place or institution"))
    first = DateField(lazy("From"))
    last = DateField(lazy("To"))
    consultant = SelectField(lazy("Consultant"), validate_choice=False)
    kind = SelectField(lazy("Help given"), validate_choice=False)
    outcome = SelectField(lazy("Outcome"), validate_choice=False)
    channel = SelectField(lazy("Channel"), validate_choice=False)
    gmina = HiddenField()
    gmina_text = StringField(lazy("Gmina"))
    state = SelectField(lazy("State"), validate_choice=False)


def shown(value: Value) -> str | list[str] | bool:
    """A value as its field in the browser holds it: instants on the wall, nothing as an empty text."""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, list | bool):
        return value
    return "" if value is None else str(value)


def shown_of(row: Contact | Advice, fields: Mapping[str, object]) -> dict[str, object]:
    return {name: shown(getattr(row, name)) for name in fields}


def fingerprints(held: Mapping[str, Value]) -> str:
    """What each field held when the page was made, so that a page sent whole says which fields were touched."""
    return json.dumps({name: _fingerprint(shown(value)) for name, value in held.items()}, separators=(",", ":"))


def _fingerprint(value: object) -> str:
    plain = sorted(map(str, value)) if isinstance(value, list) else str(value)
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:10]


def touched(names: Mapping[str, Kind], sent: ImmutableMultiDict[str, str]) -> dict[str, object]:
    """The fields that somebody changed in a page that was sent whole, as typed."""
    was = _read_json(sent.get("was", ""))
    typed = {name: _sent(name, kind, sent) for name, kind in names.items() if name in was}
    if "gmina_text" in sent and "gmina" in was:
        typed["gmina"] = _typed_gmina(sent)
    return {name: value for name, value in typed.items() if _fingerprint(value) != was.get(name)}


def _sent(name: str, kind: Kind, sent: ImmutableMultiDict[str, str]) -> object:
    if kind is Kind.CODES:
        return sent.getlist(name)
    return name in sent if kind is Kind.FLAG else sent.get(name, "")


def _typed_gmina(sent: ImmutableMultiDict[str, str]) -> str:
    """The code of a gmina. Typed without a script to choose it: the only place of that name, or the text itself, which is then refused."""
    text, code = sent.get("gmina_text", "").strip(), sent.get("gmina", "")
    if not text or (is_place(code) and display(area(code), locale().tag) == text):
        return code if text else ""
    found = search(text, 2, level=Level.GMINA)
    return found[0].code if len(found) == 1 else text


def is_place(code: str) -> bool:
    try:
        area(code)
    except KeyError:
        return False
    return True


def _read_json(text: str) -> Mapping[str, str]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def field_label(name: str) -> str:
    """The words that stand beside a field of the sheet."""
    shown_as = "gmina_text" if name == "gmina" else name
    unbound = getattr(AdviceForm if name in ADVICE_FIELDS else ContactForm, shown_as)
    return str(unbound.args[0])


def put_beside(forms: Mapping[str, PlainForm], problems: list[Refusal]) -> list[str]:
    """Put each sentence beside its field; answer those that belong to no field of the page."""
    homeless = []
    for problem in problems:
        field = _field(forms, problem.field or "")
        if field is None:
            homeless.append(labels.sentence(problem))
        else:
            field.errors = [*field.errors, labels.sentence(problem)]
    return homeless


def _field(forms: Mapping[str, PlainForm], name: str) -> Field | None:
    key, dot, field = name.partition(".")
    form = forms.get(key if dot else "")
    wanted = field if dot else "gmina_text" if name == "gmina" else name
    return form._fields.get(wanted) if form is not None else None
