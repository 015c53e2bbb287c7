from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from helpdesk.consultations.models import Advice, Contact, ContactNumber, ContactRevision, HandOver, Referral
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.text import fold

PAGE = 25
RECENT = timedelta(days=1)


def contact(session: Session, contact_id: UUID, *, for_update: bool = False) -> Contact:
    """A contact of the acting desk with its advices and referrals, or NotFound. `for_update` makes a second writer wait."""
    statement = (
        select(Contact)
        .where(Contact.id == contact_id)
        .options(
            selectinload(Contact.advices),
            selectinload(Contact.referrals),
            joinedload(Contact.closed_by),
            joinedload(Contact.saved_by),
        )
    )
    if for_update:
        statement = statement.with_for_update(of=Contact).execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise NotFound("Contact")
    return found


def gmina_of(session: Session, contact_id: UUID) -> str | None:
    """The gmina put down in a contact, or NotFound without the contact."""
    row = session.execute(select(Contact.gmina).where(Contact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("Contact")
    return row.gmina


def next_running(session: Session, year: int) -> int:
    """The next running number of the acting desk in a year. The row stays locked until the transaction ends, so there are no gaps."""
    first = insert(ContactNumber).values(desk_id=acting_desk(session), year=year, last=1)
    bump = first.on_conflict_do_update(index_elements=["desk_id", "year"], set_={"last": ContactNumber.last + 1})
    running: int = session.execute(bump.returning(ContactNumber.last)).scalar_one()
    return running


def has_called_before(session: Session, caller_key: bytes, before: datetime) -> bool:
    """Whether somebody with this blind index was in contact with the desk earlier."""
    statement = select(Contact.id).where(Contact.caller_key == caller_key, Contact.started_at < before)
    return session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What the list is narrowed to. Everything given must hold."""

    first: date | None = None
    last: date | None = None
    consultant_id: UUID | None = None
    kind: str | None = None
    outcome: str | None = None
    channel: str | None = None
    gmina: str | None = None
    state: str | None = None
    words: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        plain = {Contact.outcome: self.outcome, Contact.channel: self.channel, Contact.gmina: self.gmina}
        found: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
        if self.first:
            found.append(Contact.started_at >= day_bounds(self.first)[0])
        if self.last:
            found.append(Contact.started_at < day_bounds(self.last)[1])
        if self.state == "open":
            found.append(Contact.closed_at.is_(None))
        if self.consultant_id or self.kind:
            found.append(Contact.advices.any(self._of_advice()))
        return found + [Contact.search.contains(word, autoescape=True) for word in fold(self.words).split()]

    def _of_advice(self) -> ColumnElement[bool]:
        of_consultant = Advice.consultant_id == self.consultant_id if self.consultant_id else None
        of_kind = Advice.kinds.contains([self.kind]) if self.kind else None
        given = [condition for condition in (of_consultant, of_kind) if condition is not None]
        return given[0] if len(given) == 1 else given[0] & given[1]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, newest first: the page after it begins with the next older contact."""

    started_at: datetime
    id: UUID


def contacts(
    session: Session, wanted: ContactFilter, after: Place | None = None, limit: int = PAGE
) -> Sequence[Contact]:
    """Contacts of the acting desk, newest first, at most `limit`."""
    statement = _listed(select(Contact).where(*wanted.conditions()))
    if after:
        statement = statement.where(tuple_(Contact.started_at, Contact.id) < (after.started_at, after.id))
    return session.scalars(statement.limit(limit)).all()


def contacts_by_id(session: Session, ids: Sequence[UUID]) -> Sequence[Contact]:
    """The same rows of the list, fetched by their keys."""
    return session.scalars(_listed(select(Contact).where(Contact.id.in_(ids)))).all()


def _listed(statement: Select[Contact]) -> Select[Contact]:
    newest_first = statement.order_by(Contact.started_at.desc(), Contact.id.desc())
    return newest_first.options(selectinload(Contact.advices))


def left_over(session: Session, now: datetime) -> Sequence[Contact]:
    """Contacts that the next shift must know of: open, promised and not kept, or not yet seen by anybody."""
    promised = Contact.promise_due.is_not(None) & Contact.promise_kept_at.is_(None)
    statement = select(Contact).where(or_(Contact.closed_at.is_(None), promised), Contact.started_at <= now)
    return session.scalars(_listed(statement).limit(200)).all()


def recent_contacts(session: Session, now: datetime, limit: int = 12) -> Sequence[Contact]:
    """What happened at the desk in the last day, newest first."""
    statement = select(Contact).where(Contact.started_at > now - RECENT, Contact.started_at <= now)
    return session.scalars(_listed(statement).limit(limit)).all()


def referral(session: Session, contact_id: UUID, referral_id: UUID) -> Referral:
    found = session.scalar(select(Referral).where(Referral.id == referral_id, Referral.contact_id == contact_id))
    if found is None:
        raise NotFound("Referral")
    return found


def revisions(session: Session, contact_id: UUID) -> Sequence[ContactRevision]:
    """Earlier versions of a contact, newest first."""
    statement = select(ContactRevision).where(ContactRevision.contact_id == contact_id)
    return session.scalars(statement.order_by(ContactRevision.at.desc())).all()


def last_handover(session: Session) -> HandOver | None:
    return session.scalar(select(HandOver).order_by(HandOver.signed_at.desc()).limit(1))


def count_contacts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Contact)) or 0


def advices_of(session: Session, contact_id: UUID) -> Mapping[UUID, Advice]:
    statement = (
        select(Advice)
        .join(Advice.contact)
        .where(Advice.contact_id == contact_id)
        .options(contains_eager(Advice.contact))
    )
    return {advice.id: advice for advice in session.scalars(statement)}
