"""What is asked about talks with more than two: whose call it is, who was asked in, who could be."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only

from helpdesk.accounts.models import Account, Membership
from helpdesk.db.wall import acting_desk
from helpdesk.desks.models import PhoneLine
from helpdesk.kernel.permissions import LAWYERS, Profession, Role
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.queries import calls
from helpdesk.telephony.rules.plan import Plan, Profile

_NAMED = load_only(Account.name, Account.languages, Account.phone_sealed)


def call_of(session: Session, contact_id: UUID) -> tuple[Call | None, list[RoomGuest]]:
    """The call of a contact of the acting desk, and whoever was asked into it, in order. One question, for every sheet asks it."""
    of_call = and_(RoomGuest.desk_id == Call.desk_id, RoomGuest.call_id == Call.id)
    statement = select(Call, RoomGuest).outerjoin(RoomGuest, of_call).outerjoin(RoomGuest.account)
    account = contains_eager(RoomGuest.account).load_only(Account.name).lazyload(Account.memberships)
    found = statement.where(Call.contact_id == contact_id).order_by(RoomGuest.asked_at, RoomGuest.id).options(account)
    rows = session.execute(found).all()
    return (rows[0][0] if rows else None), [guest for _, guest in rows if guest is not None]


def name_of(session: Session, account_id: str) -> str:
    """Somebody's name, or nothing for nobody."""
    return (session.scalar(select(Account.name).where(Account.id == UUID(account_id))) or "") if account_id else ""


def going_on(session: Session, call_id: UUID) -> Call | None:
    """A call of the acting desk as it is now, if it is not over; it is not held."""
    statement = select(Call).where(Call.id == call_id, Call.ended_at.is_(None))
    return session.scalar(statement.execution_options(populate_existing=True))


def guests(session: Session, call_id: UUID) -> Sequence[RoomGuest]:
    """Whoever was asked into a talk of the acting desk, in order, with their accounts."""
    account = joinedload(RoomGuest.account)
    statement = select(RoomGuest).where(RoomGuest.call_id == call_id).order_by(RoomGuest.asked_at, RoomGuest.id)
    fresh = statement.options(account.lazyload(Account.memberships)).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def guest_of(session: Session, call_id: UUID, guest_id: UUID) -> RoomGuest | None:
    """One guest of a talk that is held."""
    statement = select(RoomGuest).where(RoomGuest.call_id == call_id, RoomGuest.id == guest_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def knows_rooms(session: Session, number: str) -> bool:
    """Whether the provider of this line of the acting desk can have more than two in a talk."""
    kept = session.scalar(select(PhoneLine.plan).where(PhoneLine.number == number))
    return Plan.from_json(kept or {}).profile is not Profile.PORTABLE


def interpreters(session: Session, language: str | None) -> list[Account]:
    """The interpreters of the acting desk who have a telephone and speak the language, by name; all of them where none is known."""
    interprets = or_(
        Membership.roles.contains([Role.INTERPRETER.value]), Membership.profession == Profession.INTERPRETER
    )
    here = (Membership.desk_id == acting_desk(session), Account.active, interprets, Account.phone_sealed.is_not(None))
    statement = select(Membership).join(Membership.account).where(*here).order_by(Account.name)
    found = session.scalars(statement.options(contains_eager(Membership.account).options(_NAMED))).all()
    return [each.account for each in found if language is None or language in each.account.languages]


def on_duty(session: Session, now: datetime) -> tuple[list[Account], list[Account]]:
    """Who is on duty at the acting desk and has a telephone: colleagues, and lawyers among them; longest on duty first."""
    found = [each for each in calls.on_duty(session, now) if each.account.phone]
    lawyers = {profession.value for profession in LAWYERS}
    return [each.account for each in found], [each.account for each in found if each.profession in lawyers]
