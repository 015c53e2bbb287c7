"""What a demonstration would have sent to people helped, for whoever wants to see that it says nothing."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from helpdesk.intake.views.blueprint import staff
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.outreach import queries as outreach
from helpdesk.outreach.labels import WAYS
from helpdesk.web.access import requires
from helpdesk.web.transaction import session


@staff.get("/outbox")
@requires(Permission.INTAKE_READ)
def outbox(desk_id: str) -> ResponseReturnValue:
    if not current_app.extensions["helpdesk.settings"].demo:
        raise NotFound("Outbox")
    return render_template("intake/outbox.html", desk_id=desk_id, sent=outreach.outgoing(session()), ways=WAYS)
