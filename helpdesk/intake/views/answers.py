"""An answer: written, always seen as the person will see it, and then sent."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.db.columns import new_id
from helpdesk.intake import queries
from helpdesk.intake.forms.staff import AnswerForm, OfferForm
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.choices import Help
from helpdesk.intake.rules.waiting import IntakeRefusal
from helpdesk.intake.service import answering
from helpdesk.intake.views import one
from helpdesk.intake.views.blueprint import staff
from helpdesk.intake.views.public import times
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import language
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries as roster
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid
from helpdesk.web.i18n import _, is_language_switch
from helpdesk.web.transaction import session

SEND, INSERT = "send", "insert:"


@staff.post("/intakes/<uuid:intake_id>/answer")
@requires(Permission.INTAKE_ANSWER)
def answer(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    """First shown as the person will see it; sent only from there. What was typed is never lost."""
    found, form = queries.intake(session(), intake_id), AnswerForm()
    pressed = request.form.get("go", "")
    if pressed.startswith(INSERT):
        form.text.data = _with_template(found, form.text.data or "", pressed.removeprefix(INSERT))
        return one.page(desk_id, intake_id, answer=form)
    if is_language_switch() or pressed == "edit" or not form.is_sent():
        return one.page(desk_id, intake_id, answer=form)
    if pressed != SEND:
        return render_template(
            "intake/preview.html",
            desk_id=desk_id,
            intake=found,
            form=form,
            page_form=form,
            chosen=language(form.language.data),
        )
    try:
        _send(found, form)
    except Refusal as refusal:
        form.safe_version.data, form.read.data = str(found.safe_version), False
        form.refuse(refusal)
        return one.page(desk_id, intake_id, answer=form), 409
    flash(_("The answer is there for whoever has the digits."), "success")
    return _back(desk_id, intake_id)


@staff.post("/intakes/<uuid:intake_id>/offer")
@requires(Permission.INTAKE_ANSWER)
def offer(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    """Offer a time. It takes no slot until the person says yes. An answer that is half written stays on the page."""
    found, now = queries.intake(session(), intake_id), utcnow()
    form, typed = OfferForm(times.free_times((Help.LAWYER, Help.PSYCHOLOGIST), now)), AnswerForm()
    if is_language_switch() or not form.is_sent():
        return one.page(desk_id, intake_id, answer=typed, offer=form)
    try:
        _offer(found, form)
    except Refusal as refusal:
        typed.safe_version.data, typed.read.data = str(found.safe_version), False
        (form if refusal.field == "slot" else typed).refuse(refusal)
        return one.page(desk_id, intake_id, answer=typed, offer=form), 409
    flash(_("The time is offered."), "success")
    return one.page(desk_id, intake_id, answer=typed) if typed.text.data else _back(desk_id, intake_id)


def _with_template(found: Intake, typed: str, template_id: str) -> str:
    """What was typed, and below it the text of a template of the desk that is shown with this intake."""
    shown = one.templates_for(found)
    added = [each.text for each in shown if str(each.id) == template_id]
    return "\n\n".join(each for each in (typed.rstrip(), *added) if each)


def _send(found: Intake, form: AnswerForm) -> None:
    answering.answer(
        session(),
        found,
        form.text.data or "",
        key=as_uuid(form.key.data) or new_id(),
        language=form.language.data,
        seen=form.seen,
        actor=identity.actor(),
        now=utcnow(),
    )


def _offer(found: Intake, form: OfferForm) -> None:
    wanted = times.chosen(form.slot.data or "")
    if wanted is None or form.slot.data not in form.times:
        raise Refusal(IntakeRefusal.OFFER_GONE, field="slot")
    duty_id, starts_at = wanted
    answering.offer(
        session(),
        found,
        roster.duty(session(), duty_id),
        starts_at,
        seen=form.seen,
        actor=identity.actor(),
        now=utcnow(),
    )


def _back(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("intake.intake", desk_id=desk_id, intake_id=intake_id))
