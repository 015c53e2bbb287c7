"""The forms of the register: shape only; what it means is judged by the rules."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import HiddenField, StringField, TextAreaField

from helpdesk.activities.labels import FIELDS, gmina_name
from helpdesk.activities.models import Agreement
from helpdesk.activities.queries import Wanted
from helpdesk.activities.rules import AgreementEntry, AgreementRefusal, AnnexEntry, money_text, read_money
from helpdesk.kernel import teryt
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.teryt import Level
from helpdesk.web.fields import DayField, VersionedForm
from helpdesk.web.forms import Form, at_most, given, may_be_empty
from helpdesk.web.i18n import _, lazy, locale

LONGEST_NUMBER = 60
LONGEST_REASON = 200
LONGEST_TEXT = 2000


class SearchForm(PlainForm):
    """What somebody looks for in the register."""

    words = StringField(lazy("Gmina, county or number"))
    on = DayField(lazy("In force on"), [may_be_empty()])

    def __init__(self, sent: MultiDict[str, str]) -> None:
        super().__init__(sent)
        self.validate()  # a day that is none has a sentence of its own and narrows nothing

    def wanted(self) -> Wanted:
        return Wanted(_tidy(self.words.data)[:LONGEST_NUMBER], self.on.data)


class AgreementForm(VersionedForm):
    """An agreement as it is written down; when it is corrected, with the reason."""

    gmina = HiddenField()
    gmina_text = StringField(FIELDS["gmina"], [given()])
    number = StringField(FIELDS["number"], [given(), at_most(LONGEST_NUMBER)])
    signed_on = DayField(FIELDS["signed_on"], [given()])
    first_day = DayField(FIELDS["first_day"], [given()])
    last_day = DayField(FIELDS["last_day"], [may_be_empty()], description=lazy("Empty means until further notice."))
    contribution = StringField(FIELDS["contribution"], [at_most(LONGEST_NUMBER)])
    remarks = TextAreaField(FIELDS["remarks"], [at_most(LONGEST_TEXT)])
    why = StringField(lazy("Reason of the correction"), [at_most(LONGEST_REASON)])

    def __init__(self, held: Agreement | None = None) -> None:
        super().__init__(data=_typed(held) if held else {})

    def entry(self) -> AgreementEntry | None:
        """What was typed; None, and the sentences beside their fields, while something is missing."""
        if not self.is_sent():
            return None
        gmina, contribution = self._gmina(), self._contribution()
        signed_on, first_day = self.signed_on.data, self.first_day.data
        if self.errors or gmina is None or signed_on is None or first_day is None:
            return None
        return AgreementEntry(
            gmina=gmina,
            number=_tidy(self.number.data),
            signed_on=signed_on,
            first_day=first_day,
            last_day=self.last_day.data,
            contribution=contribution,
            remarks=_tidy(self.remarks.data),
        )

    def _gmina(self) -> str | None:
        """The code of the gmina; without a script to choose it, the one that is meant by what was typed, if it is only one."""
        text, code = _tidy(self.gmina_text.data), self.gmina.data or ""
        if code in teryt.areas() and text in _shown(code):
            return code
        found = teryt.search(text, 4, level=Level.GMINA)
        exact = [each for each in found if text in _shown(each.code)] or found
        if len(exact) == 1:
            return exact[0].code
        if found:
            names = "; ".join(teryt.display(each, locale().tag) for each in found)
            self.gmina_text.errors = [_("Several places have this name. Write one of them: %(places)s.", places=names)]
        else:
            self.refuse(Refusal(AgreementRefusal.GMINA, field="gmina_text"))
        return None

    def _contribution(self) -> int | None:
        text = _tidy(self.contribution.data)
        try:
            return read_money(text) if text else None
        except Refusal as refusal:
            self.refuse(refusal)
            return None


class EndForm(VersionedForm):
    """Up to which day an agreement holds, and why."""

    last_day = DayField(lazy("Last day in force"), [given()])
    why = StringField(lazy("Reason"), [given(), at_most(LONGEST_REASON)])


class AnnexForm(Form):
    """An annex as it is written down."""

    annex_number = StringField(lazy("Number of the annex"), [given(), at_most(LONGEST_NUMBER)])
    annex_signed_on = DayField(FIELDS["signed_on"], [given()])
    what = StringField(lazy("What it changes"), [given(), at_most(LONGEST_TEXT)])

    def entry(self) -> AnnexEntry | None:
        """What was typed; None, and the sentences beside their fields, while something is missing."""
        if not self.is_sent() or self.annex_signed_on.data is None:
            return None
        signed_on: date = self.annex_signed_on.data
        return AnnexEntry(_tidy(self.annex_number.data), signed_on, _tidy(self.what.data))


def _typed(held: Agreement) -> dict[str, object]:
    """An agreement as its fields in the browser hold it."""
    plain = ("gmina", "number", "signed_on", "first_day", "last_day", "remarks")
    return {name: getattr(held, name) for name in plain} | {
        "gmina_text": gmina_name(held.gmina),
        "contribution": "" if held.contribution is None else money_text(held.contribution),
        "version": str(held.version),
    }


def _shown(code: str) -> set[str]:
    """All that the page may have shown for a gmina, in whichever language."""
    place = teryt.areas()[code]
    return {teryt.display(place), teryt.display(place, "en")}


def _tidy(text: str | None) -> str:
    """On one line, and without the one character that no database keeps."""
    return " ".join((text or "").replace("\0", "").split())
