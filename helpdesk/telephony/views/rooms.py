"""The talk that goes on, at the head of its sheet: who is in it, and what whoever talks can do. Names only, never a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import SelectField

from helpdesk.accounts.models import Account
from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import get_here
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.queries import rooms as queries
from helpdesk.telephony.rules import rooms as rules
from helpdesk.telephony.rules.rooms import EMERGENCY_NUMBER, GuestKind, Place
from helpdesk.telephony.service import rooms as service
from helpdesk.telephony.service.rooms import Talk
from helpdesk.telephony.views.calls import staff
from helpdesk.telephony.views.room_words import KINDS
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.fields import BLANK, as_uuid
from helpdesk.web.forms import Form, options
from helpdesk.web.i18n import _, lazy, locale, ngettext
from helpdesk.web.transaction import session


class PersonForm(Form):
    """Whom to ask in. Several stand on one page, so each has its own prefix."""

    who = SelectField(validate_choice=False)

    def __init__(self, label: object, people: Sequence[Account], prefix: str) -> None:
        super().__init__(prefix=prefix, formdata=None)
        self.who.label.text = str(label)
        self.who.choices = options([(str(each.id), each.name) for each in people])


class ServedForm(Form):
    """In which language was really spoken."""

    language = SelectField(lazy("Spoken language"), validate_choice=False)

    def __init__(self, guest: RoomGuest) -> None:
        super().__init__(prefix=f"served-{guest.id}", formdata=None, data={"language": guest.language_served or ""})
        names = [(each.tag, language_name(each.tag, locale().tag)) for each in LANGUAGES]
        self.language.choices = options([BLANK, *names])


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody in the talk: name or what is called, as what, in a word where, and what of the interpretation was kept."""

    id: UUID | None
    name: str
    role: str
    kind: str
    word: str
    about: str
    served: ServedForm | None
    can_go: bool


@staff.get("/contacts/<uuid:contact_id>/talk")
@requires(Permission.CONTACT_READ, passive=True)
def talk_now(desk_id: str, contact_id: UUID) -> ResponseReturnValue:
    """The talk as it is now, which its sheet asks for by itself."""
    return _inner(session(), desk_id, *queries.call_of(session(), consultations.contact(session(), contact_id).id))


@staff.post("/calls/<uuid:call_id>/ask/<kind>")
@requires(Permission.CONTACT_WRITE)
def ask_into_talk(desk_id: str, call_id: UUID, kind: str) -> ResponseReturnValue:
    """Ring an interpreter, a colleague or 112, and let them join."""
    asked = _kind(kind)
    return _do(desk_id, call_id, _("The telephone rings."), service.ask_in, kind=asked, account_id=_chosen(asked))


