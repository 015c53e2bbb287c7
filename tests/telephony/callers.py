"""Somebody called and waits for a call from us; and a provider that remembers what it was asked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.db.jobs import Job
from helpdesk.db.sealed import blind_index
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.phones import caller
from helpdesk.telephony.models import Call, CallBack
from helpdesk.telephony.provider import NoProvider, ProviderFailed, Trouble
from helpdesk.telephony.rules.call_backs import Asked
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.service import call_backs
from tests.factories import make_contact

NEUTRAL = "+48221110000"
LINE, CALLER = "+48520000001", "+48600100200"


def make_call(session: Session, desk: Desk, at: datetime, number: str = CALLER) -> Call:
    """A call that has ended, with its open contact."""
    contact = make_contact(session, desk, at)
    known = caller(number)
    with acting_at(session, desk.id):
        contact.caller_key = blind_index(desk.id, known.e164) if known.e164 else None
        call = Call(
            desk_id=desk.id,
            sid=f"CA{uuid4().hex}",
            contact_id=contact.id,
            line_number=LINE,
            caller_kind=known.kind,
            caller_key=contact.caller_key,
            language="uk",
            state=CallState.COMPLETED,
            started_at=at,
            heard_at=at,
            ended_at=at + timedelta(minutes=2),
        )
        call.caller_number = known.e164 or ""
        session.add(call)
        session.flush()
    return call


def make_call_back(
    session: Session, desk: Desk, at: datetime, asked: Asked = Asked.CALL_BACK, number: str = CALLER
) -> CallBack:
    """Somebody who asked on the telephone to be called back, or left a message."""
    call = make_call(session, desk, at, number)
    with acting_at(session, desk.id):
        made = call_backs.ask(session, call, asked, at)
        session.flush()
    return made


def jobs(session: Session, kind: str) -> list[Job]:
    return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def audited(session: Session, contact_id: UUID) -> list[tuple[str, dict[str, object]]]:
    """What was recorded about a contact, in order, without the ids."""
    statement = select(AuditEvent).where(AuditEvent.subject == str(contact_id)).order_by(AuditEvent.id)
    ids = {"call_back", "message"}
    return [
        (each.tag, {name: value for name, value in each.detail.items() if name not in ids})
        for each in session.scalars(statement)
    ]


@dataclass
class Remembering(NoProvider):
    """A provider for these stories: it rings whom it is told to, holds recordings, and fails when a story says so."""

    sounds: dict[str, bytes] = field(default_factory=dict)
    rung: list[tuple[str, str, str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    fails: Trouble | None = None

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:
        self._may_fail()
        self.rung.append((to, shown, answer_url, status_url))
        return f"CA{len(self.rung)}"

    def recording(self, sid: str) -> bytes:
        self._may_fail()
        if sid not in self.sounds:
            raise ProviderFailed(Trouble.GONE)
        return self.sounds[sid]

    def delete_recording(self, sid: str) -> None:
        self._may_fail()
        self.sounds.pop(sid, None)
        self.deleted.append(sid)

    def _may_fail(self) -> None:
        if self.fails is not None:
            raise ProviderFailed(self.fails)
