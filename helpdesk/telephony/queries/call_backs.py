"""What is asked about call-backs and recorded messages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import across
from helpdesk.kernel.errors import NotFound
from helpdesk.roster.models import Duty, DutyState, Post
from helpdesk.roster.rules.spans import Span
from helpdesk.telephony.models import Attempt, CallBack, Message
from helpdesk.telephony.rules.call_backs import MESSAGE_KEPT, Asked

MOST_SHOWN = 200
_AHEAD = timedelta(days=7)
_PEOPLE = (CallBack.owner, CallBack.done_by)


class HowMany(NamedTuple):
    """Of the open call-backs: how many there are, and how many are overdue."""

    waiting: int
    overdue: int


def call_back(session: Session, call_back_id: UUID, *, for_update: bool = False) -> CallBack:
    """A call-back of the acting desk with its contact, its call and its attempts, or NotFound. `for_update` makes a second writer wait."""
    statement = select(CallBack).where(CallBack.id == call_back_id)
    if for_update:
        # The row alone is read and locked first: what is joined to it would be as it was before the wait.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement.options(*_whole(selectinload if for_update else joinedload)))
    if found is None:
        raise NotFound("CallBack")
    return found


def _whole(load: Callable[..., _AbstractLoad]) -> tuple[_AbstractLoad, ...]:
    people = (load(person).load_only(Account.name).lazyload(Account.memberships) for person in _PEOPLE)
    attempts = selectinload(CallBack.attempts).joinedload(Attempt.by).lazyload(Account.memberships)
    return (load(CallBack.contact), load(CallBack.call), attempts, *people)


def of_call(session: Session, call_id: UUID, asked: Asked) -> CallBack | None:
    """What was asked for in one call in one way."""
    return session.scalar(select(CallBack).where(CallBack.call_id == call_id, CallBack.asked == asked))


def waiting(session: Session) -> Sequence[CallBack]:
    """The open call-backs of the acting desk, those due first first."""
    statement = _listed().where(CallBack.done_at.is_(None)).order_by(CallBack.due_at, CallBack.asked_at)
    return session.scalars(statement.limit(MOST_SHOWN)).all()


def done_since(session: Session, since: datetime, limit: int = 20) -> Sequence[CallBack]:
    """What was ended lately, the latest first."""
    statement = _listed().where(CallBack.done_at >= since).order_by(CallBack.done_at.desc())
    return session.scalars(statement.limit(limit)).all()


def _listed() -> Select[CallBack]:
    owner = joinedload(CallBack.owner).load_only(Account.name).lazyload(Account.memberships)
    contact = joinedload(CallBack.contact).load_only(Contact.number, Contact.danger, Contact.safety_flags)
    return select(CallBack).options(contact, owner)


def how_many(session: Session, now: datetime) -> HowMany:
    """How many call-backs of the acting desk are open, and how many of them overdue."""
    overdue = func.count().filter(CallBack.due_at < now)
    row = session.execute(select(func.count(CallBack.id), overdue).where(CallBack.done_at.is_(None))).one()
    return HowMany(*row)


def called_again(session: Session, call_back_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
    """The newest contact that began after each of these call-backs was asked for, by a caller with the same number.

    Whoever hides the number is never taken for somebody else who does.
    """
    later = aliased(Contact)
    same = and_(later.desk_id == CallBack.desk_id, later.caller_key == Contact.caller_key, later.id != Contact.id)
    statement = (
        select(CallBack.id, later)
        .join(Contact, and_(Contact.desk_id == CallBack.desk_id, Contact.id == CallBack.contact_id))
        .join(later, and_(same, later.started_at > CallBack.asked_at))
        .where(CallBack.id.in_(call_back_ids), Contact.caller_key.is_not(None))
        .order_by(later.started_at)
    )
    return {row[0]: row[1] for row in session.execute(statement)} if call_back_ids else {}


def hours_ahead(session: Session, now: datetime) -> list[Span]:
    """When somebody has a published duty at a rung post of the acting desk in the week to come."""
    at_post = and_(Post.desk_id == Duty.desk_id, Post.id == Duty.post_id)
    published = and_(Duty.state == DutyState.PUBLISHED, Duty.account_id.is_not(None), Post.rung)
    statement = select(Duty.starts_at, Duty.ends_at).join(Post, at_post).where(published)
    coming = Duty.span.overlaps(func.tstzrange(now, now + _AHEAD))
    return [Span(start, end) for start, end in session.execute(statement.where(coming).order_by(Duty.starts_at))]


def attempt_held(session: Session, attempt_id: UUID) -> Attempt | None:
    """An attempt, whichever desk it belongs to, held until the transaction ends. Only the provider and the worker ask this."""
    statement = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    fresh = statement.execution_options(populate_existing=True)
    return session.scalar(fresh, execution_options=across("telephony"))


def message(session: Session, message_id: UUID) -> Message:
    """A recorded message of the acting desk, or NotFound."""
    found = session.scalar(select(Message).where(Message.id == message_id).options(selectinload(Message.contact)))
    if found is None:
        raise NotFound("Message")
    return found


def message_held(session: Session, message_id: UUID) -> Message | None:
    """A recorded message of the acting desk, held until the transaction ends."""
    statement = select(Message).where(Message.id == message_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True).options(lazyload("*")))


def message_by_sid(session: Session, sid: str) -> Message | None:
    return session.scalar(select(Message).where(Message.sid == sid))


def messages_of(session: Session, contact_id: UUID) -> Sequence[Message]:
    """What was recorded in the call of a contact, the earliest first."""
    return session.scalars(select(Message).where(Message.contact_id == contact_id).order_by(Message.recorded_at)).all()


class Spent(NamedTuple):
    """A message whose sound was deleted."""

    id: UUID
    desk_id: str
    contact_id: UUID


def delete_spent(session: Session, now: datetime) -> list[Spent]:
    """Delete, at all desks, the sound of what was heard, or whose contact was closed, so long ago (`rules.call_backs.MESSAGE_KEPT`)."""
    of_contact = and_(Contact.desk_id == Message.desk_id, Contact.id == Message.contact_id)
    spent = or_(Message.heard_at <= now - MESSAGE_KEPT, Contact.closed_at <= now - MESSAGE_KEPT)
    here = and_(Message.deleted_at.is_(None), Message.sound_sealed.is_not(None))
    statement = update(Message).where(here, of_contact, spent).values(sound_sealed=None, deleted_at=now)
    options = {**across("telephony"), "synchronize_session": False}
    rows = session.execute(
        statement.returning(Message.id, Message.desk_id, Message.contact_id), execution_options=options
    )
    return [Spent(*row) for row in rows]


class Unfinished(NamedTuple):
    """A message that is not here yet, or that is here and not yet deleted at the provider."""

    desk_id: str
    id: UUID
    is_here: bool


def unfinished(session: Session) -> list[Unfinished]:
    """At all desks, the messages of which something remains to be done at the provider."""
    missing = and_(Message.fetched_at.is_(None), Message.deleted_at.is_(None))
    undeleted = and_(Message.fetched_at.is_not(None), Message.gone_there_at.is_(None))
    statement = select(Message.desk_id, Message.id, Message.fetched_at.is_not(None)).where(or_(missing, undeleted))
    return [Unfinished(*row) for row in session.execute(statement, execution_options=across("telephony"))]
