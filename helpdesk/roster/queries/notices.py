"""What the people of a desk were told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from helpdesk.accounts.models import Account, Membership, Notice
from helpdesk.db.wall import acting_desk, get_here

MOST_SHOWN = 50


def notice(session: Session, notice_id: UUID) -> Notice:
    """The notice of the acting desk, or NotFound."""
    return get_here(session, Notice, notice_id)


def unseen(session: Session, account_id: UUID) -> Sequence[Notice]:
    """What one person was told at the acting desk and has not marked as seen, the last first."""
    statement = select(Notice).where(Notice.account_id == account_id, Notice.seen_at.is_(None))
    return session.scalars(statement.order_by(Notice.at.desc(), Notice.id.desc()).limit(MOST_SHOWN)).all()


def notices(session: Session) -> Sequence[Notice]:
    """What everybody at the acting desk was told of late, the last first."""
    statement = select(Notice).options(joinedload(Notice.account).lazyload(Account.memberships))
    return session.scalars(statement.order_by(Notice.at.desc(), Notice.id.desc()).limit(MOST_SHOWN)).all()


def unmailed(session: Session, since: datetime, until: datetime) -> Sequence[Notice]:
    """What people who still work at the acting desk were told between two instants and no mail server has taken, the last first."""
    works_here = select(Membership.account_id).where(Membership.desk_id == acting_desk(session))
    statement = (
        select(Notice).join(Notice.account).options(contains_eager(Notice.account).lazyload(Account.memberships))
    )
    waiting = statement.where(Notice.mailed_at.is_(None), Notice.at.between(since, until), Account.active)
    mine = waiting.where(Notice.account_id.in_(works_here))
    return session.scalars(mine.order_by(Notice.at.desc(), Notice.id.desc()).limit(MOST_SHOWN)).all()


def mark_seen(session: Session, account_id: UUID, notice_ids: Collection[UUID], now: datetime) -> None:
    """Note that a person has seen these notices of his; one that came meanwhile, or is somebody else's, stays as it was."""
    mine = update(Notice).where(Notice.desk_id == acting_desk(session), Notice.account_id == account_id)
    session.execute(mine.where(Notice.id.in_(notice_ids), Notice.seen_at.is_(None)).values(seen_at=now))