@staff.post("/calls/<uuid:call_id>/hand-over")
@requires(Permission.CONTACT_WRITE)
def hand_talk_over(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """Hand the caller on to a lawyer: together first, or at once."""
    account_id, warm = _chosen(GuestKind.WARM), request.form.get("how") != GuestKind.COLD
    if account_id is None:
        abort(400)
    said = _("The telephone rings.") if warm else _("The caller is being put through.")
    return _do(desk_id, call_id, said, service.hand_over, account_id=account_id, warm=warm)


@staff.post("/calls/<uuid:call_id>/music")
@requires(Permission.CONTACT_WRITE)
def talk_music(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """Let the caller hear music, or bring her back."""
    return _do(desk_id, call_id, "", service.hold, on=request.form.get("on") == "1")


@staff.post("/calls/<uuid:call_id>/guests/<uuid:guest_id>/dismiss")
@requires(Permission.CONTACT_WRITE)
def dismiss_from_talk(desk_id: str, call_id: UUID, guest_id: UUID) -> ResponseReturnValue:
    """End a guest's part, or stop ringing."""
    return _do(desk_id, call_id, "", service.dismiss, guest_id=guest_id)


@staff.post("/calls/<uuid:call_id>/guests/<uuid:guest_id>/served")
@requires(Permission.CONTACT_WRITE)
def served_in_talk(desk_id: str, call_id: UUID, guest_id: UUID) -> ResponseReturnValue:
    """Write down in which language was really spoken."""
    language = request.form.get(f"served-{guest_id}-language", "")
    if language not in {each.tag for each in LANGUAGES}:
        abort(400)
    return _do(desk_id, call_id, _("The language is saved."), service.served, guest_id=guest_id, language=language)


@staff.post("/calls/<uuid:call_id>/leave")
@requires(Permission.CONTACT_WRITE)
def leave_talk(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """Leave the talk to the others of ours."""
    return _do(desk_id, call_id, _("You are leaving the talk; the others go on."), service.leave)


@staff.post("/calls/<uuid:call_id>/end")
@requires(Permission.CONTACT_WRITE)
def end_talk(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """End the talk for everybody."""
    return _do(desk_id, call_id, _("The call is being ended."), service.end)


def room_of(db: Session, desk_id: str, contact: object) -> Markup:
    """The head of a sheet during its call, and afterwards where somebody was asked in; empty for any other contact."""
    if not isinstance(contact, Contact) or not contact.is_open:
        return Markup()
    call, guests = queries.call_of(db, contact.id)
    if call is None or (call.ended_at is not None and not guests):
        return Markup()
    # Also while it still rings: the talk then appears by itself.
    frame = Markup(
        '<section class="talk" data-live-topic="calls" data-live-id="{id}" data-live-src="{url}">{inner}</section>'
    )
    url = url_for("telephony.talk_now", desk_id=desk_id, contact_id=contact.id)
    return frame.format(id=call.id, url=url, inner=_inner(db, desk_id, call, guests))


def _do(
    desk_id: str,
    call_id: UUID,
    said: str,
    act: Callable[..., object],
    **about: Any,  # noqa: ANN401  of the act
) -> ResponseReturnValue:
    call = get_here(session(), Call, call_id)
    try:
        act(session(), call_id, actor=identity.actor(), now=utcnow(), **about)
    except Refusal as refusal:
        flash(labels.sentence(refusal), "warning")
    else:
        if said:
            flash(said, "info")
    return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=call.contact_id))


def _kind(text: str) -> GuestKind:
    if text not in rules.ASKED_IN:
        abort(404)
    return GuestKind(text)


def _chosen(kind: GuestKind) -> UUID | None:
    return as_uuid(request.form.get(f"{kind}-who"))


def _inner(db: Session, desk_id: str, call: Call | None, guests: Sequence[RoomGuest]) -> Markup:
    actor = identity.actor()
    if call is None:
        return Markup()
    talk = service.talk_of(db, call, guests, actor=actor, now=utcnow()) if call.ended_at is None else None
    is_talk = talk is not None and talk.room.is_talk
    if not is_talk and not guests:
        return Markup()
    acts = talk if talk and not rules.acting(talk.room, str(actor.id)) and actor.may(Permission.CONTACT_WRITE) else None
    # Not by `render_template`: the sheet is being rendered, and its frame would be asked for again. The template escapes.
    fragment = current_app.jinja_env.get_template("telephony/_room.html")
    rendered = fragment.render(
        desk_id=desk_id,
        call=call,
        is_talk=is_talk,
        host=queries.name_of(db, talk.room.host) if talk and is_talk else "",
        hears_music=bool(call.now_at.held_since) and is_talk,
        shown=[_shown(each, call, acts) for each in guests],
        may_write=actor.may(Permission.CONTACT_WRITE),
        emergency=EMERGENCY_NUMBER,
        **(_acts(acts, str(actor.id)) if acts else {"acts": False}),
    )
    return Markup(rendered)  # noqa: S704


def _acts(talk: Talk, me: str) -> dict[str, object]:
    """What whoever talks can do now, as forms."""
    room, inside = talk.room, {each.kind for each in (*talk.room.inside, *talk.room.asked)}
    asks = rules.asking(room, GuestKind.INTERPRETER) is None
    return {
        "acts": True,
        "whole": room.is_whole,
        "interpreter": PersonForm(_("Interpreter"), talk.interpreters, "interpreter-") if asks else None,
        "colleague": PersonForm(_("Colleague on duty"), talk.colleagues, "colleague-") if asks else None,
        "lawyer": PersonForm(_("Lawyer on duty"), talk.lawyers, "warm-") if asks else None,
        "may_hand_cold": rules.asking(room, GuestKind.COLD) is None,
        "may_call_emergency": room.is_whole and GuestKind.EMERGENCY not in inside,
        "may_hold": rules.holding(room) is None,
        "may_leave": rules.leaving(room, me) is None,
    }


def _shown(guest: RoomGuest, call: Call, acts: Talk | None) -> Shown:
    place = guest.place if call.ended_at is None else Place.GONE
    came = guest.joined_at is not None
    gone = _("left") if came else _("did not come")
    kind, word = {
        Place.ASKED: ("needs", _("is being called")),
        Place.INSIDE: ("ok", _("in the talk")),
        Place.GONE: ("quiet", gone),
    }[place]
    interprets = guest.kind is GuestKind.INTERPRETER
    return Shown(
        id=guest.id,
        name=guest.account.name if guest.account else EMERGENCY_NUMBER,
        role=str(KINDS[guest.kind]),
        kind=kind,
        word=word,
        about=_interpreted(guest, call) if interprets else "",
        served=ServedForm(guest) if interprets and came else None,
        can_go=acts is not None and place is not Place.GONE and guest.kind is not GuestKind.COLD,
    )


def _interpreted(guest: RoomGuest, call: Call) -> str:
    """The language that was needed and the one that was spoken, and for how long."""
    parts = [_("needed: %(language)s", language=_language(guest.language_asked))]
    if guest.joined_at is not None:
        parts.append(_("spoken: %(language)s", language=_language(guest.language_served)))
    minutes = rules.minutes(guest.joined_at, guest.left_at or call.ended_at)
    if minutes:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return " · ".join(parts)


def _language(tag: str | None) -> str:
    return language_name(tag, locale().tag) if tag else _("not written down")
