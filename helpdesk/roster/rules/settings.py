"""What a desk may decide about its roster, and what a coordinator should look at before it hurts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.present import needs_confirming
from helpdesk.roster.rules.rest import SETTLEMENT_MONTHS

MOST_HOURS = 744  # of the longest month
LONGEST_NAME = 120
# So long before a qualification ends somebody should hear of it, since renewing takes weeks.
ENDS_SOON = timedelta(days=60)


class SettingsRefusal(StrEnum):
    """Why the roster cannot be set up like this."""

    BACKWARDS = "settings:backwards"
    HOURS = "settings:hours"
    NAME = "settings:name"
    NOT_AFTER = "settings:not-after"
    PERIOD = "settings:period"
    TAKEN = "settings:taken"
    YEAR = "settings:year"


class AlarmKind(StrEnum):
    """What a coordinator should look at."""

    NOT_ENGAGED = "not-engaged"
    QUALIFICATION_ENDS = "qualification-ends"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to look at: which year, or whose engagement or qualification, and when that ends."""

    kind: AlarmKind
    year: int | None = None
    account_id: UUID | None = None
    name: str = ""
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """How a desk plans and counts.

    Whether handing over needs a word of the coordinator, how long a settlement period is, what counts as night and when a Sunday or
    holiday begins (Kodeks pracy, art. 129, 151⁷ and 151⁹).
    """

    approval: bool
    settlement_months: int
    night_starts: time
    night_ends: time
    free_day_starts: time


def check_habits(habits: Habits) -> None:
    """Raise Refusal for a settlement period that does not divide a year, or a night without length."""
    if habits.settlement_months not in SETTLEMENT_MONTHS:
        raise Refusal(SettingsRefusal.PERIOD, field="settlement_months")
    if habits.night_starts == habits.night_ends:
        raise Refusal(SettingsRefusal.BACKWARDS, field="night_ends")


def check_days(first: date, last: date | None) -> None:
    """Raise Refusal for days that end before they begin."""
    if last is not None and last < first:
        raise Refusal(SettingsRefusal.BACKWARDS, field="last_day")


def check_name(name: str) -> str:
    """A name without blanks around it, or Refusal for none and for one that no page can show."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise Refusal(SettingsRefusal.NAME, field="name")
    return tidy


def check_hours(hours: int) -> None:
    """Raise Refusal for a limit that is no number of hours."""
    if not 1 <= hours <= MOST_HOURS:
        raise Refusal(SettingsRefusal.HOURS, field="hours", most=MOST_HOURS)


def check_year(year: int, today: date) -> None:
    """Raise Refusal for a year that is neither this one nor one of the two to come: nobody knows more than that."""
    if not today.year <= year <= today.year + 2:
        raise Refusal(SettingsRefusal.YEAR, field="year")


def alarms(
    today: date,
    *,
    confirmed: Iterable[int],
    members: Iterable[UUID],
    engaged: Iterable[UUID],
    qualified: Mapping[UUID, Mapping[str, date | None]],
) -> list[Alarm]:
    """What a coordinator should look at today: the coming year from October on, who is engaged as nobody knows what, what ends soon."""
    found: list[Alarm] = []
    year = needs_confirming(confirmed, today.year, today.month)
    if year is not None:
        found.append(Alarm(AlarmKind.YEAR, year=year))
    here, known = list(members), set(engaged)
    found += [Alarm(AlarmKind.NOT_ENGAGED, account_id=each) for each in here if each not in known]
    found += [
        Alarm(AlarmKind.QUALIFICATION_ENDS, account_id=account_id, name=name, last_day=last_day)
        for account_id in here
        for name, last_day in sorted(qualified.get(account_id, {}).items())
        if last_day is not None and last_day <= today + ENDS_SOON
    ]
    return found
