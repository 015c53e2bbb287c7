"""Two coordinators change the same bar in the same second, each on a connection of their own."""

import os
from collections.abc import Iterator
from datetime import time
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries, service
from helpdesk.roster.models import Draft
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.service import Plan
from tests.conftest import make_database
from tests.factories import BLUE_LINE, actor_of, make_account, make_desk, make_post
from tests.roster.planning import MONDAY, NOW
from tests.roster.test_at_once import at_once


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"grid_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def office(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture(scope="module")
def furnished(engine: Engine) -> tuple[Actor, UUID]:
    """Somebody who plans, and a post."""
    with sessionmaker(engine, expire_on_commit=False).begin() as session:
        make_desk(session)
        return actor_of(make_account(session)), make_post(session).id


@pytest.mark.parametrize("hour", range(4))
def test_of_two_who_change_one_duty_at_once_one_is_told_and_can_go_on(
    office: Sessions, furnished: tuple[Actor, UUID], hour: int
) -> None:
    actor, post_id = furnished
    plan = Plan(post_id, None, MONDAY, time(hour * 4), time(hour * 4 + 2))
    with office.begin() as session, acting_at(session, BLUE_LINE):
        duty_id = service.plan_duty(session, plan, actor=actor, now=NOW).id
    before = _drafts(office)

    def change(session: Session) -> object:
        duty = queries.duty(session, duty_id)
        later = Plan(post_id, actor.id, MONDAY, plan.starts, time(hour * 4 + 3))
        try:
            return service.put_draft(session, later, duty=duty, known_version=1, actor=actor, now=NOW)
        except Refusal as refusal:
            # The page shows what the other one saved, so the session must still be of use.
            return refusal if queries.draft_of_duty(session, duty_id) else None

    answers = at_once(office, change, change, change)
    assert sum(isinstance(answer, Draft) for answer in answers) == 1
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == [PublishRefusal.CHANGED_MEANWHILE] * 2
    assert _drafts(office) == before + 1


def _drafts(office: Sessions) -> int:
    with office() as session, acting_at(session, BLUE_LINE):
        return session.scalar(select(func.count()).select_from(Draft)) or 0
