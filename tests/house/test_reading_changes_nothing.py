"""A page that is only read changes nothing but the record of who read it."""

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from helpdesk.audit.models import AuditEvent
from helpdesk.db.session import Sessions
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.web.access import access_of
from helpdesk.web.sessions import BrowserSession
from tests.factories import BLUE_LINE, make_account, make_contact, make_desk, make_duty, sign_in
from tests.house.test_access import address, doors

WRITTEN_BY_READING = (AuditEvent, BrowserSession)
ROLES = (Role.COORDINATOR, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)


def test_reading_any_page_writes_nothing_but_the_trace(
    app: Flask, session: Session, sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(session)
    somebody = make_account(session, BLUE_LINE, ROLES, Profession.PSYCHOLOGIST)
    contact = make_contact(session, desk, now, by=somebody)
    make_duty(session, BLUE_LINE, somebody, now)
    session.commit()
    written: list[object] = []

    def watch(flushing: Session, _context: UOWTransaction, _instances: object) -> None:
        written.extend(row for row in (*flushing.new, *flushing.deleted) if not isinstance(row, WRITTEN_BY_READING))
        written.extend(
            row for row in flushing.dirty if flushing.is_modified(row) and not isinstance(row, WRITTEN_BY_READING)
        )

    client = app.test_client()
    sign_in(client, somebody)
    monkeypatch.setattr("tests.house.test_access.uuid4", lambda: UUID(str(contact.id)))
    event.listen(Session, "before_flush", watch)
    try:
        for door in doors(app):
            access = access_of(app, door.endpoint)
            if door.method == "GET" and access and access.open_for is None and door.endpoint != "live.stream":
                assert client.get(address(app, door, BLUE_LINE)).status_code < 500, door
                assert written == [], (door, written)
    finally:
        event.remove(Session, "before_flush", watch)
    assert sessions
