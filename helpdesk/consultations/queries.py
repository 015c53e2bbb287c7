from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import QueryableAttribute, Session, aliased, joinedload, lazyload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql.base import ExecutableOption

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import (
    Advice,
    Contact,
    ContactNumber,
    ContactRevision,
    HandOver,
    Referral,
    found_by,
)
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_bounds, day_of
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.text import fold

PAGE = 25
RECENT = timedelta(days=1)
# Among so many the list looks for what is common. They are read in some milliseconds.
NEWEST = 3000
_INDEXED_LETTERS = 3

Of = type[Contact] | AliasedClass[Contact]


def contact(session: Session, contact_id: UUID, *, for_update: bool = False) -> Contact:
    """A contact of the acting desk with its advices and referrals, or NotFound. `for_update` makes a second writer wait."""
    asked = {"contact_id": contact_id}
    found = session.scalar(_contact_locked() if for_update else _contact_read(), asked)
    if found is None:
        raise NotFound("Contact")
    if for_update:
        # Read after the lock is held, so they are as the first writer left them. A join would show them as they were before.
        set_committed_value(found, "advices", session.scalars(_advices_of(), asked).all())
    return found


@cache
def _contact_read() -> Select[Contact]:
    people = _named(Contact.closed_by), _named(Contact.saved_by)
    return _one_contact().options(_with_advices(), selectinload(Contact.referrals), *people)


# These are made once, since they are asked with every save, while somebody talks.


@cache
def _contact_locked() -> Select[Contact]:
    return _one_contact().with_for_update().execution_options(populate_existing=True)


@cache
def _advices_of() -> Select[Advice]:
    statement = select(Advice).where(Advice.contact_id == bindparam("contact_id")).order_by(Advice.id)
    return statement.options(lazyload(Advice.consultant)).execution_options(populate_existing=True)


def _one_contact() -> Select[Contact]:
    return select(Contact).where(Contact.id == bindparam("contact_id"))


def contact_of_appointment(session: Session, appointment_id: UUID) -> Contact | None:
    """The contact that an appointment became when the person came."""
    return session.scalar(select(Contact).where(Contact.appointment_id == appointment_id))


