"""Two coordinators set the same line in the same second, each on a connection of their own."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import PhoneLine
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.errors import EditedMeanwhile
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.telephony.models import DeskHelp
from helpdesk.telephony.queries import lines as line_queries
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.settings import LineSettings
from helpdesk.telephony.service import settings as service
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk
from tests.roster.test_at_once import Deed, at_once

NUMBER = "+48520000001"
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"lines_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def office(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture(scope="module")
def karol(office: Sessions) -> Actor:
    """Who coordinates the Blue Line, which has one line."""
    with office.begin() as session:
        make_desk(session, lines=[NUMBER], languages=("pl",))
        make_desk(session, HELP_POINT, DeskKind.HELP_POINT, lines=["+48520000002"])
        return actor_of(make_account(session, roles=[Role.COORDINATOR], profession=Profession.SUPERVISOR))


def the_line(office: Sessions) -> tuple[UUID, int]:
    with office() as session, acting_at(session, BLUE_LINE):
        line = session.scalars(select(PhoneLine).where(PhoneLine.number == NUMBER)).one()
        return line.id, line.version


def names(office: Sessions, karol: Actor, name: str) -> Deed:
    """Give the line another name, as somebody who has seen it as it is now."""
    line_id, version = the_line(office)

    def deed(session: Session) -> object:
        wanted = LineSettings(name, ("pl",), Plan())
        try:
            return service.save_line(session, line_id, wanted, known_version=version, actor=karol, now=NOW).name
        except EditedMeanwhile as told:
            return told

    return deed


@pytest.mark.parametrize("turn", range(4))
def test_one_is_saved_and_the_other_is_told(office: Sessions, karol: Actor, turn: int) -> None:
    _, before = the_line(office)
    answers = at_once(office, names(office, karol, f"First {turn}"), names(office, karol, f"Second {turn}"))
    (told,) = [each for each in answers if isinstance(each, EditedMeanwhile)]
    assert set(told.fields) == {"name"}
    assert the_line(office)[1] == before + 1
    with office() as session, acting_at(session, BLUE_LINE):
        assert line_queries.versions_of(session, NUMBER)[0].version == before


def test_a_promise_of_help_is_kept_once_however_many_give_it(office: Sessions, karol: Actor) -> None:
    def deed(session: Session) -> object:
        service.help_out(session, [HELP_POINT], actor=karol, now=NOW)
        return None

    assert at_once(office, *[deed] * 3) == [None] * 3
    with office() as session:
        assert len(session.scalars(select(DeskHelp)).all()) == 1
