"""The call sheet: one screen, saved as it is typed, worked by the keyboard; without a script it is one form with many buttons."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.consultations import queries
from helpdesk.consultations.forms import (
    CorrectionForm,
    shown,
    touched,
)
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules import notes
from helpdesk.consultations.rules.codes import ONE_KEY
from helpdesk.consultations.service import advices, closing, contacts, referrals
from helpdesk.consultations.service import sheet as service
from helpdesk.consultations.service.closing import NotComplete
from helpdesk.consultations.service.sheet import Saved
from helpdesk.consultations.views.blueprint import staff
from helpdesk.consultations.views.history import what_stood
from helpdesk.consultations.views.page import agreement_words, referral_rows, sheet_page, typed_kinds
from helpdesk.desks import queries as desks
from helpdesk.directory.models import Institution
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, is_language_switch, localtime
from helpdesk.web.transaction import session


@staff.get("/contacts/<uuid:contact_id>")
@requires(Permission.CONTACT_READ)
def sheet(desk_id: str, contact_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the wall stands by the address
    """The sheet of an open contact, or a closed one to read."""
    contact = contacts.open_contact(session(), contact_id, actor=identity.actor(), now=utcnow())
    return sheet_page(contact)


@staff.post("/contacts/<uuid:contact_id>")
@requires(Permission.CONTACT_WRITE)
def act(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """Save what was typed, then do what the pressed button says. Nothing typed is lost, whatever becomes of the rest."""
    contact = queries.contact(session(), contact_id, for_update=True)
    if is_language_switch():
        return sheet_page(contact, sent=True)
    saved = _save_whole(contact)
    if not saved.is_whole:
        return sheet_page(contact, sent=True, problems=saved.refused, disputed=saved.disputed), 409
    try:
        answer = _do(contact, request.form.get("act", "save"))
    except NotComplete as error:
        return sheet_page(contact, sent=True, problems=error.problems), 422
    except Refusal as refusal:
        return sheet_page(contact, sent=True, problems=[refusal]), 409
    return answer or redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact_id))


def _save_whole(contact: Contact) -> Saved:
    if not contact.is_open:
        return Saved(contact.version, utcnow())
    typed = touched(typed_kinds(contact), request.form)
    return service.write(session(), contact, typed, known_version=_version(), actor=identity.actor(), now=utcnow())


def _version() -> int:
    text = request.form.get("version", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _do(contact: Contact, wanted: str) -> ResponseReturnValue | None:
    """Run the act that a button names: `save`, `close`, an outcome of one key, or one of `ACTS`."""
    name, _colon, argument = wanted.partition(":")
    if wanted in ONE_KEY or name == "close":
        return _close(contact, wanted if wanted in ONE_KEY else request.form.get("outcome", ""))
    if name not in ACTS:
        abort(400)
    ACTS[name](contact, argument, identity.actor(), utcnow())
    return None


def _close(contact: Contact, outcome: str) -> ResponseReturnValue:
    closing.close(session(), contact, outcome, actor=identity.actor(), now=utcnow())
    flash(_("Contact %(number)s is closed.", number=contact.number), "success")
    return redirect(url_for("consultations.desk", desk_id=contact.desk_id))


def _take(contact: Contact, _argument: str, actor: Actor, now: datetime) -> None:
    advices.take(session(), contact, actor=actor, now=now)


def _add_role(contact: Contact, _argument: str, actor: Actor, now: datetime) -> None:
    advices.add_role(session(), contact, actor=actor, now=now)


def _refer(contact: Contact, argument: str, actor: Actor, now: datetime) -> None:
    kind, _colon, key = (argument or request.form.get("referral", "")).partition(":")
    institution = _institution(key)
    referrals.refer(session(), contact, kind=kind, institution=institution, actor=actor, now=now)


def _institution(key: str) -> Institution | None:
    if not key:
        return None
    try:
        return session().get(Institution, UUID(key))
    except ValueError:
        raise Refusal(referrals.ReferralRefusal.NOT_FOUND, field="referral") from None


def _referral_state(contact: Contact, argument: str, actor: Actor, now: datetime) -> None:
    state = request.form.get(f"state-{argument}", "")
    referrals.set_state(session(), contact, _uuid(argument), state, actor=actor, now=now)


def _take_back(contact: Contact, argument: str, actor: Actor, now: datetime) -> None:
    referrals.take_back(session(), contact, _uuid(argument), actor=actor, now=now)


def _keep_promise(contact: Contact, _argument: str, actor: Actor, now: datetime) -> None:
    contacts.keep_promise(session(), contact, actor=actor, now=now)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _nothing(_contact: Contact, _argument: str, _actor: Actor, _now: datetime) -> None:
    """Saving alone."""


ACTS: Mapping[str, Callable[[Contact, str, Actor, datetime], None]] = {
    "add-role": _add_role,
    "promise-kept": _keep_promise,
    "refer": _refer,
    "referral-state": _referral_state,
    "save": _nothing,
    "take": _take,
    "take-back": _take_back,
}


@staff.post("/contacts/<uuid:contact_id>/save")
@requires(Permission.CONTACT_WRITE)
def save(desk_id: str, contact_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the wall stands by the address
    """What the sheet's script sends while somebody types: only the touched fields, and the version it last saw."""
    sent = request.get_json(silent=True)
    if (
        not isinstance(sent, dict)
        or not isinstance(sent.get("values"), dict)
        or not isinstance(sent.get("version"), int)
    ):
        abort(400)
    try:
        saved = service.save(
            session(), contact_id, sent["values"], known_version=sent["version"], actor=identity.actor(), now=utcnow()
        )
    except Refusal as refusal:
        return {"closed": labels.sentence(refusal)}, 409
    return {
        "version": saved.version,
        "saved": localtime(saved.at, "seconds"),
        "by": saved.by,
        "disputed": {name: shown(value) for name, value in saved.disputed.items()},
        "news": {name: shown(value) for name, value in saved.news.items()},
        "refused": {refusal.field: labels.sentence(refusal) for refusal in saved.refused},
    }


