"""A way back for somebody on the telephone: digits to be read aloud, shown once."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Contact
from helpdesk.desks import queries as desks
from helpdesk.intake import queries
from helpdesk.intake.forms.staff import StepForm
from helpdesk.intake.labels.safety import SAFETY, Safety
from helpdesk.intake.service import codes, taking
from helpdesk.intake.views.blueprint import staff
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import language
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import public_languages, speaking
from helpdesk.web.transaction import session


@staff.post("/contacts/<uuid:contact_id>/way-back")
@requires(Permission.INTAKE_ANSWER)
def open_way_back(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """New digits for the caller; older ones open nothing any more."""
    made = codes.fresh()  # before the transaction
    try:
        intake, code = taking.open_by_phone(session(), contact_id, made, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        flash(labels.sentence(refusal), "warning")
        return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact_id))
    spoken = language(intake.language)
    if spoken not in public_languages():
        spoken = language("pl")
    with speaking(spoken.tag):
        say = [str(SAFETY[each]) for each in (Safety.CODE_ONLY, Safety.CODE_HIDE, Safety.CODE_SHARED)]
    return render_template(
        "intake/digits.html", desk_id=desk_id, contact_id=contact_id, code=code.text, say=say, spoken=spoken
    )


def way_back_of(db: Session, desk_id: str, contact: object) -> Markup:
    """The section of a sheet that opens a way back; empty where the desk has no public form or the reader may not answer."""
    desk = desks.desk(db, desk_id)
    may = identity.actor().may(Permission.INTAKE_ANSWER)
    if not isinstance(contact, Contact) or desk is None or desk.place is None or not may:
        return Markup()
    # Not by `render_template`: the sheet is being rendered, and its frame would be asked for again. The template escapes.
    fragment = current_app.jinja_env.get_template("intake/_way_back.html")
    intake = queries.of_contact(db, contact.id)
    if intake is None and not contact.is_open:
        return Markup()
    return Markup(fragment.render(desk_id=desk_id, contact=contact, intake=intake, step=StepForm()))  # noqa: S704
