"""An office that has its table already when the register comes: what nobody typed is counted from now on, what somebody typed is not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

import helpdesk.app  # noqa: F401  knows every model
from helpdesk.db import schema
from helpdesk.db.session import make_engine, make_sessions
from tests.activities.register import NOW, add
from tests.conftest import make_database
from tests.indicators.office import bring_in, make_office

TYPED = """
INSERT INTO execution (desk_id, id, indicator_id, value, as_of, evidence, entered_at, entered_by)
SELECT desk_id, gen_random_uuid(), id, '{"kind": "number", "raw": "131", "count": 131}', '2023-12-31', 'BP.1', now(), 'Olga'
FROM indicator WHERE key = '3.1.a'
"""


@pytest.fixture
def empty() -> Iterator[Engine]:
    made = make_engine(make_database("agreements_migration"))
    yield made
    made.dispose()


def origins(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT key, origin FROM indicator WHERE key IN ('3.1.a', '3.1.b', '2.6.a')"))
        return {row.key: row.origin for row in rows}


def test_a_number_that_somebody_typed_never_turns_into_a_counted_one(empty: Engine) -> None:
    schema.upgrade(empty)
    with make_sessions(empty).begin() as session:
        make_office(session)
        bring_in(session, now=NOW)
        add(session)
    schema.downgrade(empty, "0004")
    assert origins(empty) == {"3.1.a": "entered", "3.1.b": "counted", "2.6.a": "entered"}

    schema.upgrade(empty)
    assert origins(empty) == {"3.1.a": "counted", "3.1.b": "counted", "2.6.a": "entered"}

    schema.downgrade(empty, "0004")
    with empty.begin() as connection:
        connection.execute(text(TYPED))
    schema.upgrade(empty)
    assert origins(empty) == {"3.1.a": "entered", "3.1.b": "counted", "2.6.a": "entered"}
