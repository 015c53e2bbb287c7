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


def test_duties_of_before_get_posts_and_a_first_version_and_go_back_to_what_they_were(empty: Engine) -> None:
    """An office that planned duties before there were posts: nothing is lost, and no gap appears tomorrow because of it."""
    schema.upgrade(empty, "0003")
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO desk (id, kind, name_pl, name_en, controller, number_prefix, languages)"
                " VALUES ('blue-line', 'helpline', 'L', 'L', 'x', 'L', '{pl}'), ('help-point', 'help-point', 'P', 'P', 'x', 'P', '{pl}')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO account (id, login, name, password_hash, locale, languages, active)"
                " VALUES (gen_random_uuid(), 'ewa', 'Ewa', '', 'pl', '{}', true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO duty (desk_id, id, account_id, profession, day, starts, ends, zone, starts_at, ends_at)"
                " SELECT desk, gen_random_uuid(), account.id, profession, day, '17:00', '21:00', 'Europe/Warsaw',"
                " day + time '15:00', day + time '19:00' FROM account, (VALUES ('blue-line', 'psychologist', date '2023-10-05'),"
                " ('blue-line', 'psychologist', '2023-10-06'), ('help-point', 'advocate', '2023-10-07')) AS t (desk, profession, day)"
            )
        )
    before = _duties(empty)
    schema.upgrade(empty)
    with empty.connect() as connection:
        posts = connection.execute(text("SELECT desk_id, professions, first, last FROM post ORDER BY desk_id")).all()
        assert [(each.desk_id, each.professions, str(each.first), str(each.last)) for each in posts] == [
            ("blue-line", ["psychologist"], "2023-10-05", "2023-10-06"),
            ("help-point", ["advocate"], "2023-10-07", "2023-10-07"),
        ]
        versions = connection.execute(text("SELECT number, state, known_until FROM duty_version")).all()
        assert [tuple(each) for each in versions] == [(1, "published", None)] * 3
    with empty.begin() as connection:
        connection.execute(
            text("UPDATE duty SET state = 'cancelled', version = 2, changed_at = now() WHERE desk_id = 'help-point'")
        )
    schema.downgrade(empty, "0003")
    assert _duties(empty) == [each for each in before if each[0] == "blue-line"]


def _duties(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT desk_id, id, account_id, starts_at FROM duty ORDER BY desk_id, starts_at")
        )
        return [tuple(each) for each in rows]
