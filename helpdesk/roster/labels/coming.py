"""Words for when the next duty is, for whoever needs help: they are translated into every language."""

from datetime import datetime, timedelta

from helpdesk.kernel.clock import local
from helpdesk.roster.rules.spans import Span
from helpdesk.web.i18n import _, localdate, localtime


def when_next(span: Span, now: datetime) -> str:
    """When the next duty is, as somebody who needs help reads it."""
    if span.start <= now:
        return _("now, until %(time)s", time=_until(span, now))
    day, today = local(span.start).date(), local(now).date()
    hours = f"{localtime(span.start)}–{localtime(span.end)}"
    if day == today:
        return _("today, %(hours)s", hours=hours)
    if day == today + timedelta(days=1):
        return _("tomorrow, %(hours)s", hours=hours)
    return _("%(day)s, %(hours)s", day=localdate(day, "EEEE d MMMM"), hours=hours)


def _until(span: Span, now: datetime) -> str:
    """The time at which a running duty ends, with its day if that is a later one than tomorrow's morning."""
    if span.end - now < timedelta(hours=24):
        return localtime(span.end)
    return f"{localdate(local(span.end).date(), 'EEEE d MMMM')}, {localtime(span.end)}"
