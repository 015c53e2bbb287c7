"""Two coordinators who give a template the same name in the same second: one is told so, and nobody sees an error."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from helpdesk.db import schema
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import act_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.texts import queries, service
from helpdesk.texts.models import AnswerTemplate
from helpdesk.texts.rules import TextRefusal
from helpdesk.texts.service import Entry
from tests.conftest import make_database
from tests.factories import BLUE_LINE, make_desk


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"texts_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    with make_sessions(made).begin() as session:
        make_desk(session)
    yield made
    made.dispose()


def save(session: Session, name: str, words: str, kept: AnswerTemplate | None = None) -> AnswerTemplate:
    facts = {"template_id": kept.id, "known_version": kept.version} if kept else {}
    return service.save_template(session, Entry(name, "uk", words), actor=SYSTEM, now=utcnow(), **facts)  # type: ignore[arg-type]  # an id and a version


@pytest.mark.parametrize("is_renamed", [False, True], ids=["two are added", "one is renamed"])
def test_the_second_of_two_with_one_name_is_refused_and_can_go_on(engine: Engine, is_renamed: bool) -> None:
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        act_at(session, BLUE_LINE)
        other = save(session, "Other", "other words")

    def second() -> TextRefusal:
        with sessions() as session:
            act_at(session, BLUE_LINE)
            with pytest.raises(Refusal) as refused:
                save(session, "Thanks", "second", other if is_renamed else None)
            assert refused.value.field == "name"
            assert len(queries.templates(session)) == 2  # the page that says so can be read
            session.commit()
            return TextRefusal(refused.value.code)

    with ThreadPoolExecutor(1) as pool, sessions() as first:
        act_at(first, BLUE_LINE)
        save(first, "Thanks", "first")
        coming = pool.submit(second)
        wait_for_the_second(engine)
        first.commit()
        assert coming.result(timeout=10) is TextRefusal.TAKEN
    with sessions() as session:
        act_at(session, BLUE_LINE)
        assert [(each.name, each.text) for each in queries.templates(session)] == [
            ("Other", "other words"),
            ("Thanks", "first"),
        ]


def wait_for_the_second(engine: Engine) -> None:
    """Until somebody waits for what another has written and not committed."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(200):
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waits.")
