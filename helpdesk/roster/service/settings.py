"""What a desk decides about its roster: as what people are engaged, which limits hold, when it is closed, how it counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk, get_here
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Closure, ConfirmedYear, Duty, Engaged, Qualification, RosterSettings, RuleSetting
from helpdesk.roster.rules import settings as rules
from helpdesk.roster.rules.hours import HourRules
from helpdesk.roster.rules.rest import Engagement, Limit, Rule
from helpdesk.roster.rules.settings import Alarm, Habits, SettingsRefusal
from helpdesk.roster.rules.spans import DutyRefusal

TOPIC = "roster"
_NEVER_ON_DUTY = frozenset({"administrator", "data-protection-officer", "programme-officer"})


def habits(session: Session) -> Habits:
    """How the acting desk plans; as the defaults say where it never decided."""
    found = queries.settings(session)
    return habits_of(found) if found else habits_of(_fresh())


def habits_of(found: RosterSettings) -> Habits:
    return Habits(found.approval, found.settlement_months, found.night_starts, found.night_ends, found.free_day_starts)


def hour_rules(session: Session) -> HourRules:
    """What counts as night and as a Sunday or holiday at the acting desk."""
    found = habits(session)
    return HourRules(found.night_starts, found.night_ends, found.free_day_starts)


def version(session: Session) -> int:
    """Which version of its habits a desk has; 0 where it never decided."""
    found = queries.settings(session)
    return found.version if found else 0


def save_habits(session: Session, wanted: Habits, *, known_version: int, actor: Actor, now: datetime) -> None:
    """Let the desk plan and count like this from now on.

    Raises Refusal, and EditedMeanwhile with what stands there when somebody else decided since `known_version`.
    """
    rules.check_habits(wanted)
    found = queries.settings(session)
    if (found.version if found else 0) != known_version:
        stands = habits_of(found or _fresh())
        raise EditedMeanwhile({name: getattr(stands, name) for name in _FIELDS})
    if found is None:
        found = RosterSettings()
        session.add(found)
    changed = [name for name in _FIELDS if getattr(found, name, None) != getattr(wanted, name)]
    for name in changed:
        setattr(found, name, getattr(wanted, name))
    _note(session, "habits", actor, now, detail={"fields": changed})


def engage(
    session: Session, account_id: UUID, kind: Engagement, first_day: date, *, actor: Actor, now: datetime
) -> None:
    """Write down as what a person works here from a day on; what was before ends the day before. Raises Refusal."""
    if accounts.membership(session, acting_desk(session), account_id) is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")
    last = next(iter(queries.engaged_of(session, account_id)), None)
    if last is not None and last.first_day == first_day:
        last.kind = kind
    else:
        _end(last, first_day)
        session.flush()  # the days of the old one must be free
        session.add(Engaged(account_id=account_id, kind=kind, first_day=first_day))
    _note(session, "engaged", actor, now, subject=account_id, detail={"kind": kind.value})


def qualify(
    session: Session, account_id: UUID, name: str, last_day: date | None, *, actor: Actor, now: datetime
) -> None:
    """Write down that a person is qualified for something, until a day or for ever; written again, it holds until the new day."""
    if accounts.membership(session, acting_desk(session), account_id) is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")
    tidy = rules.check_name(name)
    found = queries.qualification_of(session, account_id, tidy)
    if found is None:
        session.add(Qualification(account_id=account_id, name=tidy, last_day=last_day))
    else:
        found.last_day = last_day
    _note(session, "qualified", actor, now, subject=account_id)


def unqualify(session: Session, qualification_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a qualification out. Raises NotFound."""
    found = get_here(session, Qualification, qualification_id)
    session.delete(found)
    _note(session, "unqualified", actor, now, subject=found.account_id)


