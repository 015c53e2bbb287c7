from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent, AuditLink
from helpdesk.audit.rules import LOOKING, Asked, Entry, Link, Place
from helpdesk.kernel.clock import day_bounds

EVERYTHING = Asked()


def last_link(session: Session) -> Link | None:
    row = session.scalar(select(AuditLink).order_by(AuditLink.position.desc()).limit(1))
    return row.link if row else None


def unchained(session: Session, limit: int) -> Sequence[AuditEvent]:
    """Events without a link whose transactions have all ended, oldest first.

    After a restore on a new server the numbers of transactions begin anew, so an event this old counts as ended by its time: no
    transaction of ours lasts an hour.
    """
    ended = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    long_past = AuditEvent.recorded_at < func.now() - timedelta(hours=1)
    linked = select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id)
    statement = select(AuditEvent).where(~linked.exists(), or_(AuditEvent.transaction < ended, long_past))
    return session.scalars(statement.order_by(AuditEvent.id).limit(limit)).all()


def count_unchained(session: Session) -> int:
    linked = select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id)
    return session.scalar(select(func.count()).select_from(AuditEvent).where(~linked.exists())) or 0


def links_with_events(session: Session) -> Iterator[tuple[Link, Entry | None]]:
    statement = (
        select(AuditLink, AuditEvent)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
        .order_by(AuditLink.position)
        .execution_options(yield_per=1000)
    )
    with session.execute(statement) as rows:
        for link, event in rows:
            yield link.link, event.entry if event else None


def latest_events(
    session: Session,
    *,
    desk_id: str,
    before: Place | None,
    limit: int,
    asked: Asked = EVERYTHING,
) -> Sequence[AuditEvent]:
    """What was done at a desk, newest first; with `before`, what follows that place of the list."""
    statement = select(AuditEvent).where(*_conditions(desk_id, asked))
    if before:
        statement = statement.where(tuple_(AuditEvent.at, AuditEvent.id) < tuple_(before.at, before.id))
    return session.scalars(statement.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Share:
    """What one person did of what was asked for: how many acts, about how many records or people, from when until when."""

    actor_id: UUID | None
    name: str
    acts: int
    subjects: int
    first: datetime
    last: datetime


def shares(session: Session, *, desk_id: str, asked: Asked, limit: int) -> Sequence[Share]:
    """Who did what was asked for, whoever did most first."""
    acts, subjects = func.count(), func.count(AuditEvent.subject.distinct())
    statement = (
        select(
            AuditEvent.actor_id, AuditEvent.actor_name, acts, subjects, func.min(AuditEvent.at), func.max(AuditEvent.at)
        )
        .where(*_conditions(desk_id, asked))
        .group_by(AuditEvent.actor_id, AuditEvent.actor_name)
        .order_by(acts.desc(), AuditEvent.actor_name)
    )
    return [Share(*row) for row in session.execute(statement.limit(limit))]


def _conditions(desk_id: str, asked: Asked) -> Iterator[ColumnElement[bool]]:
    yield AuditEvent.desk_id == desk_id
    if asked.subject:
        yield AuditEvent.subject == asked.subject
    if asked.who:
        yield AuditEvent.actor_name == asked.who
    if asked.first:
        yield AuditEvent.at >= day_bounds(asked.first)[0]
    if asked.last:
        yield AuditEvent.at < day_bounds(asked.last)[1]
    if asked.looking:
        yield AuditEvent.tag.in_(LOOKING)
