"""The audit is only added to, and whoever alters it behind our back is found out."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from helpdesk.audit import queries, service
from helpdesk.audit.rules import Tag
from helpdesk.kernel.permissions import SYSTEM

KEY = b"p" * 40


@pytest.fixture
def chained(session: Session, now: datetime) -> Session:
    """Five events with their links."""
    for number in range(5):
        service.record(
            session,
            actor=SYSTEM,
            tag=Tag.CONTACT_OPENED,
            subject=number,
            desk_id="blue-line",
            now=now,
            detail={"n": number},
        )
    session.flush()
    # In a test all is one transaction, so that the events are given an ended one.
    _without_guard(session, "UPDATE audit_event SET transaction = 1")
    session.expire_all()
    assert service.extend_chain(session, KEY) == 5
    session.flush()
    return session


def _without_guard(session: Session, statement: str) -> None:
    """What only somebody with the powers of the database's owner can do."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement))
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'somebody else'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_link SET position = position + 10",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
    ],
)
def test_the_database_refuses_to_change_the_record(chained: Session, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="only added to"), chained.begin_nested():
        chained.execute(text(statement))


def test_an_untouched_chain_holds(chained: Session) -> None:
    assert service.verify(chained, KEY) is None
    assert queries.count_unchained(chained) == 0


def test_an_altered_event_is_named(chained: Session) -> None:
    third = chained.scalar(text("SELECT event_id FROM audit_link WHERE position = 3"))
    _without_guard(chained, f"UPDATE audit_event SET actor_name = 'nobody' WHERE id = {third}")  # noqa: S608  a number of ours
    broken = service.verify(chained, KEY)
    assert broken is not None
    assert (broken.position, broken.event_id) == (3, third)


def test_a_removed_event_is_named(chained: Session) -> None:
    second = chained.scalar(text("SELECT event_id FROM audit_link WHERE position = 2"))
    _without_guard(chained, f"DELETE FROM audit_event WHERE id = {second}")  # noqa: S608  a number of ours
    broken = service.verify(chained, KEY)
    assert broken is not None
    assert broken.position == 2


def test_a_removed_link_is_named(chained: Session) -> None:
    _without_guard(chained, "DELETE FROM audit_link WHERE position = 2")
    broken = service.verify(chained, KEY)
    assert broken is not None
    assert broken.position == 2


def test_a_chain_forged_without_the_key_does_not_hold(chained: Session) -> None:
    assert service.verify(chained, b"another key") is not None


def test_an_event_from_before_a_restore_is_chained_all_the_same(session: Session, now: datetime) -> None:
    """A restored server counts its transactions anew, so the numbers of old events seem to lie ahead."""
    service.record(session, actor=SYSTEM, tag=Tag.CONTACT_OPENED, desk_id="blue-line", now=now)
    session.flush()
    _without_guard(session, "UPDATE audit_event SET transaction = 9000000000, recorded_at = now() - interval '2 hours'")
    assert service.extend_chain(session, KEY) == 1


def test_an_event_of_a_transaction_that_goes_on_is_not_chained_yet(session: Session, now: datetime) -> None:
    service.record(session, actor=SYSTEM, tag=Tag.CONTACT_OPENED, desk_id="blue-line", now=now)
    session.flush()
    assert service.extend_chain(session, KEY) == 0
    assert queries.count_unchained(session) == 1
