"""Two people write in one contact in the same second, each on a connection of their own."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.consultations import queries
from helpdesk.consultations.service import advices, sheet
from helpdesk.consultations.service.sheet import Saved
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Actor, Profession
from tests.conftest import make_database
from tests.factories import BLUE_LINE, actor_of, make_account, make_contact, make_desk

NOON = datetime(2023, 10, 5, 10, 0, tzinfo=UTC)
PATIENCE = 10


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"contacts_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def _waits_for_a_lock(engine: Engine) -> bool:
    with engine.connect() as connection:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(connection.scalar(text(waiting)))


def test_whoever_waited_sees_the_sheet_as_the_first_writer_left_it(engine: Engine, sessions: Sessions) -> None:
    """A lawyer joins and the psychologist's advice gets its role while a third save waits for the contact."""
    with sessions.begin() as session:
        desk = make_desk(session)
        ewa, jan = make_account(session), make_account(session, profession=Profession.ADVOCATE, name="Jan Lis")
        contact = make_contact(session, desk, NOON, by=ewa)
        contact_id, advice_id = contact.id, contact.advices[0].id
        psychologist, lawyer = actor_of(ewa), actor_of(jan)
    first = sessions()
    with acting_at(first, BLUE_LINE):
        held = queries.contact(first, contact_id, for_update=True)
        advices.take(first, held, actor=lawyer, now=NOON)
        held.advices[0].role = "DOZ"
        first.flush()
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(_saves, sessions, contact_id, advice_id, psychologist)
            for _ in range(PATIENCE * 100):
                if _waits_for_a_lock(engine):
                    break
                Event().wait(0.01)
            assert not second.done()
            first.commit()
            roles, saved = second.result(PATIENCE)
    assert roles == ["DOZ", None]
    assert saved.is_whole
    with sessions() as session, acting_at(session, BLUE_LINE):
        kept = queries.contact(session, contact_id)
        assert [(each.role, each.profession) for each in kept.advices] == [
            ("DOZ", Profession.PSYCHOLOGIST),
            (None, Profession.ADVOCATE),
        ]


def _saves(sessions: Sessions, contact_id: UUID, advice_id: UUID, actor: Actor) -> tuple[list[str | None], Saved]:
    """What the sheet held when its turn came, and what became of the save. It had read the contact before."""
    with sessions.begin() as session, acting_at(session, BLUE_LINE):
        seen = list(queries.contact(session, contact_id).advices)
        assert [each.role for each in seen] == [None]
        held = queries.contact(session, contact_id, for_update=True)
        assert held.advices[0] is seen[0]
        roles = [each.role for each in held.advices]
        saved = sheet.save(
            session, contact_id, {f"{advice_id}.note": "Quiet."}, known_version=99, actor=actor, now=NOON
        )
        return roles, saved


def test_what_is_recorded_and_what_the_screens_hear_come_with_the_change_or_not_at_all(
    engine: Engine, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        desk = make_desk(session)
        ewa = make_account(session)
        contact = make_contact(session, desk, NOON, by=ewa)
    with engine.connect() as listening:
        listening.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("LISTEN helpdesk")
        undone = sessions()
        _save_remarks(undone, contact.id, "Not kept.", actor_of(ewa))
        undone.rollback()
        undone.close()
        with sessions.begin() as session:
            _save_remarks(session, contact.id, "Kept.", actor_of(ewa))
        driver = listening.connection.driver_connection
        assert driver is not None
        heard = [notice.payload for notice in driver.notifies(timeout=1, stop_after=2)]
    assert len(heard) == 1
    assert str(contact.id) in heard[0]
    with sessions() as session:
        saved = session.scalars(text("SELECT detail->>'version' FROM audit_event WHERE tag = 'contact:saved'")).all()
    assert saved == ["2"]


def _save_remarks(session: Session, contact_id: UUID, words: str, actor: Actor) -> None:
    with acting_at(session, BLUE_LINE):
        sheet.save(session, contact_id, {"remarks": words}, known_version=99, actor=actor, now=NOON)
