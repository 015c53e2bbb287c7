"""Words for absences. Why somebody is away is shown to that person and to coordinators, and to nobody else."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.roster.models import Absence, AbsenceKind
from helpdesk.roster.rules.absences import AbsenceRefusal
from helpdesk.web.i18n import LazyText, _, lazy, localdate

LABELS: Mapping[StrEnum, LazyText] = {
    AbsenceRefusal.BOTH_HOURS: lazy("Write both hours, or none for whole days."),
    AbsenceRefusal.ENDS_BEFORE: lazy("The last day is before the first one. Correct one of them."),
    AbsenceRefusal.NOT_YOURS: lazy("This is somebody else's absence. Only a coordinator can enter or remove it."),
    AbsenceRefusal.NO_LENGTH: lazy("The end is the same as the start. Write until when, or leave both hours empty."),
    AbsenceRefusal.ONE_DAY: lazy("Hours belong to one day. For several days leave the hours empty."),
    AbsenceRefusal.OVER: lazy("This absence would be over already. Choose a later day."),
    AbsenceRefusal.OVERLAP: lazy("On some of these days an absence is entered already. Remove it first."),
    AbsenceRefusal.TOO_LONG: lazy(
        "An absence lasts at most %(days)s days. Speak with the coordinator about a longer one."
    ),
}

KINDS: Mapping[AbsenceKind, LazyText] = {
    AbsenceKind.ILLNESS: lazy("illness"),
    AbsenceKind.LEAVE: lazy("leave"),
    AbsenceKind.UNAVAILABLE: lazy("not available"),
}

# For the calendar, where a day is no wider than a few letters; the whole word is read with it.
SHORT_KINDS: Mapping[AbsenceKind, LazyText] = {
    AbsenceKind.ILLNESS: lazy("ill"),
    AbsenceKind.LEAVE: lazy("lv."),
    AbsenceKind.UNAVAILABLE: lazy("n/a"),
}


def when_words(absence: Absence) -> str:
    """The days of an absence, or the hours of its one day."""
    if absence.starts is not None and absence.ends is not None:
        hours = f"{absence.starts:%H:%M}–{absence.ends:%H:%M}"
        return _("%(day)s, %(hours)s", day=localdate(absence.first_day, "EEE d MMM"), hours=hours)
    if absence.first_day == absence.last_day:
        return localdate(absence.first_day, "EEE d MMM")
    return f"{localdate(absence.first_day, 'EEE d MMM')} – {localdate(absence.last_day, 'EEE d MMM y')}"
