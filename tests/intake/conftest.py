from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from helpdesk.desks.models import Desk
from helpdesk.intake.service import codes
from helpdesk.intake.views.public import way_back
from tests.factories import HELP_POINT, make_desk
from tests.intake.visitors import Visitor


@pytest.fixture(scope="session", autouse=True)
def quick_codes() -> Iterator[None]:
    """Hashing in earnest takes 14 ms; some thousand codes are made here. The benchmark looks at the real one."""
    earnest = codes._HASHER, codes._NOBODY, way_back.WRONG_TAKES
    codes._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    codes._NOBODY = codes._HASHER.hash("nobody")
    way_back.WRONG_TAKES = 0.0
    yield
    codes._HASHER, codes._NOBODY, way_back.WRONG_TAKES = earnest


@pytest.fixture
def help_point(session: Session) -> Desk:
    """The Help Point with its public form."""
    desk = make_desk(session, HELP_POINT, lines=["+48520000002"])
    desk.place = "p"
    session.commit()
    return desk


@pytest.fixture
def visitor(client: FlaskClient, help_point: Desk) -> Iterator[Visitor]:
    """Somebody who has opened the form and needs some seconds for each page."""
    with time_machine.travel("2026-11-27 10:00+01:00", tick=False) as clock:
        made = Visitor(client, help_point.place or "").begins()
        clock.shift(timedelta(seconds=30))
        yield made
