"""A database that fails for a moment signs nobody out."""

import pytest
from sqlalchemy.exc import OperationalError

from helpdesk.web.sessions import BrowserSession, LazySession


def gone(_token_hash: bytes) -> BrowserSession | None:
    raise OperationalError("SELECT", None, Exception("gone"))


def test_a_session_that_could_not_be_read_is_empty_and_never_written_over() -> None:
    session = LazySession("staff", "token", gone)
    with pytest.raises(OperationalError):
        session.get("_user_id")
    session["csrf_token"] = "made for the page that says what happened"
    assert session.get("_user_id") is None
    assert not session.changed


def test_a_session_that_was_read_is_written_when_it_changes() -> None:
    session = LazySession("staff", "token", lambda _token_hash: None)
    session["language"] = "en"
    assert session.changed
