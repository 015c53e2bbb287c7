"""Planning duties one by one. Patterns, absences and swaps come on top of this."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.rules import spans as rules
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import DutyRefusal

TOPIC = "duties"

# What the database refuses, as the refusal and the field beside which its sentence stands.
CONSTRAINTS: Mapping[str, tuple[DutyRefusal, str]] = {
    "ex_duty_person_once": (DutyRefusal.OVERLAP, "starts"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A duty as it was agreed on: who, on which day, from and to which time on the wall."""

    account_id: UUID
    day: date
    starts: time
    ends: time
    zone: ZoneInfo = WARSAW


def plan_duty(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> Duty:
    """Put a duty into the plan of the acting desk, or raise Refusal."""
    member = _member(session, plan.account_id)
    span = rules.span_of(plan.day, plan.starts, plan.ends, plan.zone)
    rules.check_planning(span, now)
    duty = Duty(
        account_id=member.account_id,
        profession=member.profession,
        day=plan.day,
        starts=plan.starts,
        ends=plan.ends,
        zone=plan.zone.key,
        starts_at=span.start,
        ends_at=span.end,
    )
    with _refusing(session):
        session.add(duty)
    _note(session, duty, "planned", actor, now)
    return duty


def cancel_duty(session: Session, duty_id: UUID, *, actor: Actor, now: datetime) -> Duty:
    """Take a duty that has not begun out of the plan. Raises NotFound, also for a duty of another desk, or Refusal."""
    duty = queries.duty(session, duty_id)
    rules.check_cancelling(duty.when, now)
    _note(session, duty, "cancelled", actor, now)
    session.delete(duty)
    return duty


def _member(session: Session, account_id: UUID) -> Membership:
    found = accounts.membership(session, acting_desk(session), account_id)
    if found is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")
    return found


@contextmanager
def _refusing(session: Session) -> Iterator[None]:
    """Write at once, inside a savepoint, so that what the database refuses can be said beside the field."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.orig, "diag", None), "constraint_name", ""))
        if name not in CONSTRAINTS:
            raise
        code, field = CONSTRAINTS[name]
        raise Refusal(code, field=field) from error


def _note(session: Session, duty: Duty, what: str, actor: Actor, now: datetime) -> None:
    detail = {"what": what, "from": duty.starts_at.isoformat(), "to": duty.ends_at.isoformat()}
    audit.record(
        session, actor=actor, tag=Tag.DUTY_CHANGED, subject=duty.id, desk_id=duty.desk_id, now=now, detail=detail
    )
    tell(session, Changed(duty.desk_id, TOPIC, str(duty.id)))
