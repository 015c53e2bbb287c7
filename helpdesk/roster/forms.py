"""The form by which a coordinator plans a duty: shape only; what it means is judged by the rules."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import DateField, Field, SelectField, TimeField
from wtforms.validators import StopValidation

from helpdesk.accounts.models import Membership
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.labels import SHORT
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.roster.service import Plan
from helpdesk.web.forms import Form, given
from helpdesk.web.i18n import LazyText, lazy

BLANK = ("", "—")


class _InOurWords(Field):
    """A field whose text is refused in our own words; an empty one is left to the validators."""

    refused: LazyText

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if any(text.strip() for text in valuelist):
            try:
                super().process_formdata(valuelist)
            except ValueError:
                raise ValueError(str(self.refused)) from None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  the library's signature
        if self.process_errors:
            raise StopValidation


class DayField(_InOurWords, DateField):
    refused = lazy("Write a day that is in the calendar.")


class WallTimeField(_InOurWords, TimeField):
    refused = lazy("Write the time like 18:30.")


class DutyForm(Form):
    """Who, on which day, from when to when."""

    person = SelectField(lazy("Person"), [given(lazy("Choose a person."))], validate_choice=False)
    day = DayField(lazy("Day"), [given(lazy("Choose a day."))])
    starts = WallTimeField(lazy("From"), [given(lazy("Write when the duty starts."))])
    ends = WallTimeField(
        lazy("To"),
        [given(lazy("Write when the duty ends."))],
        description=lazy("An end before the start means the next day."),
    )

    def __init__(self, members: Sequence[Membership]) -> None:
        super().__init__()
        shown = ((str(each.account_id), f"{each.account.name} ({SHORT[each.profession]})") for each in members)
        self.person.choices = [BLANK, *shown]

    def plan(self) -> Plan | None:
        """What was agreed on; None, and the sentences beside the fields, while something is missing."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if not self.is_sent() or day is None or starts is None or ends is None:
            return None
        person = _as_uuid(self.person.data)
        if person is None:
            self.refuse(Refusal(DutyRefusal.NOT_A_MEMBER, field="person"))
            return None
        return Plan(person, day, starts, ends)


def _as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
