import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.telephony.switchboard import Switchboard


@pytest.fixture
def switchboard(session: Session, app: Flask) -> Switchboard:
    return Switchboard(session, app)
