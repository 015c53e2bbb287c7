"""A caller does not wait for a database. Work on it gets a short time and is given up after it.

The time has to be kept on our side. A server that hangs does not look at its own `statement_timeout`, its machine still
acknowledges every packet, and libpq accepts no connection timeout below two seconds. So the work runs in a thread of its own,
and the request stops waiting for it. The thread is a daemon and a new one each time (some 50 µs): a pool of threads would be
joined when the process ends, and one that hangs would keep it from ending.

Work that comes back too late rolls back, so that what the caller heard and what is written are the same. At most as many
threads hang as there are connections; whoever comes then does not start another.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.db.session import Sessions

Answer = TypeVar("Answer")
Work = Callable[[Session], Answer]

MOST_AT_ONCE = 32
ATTEMPTS = 3

_running = BoundedSemaphore(MOST_AT_ONCE)


class TooLate(Exception):
    """The database did not answer in time."""


def in_time(sessions: Sessions, work: Work[Answer], seconds: float) -> Answer:
    """Do the work in a transaction of its own and commit it, or raise TooLate after `seconds`."""
    deadline = time.monotonic() + seconds
    future: Future[Answer] = Future()
    if not _running.acquire(timeout=seconds):
        raise TooLate
    Thread(target=_run, args=(sessions, work, deadline, future), name="call", daemon=True).start()
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


def _once(sessions: Sessions, work: Work[Answer], deadline: float) -> Answer:
    with sessions() as session:
        answer = work(session)
        session.flush()  # so that only the commit itself is left when the clock is asked
        if time.monotonic() >= deadline:
            raise TooLate
        session.commit()
        return answer


def _run(sessions: Sessions, work: Work[Answer], deadline: float, future: "Future[Answer]") -> None:
    try:
        future.set_result(in_transaction(sessions, work, deadline=deadline))
    except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to whoever waits
        future.set_exception(error)
    finally:
        _running.release()
