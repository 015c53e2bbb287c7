"""Words for who answers and why somebody does not."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from helpdesk.kernel.clock import local
from helpdesk.roster.rules.present import PresentRefusal, Reason, Verdict
from helpdesk.roster.rules.spans import Span
from helpdesk.web.i18n import LazyText, _, lazy, localdate

LABELS: Mapping[StrEnum, LazyText] = {
    PresentRefusal.INSTANT: lazy("Write a day and a time, for example 2026-11-28 18:00."),
}

REASONS: Mapping[Reason, LazyText] = {
    Reason.ANSWERS: lazy("Answers."),
    Reason.OTHER_LANGUAGE: lazy("On duty, but does not speak this language."),
    Reason.NO_PHONE: lazy("On duty, but no telephone is entered."),
    Reason.WRITES_NO_SHEET: lazy("On duty, but may not write the sheet of a call."),
    Reason.NOT_RUNG: lazy("On duty at a post where calls do not ring."),
    Reason.ABSENT: lazy("Absent."),
    Reason.OFF: lazy("Not on duty."),
}


def why(verdict: Verdict) -> str:
    """Why somebody answers or does not, in one or two sentences."""
    words = str(REASONS[verdict.reason])
    if not verdict.absent or verdict.duty is None:
        return words
    doubt = _("An absence is entered for this time: look whether somebody else should take over.")
    return f"{words} {doubt}"


def when(span: Span) -> str:
    """A span of time with its day, and with the second day where there is one."""
    start, end = local(span.start), local(span.end)
    day, hours = localdate(start.date(), "EEEE d MMMM"), f"{start:%H:%M}–{end:%H:%M}"
    if end - timedelta(microseconds=1) < start.replace(hour=0, minute=0) + timedelta(days=1):
        return f"{day}, {hours}"
    return f"{day}, {start:%H:%M} – {localdate(end.date(), 'EEEE d MMMM')}, {end:%H:%M}"
