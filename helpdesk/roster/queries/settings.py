"""What a desk decided about its roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_desk
from helpdesk.desks.models import Desk
from helpdesk.roster.models import Closure, ConfirmedYear, RosterSettings, RuleSetting
from helpdesk.roster.rules.rest import Engagement, Limit, Rule, Severity


@dataclass(frozen=True, slots=True)
class Decided:
    """What a desk decided about some days: the name of the planned closing of a day, its own limits, its settlement period in months."""

    closings: Mapping[date, str]
    limits: Mapping[Engagement, Mapping[Rule, Limit]]
    settlement_months: int | None


def settings(session: Session) -> RosterSettings | None:
    """The desk's own settings, if it ever changed them."""
    return session.scalar(select(RosterSettings))


def limits_changed(session: Session) -> Mapping[Engagement, Mapping[Rule, Limit]]:
    """The limits that the desk set differently from the defaults, by engagement and rule."""
    found: dict[Engagement, dict[Rule, Limit]] = {}
    for each in session.scalars(select(RuleSetting)):
        found.setdefault(each.engagement, {})[each.rule] = each.limit
    return found


def decided(session: Session, first: date, last: date) -> Decided:
    """What the acting desk decided about the days between two days, both included, in one statement."""
    closed = func.jsonb_build_array(Closure.name, Closure.first_day, Closure.last_day)
    closings = select(func.jsonb_agg(closed)).where(Closure.first_day <= last, Closure.last_day >= first)
    limit = func.jsonb_build_array(RuleSetting.engagement, RuleSetting.rule, RuleSetting.severity, RuleSetting.hours)
    limits = select(func.jsonb_agg(limit))
    months = select(RosterSettings.settlement_months)
    facts = [each.scalar_subquery() for each in (closings, limits, months)]
    row = session.execute(select(*facts).select_from(Desk).where(Desk.id == acting_desk(session))).one()
    changed: dict[Engagement, dict[Rule, Limit]] = {}
    for kind, rule, severity, hours in row[1] or ():
        changed.setdefault(Engagement(kind), {})[Rule(rule)] = Limit(Rule(rule), Severity(severity), hours)
    spans = [(name, date.fromisoformat(begin), date.fromisoformat(end)) for name, begin, end in row[0] or ()]
    by_day = {day: name for name, begin, end in spans for day in _days(max(begin, first), min(end, last))}
    return Decided(by_day, changed, row[2])


def closures(session: Session, first: date, last: date) -> Sequence[Closure]:
    """The planned closings that touch a day between two days, both included, in order."""
    touching = select(Closure).where(Closure.first_day <= last, Closure.last_day >= first)
    return session.scalars(touching.order_by(Closure.first_day)).all()


def closed_days(session: Session, first: date, last: date) -> frozenset[date]:
    """The days between two days, both included, on which the desk is closed as planned."""
    return frozenset(
        day
        for each in closures(session, first, last)
        for day in _days(max(each.first_day, first), min(each.last_day, last))
    )


def confirmed_years(session: Session) -> Mapping[int, ConfirmedYear]:
    """The years whose holidays and closings somebody confirmed."""
    return {each.year: each for each in session.scalars(select(ConfirmedYear))}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def limit_of(session: Session, engagement: Engagement, rule: Rule) -> RuleSetting | None:
    """The desk's own limit for one rule, if it set one."""
    statement = select(RuleSetting).where(RuleSetting.engagement == engagement, RuleSetting.rule == rule)
    return session.scalar(statement)
