"""Where the desk's public pages stand, and within what time it answers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.desks import service as desk_service
from helpdesk.intake.forms.staff import SettingsForm
from helpdesk.intake.views.blueprint import staff
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, public_languages
from helpdesk.web.transaction import session


@staff.route("/intakes/settings", methods=["GET", "POST"])
@requires(Permission.INTAKE_MANAGE)
def settings(desk_id: str) -> ResponseReturnValue:
    desk = desks.desk(session(), desk_id)
    if desk is None:
        raise NotFound("Desk")
    form = SettingsForm(data={"place": desk.place or "", "answer_hours": desk.answer_hours})
    if not form.is_sent():
        return render_template(
            "intake/settings.html",
            desk_id=desk_id,
            desk=desk,
            form=form,
            page_form=form,
            public_languages=public_languages(),
        )
    try:
        desk_service.open_to_public(
            session(),
            desk,
            form.place.data or "",
            form.answer_hours.data or 0,
            actor=identity.actor(),
            now=utcnow(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template(
            "intake/settings.html",
            desk_id=desk_id,
            desk=desk,
            form=form,
            page_form=form,
            public_languages=public_languages(),
        ), 409
    flash(_("Saved."), "success")
    return redirect(url_for("intake.settings", desk_id=desk_id))
