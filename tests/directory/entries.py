"""Institutions for tests: the least an entry needs, and whoever may write it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.directory import service
from helpdesk.directory.models import Institution
from helpdesk.directory.rules import InstitutionRow
from helpdesk.kernel.permissions import Actor

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
CLERK = Actor(id=None, name="Olga", desk_id="blue-line")

LUBICZ, TORUN, BYDGOSZCZ = "0415042", "0463011", "0461011"


def entry(name: str = "OPS w Lubiczu", **values: Any) -> InstitutionRow:  # noqa: ANN401  the fields of a row
    return InstitutionRow(**{"key": "", "kind": "OPS", "name": name, "teryt": (LUBICZ,), **values})


def add(session: Session, name: str = "OPS w Lubiczu", **values: Any) -> Institution:  # noqa: ANN401  likewise
    """An institution as the office would have written it."""
    added = service.add_institution(session, entry(name, **values), actor=CLERK, now=NOW)
    session.flush()
    return added
