"""What the log is narrowed to; asked for by an address, so that it can be sent to a colleague."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField
from wtforms import Form as PlainForm

from helpdesk.audit.rules import Asked
from helpdesk.web.fields import DayField
from helpdesk.web.forms import at_most, may_be_empty
from helpdesk.web.i18n import lazy

LONGEST = 200


class AskedForm(PlainForm):
    subject = StringField(lazy("Only about this record or person"), [at_most(LONGEST)])
    who = StringField(lazy("Who"), [at_most(LONGEST)], description=lazy("The name as it stands in the log."))
    first = DayField(lazy("From"), [may_be_empty()])
    last = DayField(lazy("Until"), [may_be_empty()])
    looking = BooleanField(lazy("Only opening, listing and exporting"))

    def __init__(self, typed: MultiDict[str, str]) -> None:
        super().__init__(typed)

    def asked(self) -> Asked:
        """What is wanted, once it is in shape."""
        return Asked(
            (self.subject.data or "").strip(),
            (self.who.data or "").strip(),
            self.first.data,
            self.last.data,
            bool(self.looking.data),
        )

    def typed(self) -> dict[str, Any]:
        """The same for an address."""
        asked = self.asked()
        days = {"first": asked.first, "last": asked.last}
        return {
            "subject": asked.subject or None,
            "who": asked.who or None,
            "looking": "y" if asked.looking else None,
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }
