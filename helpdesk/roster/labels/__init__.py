"""Words for the roster. Each noun has its own table of refusals; together they are handed to the house."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.roster.labels import absences, duties, feeds, hands, hours, importing, posts, present, settings
from helpdesk.roster.labels.duties import SHORT, in_one_line, on_duty_line
from helpdesk.web.i18n import LazyText

# No two codes of the roster are spelt alike, or one would take the sentence of the other.
TABLES: tuple[Mapping[StrEnum, LazyText], ...] = (
    absences.LABELS,
    duties.LABELS,
    feeds.LABELS,
    hands.LABELS,
    hours.LABELS,
    importing.LABELS,
    posts.LABELS,
    present.LABELS,
    settings.LABELS,
)
LABELS: Mapping[StrEnum, LazyText] = {code: words for table in TABLES for code, words in table.items()}

__all__ = ["LABELS", "SHORT", "TABLES", "in_one_line", "on_duty_line"]
