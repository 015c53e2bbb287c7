"""Live screens: one stream of server-sent events per browser, carrying what changed and its id, never data."""

import json
import queue
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app

from helpdesk.db.notify import Changed, Listener
from helpdesk.web import identity
from helpdesk.web.access import watching
from helpdesk.web.transaction import session

live = Blueprint("live", __name__)

LIFE_SECONDS = 300.0  # a stream ends after this and the browser opens a new one, so that access is judged again
HEARTBEAT_SECONDS = 15.0


@live.get("/desk/live")
@watching
def stream() -> Response:
    """What changes at the desks of whoever is signed in."""
    person = identity.person()
    desk_ids = frozenset(person.desk_ids if person else ())
    session().close()  # a stream lives long, and must not hold a connection meanwhile
    listener: Listener = current_app.extensions["helpdesk.listener"]
    answer = Response(_events(listener, desk_ids), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _events(listener: Listener, desk_ids: frozenset[str]) -> Iterator[str]:
    end = time.monotonic() + LIFE_SECONDS
    with listener.stream() as changes:
        yield "retry: 1000\nevent: stale\ndata: {}\n\n"
        while time.monotonic() < end:
            try:
                change = changes.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield ": still here\n\n"
                continue
            yield from _event(change, desk_ids)


def _event(change: Changed | None, desk_ids: frozenset[str]) -> Iterator[str]:
    if change is None:
        yield "event: stale\ndata: {}\n\n"
    elif change.desk_id in desk_ids:
        yield f"event: changed\ndata: {json.dumps({'topic': change.topic, 'id': change.id})}\n\n"


def init_app(app: Flask, listener: Listener) -> None:
    app.extensions["helpdesk.listener"] = listener
    app.register_blueprint(live)
