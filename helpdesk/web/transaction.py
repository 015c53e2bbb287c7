"""One database session per request, and the one place that commits: after the view is through, before the answer leaves."""

from flask import Flask, current_app, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk.db.session import Sessions
from helpdesk.web.uploads import InMemoryRequest


class HelpdeskFlask(Flask):
    """Flask that commits what a view did before its answer is sent, so that a failing commit is an error page like any other."""

    request_class = InMemoryRequest

    def dispatch_request(self) -> ResponseReturnValue:
        answer = super().dispatch_request()
        commit()
        return answer


def sessions() -> Sessions:
    """What makes database sessions in this process."""
    made: Sessions = current_app.extensions["helpdesk.sessions"]
    return made


def session() -> Session:
    """The database session of this request, made when first asked for."""
    if "db_session" not in g:
        g.db_session = sessions()()
    found: Session = g.db_session
    return found


def commit() -> None:
    if "db_session" in g:
        g.db_session.commit()


def _close(_error: BaseException | None) -> None:
    if "db_session" in g:
        g.pop("db_session").close()


def init_app(app: Flask, made: Sessions) -> None:
    app.extensions["helpdesk.sessions"] = made
    app.teardown_appcontext(_close)
