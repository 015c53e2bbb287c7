"""Commands that run the application: the faces, the worker, the migrations."""

import gc
import os
import signal
import threading
from types import FrameType

import click
from sqlalchemy.exc import OperationalError

from helpdesk.cli.context import FOUND, STRANGE_KEYS, fail, open_engine, running_settings
from helpdesk.config import Settings
from helpdesk.db import reseal, schema
from helpdesk.db.session import make_engine, make_sessions

THREADS = 256  # an open live stream holds a thread, so there are many


def run_server(settings: Settings, *, faces: tuple[str, ...], host: str, port: int, workers: int) -> None:
    """Serve with gunicorn until stopped."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415  only this command needs it

    from helpdesk.app import create_app  # noqa: PLC0415  likewise

    class Server(BaseApplication):
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
                "workers": workers,
                "worker_class": "gthread",
                "threads": THREADS,
                "graceful_timeout": 5,
                "timeout": 60,
                "keepalive": 15,
                "accesslog": None,
                "loglevel": "warning",
                "proc_name": "helpdesk",
                "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108  memory, for heartbeats only
            }
            for name, value in options.items():
                if value is not None:
                    self.cfg.set(name, value)  # type: ignore[union-attr]  # made by the base class

        def load(self) -> object:
            app = create_app(settings, faces=faces)
            # What is loaded now lives as long as the process; the collector need not look through it again and again.
            gc.collect()
            gc.freeze()
            return app

    Server().run()  # type: ignore[no-untyped-call]


def check_keys(settings: Settings) -> None:
    """Refuse to run with keys that do not open what is stored. A database that does not answer yet is no reason to stay away."""
    engine = make_engine(settings.database_url)
    try:
        with make_sessions(engine)() as session:
            is_ready = schema.current(session.connection()) == schema.newest()
            strange = reseal.sealed_elsewhere(session) if is_ready else []
    except OperationalError:
        return
    finally:
        engine.dispose()
    if strange:
        fail(STRANGE_KEYS % ", ".join(strange))


@click.command()
@click.option("--face", type=click.Choice(["all", "public", "staff", "telephony"]), default="all", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes; each has many threads.")
def serve(face: str, host: str, port: int, workers: int) -> None:
    """Serve one face or all of them."""
    faces = ("public", "staff", "telephony") if face == "all" else (face,)
    with running_settings() as settings:
        check_keys(settings)
        run_server(settings, faces=faces, host=host, port=port, workers=workers)


@click.command()
def worker() -> None:
    """Run the jobs that requests have asked for, and what recurs."""
    with running_settings() as settings:
        check_keys(settings)
        run_worker(settings, threading.Event())


def run_worker(settings: Settings, stop: threading.Event) -> None:
    """Work until a signal or `stop` says otherwise."""
    from helpdesk.app import handlers, recurring  # noqa: PLC0415  only this command needs it
    from helpdesk.db.worker import work  # noqa: PLC0415  likewise

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
    sessions = make_sessions(make_engine(settings.database_url))
    work(sessions, handlers(settings, sessions), recurring(settings), stop)


@click.group()
def db() -> None:
    """The tables: up, down, and whether they fit the code."""


@db.command()
@click.option("--to", "revision", default="head", show_default=True)
def upgrade(revision: str) -> None:
    """Bring the tables up to what the code needs."""
    with open_engine() as (engine, _settings):
        schema.upgrade(engine, revision)
    click.echo(f"The tables stand at {revision if revision != 'head' else schema.newest()}.")


@db.command()
@click.option("--to", "revision", required=True, help="A revision, or 'base' for empty.")
def downgrade(revision: str) -> None:
    """Take the tables back to an earlier revision."""
    with open_engine() as (engine, _settings):
        schema.downgrade(engine, revision)
    click.echo(f"The tables stand at {revision}.")


@db.command()
def check() -> None:
    """Compare tables and code."""
    with open_engine() as (engine, _settings):
        with engine.connect() as connection:
            current = schema.current(connection)
        if current != schema.newest():
            fail(
                f"The tables stand at {current}, the code needs {schema.newest()}. Run: helpdesk db upgrade", code=FOUND
            )
        differences = schema.differences(engine)
    if differences:
        fail(*differences, code=FOUND)
    click.echo(f"The tables stand at {current} and fit the code.")
