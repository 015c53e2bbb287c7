"""Institutions for tests: the least an entry needs, and whoever may write it."""

from datetime import UTC, datetime
from importlib import resources
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.directory import service
from helpdesk.directory.models import Institution
from helpdesk.directory.rules import InstitutionRow
from helpdesk.kernel.permissions import Actor, Role
from tests.accounts.visitor import Visitor
from tests.factories import make_account

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
CLERK = Actor(id=None, name="Olga", desk_id="blue-line")

DIRECTORY = "/desk/blue-line/directory"
DEMO = resources.files("helpdesk.directory").joinpath("data", "institutions.csv").read_text(encoding="utf-8")

LUBICZ, TORUN, BYDGOSZCZ = "0415042", "0463011", "0461011"


def entry(name: str = "OPS w Lubiczu", **values: Any) -> InstitutionRow:  # noqa: ANN401  the fields of a row
    return InstitutionRow(**{"key": "", "kind": "OPS", "name": name, "teryt": (LUBICZ,), **values})


def add(session: Session, name: str = "OPS w Lubiczu", **values: Any) -> Institution:  # noqa: ANN401  likewise
    """An institution as the office would have written it."""
    added = service.add_institution(session, entry(name, **values), actor=CLERK, now=NOW)
    session.flush()
    return added


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Institution)) or 0


def stored(session: Session, key: str) -> Institution:
    """The institution as the database has it now."""
    session.expire_all()
    return session.scalars(select(Institution).where(Institution.key == key)).one()


def tags(session: Session) -> list[str]:
    """What the audit says was done, oldest first."""
    return [event.tag for event in session.query(AuditEvent).order_by(AuditEvent.id)]


def person_with(app: Flask, session: Session, *roles: Role) -> Visitor:
    """Somebody of the Blue Line who has signed in and reads English."""
    account = make_account(session, roles=roles, name=f"{roles[0]} person")
    account.locale = "en"
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(account)
    return visitor
