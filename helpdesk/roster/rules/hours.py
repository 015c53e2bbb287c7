"""Hours that can be paid: how long somebody worked in truth, and how much of it by night, on Sundays and on holidays."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, day_of, first_instant, last_instant
from helpdesk.kernel.holidays import is_public_holiday
from helpdesk.roster.rules.spans import Span

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SUNDAY = 6
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class HourRules:
    """When the night is, and when a Sunday or holiday begins; it lasts to the same time of the next day.

    Six to six is the Labour Code's free day unless the employer set otherwise (Kodeks pracy, art. 151⁹ § 2). From 22 to 6
    is the officers' night (Dz.U. 2023 poz. 2319) and lies within what art. 151⁷ § 1 lets an employer choose.
    """

    night_starts: time = time(22)
    night_ends: time = time(6)
    free_day_starts: time = time(6)


USUAL = HourRules()


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole real minutes. One minute may be night and Sunday at once; one that is a holiday is not a Sunday's as well."""

    total: int = 0
    night: int = 0
    sunday: int = 0
    holiday: int = 0

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(
            self.total + other.total,
            self.night + other.night,
            self.sunday + other.sunday,
            self.holiday + other.holiday,
        )


def hours_of(
    span: Span,
    rules: HourRules = USUAL,
    is_holiday: Callable[[date], bool] = is_public_holiday,
    zone: ZoneInfo = WARSAW,
) -> Hours:
    """The minutes of a duty by kind. The nights of the changes of clocks have 420 and 540 minutes between 22 and 6.

    Seconds that do not fill a minute are left out, kind by kind.
    """
    night, sunday, holiday = timedelta(), timedelta(), timedelta()
    for day in _days_around(span, zone):
        night += _common(span, _night(day, rules, zone))
        if is_holiday(day):
            holiday += _common(span, _free_day(day, rules, zone))
        elif day.weekday() == SUNDAY:
            sunday += _common(span, _free_day(day, rules, zone))
    return Hours(span.length // MINUTE, night // MINUTE, sunday // MINUTE, holiday // MINUTE)


def hours_in_month(
    span: Span,
    month: date,
    rules: HourRules = USUAL,
    is_holiday: Callable[[date], bool] = is_public_holiday,
    zone: ZoneInfo = WARSAW,
) -> Hours:
    """The minutes of a duty that lie in the local month of this day; the night over new year has some in both."""
    first = month.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    part = span.clipped(Span(first_instant(first, time.min, zone), first_instant(after, time.min, zone)))
    return Hours() if part is None else hours_of(part, rules, is_holiday, zone)


def _days_around(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """The local days whose night or free day may reach into the span, the one before it included."""
    day = day_of(span.start, zone) - DAY
    last = day_of(span.end - datetime.resolution, zone)
    while day <= last:
        yield day
        day += DAY


def _night(day: date, rules: HourRules, zone: ZoneInfo) -> Span:
    last = day if rules.night_ends > rules.night_starts else day + DAY
    return Span(first_instant(day, rules.night_starts, zone), last_instant(last, rules.night_ends, zone))


def _free_day(day: date, rules: HourRules, zone: ZoneInfo) -> Span:
    starts = rules.free_day_starts
    return Span(first_instant(day, starts, zone), first_instant(day + DAY, starts, zone))


def _common(span: Span, other: Span) -> timedelta:
    part = span.clipped(other)
    return timedelta() if part is None else part.length


@dataclass(frozen=True, slots=True)
class Share:
    """What one person carries, in minutes, and how far from the mean of all, in percent of the mean with one decimal.

    Above zero is more than the others. Where nobody has anything, everybody is at the mean.
    """

    account_id: UUID
    hours: Hours
    total: Decimal
    night: Decimal
    sunday: Decimal
    holiday: Decimal


def fairness(rows: Mapping[UUID, Hours]) -> list[Share]:
    """How evenly totals, nights, Sundays and holidays are spread over these people, in the order given.

    Halves are rounded away from zero, so that who is above the mean and who is below are treated alike.
    """
    everybody = sum(rows.values(), Hours())
    people = len(rows)
    return [
        Share(
            account_id,
            hours,
            total=_deviation(hours.total, everybody.total, people),
            night=_deviation(hours.night, everybody.night, people),
            sunday=_deviation(hours.sunday, everybody.sunday, people),
            holiday=_deviation(hours.holiday, everybody.holiday, people),
        )
        for account_id, hours in rows.items()
    ]


def _deviation(own: int, everybody: int, people: int) -> Decimal:
    """The distance to the mean in percent of it. Whole numbers are divided once, so that a half is a half."""
    if not everybody:
        return Decimal("0.0")
    percent = Decimal(100 * (own * people - everybody)) / everybody
    return percent.quantize(TENTH, ROUND_HALF_UP) + 0  # a little less than the mean is not "-0.0"
