"""A real PostgreSQL for every test: one private cluster per run, one database per worker, one rolled-back transaction per test."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.accounts.service import passwords
from helpdesk.config import Settings, read_settings
from helpdesk.db import schema, sealed
from helpdesk.db.embedded import Cluster, cluster_at
from helpdesk.db.session import Sessions, make_engine

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis_settings.load_profile("ci")

CLUSTER_VARIABLE = "HELPDESK_TEST_CLUSTER"
QUICK = ("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off")
_clusters: list[Cluster] = []


def pytest_configure(config: pytest.Config) -> None:
    """The first process starts the server; workers find its address in the environment."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        home = Path(tempfile.mkdtemp(prefix="helpdesk-test-"))
        home.chmod(0o755)  # the unprivileged user who owns the cluster must be able to pass
        cluster = cluster_at(home / "pg")
        cluster.start(QUICK)
        _clusters.append(cluster)
        os.environ[CLUSTER_VARIABLE] = cluster.url("{}")


def pytest_unconfigure() -> None:
    for cluster in _clusters:
        cluster.stop()
        shutil.rmtree(cluster.home.parent, ignore_errors=True)


def make_database(name: str) -> str:
    """An empty database of this name, and its address."""
    admin = create_engine(os.environ[CLUSTER_VARIABLE].format("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return os.environ[CLUSTER_VARIABLE].format(name)


@pytest.fixture(scope="session")
def database_url() -> str:
    return make_database(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings as an office would have them, with the sign-in of the demonstration switched on."""
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    return read_settings(
        {
            "HELPDESK_DATABASE_URL": database_url,
            "HELPDESK_SECRET_KEY": "s" * 40,
            "HELPDESK_SEALING_KEYS": key,
            "HELPDESK_PEPPER": "p" * 40,
            "HELPDESK_PUBLIC_URL": "http://localhost",
            "HELPDESK_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
            "HELPDESK_DEMO": "1",
            "HELPDESK_DEMO_PASSWORD": "correct horse battery",
            "HELPDESK_SPOOL_DIR": str(tmp_path_factory.mktemp("spool")),
        },
    )


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """Sealed columns open in every test, also where no application is made."""
    sealed.use(sealed.KeyRing((b"k" * 32,), b"p" * 40))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing as it is done in earnest takes a tenth of a second, and some thousand people sign in here. One test looks at the real one."""
    earnest = passwords._HASHER, passwords._NOBODY
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._NOBODY = passwords._HASHER.hash("a word that nobody knows")
    yield
    passwords._HASHER, passwords._NOBODY = earnest


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back after the test, whatever was committed inside."""
    with engine.connect() as made:
        transaction = made.begin()
        yield made
        transaction.rollback()


@pytest.fixture
def sessions(connection: Connection) -> Sessions:
    return sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as made:
        yield made


class EnglishClient(FlaskClient):
    """Reads in the language in which the sentences of the code are written, unless a test asks for another."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  as of the client itself
        super().__init__(*arguments, **options)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def app(settings: Settings, sessions: Sessions) -> Flask:
    from helpdesk.app import create_app  # noqa: PLC0415

    made = create_app(settings, sessions=sessions)
    made.testing = True
    made.test_client_class = EnglishClient
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """Thursday, 5 October 2023, 18:10 in Poland: the evening of the first story."""
    return datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
