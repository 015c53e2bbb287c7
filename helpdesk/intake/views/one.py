"""One intake: how it is safe to answer, what was written, and what to do with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk.db.columns import new_id
from helpdesk.desks import queries as desks
from helpdesk.files import queries as stored
from helpdesk.files import service as files
from helpdesk.files.answers import as_attachment
from helpdesk.files.labels import APART, KINDS
from helpdesk.files.models import StoredFile
from helpdesk.intake import queries
from helpdesk.intake.forms.staff import AnswerForm, OfferForm, StepForm
from helpdesk.intake.labels.staff import STATES, SUSPICIONS
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.choices import Help
from helpdesk.intake.rules.messages import Side
from helpdesk.intake.rules.waiting import answer_by
from helpdesk.intake.service import reading, taking
from helpdesk.intake.views import shown
from helpdesk.intake.views.blueprint import staff
from helpdesk.intake.views.public import times
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.kernel.languages import language, language_name
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.texts import queries as texts
from helpdesk.texts.models import AnswerTemplate
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, locale
from helpdesk.web.transaction import session


@staff.get("/intakes/<uuid:intake_id>")
@requires(Permission.INTAKE_READ)
def intake(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    """What was written."""
    return page(desk_id, intake_id)


def page(desk_id: str, intake_id: UUID, *, answer: AnswerForm | None = None, offer: OfferForm | None = None) -> str:
    """The page of an intake, with what was typed on it and could not be sent. By whichever door somebody comes, reading is recorded."""
    now = utcnow()
    found = reading.open_intake(session(), intake_id, actor=identity.actor(), now=now)
    seen = {"safe_version": str(found.safe_version)}
    desk = desks.desk(session(), desk_id)
    form = answer or AnswerForm(key=str(new_id()), language=found.language, **seen)
    return render_template(
        "intake/intake.html",
        desk_id=desk_id,
        intake=found,
        state=str(STATES[found.state]),
        why_apart=str(SUSPICIONS[found.suspicion]) if found.suspicion else "",
        language=language(found.language),
        language_name=language_name(found.language, locale().tag),
        safe=shown.safe(found),
        answers=shown.answers(found),
        messages=found.messages,
        person=Side.PERSON,
        files=[_file(each) for each in queries.files(session(), found.id)],
        wrong_tries=sum(each.wrong_tries for each in queries.live_codes(session(), found.id)),
        answer_by=answer_by(found.waiting_since, desk.answer_hours) if desk and found.waiting_since else None,
        is_mine=found.owner_id == identity.actor().id,
        form=form,
        page_form=form,
        offer=offer or OfferForm(times.free_times((Help.LAWYER, Help.PSYCHOLOGIST), now), **seen),
        open_offer=queries.open_offer(session(), found.id, held=False),
        step=StepForm(),
        templates=templates_for(found),
    )


def templates_for(found: Intake) -> Sequence[AnswerTemplate]:
    """Templates in the language of whoever wrote, and in ours."""
    return texts.templates_in(session(), (found.language, "en", "pl"))


@staff.post("/intakes/<uuid:intake_id>/take")
@requires(Permission.INTAKE_ANSWER)
def take(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    """It is the reader's from now on, and a contact with its sheet."""

    def deed(db: Session, found: Intake, *, actor: Actor, now: datetime) -> None:
        taking.take(db, found, safe_words=shown.safe_words, actor=actor, now=now)

    return _do(desk_id, intake_id, deed, _("You have taken this intake."))


@staff.post("/intakes/<uuid:intake_id>/give-back")
@requires(Permission.INTAKE_ANSWER)
def give_back(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    return _do(desk_id, intake_id, taking.give_back, _("It waits for somebody else now."))


@staff.post("/intakes/<uuid:intake_id>/close")
@requires(Permission.INTAKE_ANSWER)
def close(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    return _do(desk_id, intake_id, taking.close, _("Closed. A new message opens it again."))


@staff.post("/intakes/<uuid:intake_id>/let-in")
@requires(Permission.INTAKE_MANAGE)
def let_in(desk_id: str, intake_id: UUID) -> ResponseReturnValue:
    """A person wrote it after all."""
    return _do(desk_id, intake_id, taking.let_in, _("It waits with the others now."))


@staff.get("/intakes/<uuid:intake_id>/files/<uuid:file_id>")
@requires(Permission.INTAKE_READ)
def file(desk_id: str, intake_id: UUID, file_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the wall knows the desk
    """A file to be saved: cleaned, or as it was sent for whoever may have evidence."""
    if file_id not in {each.file_id for each in queries.intake_files(session(), intake_id)}:
        raise NotFound("File")
    original = "original" in request.args
    if original and not identity.actor().may(Permission.INTAKE_MANAGE):
        raise Forbidden
    return as_attachment(files.read(session(), file_id, original=original, actor=identity.actor(), now=utcnow()))


class Deed(Protocol):
    """What is done with an intake by whoever pressed a button."""

    def __call__(self, session: Session, intake: Intake, /, *, actor: Actor, now: datetime) -> None: ...


def _do(desk_id: str, intake_id: UUID, deed: Deed, said: str) -> ResponseReturnValue:
    """Do it and say so, or say why not; either way back to the page."""
    back = redirect(url_for("intake.intake", desk_id=desk_id, intake_id=intake_id))
    if not StepForm().is_sent():
        return back
    try:
        deed(session(), queries.intake(session(), intake_id), actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        flash(labels.sentence(refusal), "warning")
        return back
    flash(said, "success")
    return back


def _file(each: StoredFile) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "kind": str(KINDS[each.kind]),
        "apart": str(APART[each.apart]) if each.apart else "",
        "is_cleaned": stored.copy_of(session(), each.id) is not None,
    }
