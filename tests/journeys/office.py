"""A whole office that runs: its own database, a server, a worker, and a telephone, each a process that can be killed."""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import requests
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from helpdesk.config import Settings, read_settings
from helpdesk.consultations.models import Contact
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import acting_at, get_here
from helpdesk.demo import loader
from helpdesk.demo.office import BLUE_LINE
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony.models import Call

PASSWORD = "correct horse battery"
CALLER = "+48601100200"
LINE = "+48520000001"
CONTACTS = 60
_PROMPTLY = 30.0

Answer = TypeVar("Answer")


def eventually(ask: Callable[[], Answer], seconds: float = _PROMPTLY, *, what: str = "") -> Answer:
    """Ask until the answer is truthy, and give it; what raises counts as no answer yet."""
    end = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < end:
        try:
            answer = ask()
            if answer:
                return answer
            last = answer
        except Exception as error:  # noqa: BLE001  whatever it is, it may be over soon
            last = error
        time.sleep(0.02)
    raise AssertionError(f"Not within {seconds} s: {what or ask}; last: {last!r}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def settings_for(database_url: str, folder: Path, port: int, *, demo: bool = True) -> dict[str, str]:
    """What the processes of an office find in their environment."""
    return {
        "HELPDESK_DATABASE_URL": database_url,
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": f"http://localhost:{port}",
        "HELPDESK_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
        "HELPDESK_TWILIO_API_KEY": "SK" + "1" * 32,
        "HELPDESK_TWILIO_API_SECRET": "s" * 32,
        "HELPDESK_DEMO": "1" if demo else "0",
        "HELPDESK_DEMO_PASSWORD": PASSWORD,
        "HELPDESK_SPOOL_DIR": str(folder / "spool"),
    }


@dataclass
class Office:
    """The processes of one office. `folder` is where they run, so that no `.env` of a developer is read."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    demo: bool = True
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = settings_for(self.database_url, self.folder, self.port, demo=self.demo)
        self.settings: Settings = read_settings(self.environment)
        self.engine: Engine = make_engine(self.database_url)
        self.sessions: Sessions = make_sessions(self.engine)
        self.http = requests.Session()
        self.http.trust_env = False

    @property
    def url(self) -> str:
        return self.settings.public_url

    def furnish(self, contacts: int = CONTACTS) -> None:
        """Put in the tables, the invented people and what they did."""
        schema.upgrade(self.engine)
        loader.load(self.sessions, self.settings, contacts=contacts, seed=1, now=utcnow())

    def open(self) -> None:
        """Start server and worker, and wait until the office is ready."""
        self.start_server()
        self.start_worker()
        self.wait_until_ready()

    def start_server(self) -> None:
        self._start("server", "serve", "--port", str(self.port), "--workers", "1")

    def start_worker(self) -> None:
        self._start("worker", "worker")

    def wait_until_ready(self) -> None:
        eventually(lambda: self.readiness() == 200, what="the office is ready")

    def readiness(self) -> int:
        """What the office says of itself: 200, or 503 without a database."""
        return self.http.get(f"{self.url}/readyz", timeout=10).status_code

    def kill(self, name: str) -> None:
        """End a process and its children as a failing machine would, and wait until they are gone."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        eventually(lambda: not _group_lives(process.pid), what=f"the {name} is gone")

    def close(self) -> None:
        """At once: a server that is asked politely waits for the streams of its pages."""
        for name in list(self.running):
            self.kill(name)
        self.http.close()
        self.engine.dispose()

    def runs(self, *arguments: str) -> str:
        """Run a command of ours to its good end; what it said."""
        done = subprocess.run(
            _command(*arguments),
            cwd=self.folder,
            env={**os.environ, **self.environment},
            check=False,
            text=True,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def phone(self, caller: str = CALLER, *, rings: int = 10) -> Iterator[None]:
        """Somebody calls the Blue Line, chooses Polish, and hangs up after so many seconds; afterwards the call is over."""
        asked = ["phone", "ring", "--from", caller, "--to", LINE, "--press", "1"]
        asked += ["--ring-seconds", str(rings), "--hang-up-after", str(rings + 1)]
        with (self.folder / "phone.log").open("ab") as log:
            calling = subprocess.Popen(
                _command(*asked),
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                yield
                assert calling.wait(60) == 0
            finally:
                calling.kill()
                calling.wait()

    def calls(self) -> Sequence[Call]:
        """All calls of the Blue Line, oldest first."""
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            return session.scalars(select(Call).order_by(Call.started_at)).all()

    def contact(self, contact_id: UUID) -> Contact:
        """A contact of the Blue Line as it is stored, with its advices."""
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            found = get_here(session, Contact, contact_id)
            _touch(found)
            return found

    def look(self, read: Callable[[Session], Answer], desk_id: str = BLUE_LINE) -> Answer:
        """Read what is stored at a desk."""
        with self.sessions() as session, acting_at(session, desk_id):
            return read(session)

    def _start(self, name: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            _command(*arguments),
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "helpdesk.cli", *arguments]


def _touch(contact: Contact) -> None:
    """Load what tests ask for, while there is a session."""
    for advice in contact.advices:
        _ = advice.consultant.name
    for referral in contact.referrals:
        _ = referral.institution


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