@staff.get("/contacts/<uuid:contact_id>/agreement")
@requires(Permission.CONTACT_READ, passive=True)
def agreement(desk_id: str, contact_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the wall stands by the address
    """Whether the gmina that is on the page has an agreement: what the page asks when the gmina changes."""
    contact = queries.contact(session(), contact_id)
    desk = desks.desk(session(), contact.desk_id)
    return {"sentence": agreement_words(desk, contact, request.args.get("gmina", ""))}


@staff.get("/contacts/<uuid:contact_id>/referrals")
@requires(Permission.CONTACT_READ, passive=True)
def referral_list(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """The referrals of a sheet, which the page asks for when they change."""
    contact = queries.contact(session(), contact_id)
    return render_template(
        "consultations/_referrals.html", desk_id=desk_id, contact=contact, referrals=referral_rows(contact)
    )


@staff.route("/contacts/<uuid:contact_id>/correct", methods=["GET", "POST"])
@requires(Permission.CONTACT_WRITE)
def correct(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """Change a closed contact, with a reason; what stood there before is kept."""
    contact = queries.contact(session(), contact_id, for_update=True)
    if contact.is_open or not notes.may_correct(identity.actor(), closed_by_id=contact.closed_by_id):
        raise Forbidden
    form = CorrectionForm()
    if not form.is_sent():
        return sheet_page(contact, sent=request.method == "POST", correction=form)
    typed = touched(typed_kinds(contact), request.form)
    try:
        with session().begin_nested():
            saved = closing.correct(
                session(),
                contact,
                typed,
                known_version=_version(),
                why=form.why.data or "",
                actor=identity.actor(),
                now=utcnow(),
            )
    except NotComplete as error:
        session().refresh(contact)
        return sheet_page(contact, sent=True, problems=error.problems, correction=form), 422
    if not saved.is_whole:
        return sheet_page(contact, sent=True, disputed=saved.disputed, correction=form), 409
    flash(_("The correction is saved. The earlier version is kept."), "success")
    return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact_id))


@staff.get("/contacts/<uuid:contact_id>/history")
@requires(Permission.CONTACT_READ)
def history(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """Earlier versions: what stood there, who changed it, and why. Notes only for those who may read them."""
    contact = contacts.open_contact(session(), contact_id, actor=identity.actor(), now=utcnow())
    revisions = [
        (each, what_stood(each, contact, identity.actor())) for each in queries.revisions(session(), contact_id)
    ]
    return render_template("consultations/history.html", desk_id=desk_id, contact=contact, revisions=revisions)
