"""Referrals made in a contact."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.models import Contact, Referral
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.service import contacts
from helpdesk.directory.models import Institution
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor


class ReferralRefusal(StrEnum):
    """Why a referral cannot be put down."""

    NOT_A_STATE = "referral:not-a-state"
    NOT_FOUND = "referral:not-found"


def refer(  # a referral is all of these
    session: Session,
    contact: Contact,
    *,
    kind: str,
    institution: Institution | None,
    actor: Actor,
    now: datetime,
    state: str = "INFO",
) -> Referral:
    """Put down that somebody was told of, or handed on to, an institution. The same one twice is one referral."""
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    if not codes("referrals").known(kind) or not codes("referral-states").known(state) or actor.id is None:
        raise Refusal(ReferralRefusal.NOT_FOUND, field="referral")
    institution_id = institution.id if institution else None
    same = [each for each in contact.referrals if (each.kind, each.institution_id) == (kind, institution_id)]
    if same:
        return same[0]
    made = Referral(
        contact_id=contact.id, kind=kind, institution=institution, state=state, made_by_id=actor.id, made_at=now
    )
    contact.referrals.append(made)
    _note(session, contact, actor, now, {"kind": kind, "state": state})
    return made


def set_state(
    session: Session, contact: Contact, referral_id: UUID, state: str, *, actor: Actor, now: datetime
) -> None:
    """Told only, sent with consent, sent by legal duty, confirmed or declined (D.5); also after the contact was closed."""
    if not codes("referral-states").known(state):
        raise Refusal(ReferralRefusal.NOT_A_STATE, field="referral")
    queries.referral(session, contact.id, referral_id).state = state
    _note(session, contact, actor, now, {"state": state})


def take_back(session: Session, contact: Contact, referral_id: UUID, *, actor: Actor, now: datetime) -> None:
    """A referral put down by mistake, while the contact is open. The audit keeps that it was there."""
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    gone = queries.referral(session, contact.id, referral_id)
    contact.referrals.remove(gone)
    session.delete(gone)
    _note(session, contact, actor, now, {"kind": gone.kind, "state": "taken-back"})


def _note(session: Session, contact: Contact, actor: Actor, now: datetime, detail: dict[str, str]) -> None:
    contacts.describe(contact, [each.institution for each in contact.referrals if each.institution])
    contacts.note(session, contact, Tag.REFERRAL_CHANGED, actor=actor, now=now, detail=detail)