def gmina_of(session: Session, contact_id: UUID) -> str | None:
    """The gmina put down in a contact, or NotFound without the contact."""
    row = session.execute(select(Contact.gmina).where(Contact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("Contact")
    (gmina,) = row
    return gmina


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

    @property
    def in_order(self) -> "ContactFilter":
        """As much of this as one index knows, which gives the rows newest first, so that few cost little."""
        days = ContactFilter(first=self.first, last=self.last)
        for name in ("state", "gmina", "outcome", "channel"):
            if value := getattr(self, name):
                return replace(days, **{name: value})
        return days

    @property
    def is_one_word(self) -> bool:
        """Whether there is one condition only, and one of which the database knows how rare it is. Of kinds it knows the common ones."""
        alone = ContactFilter(first=self.first, last=self.last, words=self.words)
        letters = [len(word) for word in fold(self.words).split()]
        return self == alone and len(letters) == 1 and letters[0] >= _INDEXED_LETTERS

    def conditions(self, of: Of = Contact) -> list[ColumnElement[bool]]:
        plain = {of.outcome: self.outcome, of.channel: self.channel, of.gmina: self.gmina}
        found: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
        if self.first:
            found.append(of.started_at >= day_bounds(self.first)[0])
        if self.last:
            found.append(of.started_at < day_bounds(self.last)[1])
        if self.state == "open":
            found.append(of.closed_at.is_(None))
        if self.consultant_id or self.kind:
            found.append(of.found_by.contains([found_by(self.consultant_id, self.kind)]))
        return found + [_has_word(of, word) for word in fold(self.words).split()]


def _has_word(of: Of, word: str) -> ColumnElement[bool]:
    """Letters anywhere in the searched words; fewer than three only where a word begins, since no index knows them elsewhere."""
    if len(word) >= _INDEXED_LETTERS:
        return of.search.contains(word, autoescape=True)
    return or_(of.search.startswith(word, autoescape=True), of.search.contains(f" {word}", autoescape=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, newest first: the page after it begins with the next older contact."""

    started_at: datetime
    id: UUID


def contacts(
    session: Session, wanted: ContactFilter, after: Place | None = None, limit: int = PAGE
) -> Sequence[Contact]:
    """Contacts of the acting desk, newest first, at most `limit`.

    Where conditions depend on one another, the database cannot tell beforehand whether what matches is common or rare. Then both ways
    are tried, each at a bounded cost: what is common is found among the newest, what is rare by its index.
    """
    if wanted == wanted.in_order or wanted.is_one_word:
        return session.scalars(_listed(select(Contact).where(*_wanted(wanted, after))).limit(limit)).all()
    found = session.scalars(_among_newest(wanted, after).limit(limit)).all()
    return found if len(found) == limit else session.scalars(_by_index(wanted, after, limit)).all()


def _among_newest(wanted: ContactFilter, after: Place | None) -> Select[Contact]:
    """Of the newest that one index gives, or of those in which a consultant advised last, the ones that match."""
    if wanted.consultant_id:
        return _listed(select(Contact).where(Contact.id.in_(_newest_advised(wanted, after)), *_wanted(wanted, after)))
    newest = _newest_first(select(Contact).where(*_wanted(wanted.in_order, after)), Contact).limit(NEWEST)
    recent = aliased(Contact, newest.subquery())
    return _listed(select(recent).where(*wanted.conditions(recent)), recent)


def _newest_advised(wanted: ContactFilter, after: Place | None) -> Select[UUID]:
    """The contacts of somebody's newest advices, with all of the last day, since advices know the day only."""
    statement = select(Advice.contact_id).where(Advice.consultant_id == wanted.consultant_id)
    bounds = (
        Advice.served_on >= wanted.first if wanted.first else None,
        Advice.served_on <= wanted.last if wanted.last else None,
    )
    statement = statement.where(*(bound for bound in bounds if bound is not None))
    if after:
        statement = statement.where(Advice.served_on <= day_of(after.started_at))
    return statement.order_by(Advice.served_on.desc()).fetch(NEWEST, with_ties=True)


def _by_index(wanted: ContactFilter, after: Place | None, limit: int) -> Select[Contact]:
    """All that match, by whatever index finds the fewest, then the newest of them."""
    matching = select(Contact.id, Contact.started_at).where(*_wanted(wanted, after)).cte("matching")
    matching = matching.prefix_with("MATERIALIZED")
    newest = select(matching.c.id).order_by(matching.c.started_at.desc(), matching.c.id.desc()).limit(limit)
    return _listed(select(Contact).where(Contact.id.in_(newest)))


def _wanted(wanted: ContactFilter, after: Place | None) -> list[ColumnElement[bool]]:
    older = [tuple_(Contact.started_at, Contact.id) < (after.started_at, after.id)] if after else []
    return [*wanted.conditions(), *older]


def contacts_by_id(session: Session, ids: Sequence[UUID]) -> Sequence[Contact]:
    """The same rows of the list, fetched by their keys."""
    return session.scalars(_listed(select(Contact).where(Contact.id.in_(ids)))).all()


def _listed(statement: Select[Contact], of: Of = Contact) -> Select[Contact]:
    return _newest_first(statement, of).options(_with_advices(of))


def _newest_first(statement: Select[Contact], of: Of) -> Select[Contact]:
    return statement.order_by(of.started_at.desc(), of.id.desc())


def _with_advices(of: Of = Contact) -> ExecutableOption:
    by = selectinload(of.advices).joinedload(Advice.consultant)
    return by.load_only(Account.name).lazyload(Account.memberships)


def _named(person: QueryableAttribute[Account | None]) -> ExecutableOption:
    """Of a person only the name; where else they work is not asked for."""
    return joinedload(person).load_only(Account.name).lazyload(Account.memberships)


def left_over(session: Session, now: datetime) -> Sequence[Contact]:
    """Contacts that the next shift must know of: open, promised and not kept, or not yet seen by anybody."""
    promised = Contact.promise_due.is_not(None) & Contact.promise_kept_at.is_(None)
    statement = select(Contact).where(or_(Contact.closed_at.is_(None), promised), Contact.started_at <= now)
    return session.scalars(_newest_first(statement, Contact).limit(200)).all()


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
