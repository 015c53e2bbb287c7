"""Words for hours that are worked, confirmed and paid."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from helpdesk.roster.rules.hours import Hours
from helpdesk.roster.rules.month import HoursRefusal
from helpdesk.web.i18n import LazyText, _, lazy, localnumber

LABELS: Mapping[StrEnum, LazyText] = {
    HoursRefusal.CONFIRMED: lazy("You have confirmed this month. Ask the coordinator to correct it."),
    HoursRefusal.ENDS_BEFORE: lazy("The end is before the beginning. Correct one of them."),
    HoursRefusal.NOBODY: lazy("Nobody holds this duty, so there are no hours to enter."),
    HoursRefusal.NOT_NEAR: lazy("These hours do not touch the planned duty. Correct them, or ask the coordinator."),
    HoursRefusal.NOT_OVER: lazy("This is not over yet. Come back when it is."),
    HoursRefusal.NOT_YOURS: lazy("Somebody else held this duty."),
    HoursRefusal.OVERLAP: lazy("You worked on another duty at this time. Correct the hours."),
    HoursRefusal.TOO_LONG: lazy("A duty lasts at most %(hours)s hours. Divide it between two people."),
    HoursRefusal.UNCHANGED: lazy("You have confirmed exactly these hours already."),
    HoursRefusal.WHY: lazy("Write why the hours differ from the plan."),
}

KINDS: Mapping[str, LazyText] = {
    "total": lazy("Together"),
    "night": lazy("By night"),
    "sunday": lazy("On Sundays"),
    "holiday": lazy("On holidays"),
}
MINUTES = 60
# Up to so many percent from the mean nobody needs to talk about it.
NEAR_MEAN = Decimal(25)


def duration(minutes: int) -> str:
    """Whole minutes as people say them: "7 h 30 min"."""
    hours, rest = divmod(minutes, MINUTES)
    if not rest:
        return _("%(hours)s h", hours=localnumber(hours))
    return _("%(hours)s h %(minutes)s min", hours=localnumber(hours), minutes=rest)


def by_kind(hours: Hours) -> list[str]:
    """Hours in the order of the columns."""
    return [duration(getattr(hours, kind)) for kind in KINDS]


def deviation(percent: Decimal) -> str:
    """How far somebody is from the mean, with a word where that is far."""
    said = f"{percent:+.1f}".replace("-", "−").replace(".", _decimal_point())  # a minus that lines up with the plus
    if percent > NEAR_MEAN:
        return _("%(percent)s %%, much", percent=said)
    if percent < -NEAR_MEAN:
        return _("%(percent)s %%, little", percent=said)
    return _("%(percent)s %%", percent=said)


def _decimal_point() -> str:
    return localnumber(0.5)[1]
