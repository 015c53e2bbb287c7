"""A consultant opens the sheet of a call."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.consultations.service import advices, contacts
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony.models import Call
from helpdesk.telephony.service.noting import changed


def open_sheet(session: Session, call: Call, *, actor: Actor, now: datetime) -> Contact:
    """The consultant works on the contact of this call; the telephone itself decides nothing about who does."""
    contact = consultations.contact(session, call.contact_id, for_update=True)
    if contact.is_open:
        contacts.mark_seen(contact, now)
        advices.take(session, contact, actor=actor, now=now)
        changed(session, call)
    return contact
