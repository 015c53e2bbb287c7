"""Words for posts and patterns: on which days, who after whom, and why that cannot be."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.kernel.languages import language_name
from helpdesk.roster.models import Post
from helpdesk.roster.rules.days import LAST, WEEK, Days, DaysRefusal, Holidays, Rhythm
from helpdesk.roster.rules.patterns import PatternRefusal, TurnUnit
from helpdesk.roster.rules.posts import PostRefusal
from helpdesk.web.i18n import LazyText, _, lazy, localdate, locale, ngettext

LABELS: Mapping[StrEnum, LazyText] = {
    DaysRefusal.DAY_OF_MONTH: lazy(
        "Not every month has this day. Write a day from 1 to 28, or choose the last day of the month."
    ),
    DaysRefusal.ENDS_BEFORE: lazy("The last day is before the first one. Correct one of them."),
    DaysRefusal.EVERY_TOO_SMALL: lazy("Write a whole number from 1 on."),
    DaysRefusal.NEVER: lazy("No day between the first and the last one is such a day. Correct the days or the dates."),
    DaysRefusal.NO_WEEKDAY: lazy("Choose a day of the week. A day of the month such as the last Thursday needs one."),
    DaysRefusal.NTH: lazy("Choose the first, second, third, fourth or last one of the month."),
    PatternRefusal.NO_PEOPLE: lazy("Choose at least one person in each group."),
    PatternRefusal.NOTHING: lazy("This pattern would draft no duty at all. Correct the days or the hours."),
    PatternRefusal.SAME_PERSON_TWICE: lazy("The same person is in one group twice. Choose another one."),
    PatternRefusal.TURN_TOO_SHORT: lazy("A turn lasts at least 1. Write a whole number from 1 on."),
    PostRefusal.NAME: lazy("Write a name by which everybody knows it."),
    PostRefusal.PAUSE: lazy("A pause lasts from 0 to %(most)s minutes."),
    PostRefusal.PEOPLE: lazy("Write how many people are needed at once, from 1 to %(most)s."),
    PostRefusal.ROOM: lazy("Choose the room too, so that nobody meets there who must not."),
    PostRefusal.SLOT: lazy("An appointment lasts from %(least)s to %(most)s minutes."),
}

RHYTHMS: Mapping[Rhythm, LazyText] = {
    Rhythm.WEEKLY: lazy("on days of the week"),
    Rhythm.MONTHLY_DAY: lazy("on one day of the month"),
    Rhythm.MONTHLY_WEEKDAY: lazy("on one weekday of the month, such as the last Thursday"),
}

HOLIDAYS: Mapping[Holidays, LazyText] = {
    Holidays.WORKED: lazy("as on any other day"),
    Holidays.FREE: lazy("not on public holidays"),
    Holidays.ONLY: lazy("only on public holidays"),
}

NTHS: Mapping[int, LazyText] = {
    1: lazy("the first"),
    2: lazy("the second"),
    3: lazy("the third"),
    4: lazy("the fourth"),
    LAST: lazy("the last"),
}

TURNS: Mapping[TurnUnit, LazyText] = {
    TurnUnit.OCCURRENCE: lazy("in duties, one after the other"),
    TurnUnit.DAY: lazy("in days"),
    TurnUnit.WEEK: lazy("in weeks, from Monday"),
    TurnUnit.MONTH: lazy("in months, from the first"),
}

# A Monday, from which the names of the days are taken.
_MONDAY = date(2024, 1, 1)


def weekday(number: int, form: str = "EEEE") -> str:
    """The name of a day of the week, Monday being 0."""
    return localdate(_MONDAY + timedelta(days=number), form)


def days_in_words(days: Days) -> str:
    """On which days something happens, in one line."""
    said = _rhythm(days)
    return said if days.holidays is Holidays.WORKED else f"{said}, {HOLIDAYS[days.holidays]}"


def turn_in_words(unit: TurnUnit, length: int) -> str:
    """After how much the next one's turn comes."""
    match unit:
        case TurnUnit.OCCURRENCE:
            return ngettext("changes after %(num)s duty", "changes after %(num)s duties", length)
        case TurnUnit.DAY:
            return ngettext("changes after %(num)s day", "changes after %(num)s days", length)
        case TurnUnit.WEEK:
            return ngettext("changes after %(num)s week", "changes after %(num)s weeks", length)
        case TurnUnit.MONTH:
            return ngettext("changes after %(num)s month", "changes after %(num)s months", length)
        case _:
            assert_never(unit)


def validity(days: Days) -> str:
    """From when until when."""
    if days.last is None:
        return _("from %(first)s", first=localdate(days.first))
    return _("from %(first)s to %(last)s", first=localdate(days.first), last=localdate(days.last))


def wanted_in_words(post: Post) -> str:
    """Whom a post asks for: how many, of which professions, speaking what."""
    said = [ngettext("%(num)s person", "%(num)s people", post.people)]
    professions = [str(PROFESSIONS[profession]) for profession in sorted(post.wanted.professions)]
    spoken = [language_name(tag, locale().tag) for tag in post.languages]
    said += [" / ".join(professions)] if professions else []
    said += [", ".join(spoken)] if spoken else []
    said += [", ".join(post.qualifications)] if post.qualifications else []
    return " · ".join(said)


def _rhythm(days: Days) -> str:
    match days.rhythm:
        case Rhythm.WEEKLY:
            return _weekly(days)
        case Rhythm.MONTHLY_DAY:
            return _monthly(days)
        case Rhythm.MONTHLY_WEEKDAY:
            return _monthly_weekday(days)
        case _:
            assert_never(days.rhythm)


def _weekly(days: Days) -> str:
    named = ", ".join(weekday(number, "EEE") for number in sorted(days.weekdays))
    named = _("every day") if len(days.weekdays) == WEEK else named
    if days.every == 1:
        return named
    return ngettext("%(days)s, every %(num)s week", "%(days)s, every %(num)s weeks", days.every, days=named)


def _monthly(days: Days) -> str:
    said = _("the last day") if days.month_day == LAST else _("day %(number)s", number=days.month_day)
    if days.every == 1:
        return _("%(day)s of every month", day=said)
    return ngettext("%(day)s, every %(num)s month", "%(day)s, every %(num)s months", days.every, day=said)


def _monthly_weekday(days: Days) -> str:
    (number,) = days.weekdays
    words = {"day": weekday(number), "nth": NTHS[days.nth or LAST]}
    if days.every == 1:
        return _("%(day)s, %(nth)s in every month", **words)
    return ngettext(
        "%(day)s, %(nth)s, every %(num)s month", "%(day)s, %(nth)s, every %(num)s months", days.every, **words
    )
