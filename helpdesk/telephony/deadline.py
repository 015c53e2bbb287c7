"""A caller does not wait for a database. Work on it gets a short time and is given up after it.

The time has to be kept on our side. A server that hangs does not look at its own `statement_timeout`, its machine still
acknowledges every packet, and libpq accepts no connection timeout below two seconds. So the work runs in a thread of its own,
and the request stops waiting for it. The threads are kept for the next request, which costs a fifth of making them anew. They
are none of the library's pools, since those wait for their threads when the process ends, and one that hangs would hold it.

Work that comes back too late rolls back, so that what the caller heard and what is written are the same. At most as many
threads hang as there are connections; whoever comes then does not start another.
"""

import time
from _thread import start_new_thread
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from threading import BoundedSemaphore, Semaphore
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.db.session import Sessions

Answer = TypeVar("Answer")
Work = Callable[[Session], Answer]
First = Callable[[Connection], Answer | None]

MOST_AT_ONCE = 32
ATTEMPTS = 3

_running = BoundedSemaphore(MOST_AT_ONCE)
_tasks: "SimpleQueue[Callable[[], None]]" = SimpleQueue()
_idle = Semaphore(0)


class TooLate(Exception):
    """The database did not answer in time."""


def in_time(sessions: Sessions, work: Work[Answer], seconds: float, *, first: First[Answer] | None = None) -> Answer:
    """Do the work in a transaction of its own and commit it, or raise TooLate after `seconds`.

    `first` is tried before it, with each statement a transaction of its own; where it gives None, the work is to be done. It
    has to see for itself that it writes nothing too late.
    """
    deadline = time.monotonic() + seconds
    future: Future[Answer] = Future()
    if not _running.acquire(timeout=seconds):
        raise TooLate
    _start(partial(_run, sessions, work, first, deadline, future))
    try:
        return future.result(max(deadline - time.monotonic(), 0))
    except TimeoutError:
        raise TooLate from None


def in_transaction(sessions: Sessions, work: Work[Answer], *, deadline: float = float("inf")) -> Answer:
    """Do the work in a transaction of its own, again where somebody else made the same row first.

    The telephone commits here and not in `helpdesk.web.transaction`, which knows neither a deadline nor a second attempt.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _once(sessions, work, deadline)
        except IntegrityError:
            """Two first requests of one call: the next attempt finds the row."""
    return _once(sessions, work, deadline)


def _start(task: Callable[[], None]) -> None:
    """Give the task to a thread that is idle, or to a new one."""
    if not _idle.acquire(blocking=False):
        start_new_thread(_serve, ())
    _tasks.put(task)


def _serve() -> None:
    while True:
        _tasks.get()()
        _idle.release()


def _once(sessions: Sessions, work: Work[Answer], deadline: float) -> Answer:
    with sessions() as session:
        answer = work(session)
        session.flush()  # so that only the commit itself is left when the clock is asked
        if time.monotonic() >= deadline:
            raise TooLate
        session.commit()
        return answer


def _at_once(sessions: Sessions, first: First[Answer]) -> Answer | None:
    """Do work whose statements need no common transaction.

    A lock that its last statement takes is then given back by the server itself, and not only when the answer has come here,
    this thread has had its turn and the commit has gone there: under load that is most of the time.
    """
    try:
        with _own_connection(sessions) as connection:
            return first(connection)
    except IntegrityError:
        return None


@contextmanager
def _own_connection(sessions: Sessions) -> Iterator[Connection]:
    bind = sessions.kw["bind"]
    if isinstance(bind, Engine):
        with bind.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
    else:  # a test that rolls everything back has one connection in one transaction
        with bind.begin_nested():
            yield bind


def _run(
    sessions: Sessions,
    work: Work[Answer],
    first: First[Answer] | None,
    deadline: float,
    future: "Future[Answer]",
) -> None:
    try:
        done = _at_once(sessions, first) if first else None
        future.set_result(in_transaction(sessions, work, deadline=deadline) if done is None else done)
    except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to whoever waits
        future.set_exception(error)
    finally:
        _running.release()
