"""Booking a slot: for an officer's one first the warning, then the few questions."""

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.appointments import service
from helpdesk.appointments.forms import BookForm, WarningForm, heard_text, known_language, slot_of, slot_text, spoken
from helpdesk.appointments.rules import AppointmentRefusal
from helpdesk.appointments.sources import Warned, warning
from helpdesk.appointments.views.blueprint import staff
from helpdesk.appointments.views.week import to_week
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.languages import POLISH, Language, language
from helpdesk.kernel.permissions import Permission, Profession
from helpdesk.roster import queries as roster
from helpdesk.roster.models import Duty
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, is_language_switch, localtime
from helpdesk.web.transaction import session


@staff.route("/appointments/duties/<uuid:duty_id>/warning", methods=["GET", "POST"])
@requires(Permission.APPOINTMENT_BOOK)
def warn(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """What the person must hear before an officer is booked, with the way to a lawyer beside it (FW-4)."""
    duty, start = roster.duty(session(), duty_id), _slot(request.values.get("slot"))
    form = WarningForm(known_language(request.args.get("language")), slot_text(start))
    chosen = known_language(form.language.data)
    if form.is_sent() and chosen:
        heard, slot = heard_text(warning(chosen)), slot_text(start)
        return redirect(
            url_for("appointments.book", desk_id=desk_id, duty_id=duty_id, slot=slot, language=chosen, heard=heard)
        )
    return render_template(
        "appointments/warning.html",
        desk_id=desk_id,
        duty=duty,
        start=start,
        form=form,
        texts=_beside(warning(chosen)) if chosen else [],
        page_form=form if request.method == "POST" else None,
    )


def _beside(wanted: Warned) -> list[tuple[Language, Warned]]:
    """The warning in the person's language and in Polish, once where that is the same."""
    tags = dict.fromkeys((wanted.language, POLISH.tag))
    return [(language(tag), warning(tag)) for tag in tags]


@staff.route("/appointments/duties/<uuid:duty_id>/book", methods=["GET", "POST"])
@requires(Permission.APPOINTMENT_BOOK)
def book(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Book one slot. What was typed stays, whatever becomes of it; a taken slot offers the next free one."""
    duty, now = roster.duty(session(), duty_id), utcnow()
    start = _slot(request.form.get("instead") or request.values.get("slot"))
    heard = request.args.get("heard", "")
    form = BookForm(slot=slot_text(start), language=known_language(request.args.get("language")), heard=heard)
    form.slot.data = slot_text(start)
    if _must_be_warned(duty, form):
        chosen = known_language(form.language.data)
        return redirect(
            url_for("appointments.warn", desk_id=desk_id, duty_id=duty_id, slot=slot_text(start), language=chosen)
        )
    details = form.details(now)
    if details is None:
        return _booking_page(desk_id, duty, start, form)
    try:
        booked = service.book(session(), duty, start, details, actor=identity.actor(), now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _booking_page(desk_id, duty, start, form, refusal), 409
    flash(_("Booked: %(time)s.", time=localtime(booked.starts_at, "datetime")), "success")
    return to_week(desk_id, booked)


def _must_be_warned(duty: Duty, form: BookForm) -> bool:
    """Whether the way to an officer leads over the warning first. What is sent without it is refused by the rules."""
    if duty.profession is not Profession.BORDER_GUARD_OFFICER or (
        request.method == "POST" and not is_language_switch()
    ):
        return False
    chosen = known_language(form.language.data)
    return chosen is None or form.heard.data != heard_text(warning(chosen))


def _booking_page(desk_id: str, duty: Duty, start: datetime, form: BookForm, refusal: Refusal | None = None) -> str:
    offer = refusal.data.get("next") if refusal and refusal.code is AppointmentRefusal.TAKEN else None
    return render_template(
        "appointments/book.html",
        desk_id=desk_id,
        duty=duty,
        profession=PROFESSIONS[duty.profession],
        start=start,
        form=form,
        page_form=form,
        is_officer=duty.profession is Profession.BORDER_GUARD_OFFICER,
        offer=offer,
        offer_text=slot_text(offer) if isinstance(offer, datetime) else None,
        is_taken=refusal is not None and refusal.code is AppointmentRefusal.TAKEN,
        language=spoken(form.language.data) if form.language.data else "",
    )


def _slot(text: str | None) -> datetime:
    found = slot_of(text)
    if found is None:
        raise NotFound("Slot")
    return found
