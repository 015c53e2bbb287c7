"""Text messages: one comes in and is a contact, and a person may answer it with one of a few fixed sentences. Nothing answers by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.consultations.service import contacts
from helpdesk.db.jobs import Handler, enqueue
from helpdesk.db.sealed import blind_index
from helpdesk.db.session import Sessions
from helpdesk.db.wall import act_at, acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel import phones
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor
from helpdesk.outreach import sources
from helpdesk.telephony.models import TextMessage
from helpdesk.telephony.provider import Provider, ProviderFailed, Trouble
from helpdesk.telephony.queries import texts as text_queries
from helpdesk.telephony.rules import texts as rules
from helpdesk.telephony.rules.texts import Answer, Meant, Standing, TextRefusal, TextState
from helpdesk.telephony.service.arriving import UnknownLine

SEND = "telephony.text"


@dataclass(frozen=True, slots=True)
class Written:
    """One message as the provider passes it on. `media`: pictures or sounds came with it; they are not fetched."""

    sid: str
    at: datetime
    called: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    opt_out: str = ""
    media: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Written":
        """Read what `to_json` gave; raises ValueError, KeyError or TypeError for what it never gave."""
        known = {name: kept[name] for name in cls.__slots__ if name in kept}
        return cls(**{**known, "at": datetime.fromisoformat(kept["at"])})


@dataclass(frozen=True, slots=True)
class Texts:
    """The messages of a contact, oldest first, and what forbids to answer now."""

    messages: Sequence[TextMessage]
    forbidden: TextRefusal | None


def receive(session: Session, written: Written) -> None:
    """Take a message in: to the open contact of its sender, or as a new one. A message that is known changes nothing.

    Raises UnknownLine. Whoever calls this tries again in a new transaction where the database refuses a second row.
    """
    if text_queries.is_known(session, written.sid):
        return
    line = text_queries.line_written_to(session, written.called)
    if line is None:
        raise UnknownLine(written.called)
    act_at(session, line.desk_id)
    sender = phones.caller(written.sender).e164 or ""
    contact = _contact(session, line.desk_id, sender, written.at)
    message = TextMessage(
        contact_id=contact.id,
        desk_id=line.desk_id,
        sid=written.sid,
        line_number=line.number,
        at=written.at,
        stops=rules.meant(written.body, written.opt_out) is Meant.STOP,
        state=TextState.WITH_MEDIA if written.media else TextState.ARRIVED,
    )
    message.body, message.sender = written.body, sender
    session.add(message)
    contact.seen_at = None  # so that it stands in the hand-over until somebody has read it
    detail = {"message": str(message.id), "stops": message.stops}
    contacts.note(session, contact, Tag.TEXT_ARRIVED, actor=SYSTEM, now=written.at, detail=detail)


def texts_of(session: Session, contact: Contact, now: datetime) -> Texts:
    """What was written to and fro with a contact of the acting desk. Whoever shows it records that the contact was opened."""
    messages = text_queries.texts(session, contact.id)
    return Texts(messages, rules.may_answer(_standing(contact, messages), now))


def reply(
    session: Session, contact: Contact, answer: Answer, *, read: bool = False, actor: Actor, now: datetime
) -> TextMessage:
    """Answer the newest message with one of the fixed sentences, as soon as the worker comes to it.

    `read`: the person has said that the note on safe contact was read (CO2). Raises Refusal where the rules of safe contact forbid it.
    """
    contact = consultations.contact(session, contact.id, for_update=True)
    messages = text_queries.texts(session, contact.id)
    forbidden = rules.may_answer(_standing(contact, messages), now)
    if forbidden is not None:
        raise Refusal(forbidden)
    if (contact.safe_ways or contact.safe_contact_sealed) and not read:
        raise Refusal(TextRefusal.NOT_READ, field="read")
    ours = TextMessage(
        contact_id=contact.id,
        line_number=_incoming(messages)[-1].line_number,
        at=now,
        reply=answer.value,
        state=TextState.WAITING,
        by_id=actor.id,
    )
    session.add(ours)
    contacts.mark_seen(contact, now)
    detail = {"message": str(ours.id), "answer": answer.value, "read": read}
    contacts.note(session, contact, Tag.TEXT_ANSWERED, actor=actor, now=now, detail=detail)
    payload = {"desk_id": contact.desk_id, "message_id": str(ours.id)}
    enqueue(session, SEND, payload, due=now, key=f"{SEND}:{ours.id}")
    return ours


def handlers(provider: Provider, sessions: Sessions) -> Mapping[str, Handler]:
    """The job that sends an answer, at most once: two of the same in one telephone draw attention.

    What became of it when the worker died in between, or the provider did not answer, nobody knows; that is what the sheet then says.
    Only what never left this machine is tried again, and only while it is still safe.
    """

    def send(_session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        desk_id, message_id = str(payload["desk_id"]), UUID(payload["message_id"])
        outgoing = _claim(sessions, desk_id, message_id, now)
        if outgoing is None:
            return
        try:
            sid = provider.send_text(outgoing.to, outgoing.from_, outgoing.body)
        except ProviderFailed as failed:
            _note(sessions, desk_id, message_id, _AFTER.get(failed.trouble, TextState.REFUSED))
            if failed.trouble is Trouble.UNREACHABLE:
                raise
        else:
            _note(sessions, desk_id, message_id, TextState.SENT, sid)

    return {SEND: send}


def forget_senders(sessions: Sessions, _now: datetime) -> None:
    """Erase the numbers of senders that nobody needs any more."""
    with sessions.begin() as session:
        text_queries.forget_senders(session)


@dataclass(frozen=True, slots=True)
class _Outgoing:
    to: str
    from_: str
    body: str


_AFTER: Mapping[Trouble, TextState] = {
    Trouble.UNREACHABLE: TextState.WAITING,
    Trouble.UNKNOWN: TextState.UNKNOWN,
}


def _contact(session: Session, desk_id: str, sender: str, now: datetime) -> Contact:
    """Whoever writes five messages is one contact; senders without a number are never taken for one another."""
    key = blind_index(desk_id, sender) if sender else None
    known = text_queries.open_contact(session, key) if key else None
    if known is not None:
        return known
    desk = session.get_one(Desk, desk_id)
    contact = contacts.begin(session, desk, channel=rules.CHANNEL, actor=SYSTEM, now=now, caller_key=key)
    session.flush()  # the message refers to it
    return contact


def _incoming(messages: Sequence[TextMessage]) -> list[TextMessage]:
    return [each for each in messages if not each.reply]


def _standing(contact: Contact, messages: Sequence[TextMessage]) -> Standing:
    theirs = _incoming(messages)
    return Standing(
        is_open=contact.is_open,
        safe_ways=contact.safe_ways,
        safety_flags=contact.safety_flags,
        has_sender=bool(theirs and theirs[-1].sender_sealed),
        stopped=rules.is_stopped(Meant.STOP if each.stops else rules.meant(each.body) for each in theirs),
        last_at=theirs[-1].at if theirs else contact.started_at,
    )


def _claim(sessions: Sessions, desk_id: str, message_id: UUID, now: datetime) -> _Outgoing | None:
    """Say in a transaction of its own that the answer is being sent now, if it still waits and may still be sent."""
    with sessions.begin() as session, acting_at(session, desk_id):
        ours = text_queries.held(session, message_id)
        if ours is None or ours.state not in {TextState.WAITING, TextState.SENDING}:
            return None
        if ours.state == TextState.SENDING:  # whoever sent it before did not live to say so
            ours.state = TextState.UNKNOWN
            return None
        contact = consultations.contact(session, ours.contact_id)
        messages = text_queries.texts(session, contact.id)
        if rules.may_answer(_standing(contact, messages), now) is not None:
            ours.state = TextState.HELD_BACK
            return None
        ours.state = TextState.SENDING
        sender = _incoming(messages)[-1].sender
        return _Outgoing(sender, ours.line_number, sources.answer(ours.reply, contact.language or ""))


def _note(sessions: Sessions, desk_id: str, message_id: UUID, state: TextState, sid: str | None = None) -> None:
    with sessions.begin() as session, acting_at(session, desk_id):
        ours = text_queries.held(session, message_id)
        if ours is not None:
            ours.state, ours.sid = state, sid
            contacts.changed(session, desk_id, ours.contact_id)
