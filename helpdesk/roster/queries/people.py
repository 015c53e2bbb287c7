"""Who works at the acting desk, as what, and when they cannot come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import Range, aggregate_order_by
from sqlalchemy.orm import Session, contains_eager

from helpdesk.accounts.models import Account, Membership
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_of
from helpdesk.roster.models import Absence, Duty, DutyState, Engaged, Qualification
from helpdesk.roster.queries.settings import limits_changed
from helpdesk.roster.rules.fitness import Candidate
from helpdesk.roster.rules.rest import Engagement, Limit, Rule, limits_for
from helpdesk.roster.rules.spans import Span


def absences(session: Session, span: Span, account_id: UUID | None = None) -> Sequence[Absence]:
    """The absences at the acting desk that touch a span of instants, of everybody or of one person, in order."""
    touching = select(Absence).where(Absence.span.overlaps(func.tstzrange(span.start, span.end)))
    if account_id is not None:
        touching = touching.where(Absence.account_id == account_id)
    return session.scalars(touching.order_by(Absence.starts_at, Absence.id)).all()


def engagements(session: Session, on: date) -> Mapping[UUID, Engagement]:
    """As what each person is engaged on a day, where that was written down."""
    rows = session.execute(select(Engaged.account_id, Engaged.kind).where(Engaged.days.contains(on)))
    return {row.account_id: row.kind for row in rows}


def engaged_of(session: Session, account_id: UUID) -> Sequence[Engaged]:
    """As what one person was and is engaged, the newest first."""
    statement = select(Engaged).where(Engaged.account_id == account_id).order_by(Engaged.first_day.desc())
    return session.scalars(statement).all()


def all_qualifications(session: Session) -> Sequence[Qualification]:
    """Every qualification of everybody at the acting desk, by name."""
    return session.scalars(select(Qualification).order_by(Qualification.name, Qualification.id)).all()


def qualification_of(session: Session, account_id: UUID, name: str) -> Qualification | None:
    """One qualification of one person."""
    statement = select(Qualification).where(Qualification.account_id == account_id, Qualification.name == name)
    return session.scalar(statement)


def qualifications(session: Session) -> Mapping[UUID, Mapping[str, date | None]]:
    """What each person is qualified for, and until when."""
    found: dict[UUID, dict[str, date | None]] = {}
    for row in session.execute(select(Qualification.account_id, Qualification.name, Qualification.last_day)):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


def candidates(
    session: Session,
    around: Span,
    *,
    without: Iterable[UUID] = (),
    changed: Mapping[Engagement, Mapping[Rule, Limit]] | None = None,
) -> Mapping[UUID, Candidate]:
    """Everybody who works at the acting desk, with what decides about duties within a span of instants, in one statement.

    Their published duties that touch the span are with them, but for the duties named in `without`. Whoever's engagement nobody
    wrote down counts as an employee, whose rules are the strictest. `changed` are the limits of the desk, where they were read already.
    """
    middle = day_of(
        around.start + around.length / 2
    )  # what is asked about lies there, with whatever decides on either side
    changed = limits_changed(session) if changed is None else changed
    limits = {kind: limits_for(kind, changed.get(kind, {})) for kind in Engagement}
    found = session.execute(_with_facts(acting_desk(session), around, frozenset(without), middle))
    return {
        member.account_id: Candidate(
            account_id=member.account_id,
            profession=member.profession,
            languages=frozenset(member.account.languages),
            qualifications={
                name: date.fromisoformat(last) if last else None for name, last in (qualified or {}).items()
            },
            absences=_spans(away),
            duties=_spans(held),
            limits=limits[kind or Engagement.EMPLOYEE],
        )
        for member, kind, qualified, away, held in found
    }


def _with_facts(desk_id: str, around: Span, without: frozenset[UUID], on: date) -> Select[Any]:
    """Each member by name, with engagement on a day, qualifications, absences and duties beside the row."""
    within, mine = func.tstzrange(around.start, around.end), Membership.account_id
    engaged = select(Engaged.kind).where(Engaged.account_id == mine, Engaged.days.contains(on))
    qualified = select(func.jsonb_object_agg(Qualification.name, Qualification.last_day)).where(
        Qualification.account_id == mine
    )
    away = select(func.array_agg(aggregate_order_by(Absence.span, Absence.starts_at))).where(
        Absence.account_id == mine, Absence.span.overlaps(within)
    )
    held = select(func.array_agg(aggregate_order_by(Duty.span, Duty.starts_at))).where(
        Duty.account_id == mine,
        Duty.span.overlaps(within),
        Duty.state == DutyState.PUBLISHED,
        Duty.id.not_in(without),
    )
    facts = [each.scalar_subquery() for each in (engaged, qualified, away, held)]
    here = select(Membership, *facts).join(Membership.account).where(Membership.desk_id == desk_id, Account.active)
    return here.options(contains_eager(Membership.account)).order_by(Account.name)


def _spans(ranges: Sequence[Range[datetime]] | None) -> tuple[Span, ...]:
    return tuple(Span(each.lower, each.upper) for each in ranges or () if each.lower and each.upper)
