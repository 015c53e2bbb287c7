"""Live screens: one stream of server-sent events per browser, carrying what changed and its id, never data."""

import json
import queue
import time
from collections.abc import Iterator, Mapping

from flask import Blueprint, Flask, Response, current_app

from helpdesk.db.notify import Changed, Listener
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.web import identity
from helpdesk.web.access import watching
from helpdesk.web.transaction import session

live = Blueprint("live", __name__)

LIFE_SECONDS = 300.0  # a stream ends after this and the browser opens a new one, so that access is judged again
HEARTBEAT_SECONDS = 15.0
# Which permission a topic needs; all others are about contacts.
NEEDED: Mapping[str, Permission] = {
    "appointments": Permission.APPOINTMENT_READ,
    "drafts": Permission.DUTY_MANAGE,
    "duties": Permission.DUTY_READ,
    "offers": Permission.DESK_ENTER,
    "roster": Permission.DUTY_MANAGE,
}
# What one person is told is heard by that person alone: its id is the person's.
PERSONAL = "notices"


@live.get("/desk/live")
@watching
def stream() -> Response:
    """What changes at the desks of whoever is signed in."""
    person = identity.person()
    actors = {desk_id: person.actor_at(desk_id) for desk_id in person.desk_ids} if person else {}
    session().close()  # a stream lives long, and must not hold a connection meanwhile
    listener: Listener = current_app.extensions["helpdesk.listener"]
    answer = Response(_events(listener, actors), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def may_hear(actors: Mapping[str, Actor | None], change: Changed) -> bool:
    """That something happened tells something, too: it is heard only by those who may read what it is about."""
    actor = actors.get(change.desk_id)
    if change.topic == PERSONAL:
        return actor is not None and str(actor.id) == change.id
    return actor is not None and actor.may(NEEDED.get(change.topic, Permission.CONTACT_READ))


def _events(listener: Listener, actors: Mapping[str, Actor | None]) -> Iterator[str]:
    end = time.monotonic() + LIFE_SECONDS
    with listener.stream() as changes:
        yield "retry: 1000\nevent: stale\ndata: {}\n\n"
        while time.monotonic() < end:
            try:
                change = changes.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield ": still here\n\n"
                continue
            yield from _event(change, actors)


def _event(change: Changed | None, actors: Mapping[str, Actor | None]) -> Iterator[str]:
    if change is None:
        yield "event: stale\ndata: {}\n\n"
    elif may_hear(actors, change):
        yield f"event: changed\ndata: {json.dumps({'topic': change.topic, 'id': change.id})}\n\n"


def init_app(app: Flask, listener: Listener) -> None:
    app.extensions["helpdesk.listener"] = listener
    app.register_blueprint(live)
