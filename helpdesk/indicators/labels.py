"""Words for the refusals, findings and marks of the schedule."""

from enum import StrEnum

from helpdesk.indicators.rules.table import ImportRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: dict[StrEnum, LazyText] = {
    ImportRefusal.NOT_TEXT: lazy("This file is not text in UTF-8. Save the table as text and choose it again."),
    ImportRefusal.NOT_UNDERSTOOD: lazy("Something in this file was not understood, so nothing was imported."),
}
