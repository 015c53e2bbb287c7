"""Two coordinators at the same second, each on a connection of their own to a database of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries, service
from helpdesk.roster.models import Draft, Duty
from helpdesk.roster.rules.publishing import NotPublishable
from helpdesk.roster.service import Plan
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
DAY = date(2023, 10, 9)
Deed = Callable[[Session], object]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database("roster_at_once"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def office(engine: Engine) -> Iterator[Sessions]:
    yield sessionmaker(engine, expire_on_commit=False)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # also what is only added to goes
        tables = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )
        for table in set(tables) - {"alembic_version"}:
            connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608  the names are the database's own


def at_once(sessions: Sessions, *deeds: Deed, desk_id: str = BLUE_LINE) -> list[object]:
    """Each deed in a transaction of its own, all begun at the same moment; what each answered or raised."""
    barrier = Barrier(len(deeds))

    def do(deed: Deed) -> object:
        try:
            with sessions.begin() as session, acting_at(session, desk_id):
                session.execute(text("SELECT 1"))
                barrier.wait(10)
                return deed(session)
        except (Refusal, NotPublishable) as refused:
            return refused

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def furnish(sessions: Sessions) -> tuple[Actor, Plan]:
    with sessions.begin() as session:
        make_desk(session)
        make_desk(session, HELP_POINT)
        ewa = make_account(session)
        post = make_post(session)
        return actor_of(ewa), Plan(post.id, ewa.id, DAY, time(17), time(21))


@pytest.mark.parametrize("_round", range(5))
def test_a_draft_is_published_once_however_many_publish_it(office: Sessions, _round: int) -> None:
    actor, plan = furnish(office)
    with office.begin() as session, acting_at(session, BLUE_LINE):
        service.put_draft(session, plan, actor=actor, now=NOW)
    answers = at_once(office, *[lambda session: service.publish(session, DAY, DAY, actor=actor, now=NOW)] * 3)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    with office() as session, acting_at(session, BLUE_LINE):
        assert len(queries.duties_between(session, DAY, DAY)) == 1
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.parametrize("_round", range(5))
def test_one_person_is_planned_once_however_many_plan(office: Sessions, _round: int) -> None:
    actor, plan = furnish(office)
    answers = at_once(office, *[lambda session: service.plan_duty(session, plan, actor=actor, now=NOW)] * 4)
    assert sum(isinstance(answer, Duty) for answer in answers) == 1
    assert all(isinstance(answer, Duty | Refusal) for answer in answers)
    with office() as session, acting_at(session, BLUE_LINE):
        assert len(queries.duties_between(session, DAY, DAY)) == 1


@pytest.mark.parametrize("_round", range(5))
def test_of_two_who_cancel_and_change_one_duty_one_is_told(office: Sessions, _round: int) -> None:
    actor, plan = furnish(office)
    with office.begin() as session, acting_at(session, BLUE_LINE):
        duty_id = service.plan_duty(session, plan, actor=actor, now=NOW).id

    def cancel(session: Session) -> object:
        return service.cancel_duty(session, queries.duty(session, duty_id), actor=actor, now=NOW)

    def give_up(session: Session) -> object:
        service.hand_to(session, queries.duty(session, duty_id), None, why="ill", actor=actor, now=NOW)
        return "given up"

    answers = at_once(office, cancel, give_up)
    with office() as session, acting_at(session, BLUE_LINE):
        kept = queries.versions(session, duty_id)
        assert [each.number for each in kept] == list(range(1, len(kept) + 1))
        assert len(kept) == 1 + sum(not isinstance(answer, Exception) for answer in answers)
