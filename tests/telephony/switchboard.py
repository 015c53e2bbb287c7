"""Two desks with their lines and people in a real database, and a provider that plays calls against the application."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.consultations.models import Contact
from helpdesk.db.base import Base
from helpdesk.db.wall import across, writing_across
from helpdesk.desks.models import PhoneLine
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import gateway
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.simulator import Conversation, Pace, Provider
from helpdesk.telephony.simulator.inside import Inside
from tests.factories import make_account, make_desk, make_duty, make_post
from tests.telephony.lines import BRIEF

BLUE, POINT = "+48520000001", "+48520000002"
CALLER, OTHER = "+48600100200", "+48600100201"
EWA_PHONE, JAN_PHONE, POINT_PHONE = "+48600000001", "+48600000002", "+48600000003"
ACCOUNT = "AC" + "0" * 32
TOKEN = "t" * 32
PUBLIC = "http://localhost"
SID = "CA" + "1" * 32


class Switchboard:
    """The Blue Line, where Ewa speaks Ukrainian and Jan does not, and the Help Point, where nobody is on duty."""

    def __init__(self, session: Session, app: Flask) -> None:
        self.session, self.app = session, app
        self.now = utcnow()
        self.client = Client(app.wsgi_app)
        make_desk(session, "blue-line", lines=[BLUE])
        make_desk(session, "help-point", kind=DeskKind.HELP_POINT, lines=[POINT])
        self.set(BRIEF)
        self.ewa = self.on_duty("Ewa", EWA_PHONE, ("pl", "uk"))
        self.jan = self.on_duty("Jan", JAN_PHONE, ("pl",))

    def on_duty(
        self,
        name: str,
        phone: str,
        languages: tuple[str, ...],
        desk_id: str = "blue-line",
        **how: Any,  # noqa: ANN401
    ) -> Account:
        account = make_account(self.session, desk_id, name=name, phone=phone, languages=languages, **how)
        make_duty(self.session, desk_id, account, self.now)
        self.session.commit()
        return account

    def set(self, plan: Plan) -> None:
        """Both lines behave like this from now on."""
        lines = self.session.scalars(select(PhoneLine), execution_options=across("telephony")).all()
        with writing_across(self.session, "telephony"):
            for line in lines:
                line.plan = plan.to_json()
        self.session.commit()

    def needs_somebody(self, desk_id: str) -> None:
        """A rung post of this desk needs somebody at all hours."""
        make_post(self.session, desk_id, starts=time(0), ends=time(0), rung=True)
        self.session.commit()

    def ring(self, from_: str = CALLER, to: str = BLUE, **how: Any) -> Conversation:  # noqa: ANN401
        pace = Pace(sleep=lambda _seconds: None)
        return Provider(PUBLIC, ACCOUNT, TOKEN, Inside(self.app), pace=pace).ring(from_, to, **how)

    def played(self, from_: str = CALLER, to: str = BLUE, **how: Any) -> tuple[Conversation, Call, Contact]:  # noqa: ANN401
        conversation = self.ring(from_, to, **how)
        call = self.call(conversation.call_sid)
        return conversation, call, self.contact_of(call)

    def post(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        token: str = TOKEN,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send one signed request about a call, as the provider does."""
        form = {
            "AccountSid": ACCOUNT,
            "CallSid": SID,
            "From": CALLER,
            "To": BLUE,
            "CallStatus": "ringing",
            **(fields or {}),
        }
        signed = gateway.sign(token, PUBLIC + path, {name: [value] for name, value in form.items()})
        return self.client.post(path, data=form, headers={gateway.SIGNATURE_HEADER: signed, **(headers or {})})

    def call(self, sid: str = SID) -> Call:
        return next(call for call in self.calls() if call.sid == sid)

    def calls(self) -> list[Call]:
        self.session.expire_all()
        return list(self.session.scalars(select(Call).order_by(Call.started_at), execution_options=across("telephony")))

    def contact_of(self, call: Call) -> Contact:
        return next(contact for contact in self.contacts() if contact.id == call.contact_id)

    def contacts(self) -> list[Contact]:
        self.session.expire_all()
        statement = select(Contact).order_by(Contact.started_at, Contact.id)
        return list(self.session.scalars(statement, execution_options=across("telephony")))

    def audited(self, contact: Contact) -> list[str]:
        statement = select(AuditEvent.tag).where(AuditEvent.subject == str(contact.id)).order_by(AuditEvent.id)
        return list(self.session.scalars(statement))

    def count(self, model: type[Base]) -> int:
        counted = select(func.count()).select_from(model)
        return self.session.scalar(counted, execution_options=across("telephony")) or 0


def words(conversation: Conversation) -> str:
    return " ".join(text for _, text in conversation.heard)
