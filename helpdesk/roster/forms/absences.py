"""The form by which an absence is entered: shape only; what it means is judged by the rules."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField

from helpdesk.roster.labels.absences import KINDS
from helpdesk.roster.models import AbsenceKind, Duty
from helpdesk.roster.rules.absences import Away
from helpdesk.web.fields import BLANK, DayField, WallTimeField, as_uuid, member
from helpdesk.web.forms import Form, given, may_be_empty, options
from helpdesk.web.i18n import lazy


class AbsenceForm(Form):
    """Why, from which day to which, and for hours of one day from when to when."""

    kind = RadioField(lazy("Why?"), [given(lazy("Choose why."))], validate_choice=False)
    first_day = DayField(lazy("First day"), [given(lazy("Choose the first day."))])
    last_day = DayField(lazy("Last day"), [may_be_empty()], description=lazy("Empty means the same day."))
    starts = WallTimeField(lazy("From"), [may_be_empty()], description=lazy("Only for a part of one day."))
    ends = WallTimeField(lazy("To"), [may_be_empty()], description=lazy("An end before the start means the next day."))
    # Which duties were on the page as those that would be freed: if others would be by now, they are shown first.
    known = HiddenField()

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = options((kind.value, words) for kind, words in KINDS.items())

    def away(self) -> Away | None:
        """The days and hours; None, and the sentences beside the fields, while something is missing."""
        first_day = self.first_day.data
        if not self.is_sent() or first_day is None:
            return None
        return Away(first_day, self.last_day.data or first_day, self.starts.data, self.ends.data)

    @property
    def chosen_kind(self) -> AbsenceKind:
        return member(AbsenceKind, self.kind.data, AbsenceKind.UNAVAILABLE)

    def has_seen(self, duties: Iterable[Duty]) -> bool:
        """Whether the reader saw that these duties are concerned. From now on he has."""
        shown = " ".join(sorted(f"{duty.id}.{duty.version}" for duty in duties))
        seen = (self.known.data or "") == shown
        self.known.data = shown
        return seen


class AbsenceForForm(AbsenceForm):
    """The same for anybody of the desk."""

    person = SelectField(lazy("Person"), [given(lazy("Choose a person."))], validate_choice=False)

    def __init__(self, people: Sequence[tuple[UUID, str]]) -> None:
        super().__init__()
        self.person.choices = [BLANK, *((str(each), name) for each, name in people)]

    @property
    def chosen(self) -> UUID | None:
        """Whose absence it is; None for nobody and for nonsense."""
        return as_uuid(self.person.data)