def set_limit(session: Session, engagement: Engagement, limit: Limit, *, actor: Actor, now: datetime) -> None:
    """Let the desk hold this limit for everybody so engaged, over the default. Raises Refusal."""
    rules.check_hours(limit.hours)
    found = queries.limit_of(session, engagement, limit.rule)
    if found is None:
        found = RuleSetting(engagement=engagement, rule=limit.rule)
        session.add(found)
    found.severity, found.hours = limit.severity, limit.hours
    detail = {"engagement": engagement.value, "rule": limit.rule.value, "severity": limit.severity.value}
    _note(session, "limit", actor, now, detail={**detail, "hours": limit.hours})


def reset_limit(session: Session, engagement: Engagement, rule: Rule, *, actor: Actor, now: datetime) -> None:
    """Let the default hold again."""
    found = queries.limit_of(session, engagement, rule)
    if found is not None:
        session.delete(found)
        _note(session, "limit-reset", actor, now, detail={"engagement": engagement.value, "rule": rule.value})


def close(
    session: Session, name: str, first_day: date, last_day: date, *, actor: Actor, now: datetime
) -> Sequence[Duty]:
    """Plan that the desk is closed on these days; answer the published duties that lie in them, which stay until somebody cancels them."""
    rules.check_days(first_day, last_day)
    session.add(Closure(name=rules.check_name(name), first_day=first_day, last_day=last_day))
    _note(session, "closed", actor, now, detail=_days(first_day, last_day))
    return queries.duties_between(session, first_day, last_day)


def reopen(session: Session, closure_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a planned closing out: the need of these days counts again. Raises NotFound."""
    found = get_here(session, Closure, closure_id)
    session.delete(found)
    _note(session, "reopened", actor, now, detail=_days(found.first_day, found.last_day))


def confirm_year(session: Session, year: int, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody looked at the holidays and closings of a year and found them right; once is enough. Raises Refusal."""
    rules.check_year(year, day_of(now))
    if year in queries.confirmed_years(session):
        return
    try:
        with session.begin_nested():
            session.add(ConfirmedYear(year=year, confirmed_at=now, confirmed_by_id=actor.id))
            session.flush()  # somebody else may confirm at the same moment, and that is as good
    except IntegrityError:
        return
    _note(session, "year-confirmed", actor, now, detail={"year": year})


def alarms(session: Session, now: datetime) -> list[Alarm]:
    """What the coordinator of the acting desk should look at, in four statements."""
    today = day_of(now)
    return rules.alarms(
        today,
        confirmed=queries.confirmed_years(session),
        members=[
            each.account_id
            for each in accounts.memberships(session, acting_desk(session))
            if is_ever_on_duty(each.actor)
        ],
        engaged=queries.engagements(session, today),
        qualified=queries.qualifications(session),
    )


def is_ever_on_duty(actor: Actor) -> bool:
    """Whether somebody of this profession may hold a duty at all."""
    return actor.profession is not None and actor.profession.value not in _NEVER_ON_DUTY


_FIELDS = ("approval", "settlement_months", "night_starts", "night_ends", "free_day_starts")


def _fresh() -> RosterSettings:
    """The defaults, as the columns say them."""
    columns = RosterSettings.__table__.columns
    return RosterSettings(**{name: columns[name].default.arg for name in _FIELDS})


def _end(last: Engaged | None, first_day: date) -> None:
    if last is None:
        return
    if last.first_day > first_day:
        raise Refusal(SettingsRefusal.NOT_AFTER, field="first_day")
    if last.last_day is None or last.last_day >= first_day:
        last.last_day = first_day - timedelta(days=1)


def _days(first: date, last: date) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat()}


def _note(
    session: Session,
    what: str,
    actor: Actor,
    now: datetime,
    *,
    subject: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    desk_id = acting_desk(session)
    whole = {"what": what, **(detail or {})}
    audit.record(session, actor=actor, tag=Tag.ROSTER_CHANGED, subject=subject, desk_id=desk_id, now=now, detail=whole)
    tell(session, Changed(desk_id, TOPIC, what))
