"""What every command needs: the settings, a session, and a clear way to fail."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import helpdesk.app  # noqa: F401  knows every table, and every table refers to others
from helpdesk.config import Settings, SettingsError, read_env_file, read_settings
from helpdesk.db import sealed
from helpdesk.db.embedded import Cluster, EmbeddedError, resolve
from helpdesk.db.session import Sessions, make_engine, make_sessions

ENV_FILE = Path(".env")
FOUND, WRONG = 1, 2
STRANGE_KEYS = "HELPDESK_SEALING_KEYS do not open what is stored (%s). Give the keys that belong to this database."


def fail(*sentences: str, code: int = WRONG) -> NoReturn:
    """Say what is wrong and leave with this code."""
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(code)


def given_settings() -> Settings:
    """The settings as they are written: the environment, over what `.env` in the working folder says."""
    try:
        return read_settings({**read_env_file(ENV_FILE), **os.environ})
    except SettingsError as error:
        fail(*error.problems)


@contextmanager
def running_settings() -> Iterator[Settings]:
    """The settings with a database that answers. A private server that had to be started is stopped afterwards."""
    settings = given_settings()
    started: Cluster | None = None
    try:
        address, started = resolve(settings.database_url)
        sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))
        yield replace(settings, database_url=address)
    except EmbeddedError as error:
        fail(str(error))
    except OperationalError as error:
        fail(f"The database does not answer: {str(error.orig).splitlines()[0]}")
    finally:
        if started:
            started.stop()


@contextmanager
def open_engine() -> Iterator[tuple[Engine, Settings]]:
    """An engine whose connections are closed afterwards."""
    with running_settings() as settings:
        engine = make_engine(settings.database_url)
        try:
            yield engine, settings
        finally:
            engine.dispose()


@contextmanager
def open_sessions() -> Iterator[Sessions]:
    """What makes sessions, for commands that commit several times."""
    with open_engine() as (engine, _settings):
        yield make_sessions(engine)


@contextmanager
def transaction() -> Iterator[Session]:
    """One session in one transaction: all of a command or nothing."""
    with open_sessions() as sessions, sessions.begin() as session:
        yield session
