"""Duties that are offered: to whom, by whom, and what became of them; and one absence, which frees some."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from helpdesk.accounts.models import Account
from helpdesk.db.wall import get_here
from helpdesk.kernel.errors import NotFound
from helpdesk.roster.models import Absence, Duty, DutyState, Offer, Post

SETTLED_SHOWN = 20


def absence(session: Session, absence_id: UUID) -> Absence:
    """The absence of the acting desk, or NotFound."""
    return get_here(session, Absence, absence_id)


def offer(session: Session, offer_id: UUID) -> Offer:
    """The offer of the acting desk, or NotFound."""
    return get_here(session, Offer, offer_id)


def people_held(session: Session, account_ids: Collection[UUID | None]) -> None:
    """Let only one transaction at a time give duties to each of these people, so that each sees what the one before it gave.

    Whoever holds people, offers and duties takes them in this order. Rows that only refer to a person, such as what he is told, can
    be written by others meanwhile.
    """
    found = select(Account.id).where(Account.id.in_([each for each in account_ids if each is not None]))
    session.execute(found.order_by(Account.id).with_for_update(key_share=True))


def offer_held(session: Session, offer_id: UUID) -> Offer:
    """The offer and its duties as they are now, held until the transaction ends, or NotFound."""
    statement = select(Offer).where(Offer.id == offer_id).with_for_update(of=Offer)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Offer.__name__)
    duties_held(session, [each for each in (found.duty_id, found.in_return_id) if each is not None])
    return found


def duties_held(session: Session, duty_ids: Collection[UUID]) -> Sequence[Duty]:
    """These duties as they are now, held until the transaction ends, always in the same order, so that nobody waits for one who waits."""
    statement = select(Duty).where(Duty.id.in_(duty_ids)).order_by(Duty.id).with_for_update(of=Duty)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def unsettled_held(session: Session, duty_ids: Collection[UUID]) -> Sequence[Offer]:
    """The offers of these duties, given away or wanted in return, that nobody settled yet, held until the transaction ends."""
    named = or_(Offer.duty_id.in_(duty_ids), Offer.in_return_id.in_(duty_ids))
    statement = select(Offer).where(Offer.settled_at.is_(None), named).order_by(Offer.id).with_for_update(of=Offer)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def offers_unsettled(session: Session) -> Sequence[Offer]:
    """Every offer of the desk that nobody settled yet, the one whose duty begins first before the others."""
    return session.scalars(_unsettled()).all()


def offers_concerning(session: Session, account_id: UUID) -> Sequence[Offer]:
    """The unsettled offers that one person made, took or is asked to take, the one whose duty begins first before the others."""
    mine = or_(
        Offer.offered_by_id == account_id,
        Offer.taken_by_id == account_id,
        Offer.asked.contains([str(account_id)]),
    )
    return session.scalars(_unsettled().where(mine)).all()


def offers_settled(session: Session, since: datetime, account_id: UUID | None = None) -> Sequence[Offer]:
    """What became of the offers settled since an instant, of all or of those that one person made or took, the last one first."""
    statement = _with_people(select(Offer).join(Duty, Offer.duty)).where(Offer.settled_at >= since)
    if account_id is not None:
        statement = statement.where(or_(Offer.offered_by_id == account_id, Offer.taken_by_id == account_id))
    return session.scalars(statement.order_by(Offer.settled_at.desc(), Offer.id).limit(SETTLED_SHOWN)).all()


def offered_duties(session: Session, duty_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these duties have an offer that nobody settled yet."""
    statement = select(Offer.duty_id).where(Offer.duty_id.in_(duty_ids), Offer.settled_at.is_(None))
    return frozenset(session.scalars(statement))


def coming_duties_of(session: Session, account_id: UUID, now: datetime) -> Sequence[Duty]:
    """All duties of one person that have not ended, in order."""
    statement = select(Duty).where(Duty.account_id == account_id, Duty.ends_at > now)
    return session.scalars(statement.where(Duty.state == DutyState.PUBLISHED).order_by(Duty.starts_at, Duty.id)).all()


def _unsettled() -> Select[Offer]:
    return (
        _with_people(select(Offer).join(Duty, Offer.duty))
        .where(Offer.settled_at.is_(None))
        .order_by(Duty.starts_at, Offer.id)
    )


def _with_people(statement: Select[Offer]) -> Select[Offer]:
    """Offers with their duties and people in one query: where else the people work is not asked for."""
    return statement.options(
        contains_eager(Offer.duty).options(
            joinedload(Duty.account).lazyload(Account.memberships), joinedload(Duty.post).joinedload(Post.place)
        ),
        joinedload(Offer.in_return).options(
            joinedload(Duty.account).lazyload(Account.memberships), joinedload(Duty.post).joinedload(Post.place)
        ),
        joinedload(Offer.offered_by).lazyload(Account.memberships),
        joinedload(Offer.taken_by).lazyload(Account.memberships),
    )
