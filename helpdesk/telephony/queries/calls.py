from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, lazyload, load_only

from helpdesk.accounts.models import Account, Membership
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import across, acting_desk
from helpdesk.desks.models import PhoneLine
from helpdesk.kernel.permissions import ROLE_PERMISSIONS, Permission, Profession, Role
from helpdesk.roster.models import Duty, DutyState, Post
from helpdesk.telephony.models import Call, CallBack
from helpdesk.telephony.rules.call_backs import Asked

# Only who may write the sheet is rung: a call to anybody else would be a call without a record.
_ANSWERING = [role.value for role in Role if Permission.CONTACT_WRITE in ROLE_PERMISSIONS[role]]

# Codes of safe contact (domain report, D.5): the only ones that decide about a number.
_SAFE_PHONE, _SAFE_EMAIL, _NO_CONTACT = "SPH", "SEM", "SNO"

_LONGEST_TALK = timedelta(hours=4)
_LONGEST_SILENCE = timedelta(minutes=10)
_MOST_SHOWN = 20

# Nothing else about these people is asked for: this runs while somebody waits on the telephone.
_TELEPHONE_ONLY = (
    load_only(Account.languages, Account.phone_sealed, Account.phone_by_person),
    lazyload(Account.memberships),
)
_OF_A_CALL_NOW = (Call.started_at, Call.ended_at, Call.answered_at, Call.answered_by_id, Call.flow, Call.legs)


class Held(NamedTuple):
    """A call that nobody else may change until the transaction ends, and how its line is set."""

    call: Call
    languages: tuple[str, ...]
    plan: Mapping[str, Any]
    name: str


class OnDutyNow(NamedTuple):
    """Somebody who may answer, and as what."""

    account: Account
    profession: str


class CallNow(NamedTuple):
    """A call that is not over: whether its caller waits for somebody, and whose telephones it keeps busy."""

    id: UUID
    started_at: datetime
    waits: bool
    people: frozenset[str]


def held(session: Session, sid: str) -> Held | None:
    """The call with the provider's identifier, whichever desk it belongs to. Only the provider asks this."""
    line = and_(PhoneLine.desk_id == Call.desk_id, PhoneLine.number == Call.line_number)
    columns = (PhoneLine.languages, PhoneLine.plan, PhoneLine.name)
    statement = select(Call, *columns).outerjoin(PhoneLine, line).where(Call.sid == sid)
    locked = statement.with_for_update(of=Call).execution_options(populate_existing=True)
    row = session.execute(locked, execution_options=across("telephony")).one_or_none()
    return Held(row[0], tuple(row[1] or ()), row[2] or {}, row[3] or "") if row else None


def held_here(session: Session, call_id: UUID) -> Call | None:
    """A call of the acting desk, held until the transaction ends."""
    statement = select(Call).where(Call.id == call_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def all_lines(session: Session) -> Sequence[PhoneLine]:
    return session.scalars(select(PhoneLine).order_by(PhoneLine.number), execution_options=across("telephony")).all()


def on_duty(session: Session, first: datetime, last: datetime | None = None) -> list[OnDutyNow]:
    """Who has a published duty at a rung post of the acting desk at an instant, or between two, and may answer; longest on duty first."""
    span = Duty.span.contains(first) if last is None else Duty.span.overlaps(func.tstzrange(first, last))
    at_post = and_(Post.desk_id == Duty.desk_id, Post.id == Duty.post_id)
    member = and_(Membership.desk_id == Duty.desk_id, Membership.account_id == Duty.account_id)
    answers = or_(*(Membership.roles.contains([role]) for role in _ANSWERING))
    statement = (
        select(Account, Membership.profession)
        .join(Duty, Duty.account_id == Account.id)
        .join(Post, at_post)
        .join(Membership, member)
        .where(span, Duty.state == DutyState.PUBLISHED, Post.rung, Account.active, answers)
        .order_by(Duty.starts_at, Account.id)
        .options(*_TELEPHONE_ONLY)
    )
    return _people(session.execute(statement))


def coordinators(session: Session) -> list[OnDutyNow]:
    """The coordinators of the acting desk who may be rung when nobody on duty answers."""
    member = and_(Membership.desk_id == acting_desk(session), Membership.account_id == Account.id)
    coordinates = Membership.roles.contains([Role.COORDINATOR.value])
    statement = select(Account, Membership.profession).join(Membership, member).where(Account.active, coordinates)
    return _people(session.execute(statement.order_by(Account.id).options(*_TELEPHONE_ONLY)))


def _people(rows: Iterable[Row[Account, Profession]]) -> list[OnDutyNow]:
    """Each person once: two duties at the same time do not make two telephones."""
    found: dict[UUID, OnDutyNow] = {}
    for account, profession in rows:
        found.setdefault(account.id, OnDutyNow(account, profession.value))
    return list(found.values())


def next_duty(session: Session, now: datetime) -> datetime | None:
    """When the next published duty at a rung post of the acting desk begins that somebody holds."""
    at_post = and_(Post.desk_id == Duty.desk_id, Post.id == Duty.post_id)
    coming = (Duty.state == DutyState.PUBLISHED, Duty.starts_at > now, Duty.account_id.is_not(None), Post.rung)
    return session.scalar(select(func.min(Duty.starts_at)).join(Post, at_post).where(*coming))


def calls_now(session: Session, now: datetime) -> list[CallNow]:
    """The calls at the acting desk that are not over, as far as whoever is to be rung next has to know of them."""
    statement = select(Call).where(Call.ended_at.is_(None), _is_recent(now)).options(load_only(*_OF_A_CALL_NOW))
    return [CallNow(each.id, each.started_at, each.waits, each.people) for each in session.scalars(statement)]


def answered_since(session: Session, since: datetime) -> dict[str, int]:
    """How many calls each person of the acting desk has answered since an instant."""
    count = select(Call.answered_by_id, func.count()).where(Call.started_at >= since, Call.answered_by_id.is_not(None))
    return {str(account_id): number for account_id, number in session.execute(count.group_by(Call.answered_by_id))}


def names(session: Session, account_ids: Sequence[str]) -> Mapping[str, str]:
    """The names of people by the text of their ids."""
    ids = [UUID(each) for each in account_ids]
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))) if ids else ()
    return {str(account_id): name for account_id, name in rows}


