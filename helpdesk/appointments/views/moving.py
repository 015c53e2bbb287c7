"""Moving an appointment to another free slot."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.appointments import queries, service
from helpdesk.appointments.forms import MoveForm, place_text
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.views.blueprint import staff
from helpdesk.appointments.views.week import Line, lines_of
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission, Profession
from helpdesk.roster import queries as roster
from helpdesk.roster.rules.spans import Span
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate, localtime
from helpdesk.web.transaction import session

AHEAD = timedelta(days=28)
MOST = 80
OFFICER = Profession.BORDER_GUARD_OFFICER


@staff.route("/appointments/<uuid:appointment_id>/move", methods=["GET", "POST"])
@requires(Permission.APPOINTMENT_BOOK)
def move(desk_id: str, appointment_id: UUID) -> ResponseReturnValue:
    """Move an appointment. Offered are the free slots of the next four weeks; to an officer only for whoever chose one."""
    found, now = queries.appointment(session(), appointment_id), utcnow()
    form = MoveForm(_choices(found, now), found.version)
    chosen = form.chosen()
    if chosen is None:
        return _move_page(desk_id, found, form)
    try:
        moved = service.move(
            session(),
            found,
            service.Aim(roster.duty(session(), chosen[0]), chosen[1]),
            known_version=form.known_version,
            still_safe=bool(form.still_safe.data),
            actor=identity.actor(),
            now=now,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _move_page(desk_id, found, form), 409
    flash(_("Moved to %(time)s.", time=localtime(moved.starts_at, "datetime")), "success")
    return redirect(url_for("appointments.one", desk_id=desk_id, appointment_id=appointment_id))


def _choices(found: Appointment, now: datetime) -> list[tuple[str, str]]:
    kinds = {OFFICER} if found.profession is OFFICER else set(Profession) - {OFFICER}
    duties = queries.bookable_duties(session(), Span(now, now + AHEAD), kinds)
    slots = [
        (place_text(line.duty.id, free.slot.start), _words(free.slot.start, line))
        for line in lines_of(duties, now)
        for free in line.free
    ]
    return slots[:MOST]


def _words(start: datetime, line: Line) -> str:
    name = line.duty.account.name if line.duty.account else ""
    words = {"day": localdate(day_of(start), "EEEE d MMMM"), "time": localtime(start), "name": name}
    return _("%(day)s, %(time)s, %(name)s (%(profession)s)", profession=line.profession, **words)


def _move_page(desk_id: str, found: Appointment, form: MoveForm) -> str:
    return render_template(
        "appointments/move.html",
        desk_id=desk_id,
        appointment=found,
        profession=PROFESSIONS[found.profession],
        form=form,
        page_form=form,
    )
