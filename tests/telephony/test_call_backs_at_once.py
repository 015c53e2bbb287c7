"""Two people reach for the same call-back in the same second, each on a connection of their own."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.db import schema
from helpdesk.db.jobs import Job
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony.models import CallBack
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import CallBackRefusal, Outcome, Tried
from helpdesk.telephony.service import call_backs as service
from tests.conftest import make_database
from tests.factories import BLUE_LINE, actor_of, make_account, make_desk
from tests.roster.test_at_once import at_once
from tests.telephony.callers import NEUTRAL, make_call_back

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
Deed = Callable[[Session], object]
ROUNDS = range(4)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"call_backs_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@dataclass
class Office:
    """Ewa, who has taken a call-back on and read its note, and Jan."""

    sessions: Sessions
    ewa: Actor
    jan: Actor
    id: UUID
    version: int

    def does(self, deed: Callable[..., object], who: Actor, **about: object) -> Deed:
        return lambda session: deed(session, self.id, known_version=self.version, actor=who, now=NOW, **about)

    def look(self) -> CallBack:
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            return queries.call_back(session, self.id)


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        desk = make_desk(session)
        ewa, jan = (
            actor_of(make_account(session, name=name, phone=phone))
            for name, phone in (("Ewa", "+48600000001"), ("Jan", "+48600000002"))
        )
        made = make_call_back(session, desk, NOW)
        with acting_at(session, BLUE_LINE):
            taken = service.take(session, made.id, known_version=1, actor=ewa, now=NOW)
            service.read_note(session, made.id, actor=ewa, now=NOW)
        found = Office(sessions, ewa, jan, made.id, taken.version)
    yield found
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # also what is only added to goes
        tables = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )
        for table in set(tables) - {"alembic_version"}:
            connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608  our own names


def too_late(answers: list[object]) -> int:
    """How many were told that somebody was first; nothing else may have gone wrong."""
    refused = [each for each in answers if isinstance(each, Refusal)]
    assert {each.code for each in refused} <= {CallBackRefusal.CHANGED}
    return len(refused)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_who_presses_twice_orders_one_call(office: Office, _round: int) -> None:
    press = office.does(service.dial, office.ewa, shown=NEUTRAL)
    assert too_late(at_once(office.sessions, press, press, press)) == 2
    assert len(office.look().attempts) == 1
    with office.sessions() as session:
        assert len(session.scalars(select(Job).where(Job.kind == service.DIAL)).all()) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_whoever_takes_it_over_while_another_calls_is_told_or_stops_the_call(office: Office, _round: int) -> None:
    dial, take = office.does(service.dial, office.ewa, shown=NEUTRAL), office.does(service.take, office.jan)
    assert too_late(at_once(office.sessions, dial, take)) == 1
    found = office.look()
    assert (found.owner_id == office.jan.id) is (found.attempts == [])


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_end_it_differently_end_it_once(office: Office, _round: int) -> None:
    tell = office.does(service.tell, office.ewa, tried=Tried.REACHED)
    end = office.does(service.finish, office.jan, outcome=Outcome.NOT_REACHED)
    assert too_late(at_once(office.sessions, tell, end)) == 1
    found = office.look()
    assert found.done_by_id == (office.ewa.id if found.outcome is Outcome.REACHED else office.jan.id)


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_who_take_it_one_has_it(office: Office, _round: int) -> None:
    takes = [office.does(service.take, who) for who in (office.ewa, office.jan)]
    assert too_late(at_once(office.sessions, *takes)) == 1
    assert office.look().version == office.version + 1
