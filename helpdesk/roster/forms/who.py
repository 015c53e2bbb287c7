"""The question who answers: at which instant, in which language, and as it was known when."""

from collections.abc import Sequence
from datetime import datetime

from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import SelectField, StringField

from helpdesk.kernel.clock import local
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import language_name
from helpdesk.roster.rules.present import read_instant
from helpdesk.web import labels
from helpdesk.web.i18n import lazy, locale

THEN, OTHER = "then", "other"


class WhoForm(PlainForm):
    """All of it is optional: nothing asks about this minute, and about the plan as it stands."""

    at = StringField(lazy("When"))
    language = SelectField(lazy("Language of the caller"), validate_choice=False)
    known = SelectField(lazy("As known"), validate_choice=False)
    known_at = StringField(lazy("Known at another time"))

    def __init__(self, sent: MultiDict[str, str], languages: Sequence[str], now: datetime) -> None:
        super().__init__(sent)
        self.languages = languages
        self.language.choices = [
            ("", lazy("any")),
            *((tag, language_name(tag, locale().tag)) for tag in languages),
        ]
        self.known.choices = [
            ("", lazy("as the plan stands now")),
            (THEN, lazy("as it was known at that time")),
            (OTHER, lazy("as it was known at another time")),
        ]
        if not (self.at.data or "").strip():
            self.at.data = f"{local(now):%Y-%m-%dT%H:%M}"

    def instants(self) -> tuple[datetime, datetime | None] | None:
        """The instant that is asked about, and the one of which the knowledge is; None, with the sentence beside the field, for nonsense."""
        at = self._read(self.at)
        if self.known.data == THEN:
            return (at, at) if at else None
        if self.known.data != OTHER:
            return (at, None) if at else None
        known_at = self._read(self.known_at)
        return (at, known_at) if at and known_at else None

    @property
    def spoken(self) -> str | None:
        """The language that a caller chose, if it is one of the desk's."""
        return self.language.data if self.language.data in self.languages else None

    def _read(self, field: StringField) -> datetime | None:
        try:
            return read_instant(field.data or "")
        except Refusal as refusal:
            field.errors = [labels.sentence(refusal)]
            return None
