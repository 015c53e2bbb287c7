"""The text messages of a contact, as a section of its sheet, and the answer to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.telephony.labels import ANSWERS, LABELS, TEXT_STATES
from helpdesk.telephony.models import TextMessage
from helpdesk.telephony.rules.texts import Answer, TextState
from helpdesk.telephony.service import texts as service
from helpdesk.telephony.views.calls import staff
from helpdesk.telephony.views.text_forms import AnswerForm
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class ShownText:
    """A message as the sheet shows it: what it says, and how far it came. `is_ours` is an answer of ours."""

    at: datetime
    words: str
    state: str
    is_ours: bool
    stops: bool


@staff.post("/contacts/<uuid:contact_id>/texts")
@requires(Permission.CONTACT_WRITE)
def answer_text(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """Answer the newest message with one of the fixed sentences."""
    contact, form = consultations.contact(session(), contact_id), AnswerForm()
    sheet = redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact_id))
    if not form.is_sent() or form.chosen is None:
        flash(_("Choose an answer."), "warning")
        return sheet
    try:
        service.reply(session(), contact, form.chosen, read=form.read.data, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        flash(labels.sentence(refusal), "warning")
        return sheet
    flash(_("The answer is on its way."), "success")
    return sheet


def texts_of(db: Session, desk_id: str, contact: object) -> Markup:
    """The section of a sheet with what was written to and fro; empty for a contact without messages."""
    if not isinstance(contact, Contact):
        return Markup()
    found = service.texts_of(db, contact, utcnow())
    if not found.messages:
        return Markup()
    # Not by `render_template`: the sheet is being rendered, and its frame would be asked for again. The template escapes.
    fragment = current_app.jinja_env.get_template("telephony/_texts.html")
    may_write = identity.actor().may(Permission.CONTACT_WRITE)
    rendered = fragment.render(
        desk_id=desk_id,
        contact=contact,
        messages=[_shown(each) for each in found.messages],
        forbidden=str(LABELS[found.forbidden]) if found.forbidden else "",
        form=AnswerForm() if may_write and not found.forbidden else None,
    )
    return Markup(rendered)  # noqa: S704


def _shown(message: TextMessage) -> ShownText:
    words = str(ANSWERS[Answer(message.reply)]) if message.reply else message.body
    state = TextState(message.state)
    return ShownText(message.at, words, str(TEXT_STATES[state]), bool(message.reply), message.stops)
