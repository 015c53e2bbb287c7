"""What is asked about text messages."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Contact
from helpdesk.db.wall import across
from helpdesk.desks.models import PhoneLine
from helpdesk.telephony.models import TextMessage
from helpdesk.telephony.rules.texts import CHANNEL

# Codes of safe contact (domain report, D.11), as for the numbers of calls.
_SAFE_PHONE, _SAFE_EMAIL, _NO_CONTACT = "SPH", "SEM", "SNO"


def is_known(session: Session, sid: str) -> bool:
    """Whether a message with the provider's identifier is there, at whichever desk."""
    statement = select(TextMessage.id).where(TextMessage.sid == sid)
    return session.scalar(statement, execution_options=across("telephony")) is not None


def line_written_to(session: Session, number: str) -> PhoneLine | None:
    """The line of this number, of whichever desk, held so that the messages of one sender come one after the other."""
    statement = select(PhoneLine).where(PhoneLine.number == number).with_for_update(key_share=True)
    return session.scalar(statement, execution_options=across("telephony"))


def open_contact(session: Session, caller_key: bytes) -> Contact | None:
    """The newest open contact of the acting desk that this sender wrote to."""
    mine = (Contact.channel == CHANNEL, Contact.caller_key == caller_key, Contact.closed_at.is_(None))
    return session.scalar(select(Contact).where(*mine).order_by(Contact.started_at.desc()).limit(1).with_for_update())


def texts(session: Session, contact_id: UUID) -> Sequence[TextMessage]:
    """The messages of a contact of the acting desk, ours as well, oldest first."""
    statement = select(TextMessage).where(TextMessage.contact_id == contact_id)
    return session.scalars(statement.order_by(TextMessage.at, TextMessage.id)).all()


def held(session: Session, message_id: UUID) -> TextMessage | None:
    """A message of the acting desk, held until the transaction ends."""
    statement = select(TextMessage).where(TextMessage.id == message_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def forget_senders(session: Session) -> int:
    """Erase the numbers of senders at all desks that nobody needs any more; answer how many. The rule is that of the callers' numbers."""
    by_phone = Contact.safe_ways.contains([_SAFE_PHONE])
    by_email_only = Contact.safe_ways.contains([_SAFE_EMAIL]) & ~by_phone
    closed_unsafe = Contact.closed_at.is_not(None) & ~by_phone
    unneeded = or_(Contact.safe_ways.contains([_NO_CONTACT]), by_email_only, closed_unsafe)
    of_message = and_(Contact.desk_id == TextMessage.desk_id, Contact.id == TextMessage.contact_id)
    statement = update(TextMessage).where(TextMessage.sender_sealed.is_not(None), of_message, unneeded)
    options = {**across("telephony"), "synchronize_session": False}
    forgotten = statement.values(sender_sealed=None).returning(TextMessage.id)
    return len(session.scalars(forgotten, execution_options=options).all())
