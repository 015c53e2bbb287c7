"""Telling other processes that something changed: an id over LISTEN/NOTIFY, never data, and only if the transaction commits."""

import contextlib
import json
import logging
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

CHANNEL = "helpdesk"
_FULLEST = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changed:
    """Something at a desk changed; who cares asks for the rest."""

    desk_id: str
    topic: str
    id: str

    @property
    def notice(self) -> str:
        """What goes over the wire."""
        return json.dumps({"desk_id": self.desk_id, "topic": self.topic, "id": self.id})


def tell(session: Session, changed: Changed) -> None:
    """Tell every listening process when, and only when, this transaction commits."""
    session.connection().exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, changed.notice))


class Listener:
    """One connection per process that hears every change and hands it to the streams of that process."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._streams: set[queue.Queue[Changed | None]] = set()
        self._lock = threading.Lock()
        self._started = False

    @contextlib.contextmanager
    def stream(self) -> Iterator["queue.Queue[Changed | None]"]:
        """A queue of changes for one reader. None means that the connection was lost: whatever is shown may be stale."""
        self._start()
        mine: queue.Queue[Changed | None] = queue.Queue(maxsize=_FULLEST)
        with self._lock:
            self._streams.add(mine)
        try:
            yield mine
        finally:
            with self._lock:
                self._streams.discard(mine)

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                threading.Thread(target=self._run, name="listener", daemon=True).start()
                self._started = True

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            try:
                self._hear()
            except psycopg.Error as error:
                log.warning("The listening connection was lost: %s", type(error).__name__)
            self._give(None)
            pause.wait(1)

    def _hear(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=2) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._give(None)  # whoever opened a stream meanwhile may have missed something
            for notice in connection.notifies():
                self._give(Changed(**json.loads(notice.payload)))

    def _give(self, changed: Changed | None) -> None:
        with self._lock:
            for stream in self._streams:
                with contextlib.suppress(queue.Full):  # a reader this slow reloads when it comes back
                    stream.put_nowait(changed)
