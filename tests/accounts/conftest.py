from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from tests.accounts.visitor import Visitor
from tests.conftest import EnglishClient
from tests.factories import make_account, make_desk


@pytest.fixture
def office(settings: Settings, sessions: Sessions) -> Flask:
    """The application as an office runs it: no demonstration, a second factor for everybody."""
    made = create_app(replace(settings, demo=False), sessions=sessions)
    made.test_client_class = EnglishClient
    made.testing = True
    return made


@pytest.fixture
def ewa(session: Session) -> Account:
    """A consultant of the Blue Line."""
    make_desk(session)
    account = make_account(session, login="ewa")
    session.commit()
    return account


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)
