import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.telephony import webhooks
from tests.telephony.switchboard import Switchboard


@pytest.fixture
def switchboard(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Switchboard:
    """Patient, for a machine that does many things at once; how long a caller waits is tested where the database is taken away."""
    monkeypatch.setattr(webhooks, "SECONDS", 30.0)
    return Switchboard(session, app)
