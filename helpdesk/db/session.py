"""One engine and one way to make sessions, for requests, workers and commands alike."""

import select
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.db import wall as _wall  # noqa: F401  its listeners must stand before the first session exists

Sessions = sessionmaker[Session]

# Libpq accepts no shorter connection timeout than two seconds; a server that is gone refuses at once.
_CONNECT = {
    "connect_timeout": 2,
    # A network that swallows packets must not hold a thread for the quarter of an hour that the system would wait.
    "keepalives_idle": 30,
    "tcp_user_timeout": 20000,
    # The memory is for the places of hits: with less, two long lists of them are compared page by page and not row by row.
    "options": "-c timezone=UTC -c statement_timeout=20000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
    " -c work_mem=16MB",
    "application_name": "helpdesk",
}


def make_engine(url: str) -> Engine:
    """An engine whose connections are checked before use, so that a restarted server costs a reconnect and not an error page."""
    engine = create_engine(
        url, pool_size=16, max_overflow=16, pool_timeout=5, pool_use_lifo=True, connect_args=_CONNECT
    )
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401  a psycopg connection, which the pool hands out untyped
    """Refuse a connection whose server has gone, and all that are as old; the pool then makes another.

    A server that ends says so, or its machine does, while the connection lies idle; nothing else is ever said then. So it is enough
    to look whether something waits to be read, and no statement has to be sent before each request.
    """
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    if waiting.poll(0):
        raise InvalidatePoolError("The server has closed this connection.")


def make_sessions(engine: Engine) -> Sessions:
    """Sessions that keep what they loaded after a commit, since answers are built from it."""
    return sessionmaker(engine, expire_on_commit=False)
