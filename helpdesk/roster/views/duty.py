"""One duty on a page of its own: drafted, changed or cancelled with the draft, or at once and with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.premises import queries as premises
from helpdesk.roster import queries, service
from helpdesk.roster.forms.duties import DutyForm, MoveForm, asked_for, token_of, typed
from helpdesk.roster.models import Draft, Duty
from helpdesk.roster.rules.publishing import PublishRefusal, check_why
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.roster.service import looking, undoing
from helpdesk.roster.service.writing import Plan
from helpdesk.roster.views import plan as grids
from helpdesk.roster.views import steps
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.duty_page import Subject, disputed, duty_page
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid
from helpdesk.web.i18n import _, is_language_switch, localdate
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class Done:
    """What an act was about: the day to be shown next, and the bar on it."""

    day: date
    key: UUID | None


@staff.route("/roster/new", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def new_duty(desk_id: str) -> ResponseReturnValue:
    """A duty that is not there yet; the address may name its post, day and hours."""
    return _edit(desk_id, Subject)


@staff.route("/roster/duties/<uuid:duty_id>/edit", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def edit_duty(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    return _edit(desk_id, lambda: _of_duty(duty_id))


@staff.route("/roster/drafts/<uuid:draft_id>/edit", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def edit_draft(desk_id: str, draft_id: UUID) -> ResponseReturnValue:
    try:
        return _edit(desk_id, lambda: _of_draft(draft_id))
    except NotFound:
        if request.method == "GET":
            raise
    gone = _("This draft was published or taken back meanwhile. What you typed is still here, as a new duty.")
    return duty_page(desk_id, Subject(), _form(desk_id, Subject()), gone=gone), 409


@staff.post("/roster/duties/<uuid:duty_id>/move")
@requires(Permission.DUTY_MANAGE)
def move_duty(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """What the grid's script sends when a bar was moved, lengthened or shortened."""
    return _move(desk_id, _of_duty(duty_id))


@staff.post("/roster/drafts/<uuid:draft_id>/move")
@requires(Permission.DUTY_MANAGE)
def move_draft(desk_id: str, draft_id: UUID) -> ResponseReturnValue:
    """Likewise, of a draft that is no duty yet."""
    return _move(desk_id, _of_draft(draft_id))


def _of_duty(duty_id: UUID) -> Subject:
    return Subject(queries.duty(session(), duty_id), queries.draft_of_duty(session(), duty_id))


def _of_draft(draft_id: UUID) -> Subject:
    draft = queries.draft(session(), draft_id)
    return Subject(queries.duty(session(), draft.duty_id) if draft.duty_id else None, draft)


def _edit(desk_id: str, load: Callable[[], Subject]) -> ResponseReturnValue:
    """Show the page, or do what the pressed button says; what was typed stays on the page whatever becomes of it."""
    subject = load()
    form = _form(desk_id, subject)
    if request.method == "GET" or is_language_switch():
        return duty_page(desk_id, subject, form)
    act = ACTS.get(request.form.get("act", "draft")) or abort(400)
    try:
        with session().begin_nested():
            done = act(desk_id, subject, form)
    except EditedMeanwhile:
        return disputed(desk_id, load(), form), 409
    except Refusal as refusal:
        if refusal.code is PublishRefusal.CHANGED_MEANWHILE:
            return disputed(desk_id, load(), form), 409
        form.refuse(refusal)
        return duty_page(desk_id, load(), form), 409
    if done is None:
        return duty_page(desk_id, subject, form), 422
    return redirect(url_for("roster.grid", desk_id=desk_id, **grids.way_back(done.day), _anchor=f"duty-{done.key}"))


def _form(desk_id: str, subject: Subject) -> DutyForm:  # noqa: ARG001  the wall stands by the address
    posts = looking.in_order(queries.posts(session()))
    if subject.shown:
        data = typed(subject.shown, subject.room_id)
    else:
        wanted = as_uuid(request.args.get("post"))
        data = asked_for(next((post for post in posts if post.id == wanted), None))
    return DutyForm(posts, premises.rooms(session()), data)


def _draft(desk_id: str, subject: Subject, form: DutyForm) -> Done | None:
    """Keep what was typed in the draft."""
    plan = form.plan(subject.zone)
    if plan is None:
        return None
    _check_person(desk_id, subject, plan)
    draft = _put(desk_id, subject, plan, form.known_version(subject.shown) if subject.shown else None)
    flash(_("In the draft: %(post)s, %(day)s.", post=draft.post.name, day=localdate(draft.day)), "success")
    return Done(draft.day, draft.duty_id or draft.id)


