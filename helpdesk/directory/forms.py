"""The forms of the directory. What a field may hold is read by the rules; a form puts their refusals beside it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from flask import request
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form as PlainForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField

from helpdesk.directory.labels import ACCESS, FIELDS
from helpdesk.directory.models import Institution
from helpdesk.directory.queries import Wanted
from helpdesk.directory.rules import InstitutionRow
from helpdesk.directory.rules import entry as rules
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.kernel.phones import display as shown_phone
from helpdesk.kernel.phones import institution_number
from helpdesk.kernel.teryt import Level, area, areas, display, search
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import _, lazy, locale

T = TypeVar("T")
BLANK = ("", "—")
REMOVE = "_remove"
LONGEST_NAME = 200
LONGEST_TEXT = 2000


def kind_choices(today: date, held: str = "") -> list[tuple[str, str]]:
    """The kinds of today and, where it is not one of them, the kind that is held."""
    shown = {row.code: row.label(locale().tag) for row in codes("referrals").current(today)}
    return list({**shown, **({held: codes("referrals").label(held, locale().tag)} if held else {})}.items())


def language_choices() -> list[tuple[str, str]]:
    return [(each.tag, language_name(each.tag, locale().tag)) for each in LANGUAGES]


class SearchForm(PlainForm):
    """What somebody looks for in the directory."""

    words = StringField(lazy("Name, kind or place"))
    kind = SelectField(FIELDS["kind"], validate_choice=False)
    near = HiddenField()
    near_text = StringField(lazy("Near the gmina"))
    language = SelectField(lazy("Language"), validate_choice=False)

    def __init__(self, sent: MultiDict[str, str], today: date) -> None:
        super().__init__(sent)
        self.kind.choices = [BLANK, *kind_choices(today)]
        self.language.choices = [BLANK, *language_choices()]

    def wanted(self) -> Wanted:
        return Wanted(self.words.data or "", self._near(), self.kind.data or "", self.language.data or "")

    def _near(self) -> str:
        """The code of the gmina; without a script to choose it, the first one of the name that was typed."""
        text, code = self.near_text.data or "", self.near.data or ""
        if not text or code in areas():
            return code if text else ""
        found = search(text, 1, level=Level.GMINA)
        return found[0].code if found else ""


class InstitutionForm(Form):
    """An institution as it is edited. `areas` holds the codes of the places chosen so far."""

    name = StringField(FIELDS["name"], [given(), at_most(LONGEST_NAME)])
    kind = SelectField(FIELDS["kind"], [given()], validate_choice=False)
    place = StringField(FIELDS["teryt"], description=lazy("Write the name of a gmina, a county or the voivodeship."))
    address = StringField(FIELDS["address"], [at_most(LONGEST_NAME)])
    phones = TextAreaField(FIELDS["phones"], [at_most(LONGEST_NAME)], description=lazy("One number on each line."))
    email = StringField(FIELDS["email"], [at_most(LONGEST_NAME)])
    website = StringField(FIELDS["website"], [at_most(LONGEST_NAME)])
    hours = StringField(
        FIELDS["hours"],
        [at_most(LONGEST_NAME)],
        description=lazy("For example: Mo-Fr 07:30-15:30; Sa 09:00-13:00, or 24/7."),
    )
    languages = SelectMultipleField(FIELDS["languages"], validate_choice=False)
    accessibility = SelectMultipleField(FIELDS["accessibility"], validate_choice=False)
    checked_on = StringField(FIELDS["checked_on"])
    note = TextAreaField(FIELDS["note"], [at_most(LONGEST_TEXT)])
    version = HiddenField()

    def __init__(self, today: date, held: Institution | None = None) -> None:
        super().__init__(data=_typed(held) if held else {})
        self.kind.choices = [BLANK, *kind_choices(today, held.kind if held else "")]
        self.languages.choices = language_choices()
        self.accessibility.choices = [(access.value, str(text)) for access, text in ACCESS.items()]
        self.areas = _sent_areas() if request.method == "POST" else list(held.teryt if held else ())

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The places chosen so far, with their names."""
        return [(code, display(area(code), locale().tag)) for code in self.areas]

    def is_sent(self) -> bool:
        """Not when only a place was taken off, which a page without scripts sends to do so."""
        return REMOVE not in request.form and super().is_sent()

    @property
    def known_version(self) -> int:
        """The version that was on the page when it was typed over."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() else 0

    def row(self) -> InstitutionRow | None:
        """What was typed, without a key; None, and the sentences beside their fields, where it is not possible."""
        self._add_place()
        row = InstitutionRow(
            key="",
            kind=self._one("kind", rules.read_kind),
            name=self._one("name", str),
            teryt=tuple(self.areas),
            address=self._one("address", str),
            phones=self._several("phones", (self.phones.data or "").splitlines(), institution_number),
            email=self._one("email", rules.read_email),
            website=self._one("website", rules.read_website),
            hours=self._one("hours", rules.read_hours),
            languages=self._several("languages", self.languages.data or [], rules.read_language),
            accessibility=self._several("accessibility", self.accessibility.data or [], rules.read_access),
            checked_on=self._day("checked_on"),
            note=self._one("note", str),
        )
        return None if self.errors or self.form_errors else row

    def _add_place(self) -> None:
        """Take the place that was typed without being chosen, if only one is meant."""
        found = search(self.place.data or "", 4)
        exact = [each for each in found if display(each, locale().tag) == self.place.data] or found
        if len(exact) == 1:
            self.areas = list(dict.fromkeys([*self.areas, exact[0].code]))
            self.place.data = ""
        elif (self.place.data or "").strip():
            self.place.errors = [_unclear([display(each, locale().tag) for each in found])]
        elif not self.areas:
            self.place.errors = [_("Write at least one place that is served.")]

    def _one(self, name: str, reader: Callable[[str], str]) -> str:
        text = " ".join((self._fields[name].data or "").split())
        return (self._read(name, text, reader) or "") if text else ""

    def _several(self, name: str, texts: Iterable[str], reader: Callable[[str], str]) -> tuple[str, ...]:
        values = [self._read(name, text.strip(), reader) for text in texts if text.strip()]
        return tuple(dict.fromkeys(value for value in values if value))

    def _day(self, name: str) -> date | None:
        text = (self._fields[name].data or "").strip()
        return self._read(name, text, rules.read_day) if text else None

    def _read(self, name: str, text: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(text)
        except Refusal as refusal:
            refusal.field = name
            self.refuse(refusal)
            return None


class ImportForm(Form):
    """A table of institutions: a file, or its text, which can be corrected on the page."""

    file = FileField(lazy("Table as a CSV file"), description=lazy("Saved by a spreadsheet as CSV in UTF-8."))
    text = TextAreaField(lazy("Text of the table"))

    @property
    def has_file(self) -> bool:
        return isinstance(self.file.data, FileStorage) and bool(self.file.data.filename)

    def table(self) -> str | None:
        """The text that was sent; None, and the sentence beside its field, where there is none."""
        if self.has_file:
            return self._of_file(self.file.data.read())
        if not (self.text.data or "").strip():
            self.file.errors = [_("Choose a file.")]
            return None
        return str(self.text.data)

    def _of_file(self, content: bytes) -> str | None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.file.errors = [_("The file is not in UTF-8. Save it in the spreadsheet as “CSV UTF-8”.")]
            return None


def _typed(held: Institution) -> dict[str, object]:
    """An institution as its fields in the browser hold it."""
    texts = {name: getattr(held, name) for name in ("name", "kind", "address", "email", "website", "hours", "note")}
    return texts | {
        "phones": "\n".join(shown_phone(phone) for phone in held.phones),
        "languages": held.languages,
        "accessibility": held.accessibility,
        "checked_on": held.checked_on.isoformat() if held.checked_on else "",
        "version": str(held.version),
    }


def _sent_areas() -> list[str]:
    """The places that the page held, known ones only, without the one that was taken off."""
    removed = request.form.get(REMOVE, "").partition(":")[2]
    sent = dict.fromkeys(request.form.getlist("teryt"))
    return [code for code in sent if code in areas() and code != removed]


def _unclear(names: list[str]) -> str:
    if not names:
        return _("There is no such place in the region. Look for a typing error.")
    return _("Several places have this name. Write one of them: %(places)s.", places="; ".join(names))
