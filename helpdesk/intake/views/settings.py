"""Where the desk's public pages stand, and within what time it answers, and what it says of the data."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.desks import service as desk_service
from helpdesk.desks.models import Desk
from helpdesk.intake.forms.staff import SettingsForm
from helpdesk.intake.views.blueprint import staff
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, public_languages
from helpdesk.web.transaction import session


@staff.route("/intakes/settings", methods=["GET", "POST"])
@requires(Permission.INTAKE_MANAGE)
def settings(desk_id: str) -> ResponseReturnValue:
    desk = desks.this_desk(session(), desk_id)
    form = SettingsForm(data=asdict(desk.face))
    if not form.is_sent():
        return _page(desk, form)
    try:
        desk_service.open_to_public(session(), desk, form.face, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk, form), 409
    flash(_("Saved."), "success")
    return redirect(url_for("intake.settings", desk_id=desk_id))


def _page(desk: Desk, form: SettingsForm) -> str:
    return render_template(
        "intake/settings.html",
        desk_id=desk.id,
        desk=desk,
        form=form,
        page_form=form,
        public_languages=public_languages(),
    )
