"""The quick way by which a call arrives, held against the plain one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.consultations.models import Contact
from helpdesk.consultations.service import contacts
from helpdesk.db.base import Base
from helpdesk.db.jobs import Job, enqueue
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import across, acting_at
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony import arrival, service
from helpdesk.telephony.service import Heard, Kind
from helpdesk.telephony.service.noting import TOPIC
from tests.telephony.switchboard import BLUE, CALLER, EWA_PHONE, SID, Switchboard


def row_of(row: Base, *but: str) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in but}


@pytest.mark.parametrize("caller", [CALLER, "anonymous", "12"])
def test_the_quick_way_leaves_the_contact_that_the_plain_way_leaves(switchboard: Switchboard, caller: str) -> None:
    switchboard.post("/telephony/voice", {"From": caller})
    (quick,) = switchboard.contacts()
    session = switchboard.session
    with acting_at(session, "blue-line"):
        desk = session.get_one(Desk, "blue-line")
        key = b"another caller" if quick.caller_key else None
        plain = contacts.begin(session, desk, channel="PHO", actor=SYSTEM, now=quick.started_at, caller_key=key)
        session.flush()
        different = ("id", "number", "search", "caller_key")
        assert row_of(quick, *different) == row_of(plain, *different)
        assert (quick.number[-6:], plain.number[-6:]) == ("000001", "000002")
        assert (quick.number[:-1], quick.search[:-1]) == (plain.number[:-1], plain.search[:-1])
        created = select(AuditEvent).where(AuditEvent.tag == "contact:created").order_by(AuditEvent.id)
        first, second = session.scalars(created)
        different = ("id", "subject", "transaction", "recorded_at")
        assert row_of(first, *different) == row_of(second, *different)
        assert (first.subject, second.subject) == (str(quick.id), str(plain.id))


def test_the_quick_way_asks_for_the_job_that_the_plain_way_asks_for(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    (quick,) = switchboard.session.scalars(select(Job))
    enqueue(switchboard.session, quick.kind, quick.payload, due=quick.due, key="another")
    plain = switchboard.session.scalars(select(Job).where(Job.key == "another")).one()
    assert row_of(quick, "id", "key", "created_at") == row_of(plain, "id", "key", "created_at")
    assert quick.key == f"telephony.settle:{switchboard.call().id}"
    assert quick.due - switchboard.call().started_at == timedelta(hours=4)


def test_the_quick_way_tells_what_the_plain_way_tells(switchboard: Switchboard, engine: Engine) -> None:
    switchboard.post("/telephony/voice")
    call = switchboard.call()
    told: list[object] = []

    def note(_connection: object, _cursor: object, _statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401
        told.extend(parameters.values() if isinstance(parameters, dict) else parameters)

    event.listen(engine, "before_cursor_execute", note)
    try:
        tell(switchboard.session, Changed("blue-line", TOPIC, str(call.id)))
        tell(switchboard.session, Changed("blue-line", contacts.TOPIC, str(call.contact_id)))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    quick = arrival._notices(call, (TOPIC, contacts.TOPIC))
    assert set(quick.values()) <= set(told)


def test_a_number_grows_past_six_digits(switchboard: Switchboard, session: Session) -> None:
    switchboard.post("/telephony/voice")
    session.connection().exec_driver_sql("UPDATE contact_number SET last = 999999")
    session.commit()
    switchboard.post("/telephony/voice", {"CallSid": "CA2"})
    assert {contact.number[-8:] for contact in switchboard.contacts()} == {"6/000001"[-8:], "/1000000"}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, but for savepoints of the test itself."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "SAVEPOINT" not in statement:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_call_is_written_in_one_statement_and_waited_for_in_another(switchboard: Switchboard, engine: Engine) -> None:
    for sid, expected in (("CA1", {2, 3}), ("CA2", {2})):
        with counted(engine) as statements:
            switchboard.post("/telephony/voice", {"CallSid": sid})
        assert len(statements) in expected
    assert len(switchboard.contacts()) == 2


def test_a_line_that_changed_meanwhile_is_read_again(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice", {"CallSid": "CA1"})
    line = switchboard.session.scalars(
        select(PhoneLine).where(PhoneLine.number == BLUE), execution_options=across("telephony")
    ).one()
    with acting_at(switchboard.session, "blue-line"):
        line.languages = ["uk", "pl"]
    switchboard.session.commit()
    for sid in ("CA2", "CA3"):
        answer = switchboard.post("/telephony/voice", {"CallSid": sid}).text
        assert answer.index("uk-UA") < answer.rindex("pl-PL")
        assert "en-GB" not in answer
    assert len(switchboard.contacts()) == 3


def test_a_line_that_went_to_another_desk_rings_there(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice", {"CallSid": "CA1"})
    moved = "UPDATE phone_line SET desk_id = 'help-point' WHERE desk_id = 'blue-line'"
    switchboard.session.connection().exec_driver_sql(moved)
    switchboard.session.commit()
    switchboard.post("/telephony/voice", {"CallSid": "CA2"})
    assert [contact.desk_id for contact in switchboard.contacts()] == ["blue-line", "help-point"]


def test_what_comes_too_late_is_not_written(switchboard: Switchboard, connection: Connection) -> None:
    heard = Heard(Kind.VOICE, SID, utcnow(), sid=SID, caller=CALLER, called=BLUE, status="ringing")
    assert service.greet(connection, heard, utcnow() - timedelta(seconds=1)) is None
    assert switchboard.calls() == []
    assert service.greet(connection, heard, utcnow() + timedelta(seconds=10)) is not None
    assert len(switchboard.calls()) == 1


def test_the_number_of_statements_does_not_grow_with_the_people_on_duty(
    switchboard: Switchboard, engine: Engine
) -> None:
    def statements_of_a_choice(sid: str) -> int:
        switchboard.post("/telephony/voice", {"CallSid": sid})
        with counted(engine) as statements:
            switchboard.post(
                f"/telephony/menu/{sid}?turn=1", {"CallSid": sid, "Digits": "2", "CallStatus": "in-progress"}
            )
        return len(statements)

    few = statements_of_a_choice("CA-few")
    for number in range(8):
        switchboard.on_duty(f"Person {number}", f"+4860000010{number}", ("pl", "uk"))
    assert statements_of_a_choice("CA-many") == few
    assert few <= 8


def test_a_call_is_unknown_to_the_wall_of_no_desk(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    with acting_at(switchboard.session, "help-point"):
        assert list(switchboard.session.scalars(select(Contact))) == []
    assert switchboard.call(SID).line_number == BLUE != EWA_PHONE
