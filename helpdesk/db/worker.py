"""The worker: runs due jobs and what recurs, woken by a notice or by the clock, until it is told to stop."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from helpdesk.db.jobs import Handler, run_due
from helpdesk.db.session import Sessions
from helpdesk.kernel.clock import utcnow

log = logging.getLogger(__name__)
POLL = 1.0


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something done every so often, in transactions of its own; running it twice does no harm."""

    name: str
    every: timedelta
    run: Callable[[Sessions, datetime], object]


def work(
    sessions: Sessions, handlers: Mapping[str, Handler], recurring: Sequence[Recurring], stop: threading.Event
) -> None:
    """Work until `stop` is set. A database that is gone is waited for."""
    due = dict.fromkeys((each.name for each in recurring), 0.0)
    while not stop.is_set():
        try:
            _round(sessions, handlers, recurring, due)
        except SQLAlchemyError as error:
            log.warning("The database does not answer: %s", type(error).__name__)
        stop.wait(POLL)


def _round(
    sessions: Sessions, handlers: Mapping[str, Handler], recurring: Sequence[Recurring], due: dict[str, float]
) -> None:
    while run_due(sessions, handlers, now=utcnow()):
        """One batch after the other, until nothing is due."""
    for each in recurring:
        if time.monotonic() >= due[each.name]:
            due[each.name] = time.monotonic() + each.every.total_seconds()
            _run(each, sessions)


def _run(each: Recurring, sessions: Sessions) -> None:
    try:
        each.run(sessions, utcnow())
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("%s failed; it is tried again.", each.name)
