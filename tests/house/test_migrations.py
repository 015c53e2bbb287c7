"""Migrations go up and down, one after the other, and leave the tables that the models describe."""

from collections.abc import Iterator

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import helpdesk.app  # noqa: F401  knows every model
from helpdesk.db import schema
from helpdesk.db.session import make_engine
from tests.conftest import make_database


@pytest.fixture
def empty() -> Iterator[Engine]:
    made = make_engine(make_database("migrations"))
    yield made
    made.dispose()


def _revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_each_step_up_can_be_taken_back(empty: Engine) -> None:
    before: list[set[str]] = [set()]
    for revision in _revisions():
        schema.upgrade(empty, revision)
        before.append(_tables(empty))
    for revision, tables in zip([*_revisions()[-2::-1], "base"], before[-2::-1], strict=True):
        schema.downgrade(empty, revision)
        assert _tables(empty) == tables
    assert _tables(empty) == set()


def test_the_tables_are_those_of_the_models(empty: Engine) -> None:
    schema.upgrade(empty)
    assert schema.differences(empty) == []


def test_there_is_one_newest_revision(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert schema.current(connection) == schema.newest() == _revisions()[-1]


def test_going_down_and_up_with_data_keeps_the_guards(empty: Engine) -> None:
    """Down to before the guards and up again, with rows in the tables: the audit is protected as before."""
    schema.upgrade(empty)
    with empty.begin() as connection:
        insert = "INSERT INTO audit_event (at, actor_name, tag, detail) VALUES (now(), 'system', 'call:arrived', '{}')"
        connection.execute(text(insert))
    schema.downgrade(empty, "0002")
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_event")) == 1
        with pytest.raises(Exception, match="only added to"):
            connection.execute(text("DELETE FROM audit_event"))
