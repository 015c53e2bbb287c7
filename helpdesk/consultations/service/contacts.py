"""A contact begins: by the telephone's first packet, or by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import FirstContact
from helpdesk.consultations.rules.numbers import contact_number
from helpdesk.db.notify import Changed, tell
from helpdesk.desks.models import Desk
from helpdesk.directory.models import Institution
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.permissions import Actor
from helpdesk.kernel.teryt import area, county_of
from helpdesk.kernel.text import fold

TOPIC = "contacts"


def begin(  # each is a fact of the first packet
    session: Session,
    desk: Desk,
    *,
    channel: str,
    actor: Actor,
    now: datetime,
    caller_key: bytes | None = None,
    language: str | None = None,
    started_at: datetime | None = None,
) -> Contact:
    """A new contact of the acting desk. A caller with a key is first or repeated; one without (withheld, malformed) is neither.

    It began now, or at `started_at` where it is written down afterwards; that instant decides its year.
    """
    began = started_at or now
    contact = Contact(
        desk_id=desk.id,
        number="",
        channel=channel,
        started_at=began,
        served_on=day_of(began),
        caller_key=caller_key,
        language=language,
        first_contact=first_or_repeated(session, caller_key, now),
        opened_by_id=actor.id,
        seen_at=now if actor.id else None,
    )
    # Taken last of all: it locks the desk's counter until the transaction ends.
    contact.number = contact_number(desk.number_prefix, began, queries.next_running(session, contact.served_on.year))
    contact.search = fold(contact.number)
    session.add(contact)
    note(session, contact, Tag.CONTACT_CREATED, actor=actor, now=now, detail={"channel": channel})
    return contact


def first_or_repeated(session: Session, caller_key: bytes | None, now: datetime) -> str:
    if caller_key is None:
        return FirstContact.UNKNOWN
    return FirstContact.REPEATED if queries.has_called_before(session, caller_key, now) else FirstContact.FIRST


def open_contact(session: Session, contact_id: UUID, *, actor: Actor, now: datetime) -> Contact:
    """A contact for reading; that it was opened, and by whom, is recorded."""
    contact = queries.contact(session, contact_id)
    audit.record(session, actor=actor, tag=Tag.CONTACT_OPENED, subject=contact.id, desk_id=contact.desk_id, now=now)
    return contact


def mark_seen(contact: Contact, now: datetime) -> None:
    """Somebody has taken notice of a contact that came in by itself."""
    contact.seen_at = contact.seen_at or now


def changed(session: Session, desk_id: str, contact_id: UUID) -> None:
    """Tell the desk's screens that a contact changed."""
    tell(session, Changed(desk_id, TOPIC, str(contact_id)))


def note(
    session: Session, contact: Contact, tag: Tag, *, actor: Actor, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Record who did what to a contact, and tell the desk's screens that it changed; one statement."""
    told = Changed(contact.desk_id, TOPIC, str(contact.id))
    audit.record(
        session,
        actor=actor,
        tag=tag,
        subject=contact.id,
        desk_id=contact.desk_id,
        now=now,
        detail=detail,
        told=told,
    )


def keep_promise(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> None:
    """What was promised has been done."""
    contact.promise_kept_at = now
    note(session, contact, Tag.CONTACT_SAVED, actor=actor, now=now, detail={"fields": ["promise_kept_at"]})


def describe(contact: Contact, institutions: list[Institution]) -> None:
    """Put down by which words a contact is found: its number, place and institutions, all of them public. Notes are sealed and never here."""
    words = [contact.number, *(institution.name for institution in institutions)]
    if contact.gmina:
        place = area(contact.gmina)
        words += [place.name, county_of(place.code).name]
    contact.search = fold(" ".join(words))
