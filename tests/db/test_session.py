"""Connections: a server that was restarted costs a reconnect and no error page, and no request pays for that with a statement."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, text

from helpdesk.db.session import make_engine


@pytest.fixture
def own(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def _backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT pg_backend_pid()")) or 0


def test_a_connection_that_the_server_ended_is_replaced_unseen(own: Engine, engine: Engine) -> None:
    first = _backend(own)
    with engine.connect() as other:
        assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    assert _backend(own) not in {0, first}


def test_when_one_connection_is_dead_all_of_its_age_are_replaced(own: Engine, engine: Engine) -> None:
    with own.connect() as one, own.connect() as two:
        pids = {connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, two)}
    with engine.connect() as other:
        for pid in pids:
            other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with own.connect() as one, own.connect() as two:
        fresh = {connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, two)}
    assert not fresh & pids


def test_a_living_connection_is_used_again_without_a_statement_of_its_own(own: Engine) -> None:
    first = _backend(own)
    seen: list[str] = []
    event.listen(own, "before_cursor_execute", lambda _c, _cursor, statement, *_: seen.append(statement))
    assert _backend(own) == first
    assert seen == ["SELECT pg_backend_pid()"]
