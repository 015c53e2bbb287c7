"""The form by which a coordinator plans a duty: shape only; what it means is judged by the rules."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import DateField, SelectField, TimeField
from wtforms.validators import StopValidation

from helpdesk.accounts.models import Membership
from helpdesk.roster.labels import SHORT
from helpdesk.roster.service import Plan
from helpdesk.web.forms import Form, given
from helpdesk.web.i18n import _, lazy

BLANK = ("", "—")


class DayField(DateField):
    """A day, refused in our own words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day that is in the calendar.")) from None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  the library's signature
        if self.process_errors:
            raise StopValidation


class WallTimeField(TimeField):
    """A time on the wall, refused in our own words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the time like 18:30.")) from None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  the library's signature
        if self.process_errors:
            raise StopValidation


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
        """What was agreed on; None while something is missing."""
        person = _as_uuid(self.person.data)
        if not self.is_sent() or person is None or not self.day.data:
            return None
        starts, ends = self.starts.data, self.ends.data
        return Plan(person, self.day.data, starts, ends) if starts is not None and ends is not None else None


def _as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
