"""The hours of a month: what was planned, what was worked, and whether what somebody confirmed still holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.holidays import is_public_holiday
from helpdesk.roster.rules.hours import HourRules, Hours, hours_in_month
from helpdesk.roster.rules.spans import LONGEST, Span
from helpdesk.roster.rules.weeks import next_month


class HoursRefusal(StrEnum):
    """Why hours cannot be entered or confirmed."""

    CONFIRMED = "hours:confirmed"
    ENDS_BEFORE = "hours:ends-before"
    NOBODY = "hours:nobody"
    NOT_NEAR = "hours:not-near"
    NOT_OVER = "hours:not-over"
    NOT_YOURS = "hours:not-yours"
    OVERLAP = "hours:overlap"
    TOO_LONG = "hours:too-long"
    UNCHANGED = "hours:unchanged"
    WHY = "hours:why"


@dataclass(frozen=True, slots=True)
class Held:
    """That somebody held, or was first planned to hold, a duty of this span."""

    account_id: UUID
    span: Span


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """The minutes of one person in one month: as first published, and as worked so far."""

    planned: Hours
    worked: Hours


def span_of_month(month: date) -> Span:
    """The instants of a local month."""
    return Span(day_bounds(month.replace(day=1))[0], day_bounds(next_month(month))[0])


def months_of(
    month: date,
    planned: Iterable[Held],
    worked: Iterable[Held],
    rules: HourRules,
    *,
    is_holiday: Callable[[date], bool] = is_public_holiday,
) -> dict[UUID, PersonMonth]:
    """The hours of everybody who was planned or worked in the local month of a day. A duty over its end has hours in both months."""
    plan, work = _added(month, planned, rules, is_holiday), _added(month, worked, rules, is_holiday)
    people = dict.fromkeys((*plan, *work))
    return {each: PersonMonth(plan.get(each, Hours()), work.get(each, Hours())) for each in people}


def minutes(hours: Hours) -> dict[str, int]:
    """Hours as they are kept with a confirmation."""
    return asdict(hours)


def from_minutes(kept: Mapping[str, Any]) -> Hours:
    """The hours that were kept with a confirmation."""
    return Hours(**{name: int(value) for name, value in kept.items()})


def check_worked(planned: Span, worked: Span, others: Iterable[Span], why: str, now: datetime) -> str:
    """The reason for other hours than planned, without blanks around it; or Refusal.

    Hours are entered once the duty is over and near to it: at most as long as a duty may last, and touching the planned time.
    Nobody works twice at one time.
    """
    if planned.end > now or worked.end > now:
        raise Refusal(HoursRefusal.NOT_OVER)
    if worked.end < worked.start:
        raise Refusal(HoursRefusal.ENDS_BEFORE, field="ends")
    if worked.length > LONGEST:
        raise Refusal(HoursRefusal.TOO_LONG, field="ends", hours=LONGEST // timedelta(hours=1))
    if worked.end < planned.start or worked.start > planned.end:
        raise Refusal(HoursRefusal.NOT_NEAR, field="starts")
    if any(other.overlaps(worked) for other in others):
        raise Refusal(HoursRefusal.OVERLAP, field="starts")
    if not why.strip():
        raise Refusal(HoursRefusal.WHY, field="why")
    return why.strip()


def check_confirming(month: date, hours: Hours, before: Hours | None, now: datetime) -> None:
    """Raise Refusal for a month that is not over, and for hours that were confirmed as they are."""
    if now < span_of_month(month).end:
        raise Refusal(HoursRefusal.NOT_OVER)
    if before == hours:
        raise Refusal(HoursRefusal.UNCHANGED)


def _added(
    month: date, held: Iterable[Held], rules: HourRules, is_holiday: Callable[[date], bool]
) -> dict[UUID, Hours]:
    found: dict[UUID, Hours] = {}
    for each in held:
        hours = hours_in_month(each.span, month, rules, is_holiday)
        if hours.total:
            found[each.account_id] = found.get(each.account_id, Hours()) + hours
    return found
