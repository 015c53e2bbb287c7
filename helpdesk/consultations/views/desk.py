"""The desk: what to do now, what happened today, what the last shift left."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments import queries as appointments
from helpdesk.consultations import queries
from helpdesk.consultations.forms import HandOverForm
from helpdesk.consultations.labels import LEFT
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.handover import Left, reasons, tally
from helpdesk.consultations.service import handover
from helpdesk.consultations.views.blueprint import staff
from helpdesk.consultations.views.summary import summarised
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@staff.get("/contacts/desk")
@requires(Permission.CONTACT_READ)
def desk(desk_id: str) -> ResponseReturnValue:
    return render_template("consultations/desk.html", desk_id=desk_id, **_what_is_up())


@staff.get("/contacts/desk/now")
@requires(Permission.CONTACT_READ, passive=True)
def desk_now(desk_id: str) -> ResponseReturnValue:
    """The changing part of the desk, which the page asks for by itself."""
    return render_template("consultations/_now.html", desk_id=desk_id, **_what_is_up())


def _what_is_up() -> dict[str, object]:
    now = utcnow()
    left = queries.left_over(session(), now)
    return {
        "now": now,
        "left": sorted(((contact, reasons(contact.state)) for contact in left), key=_pressing),
        "counts": tally(contact.state for contact in left),
        "today": [summarised(contact) for contact in queries.recent_contacts(session(), now)],
        "last_handover": queries.last_handover(session()),
        "left_labels": LEFT,
        "to_move": appointments.count_to_move(session()),
    }


def _pressing(pair: tuple[Contact, list[Left]]) -> tuple[int, float]:
    contact, why = pair
    return (list(Left).index(why[0]) if why else len(Left), -contact.started_at.timestamp())


@staff.route("/handover", methods=["GET", "POST"])
@requires(Permission.HANDOVER_SIGN)
def sign_handover(desk_id: str) -> ResponseReturnValue:
    """What the last shift left, and the signature of whoever takes it on."""
    form = HandOverForm()
    if form.is_sent():
        handover.sign(session(), remarks=form.remarks.data or "", actor=identity.actor(), now=utcnow())
        flash(_("You have taken over the shift."), "success")
        return redirect(url_for("consultations.desk", desk_id=desk_id))
    return render_template("consultations/handover.html", desk_id=desk_id, form=form, page_form=form, **_what_is_up())