def _put(desk_id: str, subject: Subject, plan: Plan, known_version: int | None) -> Draft:
    before = undoing.content_of(subject.draft)
    version = subject.draft.version if subject.draft else 0
    draft = service.put_draft(
        session(),
        plan,
        draft=subject.draft,
        duty=subject.duty,
        known_version=known_version,
        actor=identity.actor(),
        now=utcnow(),
    )
    steps.remember(desk_id, draft, before, version)
    return draft


def _take_out(desk_id: str, subject: Subject, form: DutyForm) -> Done | None:
    """Let the draft cancel a published duty; a new one is simply not drafted any more."""
    if subject.duty is None:
        return _take_back(desk_id, subject, form)
    before = undoing.content_of(subject.draft)
    version = subject.draft.version if subject.draft else 0
    draft = service.draft_removal(session(), subject.duty, actor=identity.actor(), now=utcnow())
    steps.remember(desk_id, draft, before, version)
    flash(_("The draft cancels this duty: %(day)s.", day=localdate(draft.day)), "success")
    return Done(draft.day, subject.duty.id)


def _take_back(desk_id: str, subject: Subject, form: DutyForm) -> Done | None:  # noqa: ARG001  as every act
    """Let go of the draft: the duty stands as it was published, or is not there."""
    if subject.draft is None:
        raise Refusal(PublishRefusal.CHANGED_MEANWHILE)
    done, before = Done(subject.draft.day, subject.key), undoing.content_of(subject.draft)
    service.discard(session(), subject.draft, actor=identity.actor(), now=utcnow())
    if subject.duty is None:
        steps.remember(desk_id, None, before)
    flash(_("Taken back from the draft: %(day)s.", day=localdate(done.day)), "success")
    return done


def _change(desk_id: str, subject: Subject, form: DutyForm) -> Done | None:
    """Change a published duty at once; what was drafted over it is settled by that."""
    plan = form.plan(subject.zone)
    if plan is None:
        return None
    _check_person(desk_id, subject, plan)
    duty, known = _published(subject), _known_version(subject, form)
    why = form.why.data or ""
    _let_go(subject)
    service.change_duty(session(), duty, plan, known_version=known, why=why, actor=identity.actor(), now=utcnow())
    flash(_("Changed at once: %(day)s. Those concerned are told.", day=localdate(duty.day)), "success")
    return Done(duty.day, duty.id)


def _cancel(_desk_id: str, subject: Subject, form: DutyForm) -> Done | None:
    """Cancel a published duty at once."""
    duty, why = _published(subject), check_why(form.why.data or "")
    _let_go(subject)
    service.cancel_duty(session(), duty, why=why, actor=identity.actor(), now=utcnow())
    flash(_("Cancelled at once: %(day)s. Whoever held it is told.", day=localdate(duty.day)), "success")
    return Done(duty.day, duty.id)


ACTS: Mapping[str, Callable[[str, Subject, DutyForm], Done | None]] = {
    "back": _take_back,
    "cancel": _cancel,
    "change": _change,
    "draft": _draft,
    "out": _take_out,
}


def _published(subject: Subject) -> Duty:
    """The published duty, held until the transaction ends."""
    return queries.duty_held(session(), subject.duty.id) if subject.duty else abort(400)


def _let_go(subject: Subject) -> None:
    if subject.draft is not None:
        service.discard(session(), subject.draft, actor=identity.actor(), now=utcnow())


def _known_version(subject: Subject, form: DutyForm) -> int:
    """The version of the duty that the reader saw, also through the draft laid over it; none if that draft is another by now."""
    if subject.draft is None:
        return form.known_version(subject.duty) if subject.duty else 0
    seen = form.known_version(subject.draft)
    return (subject.draft.base_version or 0) if seen == subject.draft.version else 0


def _check_person(desk_id: str, subject: Subject, plan: Plan) -> None:
    """Raise Refusal for somebody who works elsewhere, unless the duty was theirs before."""
    held = subject.shown.account_id if subject.shown else None
    if plan.account_id in {None, held}:
        return
    if plan.account_id is not None and accounts.membership(session(), desk_id, plan.account_id) is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")


def _move(desk_id: str, subject: Subject) -> ResponseReturnValue:
    form = MoveForm()
    plan = form.moved(subject.plan)
    if plan is None or subject.shown is None:
        return {"error": _("A duty cannot be moved there.")}, 422
    try:
        with session().begin_nested():
            queries.post(session(), plan.post_id)
            draft = _put(desk_id, subject, plan, form.known_version(subject.shown))
    except EditedMeanwhile:
        return {"error": labels.sentence(Refusal(PublishRefusal.CHANGED_MEANWHILE))}, 409
    except Refusal as refusal:
        return {"error": labels.sentence(refusal)}, 409
    when = f"{draft.starts:%H:%M}–{draft.ends:%H:%M}"
    moved = _("In the draft: %(post)s, %(day)s, %(when)s.", post=draft.post.name, day=localdate(draft.day), when=when)
    return {"version": token_of(draft), "said": moved}
