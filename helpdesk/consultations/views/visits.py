"""The person came to an appointment: in which role, and with which help they left. By the desk, or by whoever was on duty."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments import queries as appointments
from helpdesk.appointments.models import Appointment
from helpdesk.consultations.forms import VisitForm
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.visits import usual_kind, usual_role
from helpdesk.consultations.service import visits
from helpdesk.consultations.service.closing import NotComplete
from helpdesk.consultations.views.blueprint import staff
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@staff.route("/appointments/<uuid:appointment_id>/attended", methods=["GET", "POST"])
@requires(Permission.CONTACT_WRITE)
def visit(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Write down for whoever was on duty that the person came."""
    found = appointments.appointment(session(), appointment_id)
    back, form = url_for("appointments.one", desk_id=desk_id, appointment_id=appointment_id), _form(desk_id, found)
    contact = _attend(found, form)
    if contact is None:
        return _visit_page(desk_id, found, form, back)
    flash(_("Contact %(number)s is closed.", number=contact.number), "success")
    return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact.id))


@staff.route("/my-appointments/<uuid:appointment_id>/attended", methods=["GET", "POST"])
@requires(Permission.DESK_ENTER)
def my_visit(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Write down that the person came to me. An appointment of anybody else is not there (FW-3)."""
    own_id = identity.actor().id
    if own_id is None:
        raise NotFound
    found = appointments.appointment_of(session(), appointment_id, own_id)
    back, form = url_for("appointments.mine", desk_id=desk_id), _form(desk_id, found)
    if _attend(found, form) is None:
        return _visit_page(desk_id, found, form, back)
    flash(_("The visit is written down."), "success")
    return redirect(back)


def _form(desk_id: str, found: Appointment) -> VisitForm:
    foreigners = session().get_one(Desk, desk_id).kind is DeskKind.HELP_POINT
    role, kind = usual_role(foreigners=foreigners), usual_kind(found.profession)
    return VisitForm(desk_id, day_of(found.starts_at), role=role, kind=kind)


def _attend(found: Appointment, form: VisitForm) -> Contact | None:
    """The contact; None, and the sentences on the form, while something is missing. Then nothing of it stays."""
    if not form.is_sent():
        return None
    try:
        with session().begin_nested():
            return visits.attend(
                session(),
                found,
                role=form.role.data or "",
                kinds=form.kinds.data or [],
                actor=identity.actor(),
                now=utcnow(),
            )
    except NotComplete as error:
        for problem in error.problems:
            field = (problem.field or "").rpartition(".")[2]
            form.refuse(Refusal(problem.code, field=field, **problem.data))
    except Refusal as refusal:
        form.refuse(refusal)
    return None


def _visit_page(desk_id: str, found: Appointment, form: VisitForm, back: str) -> ResponseReturnValue:
    page = render_template(
        "consultations/visit.html", desk_id=desk_id, appointment=found, form=form, page_form=form, back=back
    )
    return page, 409 if form.errors or form.form_errors else 200
