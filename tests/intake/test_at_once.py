"""Many at the form in the same second, and a process that dies in the middle of sending, each on connections of their own."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import sessionmaker

from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.intake.models import Intake, IntakeDraft, ReturnCode
from helpdesk.intake.service import codes, drafts, sending, taking
from helpdesk.kernel.clock import utcnow
from tests.conftest import EnglishClient, make_database
from tests.factories import HELP_POINT, make_account, make_contact, make_desk
from tests.intake.visitors import Visitor

CROWD = 50


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"intake_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def real(engine: Engine) -> Sessions:
    made = sessionmaker(engine, expire_on_commit=False)
    with made.begin() as session:
        make_desk(session, HELP_POINT, lines=["+48520000002"]).place = "p"
    return made


@pytest.fixture
def busy(settings: Settings, engine: Engine, real: Sessions) -> Flask:
    """The application with a pool of connections, as it serves."""
    url = engine.url.render_as_string(hide_password=False)
    made = create_app(replace(settings, database_url=url), faces=("public",), sessions=real)
    made.testing = True
    made.test_client_class = EnglishClient
    return made


def _count(sessions: Sessions) -> int:
    with sessions() as session, acting_at(session, HELP_POINT):
        return session.scalar(select(func.count(Intake.id))) or 0


def test_fifty_at_once_are_fifty_with_fifty_codes(busy: Flask, real: Sessions) -> None:
    before = _count(real)
    visitors = [Visitor(busy.test_client()).begins().goes_to("check") for _ in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(lambda each: each.sends("send").status_code, visitors))
    assert answers == [303] * CROWD
    assert len({each.digits() for each in visitors}) == CROWD
    assert _count(real) == before + CROWD
    with real() as session, acting_at(session, HELP_POINT):
        assert len(set(session.scalars(select(ReturnCode.locator)))) >= CROWD


def test_the_same_form_sent_ten_times_at_once_is_one(busy: Flask, real: Sessions) -> None:
    before = _count(real)
    visitor = Visitor(busy.test_client()).begins().goes_to("check")
    cookie = visitor.client.get_cookie("p")
    assert cookie is not None
    token = visitor.page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]

    def send(_number: int) -> int:
        client = busy.test_client()
        client.set_cookie("p", cookie.value)
        return client.post(visitor.address, data={"go": "send", "step": "check", "csrf_token": token}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {303}
    assert _count(real) == before + 1
    assert visitor.looks().digits()


class Killed(BaseException):
    """The process ends here: nothing after it runs, and nothing is committed."""


def test_a_process_that_dies_while_sending_leaves_the_form_and_nothing_else(
    busy: Flask, real: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(busy.test_client()).begins()
    visitor.goes_to("story").sends(story="still here")
    visitor.goes_to("check")
    before = _count(real)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "note", lambda *_a, **_k: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            visitor.sends("send")
    assert _count(real) == before
    visitor.looks()
    visitor.sends("send")
    assert visitor.digits()
    assert _count(real) == before + 1


def test_drafts_of_a_crowd_are_swept_up(busy: Flask, real: Sessions) -> None:
    for _ in range(3):
        Visitor(busy.test_client()).begins()
    drafts.sweep(real, utcnow() + timedelta(hours=3))
    with real() as session:
        assert session.scalars(select(IntakeDraft)).all() == []


def test_a_way_back_asked_for_twice_at_once_is_one(real: Sessions) -> None:
    with real.begin() as session, acting_at(session, HELP_POINT):
        consultant = make_account(session, HELP_POINT, login="twice@example.org")
        contact_id = make_contact(session, session.get_one(Desk, HELP_POINT), utcnow(), by=consultant).id
        actor = consultant.actor_at(HELP_POINT)
    assert actor is not None

    def open_one(_number: int) -> UUID:
        made = codes.fresh()
        with real.begin() as session, acting_at(session, HELP_POINT):
            return taking.open_by_phone(session, contact_id, made, actor=actor, now=utcnow())[0].id

    with ThreadPoolExecutor(4) as pool:
        opened = set(pool.map(open_one, range(4)))
    assert len(opened) == 1
    with real() as session, acting_at(session, HELP_POINT):
        alive = select(ReturnCode).where(ReturnCode.intake_id.in_(opened), ReturnCode.dead_at.is_(None))
        assert len(session.scalars(alive).all()) == 1
