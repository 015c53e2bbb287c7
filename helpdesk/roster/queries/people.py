"""Who works at the acting desk, as what, and when they cannot come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_of
from helpdesk.roster.models import Absence, Duty, DutyState, Engaged, Qualification
from helpdesk.roster.queries.settings import limits_changed
from helpdesk.roster.rules.fitness import Candidate
from helpdesk.roster.rules.rest import Engagement, limits_for
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


def candidates(session: Session, around: Span, *, without: Iterable[UUID] = ()) -> Mapping[UUID, Candidate]:
    """Everybody who works at the acting desk, with what decides about duties within a span of instants, in six statements.

    Their published duties that touch the span are with them, but for the duties named in `without`. Whoever's engagement nobody
    wrote down counts as an employee, whose rules are the strictest.
    """
    held = _spans(session, around, frozenset(without))
    away: dict[UUID, list[Span]] = {}
    for absence in absences(session, around):
        away.setdefault(absence.account_id, []).append(absence.when)
    middle = around.start + around.length / 2  # what is asked about lies there, with whatever decides on either side
    engaged, qualified = engagements(session, day_of(middle)), qualifications(session)
    changed = limits_changed(session)
    limits = {kind: limits_for(kind, changed.get(kind, {})) for kind in Engagement}
    return {
        member.account_id: Candidate(
            account_id=member.account_id,
            profession=member.profession,
            languages=frozenset(member.account.languages),
            qualifications=qualified.get(member.account_id, {}),
            absences=tuple(away.get(member.account_id, ())),
            duties=tuple(held.get(member.account_id, ())),
            limits=limits[engaged.get(member.account_id, Engagement.EMPLOYEE)],
        )
        for member in accounts.memberships(session, acting_desk(session))
    }


def _spans(session: Session, around: Span, without: frozenset[UUID]) -> Mapping[UUID, list[Span]]:
    statement = select(Duty.account_id, Duty.starts_at, Duty.ends_at).where(
        Duty.span.overlaps(func.tstzrange(around.start, around.end)),
        Duty.state == DutyState.PUBLISHED,
        Duty.id.not_in(without),
    )
    found: dict[UUID, list[Span]] = {}
    for account_id, starts_at, ends_at in session.execute(statement.order_by(Duty.starts_at)):
        if account_id is not None:
            found.setdefault(account_id, []).append(Span(starts_at, ends_at))
    return found
