"""Words for when the next duty is, for whoever needs help: they are translated into every language."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from helpdesk.kernel.clock import local
from helpdesk.roster.rules.regular import DAY, Regular
from helpdesk.roster.rules.spans import Span
from helpdesk.web.i18n import _, localdate, localtime

# A week that began on a Monday.
MONDAY = date(2024, 1, 1)


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


def when_regular(found: Iterable[Regular]) -> list[str]:
    """In which hours somebody answers every week, a line for each run of weekdays."""
    return [_regular(each, ", ".join(f"{_wall(start)}–{_wall(end)}" for start, end in each.hours)) for each in found]


def _regular(each: Regular, hours: str) -> str:
    if each.is_daily:
        return _("every day, %(hours)s", hours=hours)
    days = "–".join(_weekday(day) for day in dict.fromkeys((each.first, each.last)))
    return _("%(day)s, %(hours)s", day=days, hours=hours)


def _weekday(day: int) -> str:
    return localdate(MONDAY + timedelta(days=day), "cccc")


def _wall(minutes: int) -> str:
    """The time on the wall; midnight at the end of a day is 24:00."""
    hour, minute = divmod(minutes if minutes == DAY else minutes % DAY, 60)
    return f"{hour:02}:{minute:02}"


def _until(span: Span, now: datetime) -> str:
    """The time at which a running duty ends, with its day if that is a later one than tomorrow's morning."""
    if span.end - now < timedelta(hours=24):
        return localtime(span.end)
    return f"{localdate(local(span.end).date(), 'EEEE d MMMM')}, {localtime(span.end)}"
