import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.directory.models import Institution
from helpdesk.kernel.permissions import Role
from tests.accounts.visitor import Visitor
from tests.directory.entries import add, person_with
from tests.factories import make_desk


@pytest.fixture
def desk(session: Session) -> None:
    make_desk(session)
    make_desk(session, "help-point")


@pytest.fixture
def consultant(app: Flask, session: Session, desk: None) -> Visitor:  # noqa: ARG001
    return person_with(app, session, Role.CONSULTANT)


@pytest.fixture
def coordinator(app: Flask, session: Session, desk: None) -> Visitor:  # noqa: ARG001
    return person_with(app, session, Role.COORDINATOR)


@pytest.fixture
def lubicz(session: Session, desk: None) -> Institution:  # noqa: ARG001
    added = add(session, phones=("+48523220012", "112"), hours="Mo-Fr 07:30-15:30", languages=("pl", "uk"))
    session.commit()
    return added
