import pytest
from sqlalchemy.orm import Session

from tests.appointments.office import Office, make_office


@pytest.fixture
def office(session: Session) -> Office:
    """The Help Point."""
    return make_office(session)
