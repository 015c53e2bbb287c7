"""Duties: who is on duty, who was, who will be."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.accounts.models import Account
from helpdesk.db.wall import get_here
from helpdesk.kernel.errors import NotFound
from helpdesk.premises.models import RoomUse
from helpdesk.roster.models import Duty, DutyState, DutyVersion, Post
from helpdesk.roster.rules.spans import Span


def on_duty(session: Session, at: datetime) -> Sequence[Duty]:
    """The held duties at the acting desk that hold the instant `at`, as they stand now; one indexed query, no expansion of rules."""
    statement = _published().where(Duty.span.contains(at), Duty.account_id.is_not(None))
    return session.scalars(statement.order_by(Duty.profession, Duty.starts_at, Duty.id)).all()


def known_on_duty(session: Session, at: datetime, known_at: datetime) -> Sequence[DutyVersion]:
    """The versions of duties that held the instant `at` and that the system took for true at `known_at`; one indexed query."""
    statement = select(DutyVersion).where(
        DutyVersion.span.contains(at),
        DutyVersion.known.contains(known_at),
        DutyVersion.state == DutyState.PUBLISHED,
        DutyVersion.account_id.is_not(None),
    )
    return session.scalars(statement.order_by(DutyVersion.profession, DutyVersion.starts_at, DutyVersion.duty_id)).all()


def duties_between(session: Session, first: date, last: date) -> Sequence[Duty]:
    """The published duties whose local day lies between two days, both included, in order; also those that nobody holds yet."""
    statement = _published().where(Duty.day.between(first, last))
    return session.scalars(statement.order_by(Duty.starts_at, Duty.profession, Duty.id)).all()


def duties_within(session: Session, span: Span) -> Sequence[Duty]:
    """The published duties that overlap a span of instants, in order."""
    statement = _published().where(Duty.span.overlaps(func.tstzrange(span.start, span.end)))
    return session.scalars(statement.order_by(Duty.starts_at, Duty.id)).all()


def next_duties(session: Session, account_id: UUID, now: datetime, limit: int = 5) -> Sequence[Duty]:
    """The coming duties of one person, the present one included."""
    statement = _published().where(Duty.account_id == account_id, Duty.ends_at > now)
    return session.scalars(statement.order_by(Duty.starts_at).limit(limit)).all()


def next_at_post(session: Session, post_ids: Sequence[UUID], now: datetime) -> Duty | None:
    """The first held duty at one of these posts that is not over yet."""
    statement = _published().where(Duty.post_id.in_(post_ids), Duty.ends_at > now, Duty.account_id.is_not(None))
    return session.scalar(statement.order_by(Duty.starts_at, Duty.id).limit(1))


def shared_use(session: Session, post_id: UUID, room_id: UUID, span: Span) -> RoomUse | None:
    """The use of a room for a span that a published duty at this post has already."""
    mine = and_(RoomUse.desk_id == Duty.desk_id, RoomUse.id == Duty.room_use_id)
    statement = select(RoomUse).join(Duty, mine).where(Duty.post_id == post_id, Duty.state == DutyState.PUBLISHED)
    same = (RoomUse.room_id == room_id, RoomUse.starts_at == span.start, RoomUse.ends_at == span.end)
    return session.scalar(statement.where(*same).limit(1))


def shares_room(session: Session, duty: Duty) -> bool:
    """Whether another duty has the same use of a room."""
    others = select(Duty.id).where(Duty.room_use_id == duty.room_use_id, Duty.id != duty.id)
    return session.scalar(others.limit(1)) is not None


def is_used(session: Session, use_id: UUID) -> bool:
    """Whether any duty has this use of a room."""
    return session.scalar(select(Duty.id).where(Duty.room_use_id == use_id).limit(1)) is not None


def duties_of_pattern(session: Session, pattern_id: UUID, first: date, last: date) -> Sequence[Duty]:
    """All duties that a pattern drafted for days between two days, cancelled ones included."""
    statement = _with_person().where(Duty.pattern_id == pattern_id, Duty.origin_day.between(first, last))
    return session.scalars(statement.order_by(Duty.origin_day, Duty.seat)).all()


def duty(session: Session, duty_id: UUID) -> Duty:
    """The duty of the acting desk, also a cancelled one, or NotFound."""
    return get_here(session, Duty, duty_id)


def duty_held(session: Session, duty_id: UUID) -> Duty:
    """The duty of the acting desk as it is now, held until the transaction ends, or NotFound."""
    statement = _with_person().where(Duty.id == duty_id).with_for_update(of=Duty)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Duty.__name__)
    return found


def versions(session: Session, duty_id: UUID) -> Sequence[DutyVersion]:
    """Every version of a duty of the acting desk, the first one first."""
    statement = select(DutyVersion).where(DutyVersion.duty_id == duty_id)
    return session.scalars(statement.order_by(DutyVersion.number)).all()


def _published() -> Select[Duty]:
    return _with_person().where(Duty.state == DutyState.PUBLISHED)


def _with_person() -> Select[Duty]:
    """Duties with whoever holds them and with their posts, in one query: where else the person works is not asked for."""
    return select(Duty).options(
        joinedload(Duty.account).lazyload(Account.memberships),
        joinedload(Duty.post).joinedload(Post.place),
        joinedload(Duty.post).joinedload(Post.room),
    )
