"""Words for what a desk decides about its roster."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, assert_never

from helpdesk.roster.rules.rest import Engagement, Rule, Severity
from helpdesk.roster.rules.settings import Alarm, AlarmKind, SettingsRefusal
from helpdesk.web.i18n import LazyText, _, lazy, localdate

LABELS: Mapping[StrEnum, LazyText] = {
    SettingsRefusal.BACKWARDS: lazy("The end is before the beginning. Correct one of them."),
    SettingsRefusal.HOURS: lazy("Write a whole number of hours from 1 to %(most)s."),
    SettingsRefusal.NAME: lazy("Write a name of at most 120 characters."),
    SettingsRefusal.NOT_AFTER: lazy("Something later is written down already. Choose a later day."),
    SettingsRefusal.PERIOD: lazy("Choose a settlement period of 1, 2, 3, 4, 6 or 12 months."),
    SettingsRefusal.TAKEN: lazy("This is written down already."),
    SettingsRefusal.YEAR: lazy("Only this year and the next two can be confirmed."),
}

ENGAGEMENTS: Mapping[Engagement, LazyText] = {
    Engagement.EMPLOYEE: lazy("employee"),
    Engagement.CONTRACTOR: lazy("contractor"),
    Engagement.OFFICER: lazy("officer"),
    Engagement.VOLUNTEER: lazy("volunteer"),
}

RULES: Mapping[Rule, LazyText] = {
    Rule.DAILY_REST: lazy("Rest in a day, in one piece, at least"),
    Rule.WEEKLY_REST: lazy("Rest in a week, in one piece, at least"),
    Rule.LONGEST_DUTY: lazy("Duty in one piece, at most"),
    Rule.WEEK_HOURS: lazy("Duty in a week, at most"),
    Rule.MONTH_HOURS: lazy("Duty in a month, at most"),
}

SEVERITIES: Mapping[Severity, LazyText] = {
    Severity.OFF: lazy("does not count"),
    Severity.WARN: lazy("warns"),
    Severity.BLOCK: lazy("forbids"),
}

FIELDS: Mapping[str, Any] = {
    "approval": lazy("The coordinator approves when a duty changes hands"),
    "settlement_months": lazy("Settlement period in months"),
    "night_starts": lazy("Night begins at"),
    "night_ends": lazy("Night ends at"),
    "free_day_starts": lazy("Sundays and holidays begin at"),
}


def alarm(found: Alarm, person: str) -> str:
    """One thing to look at, as a sentence. `person` is whom it is about, if anybody."""
    match found.kind:
        case AlarmKind.YEAR:
            return _("Nobody has confirmed the holidays and closed days of %(year)s yet.", year=found.year)
        case AlarmKind.NOT_ENGAGED:
            return _(
                "It is not written down as what %(person)s works here, so the rules for employees hold.", person=person
            )
        case AlarmKind.QUALIFICATION_ENDS:
            values = {"person": person, "name": found.name, "day": localdate(found.last_day)}
            return _("%(person)s: “%(name)s” holds until %(day)s.", **values)
        case unheard:
            assert_never(unheard)


def in_words(value: object) -> str:
    """A habit of the desk as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)
