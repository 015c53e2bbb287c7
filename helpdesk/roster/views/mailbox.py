"""The mails of the demonstration: what would go out, or went, for everybody to see. In earnest there is no such page."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from helpdesk.config import Settings
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import mails
from helpdesk.roster.queries.notices import notices
from helpdesk.roster.views.blueprint import staff
from helpdesk.web.access import requires
from helpdesk.web.transaction import session


@staff.get("/roster/mailbox")
@requires(Permission.DESK_ENTER)
def mailbox(desk_id: str) -> ResponseReturnValue:
    """The last mails to the people of this desk, each in the language of its reader."""
    settings: Settings = current_app.extensions["helpdesk.settings"]
    if not settings.demo:
        raise NotFound("mailbox")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the proxy's own way out
    shown = [(each, mails.render(app, each)) for each in notices(session())]
    return render_template("roster/mailbox.html", desk_id=desk_id, mails=shown, is_mailed=bool(settings.smtp_url))
