"""Advices within a contact: the consultant's own, a second role in the same conversation, a second consultant who joins (CR-2, CR-5)."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.service import contacts
from helpdesk.kernel.errors import Forbidden, Refusal
from helpdesk.kernel.permissions import Actor


def of_consultant(contact: Contact, actor: Actor) -> list[Advice]:
    return [advice for advice in contact.advices if advice.consultant_id == actor.id]


def take(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> Advice:
    """The consultant works on this contact: her first advice in it, made once however often she asks."""
    own = of_consultant(contact, actor)
    if own:
        return own[0]
    tag = Tag.ADVICE_JOINED if contact.advices else Tag.ADVICE_ADDED
    return _add(session, contact, actor, now, tag)


def add_role(session: Session, contact: Contact, *, actor: Actor, now: datetime) -> Advice:
    """A second capacity of the same caller, helped by the same consultant: a second advice (CR-5)."""
    empty = [advice for advice in of_consultant(contact, actor) if advice.facts.is_empty]
    return empty[0] if empty else _add(session, contact, actor, now, Tag.ADVICE_ADDED)


def _add(session: Session, contact: Contact, actor: Actor, now: datetime, tag: Tag) -> Advice:
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    if actor.id is None or actor.profession is None:
        raise Forbidden
    advice = Advice(
        contact_id=contact.id, consultant_id=actor.id, profession=actor.profession, served_on=contact.served_on
    )
    contact.advices.append(advice)
    contacts.mark_seen(contact, now)
    contacts.note(session, contact, tag, actor=actor, now=now)
    return advice
