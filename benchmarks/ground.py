"""The ground on which everything is measured: a private PostgreSQL with durable settings, filled once with invented contacts."""

import base64
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, text

from helpdesk.app import create_app
from helpdesk.config import Settings, read_settings
from helpdesk.db import schema
from helpdesk.db.embedded import Cluster, cluster_at
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.demo import loader
from helpdesk.kernel.clock import utcnow

PASSWORD = "correct horse battery"  # noqa: S105  of invented people in a private database
TOKEN = "t" * 32
PUBLIC_URL = "http://localhost"
DONE = "loaded.json"


@dataclass(frozen=True, slots=True)
class Ground:
    """A running server with data in it, and the application on top."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    app: Flask
    contacts: int
    advices: int
    loaded_in: float


def environment(database_url: str, spool: Path) -> Mapping[str, str]:
    """Settings as an office would have them."""
    return {
        "HELPDESK_DATABASE_URL": database_url,
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": PUBLIC_URL,
        "HELPDESK_TWILIO_AUTH_TOKENS": TOKEN,
        "HELPDESK_DEMO": "1",
        "HELPDESK_DEMO_PASSWORD": PASSWORD,
        "HELPDESK_SPOOL_DIR": str(spool),
    }


@contextmanager
def ground(contacts: int, keep: Path | None) -> Iterator[Ground]:
    """The ground; a kept folder is filled on the first run and used again on later ones."""
    with _folder(keep) as home:
        cluster = cluster_at(home / "pg")
        cluster.start()
        try:
            yield from _on(cluster, home, contacts)
        finally:
            cluster.stop()


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)  # the unprivileged user who owns the cluster must be able to pass
        yield home


def _on(cluster: Cluster, home: Path, contacts: int) -> Iterator[Ground]:
    settings = read_settings(environment(cluster.url(), home / "spool"))
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    app = create_app(settings, sessions=sessions)
    try:
        loaded_in = _fill(engine, sessions, settings, home / DONE, contacts)
        with engine.connect() as connection:
            loaded = connection.scalar(text("SELECT count(*) FROM contact")) or 0
            advices = connection.scalar(text("SELECT count(*) FROM advice")) or 0
        yield Ground(settings, engine, sessions, app, loaded, advices, loaded_in)
    finally:
        engine.dispose()


def _fill(engine: Engine, sessions: Sessions, settings: Settings, done: Path, contacts: int) -> float:
    """Load and settle the data unless that was done before; answer in how many seconds."""
    schema.upgrade(engine)  # a kept folder may be of an earlier version
    if done.exists():
        kept = json.loads(done.read_text(encoding="utf-8"))
        if kept["contacts"] == contacts:
            return float(kept["seconds"])
        raise SystemExit(f"The kept folder holds {kept['contacts']} contacts; choose another one for {contacts}.")
    began = time.monotonic()
    loader.load(sessions, settings, contacts=contacts, seed=1, now=utcnow())
    seconds = time.monotonic() - began
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM (ANALYZE)"))  # as the server does by itself within the hour
        connection.execute(text("CHECKPOINT"))
    done.write_text(json.dumps({"contacts": contacts, "seconds": seconds}), encoding="utf-8")
    return seconds
