"""Who waits for a call from us: the list, and the one page on which a caller's number is shown, after the safety note was read (CO2)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk.config import Settings
from helpdesk.consultations.labels import DANGERS
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import Danger
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.telephony.models import CallBack
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.queries.call_backs import HowMany
from helpdesk.telephony.rules.call_backs import Asked, Outcome, is_overdue, pressing
from helpdesk.telephony.service import call_backs as service
from helpdesk.telephony.service import messages
from helpdesk.telephony.views.call_back_forms import AgreeForm, DialForm, EndForm, HandForm, StepForm, TellForm
from helpdesk.telephony.views.call_back_words import ASKED, LABELS, OUTCOMES, TRIED
from helpdesk.telephony.views.calls import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import VersionedForm, as_uuid
from helpdesk.web.i18n import _, lazy, locale, ngettext
from helpdesk.web.navigation import NavItem
from helpdesk.web.todo import ToDo
from helpdesk.web.transaction import session

LATELY = timedelta(days=3)
AnyForm = TypeVar("AnyForm", bound=VersionedForm)


@dataclass(frozen=True, slots=True)
class Line:
    """A call-back in the list: no number and no name of whoever waits."""

    call_back: CallBack
    asked: str
    language: str
    outcome: str
    is_urgent: bool
    is_overdue: bool
    is_mine: bool
    has_called_again: bool


@dataclass(frozen=True, slots=True)
class Note:
    """The safety note of a contact in words; empty where nobody asked. `said_safe`: the caller pressed a key for it."""

    danger: str
    flags: tuple[str, ...]
    ways: tuple[str, ...]
    text: str
    said_safe: bool


@staff.get("/call-backs")
@requires(Permission.CONTACT_READ)
def call_back_list(desk_id: str) -> ResponseReturnValue:
    """Who waits, the most pressing first, and what was done lately."""
    return render_template("telephony/call_backs.html", desk_id=desk_id, **_list())


@staff.get("/call-backs/now")
@requires(Permission.CONTACT_READ, passive=True)
def call_backs_now(desk_id: str) -> ResponseReturnValue:
    """The changing part of the list, which the page asks for by itself."""
    return render_template("telephony/call_backs_now.html", desk_id=desk_id, **_list())


@staff.get("/call-backs/<uuid:call_back_id>")
@requires(Permission.CONTACT_READ)
def call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """One call-back: the safety note, then the number, then what became of it."""
    found = service.open_call_back(session(), call_back_id, actor=identity.actor(), now=utcnow())
    return _page(desk_id, found)


@staff.post("/call-backs/<uuid:call_back_id>/take")
@requires(Permission.CONTACT_WRITE)
def take_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    form = StepForm()
    return _change(desk_id, call_back_id, form, service.take, _("You have taken this call-back on."))


@staff.post("/call-backs/<uuid:call_back_id>/hand")
@requires(Permission.CONTACT_WRITE)
def hand_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    form = HandForm(service.colleagues(session()))
    to_id = as_uuid(form.to.data)
    said = _("The call-back is handed on.") if to_id else _("The call-back waits for whoever takes it on.")
    return _change(desk_id, call_back_id, form, service.hand, said, to_id=to_id)


@staff.post("/call-backs/<uuid:call_back_id>/agree")
@requires(Permission.CONTACT_WRITE)
def agree_on_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """What the person said about being called."""
    form = AgreeForm(queries.call_back(session(), call_back_id))
    said = _("What the person said is saved. Read the safety note again before you call.")
    about = {"hours": form.hours(), "machine_ok": bool(form.machine_ok.data)}
    return _change(desk_id, call_back_id, form, service.agree, said, **about)


@staff.post("/call-backs/<uuid:call_back_id>/read")
@requires(Permission.CONTACT_WRITE)
def read_safety_note(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """The reader confirms to have read the safety note."""
    return _change(desk_id, call_back_id, StepForm(), service.read_note)


@staff.post("/call-backs/<uuid:call_back_id>/dial")
@requires(Permission.CONTACT_WRITE)
def dial_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """The own telephone rings and is put through, or the reader dials by hand."""
    form, by_hand = DialForm(), request.form.get("how") == "hand"
    said = _("Dial now, then say below what became of it.") if by_hand else _("Your telephone will ring in a moment.")
    how = {"override": form.override.data or "", "by_hand": by_hand, "shown": _settings().neutral_number}
    return _change(desk_id, call_back_id, form, service.dial, said, **how)


@staff.post("/call-backs/<uuid:call_back_id>/tell")
@requires(Permission.CONTACT_WRITE)
def tell_of_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """What became of an attempt."""
    form, said = TellForm(), _("What became of the call is saved.")
    return _change(desk_id, call_back_id, form, service.tell, said, tried=form.chosen())


@staff.post("/call-backs/<uuid:call_back_id>/end")
@requires(Permission.CONTACT_WRITE)
def end_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    form, said = EndForm(), _("The call-back has ended.")
    return _change(desk_id, call_back_id, form, service.finish, said, outcome=form.chosen())


@staff.post("/call-backs/<uuid:call_back_id>/called-again")
@requires(Permission.CONTACT_WRITE)
def caller_called_again(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    """The caller was quicker, so nobody has to call."""
    form, outcome = StepForm(), Outcome.CALLED_AGAIN
    return _change(desk_id, call_back_id, form, service.finish, _("The call-back has ended."), outcome=outcome)


@staff.post("/call-backs/<uuid:call_back_id>/reopen")
@requires(Permission.CONTACT_WRITE)
def reopen_call_back(desk_id: str, call_back_id: UUID) -> ResponseReturnValue:
    return _change(desk_id, call_back_id, StepForm(), service.reopen, _("The call-back is open again and yours."))


@staff.post("/call-backs/<uuid:call_back_id>/messages/<uuid:message_id>/listen")
@requires(Permission.CONTACT_WRITE)
def listen_to_message(desk_id: str, call_back_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """From now on the message counts as heard, and the page has the means to play it."""
    messages.listen(session(), message_id, actor=identity.actor(), now=utcnow())
    return redirect(url_for("telephony.call_back", desk_id=desk_id, call_back_id=call_back_id, _anchor="messages"))


@staff.get("/messages/<uuid:message_id>/sound")
@requires(Permission.CONTACT_READ)
def message_sound(desk_id: str, message_id: UUID) -> Response:  # noqa: ARG001  the wall stands by the address
    """The sound of a message that somebody began to listen to. Nothing of it is kept by the browser."""
    sound = messages.sound(session(), message_id, actor=identity.actor(), now=utcnow())
    answer = Response(sound, mimetype="audio/wav")
    answer.headers["Content-Disposition"] = 'inline; filename="message.wav"'
    # A browser that plays asks for parts.
    return answer.make_conditional(request.environ, accept_ranges=True, complete_length=len(sound))  # type: ignore[return-value]


def _list() -> dict[str, Any]:
    now = utcnow()
    open_ = sorted(queries.waiting(session()), key=_pressing)
    again = queries.called_again(session(), [each.id for each in open_])
    lines = [_line(each, now, has_called_again=each.id in again) for each in open_]
    return {
        "mine": [line for line in lines if line.is_mine],
        "others": [line for line in lines if not line.is_mine],
        "done": [_line(each, now) for each in queries.done_since(session(), now - LATELY)],
    }


def _pressing(each: CallBack) -> tuple[bool, datetime, datetime]:
    return pressing(is_urgent=service.is_urgent(each.contact), due_at=each.due_at, asked_at=each.asked_at)


def _line(each: CallBack, now: datetime, *, has_called_again: bool = False) -> Line:
    return Line(
        call_back=each,
        asked=str(ASKED[each.asked]),
        language=language_name(each.language, locale().tag) if each.language else "",
        outcome=str(OUTCOMES[each.outcome]) if each.outcome else "",
        is_urgent=service.is_urgent(each.contact),
        is_overdue=each.is_open and is_overdue(each.due_at, now),
        is_mine=each.owner_id == identity.actor().id,
        has_called_again=has_called_again,
    )


def _change(  # what is said and done differs, the way does not
    desk_id: str,
    call_back_id: UUID,
    form: VersionedForm,
    deed: Callable[..., object],
    said: str = "",
    **about: Any,  # noqa: ANN401  the deed's own
) -> ResponseReturnValue:
    """Do one thing and go back to the page; a refusal is shown there, with what was typed."""
    if not form.is_sent():
        return _page(desk_id, queries.call_back(session(), call_back_id), form), 422
    if deed is not service.read_note:
        about["known_version"] = form.known_version
    try:
        with session().begin_nested():
            deed(session(), call_back_id, actor=identity.actor(), now=utcnow(), **about)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, queries.call_back(session(), call_back_id), form), 409
    if said:
        flash(said, "success")
    return redirect(url_for("telephony.call_back", desk_id=desk_id, call_back_id=call_back_id))


def _page(desk_id: str, found: CallBack, sent: VersionedForm | None = None) -> str:
    """The page of a call-back; of the forms only the one that was `sent` holds what was typed."""
    now, actor = utcnow(), identity.actor()
    verdict = service.verdict(found, actor, now)
    shows_number = service.may_see_number(found, actor, now)
    return render_template(
        "telephony/call_back.html",
        desk_id=desk_id,
        line=_line(found, now),
        call_back=found,
        note=_note(found),
        is_read=service.has_read_note(found, actor, now),
        number=found.call.caller_number if shows_number and found.call else "",
        verdict=verdict,
        against=[LABELS[each] for each in verdict.refused],
        is_under_way=bool(service.under_way(found, now)),
        shown_number=_settings().neutral_number,
        tried=TRIED,
        messages=queries.messages_of(session(), found.contact_id),
        again=queries.called_again(session(), [found.id]).get(found.id),
        may_write=actor.may(Permission.CONTACT_WRITE),
        problems=sent,
        hand=_form(HandForm, sent, lambda: HandForm(service.colleagues(session()), formdata=None)),
        agreement=_form(AgreeForm, sent, lambda: AgreeForm(found, formdata=None)),
        override=_form(DialForm, sent, lambda: DialForm(formdata=None)).override,
        attempt=_form(TellForm, sent, lambda: TellForm(formdata=None)),
        ending=_form(EndForm, sent, lambda: EndForm(formdata=None)),
    )


def _form(kind: type[AnyForm], sent: VersionedForm | None, blank: Callable[[], AnyForm]) -> AnyForm:
    return sent if isinstance(sent, kind) else blank()


def _note(found: CallBack) -> Note:
    contact = found.contact
    return Note(
        danger=str(DANGERS[Danger(contact.danger)]) if contact.danger else "",
        flags=_words("safety-flags", contact.safety_flags, contact),
        ways=_words("safe-contact", contact.safe_ways, contact),
        text=contact.safe_contact,
        said_safe=found.asked is Asked.CALL_BACK,
    )


def _words(name: str, found: Sequence[str], contact: Contact) -> tuple[str, ...]:
    return tuple(codes(name).label(code, locale().tag, contact.served_on) for code in found)


def _settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found


def _how_many(db: Session) -> HowMany:
    """Asked once for a page, which says it in the navigation and, at the desk, once more."""
    if "call_backs_how_many" not in g:
        g.call_backs_how_many = queries.how_many(db, utcnow())
    found: HowMany = g.call_backs_how_many
    return found


def to_do(db: Session, desk_id: str) -> Iterator[ToDo]:
    """What the desk and its hand-over say of call-backs."""
    found = _how_many(db)
    if not found.waiting:
        return
    text = ngettext("%(num)s person waits for a call from us", "%(num)s people wait for a call from us", found.waiting)
    late = ngettext("%(num)s is overdue", "%(num)s are overdue", found.overdue) if found.overdue else ""
    kind, word = ("danger", late) if late else ("needs", _("to call back"))
    yield ToDo(kind, word, text, url_for("telephony.call_back_list", desk_id=desk_id))


NAVIGATION = (
    NavItem(
        "telephony.call_back_list",
        lazy("Call-backs"),
        Permission.CONTACT_READ,
        "z",
        count=lambda db: _how_many(db).waiting,
    ),
)
