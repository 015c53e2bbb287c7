"""The forms by which a desk decides about its roster: shape only."""

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, SelectField, StringField

from helpdesk.accounts.models import Membership
from helpdesk.roster.labels.settings import ENGAGEMENTS, FIELDS, SEVERITIES
from helpdesk.roster.rules.rest import SETTLEMENT_MONTHS
from helpdesk.roster.rules.settings import LONGEST_NAME, MOST_HOURS, Habits
from helpdesk.web.fields import BLANK, DayField, NumberField, WallTimeField
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import lazy


class EngageForm(Form):
    """As what somebody works here, from when on."""

    person = SelectField(lazy("Person"), [given(lazy("Choose a person."))], validate_choice=False)
    kind = SelectField(lazy("Works here as"), [given(lazy("Choose one of them."))], validate_choice=False)
    first_day = DayField(lazy("From the day"), [given(lazy("Choose a day."))])

    def __init__(self, members: Sequence[Membership]) -> None:
        super().__init__(prefix="engage-")
        self.person.choices = [BLANK, *_people(members)]
        self.kind.choices = [BLANK, *((each.value, str(words)) for each, words in ENGAGEMENTS.items())]


class QualifyForm(Form):
    """For what somebody is qualified, and until when."""

    person = SelectField(lazy("Person"), [given(lazy("Choose a person."))], validate_choice=False)
    name = StringField(
        lazy("Qualification"),
        [given(lazy("Write a name of at most 120 characters.")), at_most(LONGEST_NAME)],
        description=lazy("In the same words as at the post that asks for it."),
    )
    last_day = DayField(lazy("Last day"), description=lazy("Empty where it holds for ever."))

    def __init__(self, members: Sequence[Membership]) -> None:
        super().__init__(prefix="qualify-")
        self.person.choices = [BLANK, *_people(members)]


class LimitForm(Form):
    """What follows when a limit is broken, and its hours."""

    severity = SelectField(lazy("When it is broken"), validate_choice=False)
    hours = NumberField(lazy("Hours"), least=1, most=MOST_HOURS)

    def __init__(self) -> None:
        super().__init__()
        self.severity.choices = [(each.value, str(words)) for each, words in SEVERITIES.items()]


class ClosureForm(Form):
    """Days on which the desk is closed as planned."""

    name = StringField(
        lazy("Why it is closed"), [given(lazy("Write a name of at most 120 characters.")), at_most(LONGEST_NAME)]
    )
    first_day = DayField(lazy("From the day"), [given(lazy("Choose a day."))])
    last_day = DayField(lazy("To the day"), [given(lazy("Choose a day."))])


class HabitsForm(Form):
    """How the desk plans and counts."""

    approval = BooleanField(FIELDS["approval"])
    settlement_months = SelectField(FIELDS["settlement_months"], validate_choice=False)
    night_starts = WallTimeField(FIELDS["night_starts"], [given(lazy("Write the time like 18:30."))])
    night_ends = WallTimeField(FIELDS["night_ends"], [given(lazy("Write the time like 18:30."))])
    free_day_starts = WallTimeField(FIELDS["free_day_starts"], [given(lazy("Write the time like 18:30."))])
    version = HiddenField()

    def __init__(self, stored: Habits, version: int) -> None:
        typed = {name: getattr(stored, name) for name in FIELDS}
        months = str(stored.settlement_months)
        super().__init__(data={**typed, "settlement_months": months, "version": str(version)})
        self.settlement_months.choices = [(str(number), str(number)) for number in sorted(SETTLEMENT_MONTHS)]

    @property
    def known_version(self) -> int:
        """The version that was on the page when it was typed over."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() else 0

    def habits(self) -> Habits | None:
        """What was decided; None, and the sentences beside the fields, while something is missing."""
        starts, ends, free = self.night_starts.data, self.night_ends.data, self.free_day_starts.data
        if not self.is_sent() or starts is None or ends is None or free is None:
            return None
        months = str(self.settlement_months.data or "")
        return Habits(bool(self.approval.data), int(months) if months.isdigit() else 0, starts, ends, free)


def _people(members: Sequence[Membership]) -> list[tuple[str, str]]:
    return [(str(each.account_id), each.account.name) for each in members]
