"""The provider and a caller against the whole application with its database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import across
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony import gateway
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.flow import Ending
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.simulator import Conversation, Pace, Pickup, Provider, Trouble
from tests.factories import make_account, make_desk, make_duty
from tests.telephony.office import WithoutSocket

BLUE, POINT = "+48520000001", "+48520000002"
CALLER, OTHER = "+48600100200", "+48600100201"
EWA_PHONE, JAN_PHONE, POINT_PHONE = "+48600000001", "+48600000002", "+48600000003"
TOKEN = "t" * 32
PUBLIC = "http://localhost"


class Office:
    """Two desks, a psychologist who speaks Ukrainian and a Polish one on duty at the first."""

    def __init__(self, session: Session, app: Flask) -> None:
        self.session, self.app = session, app
        self.now = utcnow()
        make_desk(session, "blue-line", lines=[BLUE])
        make_desk(session, "help-point", lines=[POINT])
        self.ewa = self.on_duty("Ewa", EWA_PHONE, ("pl", "uk"))
        self.jan = self.on_duty("Jan", JAN_PHONE, ("pl",))
        session.commit()

    def on_duty(self, name: str, phone: str, languages: tuple[str, ...], desk_id: str = "blue-line", **how: Any) -> Account:  # noqa: ANN401
        account = make_account(self.session, desk_id=desk_id, name=name, phone=phone, languages=languages, **how)
        make_duty(self.session, desk_id, account, self.now)
        self.session.commit()
        return account

    def ring(self, from_: str = CALLER, to: str = BLUE, **how: Any) -> Conversation:  # noqa: ANN401
        pace = Pace(sleep=lambda _seconds: None)
        poster = WithoutSocket(self.app.wsgi_app)
        return Provider(PUBLIC, "AC" + "0" * 32, TOKEN, poster, pace=pace).ring(from_, to, **how)

    def calls(self) -> list[Call]:
        self.session.expire_all()
        return list(self.session.scalars(select(Call).order_by(Call.started_at), execution_options=across("telephony")))

    def contacts(self) -> list[Contact]:
        self.session.expire_all()
        statement = select(Contact).order_by(Contact.started_at, Contact.id)
        return list(self.session.scalars(statement, execution_options=across("telephony")))

    def played(self, **how: Any) -> tuple[Conversation, Call, Contact]:  # noqa: ANN401
        conversation = self.ring(**how)
        call = next(call for call in self.calls() if call.sid == conversation.call_sid)
        contact = next(contact for contact in self.contacts() if contact.id == call.contact_id)
        return conversation, call, contact


@pytest.fixture
def office(session: Session, app: Flask) -> Office:
    return Office(session, app)


def test_a_caller_who_chooses_ukrainian_talks_with_whoever_speaks_it(office: Office) -> None:
    conversation, call, contact = office.played(press=["2"], answer=True)
    assert conversation.rung == [EWA_PHONE]
    assert conversation.answered_by == EWA_PHONE
    assert (call.state, call.language, call.answered_by_id) == (CallState.COMPLETED, "uk", office.ewa.id)
    assert contact.language == "uk"
