"""Whether the process lives, and whether it can work."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.db import schema
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.transaction import sessions

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to_all(Open.HEALTH)
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@health.get("/readyz")
@open_to_all(Open.HEALTH)
def ready() -> ResponseReturnValue:
    """200 when the database answers and is migrated, else 503 with the reason."""
    try:
        with sessions()() as session:
            found = schema.current(session.connection())
    except SQLAlchemyError:
        return {"status": "not ready", "reason": "The database does not answer."}, 503
    if found != schema.newest():
        return {"status": "not ready", "reason": f"The tables stand at {found}, the code needs {schema.newest()}."}, 503
    return {"status": "ready"}
