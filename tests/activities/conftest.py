import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.desks.models import Desk
from helpdesk.kernel.permissions import Role
from tests.accounts.visitor import Visitor
from tests.indicators.office import make_office, make_officer


@pytest.fixture
def office(session: Session) -> Desk:
    return make_office(session)


@pytest.fixture
def officer(app: Flask, session: Session, office: Desk) -> Visitor:
    """Somebody of the programme office who has signed in and reads English."""
    assert office.id
    account = make_officer(session, role=Role.PROGRAMME_OFFICER)
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(account)
    return visitor
