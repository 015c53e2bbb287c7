"""One appointment: what the person said, and how it ends."""

from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.appointments import queries, service
from helpdesk.appointments.forms import spoken
from helpdesk.appointments.labels import STATES, TROUBLES
from helpdesk.appointments.rules import State
from helpdesk.appointments.views.blueprint import staff
from helpdesk.appointments.views.week import to_week
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.outreach.labels import WAYS
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localtime
from helpdesk.web.transaction import session


@staff.get("/appointments/<uuid:appointment_id>")
@requires(Permission.APPOINTMENT_READ)
def one(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """One appointment with the question. That it was opened, and by whom, is recorded."""
    found, now = queries.appointment(session(), appointment_id), utcnow()
    service.opened(session(), [found], actor=identity.actor(), now=now)
    trouble = found.trouble
    has_begun = found.starts_at <= now and trouble is None
    return render_template(
        "appointments/one.html",
        desk_id=desk_id,
        appointment=found,
        profession=PROFESSIONS[found.profession],
        language=spoken(found.language),
        state=STATES[found.state],
        trouble=TROUBLES[trouble] if trouble else None,
        way=WAYS[found.remind_by] if found.remind_by else None,
        may_book=identity.actor().may(Permission.APPOINTMENT_BOOK),
        may_attend=has_begun and found.state in {State.BOOKED, State.NO_SHOW},
        may_miss=has_begun and found.is_open,
        may_cancel=found.is_open and (now < found.ends_at or trouble is not None),
    )


@staff.route("/appointments/<uuid:appointment_id>/cancel", methods=["GET", "POST"])
@requires(Permission.APPOINTMENT_BOOK)
def cancel(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Cancel an appointment, after it was said once more which one."""
    found = queries.appointment(session(), appointment_id)
    if request.method == "GET":
        return render_template(
            "appointments/cancel.html", desk_id=desk_id, appointment=found, profession=PROFESSIONS[found.profession]
        )
    service.cancel(session(), found, actor=identity.actor(), now=utcnow())
    flash(_("Cancelled: %(time)s.", time=localtime(found.starts_at, "datetime")), "success")
    return to_week(desk_id, found)


@staff.post("/appointments/<uuid:appointment_id>/no-show")
@requires(Permission.APPOINTMENT_BOOK)
def no_show(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Nobody came."""
    found = queries.appointment(session(), appointment_id)
    service.mark_no_show(session(), found, actor=identity.actor(), now=utcnow())
    flash(_("Written down: nobody came at %(time)s.", time=localtime(found.starts_at, "datetime")), "success")
    return to_week(desk_id, found)