def open_calls(session: Session, now: datetime) -> Sequence[Call]:
    """The calls at the acting desk that are not over, with their contacts, oldest first.

    Whoever waits is heard of every minute, so a call that still seems to ring after a longer silence only lost its last word.
    """
    statement = select(Call).options(joinedload(Call.contact)).where(Call.ended_at.is_(None), _is_recent(now))
    return session.scalars(statement.order_by(Call.started_at).limit(_MOST_SHOWN)).all()


def _is_recent(now: datetime) -> ColumnElement[bool]:
    talks = Call.answered_at.is_not(None) & (Call.started_at > now - _LONGEST_TALK)
    return talks | (Call.heard_at > now - _LONGEST_SILENCE)


def set_language(session: Session, call: Call, language: str) -> None:
    """Put the chosen language on the sheet, unless somebody wrote one there."""
    statement = update(Contact).where(Contact.id == call.contact_id, Contact.language.is_(None))
    session.execute(statement.values(language=language), execution_options={"synchronize_session": False})


def set_end(session: Session, call: Call, ended_at: datetime) -> None:
    """Put the end on the sheet, unless somebody wrote one there."""
    statement = update(Contact).where(Contact.id == call.contact_id, Contact.ended_at.is_(None))
    end = func.greatest(Contact.started_at, ended_at)
    session.execute(statement.values(ended_at=end), execution_options={"synchronize_session": False})


def set_earlier_start(session: Session, call: Call) -> None:
    """Put an earlier start on the sheet, unless somebody has seen it."""
    later = Contact.started_at > call.started_at
    statement = update(Contact).where(Contact.id == call.contact_id, Contact.seen_at.is_(None), later)
    session.execute(statement.values(started_at=call.started_at), execution_options={"synchronize_session": False})


def forget_numbers(session: Session, call: Call | None = None) -> int:
    """Erase the numbers of callers, of one call or at all desks, that nobody needs any more; answer how many.

    A number is needed while the contact is open or the caller waits to be called back, as the caller said was safe, and afterwards
    only where the sheet says that the phone is safe. Whoever wants no contact, or contact by e-mail only, leaves no number behind
    once the call is over.
    """
    by_phone = Contact.safe_ways.contains([_SAFE_PHONE])
    by_email_only = Contact.safe_ways.contains([_SAFE_EMAIL]) & ~by_phone
    back = and_(CallBack.desk_id == Call.desk_id, CallBack.call_id == Call.id, CallBack.asked == Asked.CALL_BACK)
    awaited = exists().where(back, CallBack.done_at.is_(None))
    closed_unsafe = Contact.closed_at.is_not(None) & ~by_phone & ~awaited
    unneeded = or_(Contact.safe_ways.contains([_NO_CONTACT]), by_email_only, closed_unsafe)
    of_call = and_(Contact.desk_id == Call.desk_id, Contact.id == Call.contact_id)
    over = and_(Call.caller_number_sealed.is_not(None), Call.ended_at.is_not(None))
    statement = update(Call).where(over, of_call, unneeded).values(caller_number_sealed=None).returning(Call.id)
    if call is not None:
        statement = statement.where(Call.desk_id == call.desk_id, Call.id == call.id)
    options = {**across("telephony"), "synchronize_session": False}
    return len(session.scalars(statement, execution_options=options).all())
