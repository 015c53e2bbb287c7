"""The form of the hours really worked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import StringField

from helpdesk.kernel.clock import first_instant, last_instant, local
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span
from helpdesk.web.fields import DayField, WallTimeField
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import lazy

LONGEST_WHY = 300


class WorkedForm(Form):
    """From and until when somebody really worked, and why that differs from the plan."""

    day = DayField(lazy("Day"), [given(lazy("Choose a day."))])
    starts = WallTimeField(lazy("From"), [given(lazy("Write the time like 18:30."))])
    ends = WallTimeField(
        lazy("To"),
        [given(lazy("Write the time like 18:30."))],
        description=lazy("An end before the start means the next day."),
    )
    why = StringField(
        lazy("Why it differs from the plan"),
        [given(lazy("Write why the hours differ from the plan.")), at_most(LONGEST_WHY)],
        description=lazy("Nothing about anybody whom you helped."),
    )

    def __init__(self, stands: Mapping[str, Any]) -> None:
        super().__init__(data=dict(stands))

    def span(self, zone: ZoneInfo) -> Span | None:
        """What was typed; None, and the sentences beside the fields, while something is missing."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if not self.is_sent() or day is None or starts is None or ends is None:
            return None
        last_day = day if ends >= starts else day + timedelta(days=1)
        return Span(first_instant(day, starts, zone), last_instant(last_day, ends, zone))


def typed(duty: Duty, worked: Span | None, why: str) -> dict[str, Any]:
    """The hours of a duty as their fields in the browser hold them."""
    span, zone = worked or duty.when, ZoneInfo(duty.zone)
    starts, ends = local(span.start, zone), local(span.end, zone)
    return {"day": starts.date(), "starts": starts.time(), "ends": ends.time(), "why": why}
