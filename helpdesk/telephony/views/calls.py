"""The ring at the top of every staff page, the way from it to the sheet, and why whose telephone rang. Never a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from helpdesk.db.wall import get_here
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.telephony import queries, service
from helpdesk.telephony.labels import AT_STAGE, CIRCLES, FIRST, LEG_STATES, REASONS, STATES, UNKNOWN, minutes, story
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Circle
from helpdesk.telephony.rules.ringing import Reason
from helpdesk.telephony.rules.state import Stage
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, locale
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("telephony", __name__, url_prefix="/desk/<desk_id>", template_folder="../templates")

NAVIGATION = (NavItem("telephony.wallboard", lazy("Telephone"), Permission.DUTY_MANAGE, "k"),)


@dataclass(frozen=True, slots=True)
class Shown:
    """A call as the desk sees it. `to_open`: nobody has taken it on, so one key does."""

    id: UUID
    contact_id: UUID
    word: str
    language: str
    first: str
    started_at: datetime
    waited: str
    people: tuple[str, ...]
    waits: bool
    to_open: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Whom one ring was for, and why. `circle` is in words, and empty for a decision about several."""

    at: datetime
    language: str
    circle: str
    people: tuple[tuple[str, bool, str, str], ...]


@staff.get("/calls/now")
@requires(Permission.CONTACT_READ, passive=True)
def calls_now(desk_id: str) -> ResponseReturnValue:
    """The calls of this moment, which every page asks for by itself."""
    return _now(session(), desk_id)


@staff.post("/calls/<uuid:call_id>/open")
@requires(Permission.CONTACT_WRITE)
def open_call(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """Take the call on and go to its sheet."""
    call = get_here(session(), Call, call_id)
    service.open_sheet(session(), call, actor=identity.actor(), now=utcnow())
    return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=call.contact_id))


@staff.get("/calls/<uuid:call_id>")
@requires(Permission.CONTACT_READ)
def routing(desk_id: str, call_id: UUID) -> ResponseReturnValue:
    """Why whose telephone rang."""
    call = get_here(session(), Call, call_id)
    known = queries.names(session(), [each["person"] for decision in call.considered for each in decision["people"]])
    return render_template(
        "telephony/routing.html",
        desk_id=desk_id,
        call=call,
        state=STATES[call.state],
        language=_language(call.language),
        story=story(call.now_at),
        decisions=[_decision(call, each, known) for each in call.considered],
        answered_by=known.get(str(call.answered_by_id), ""),
    )


def ring_banner(db: Session, desk_id: str) -> str:
    """What `calls_now` shows, for the first paint of a page whose reader may read contacts."""
    return _now(db, desk_id)


def _now(db: Session, desk_id: str) -> Markup:
    now = utcnow()
    calls = [call for call in queries.open_calls(db, now) if call.now_at.stage is not Stage.ENDED]
    if not calls:
        return Markup()
    known = queries.names(db, sorted({person for call in calls for person in _with(call)}))
    shown = [_shown(call, known, now) for call in calls]
    may_open = identity.actor().may(Permission.CONTACT_WRITE)
    # Not by `render_template`: the frame of a page asks for this, and would then be asked for again. The template escapes.
    fragment = current_app.jinja_env.get_template("telephony/_now.html")
    return Markup(fragment.render(desk_id=desk_id, calls=shown, may_open=may_open))  # noqa: S704


def _shown(call: Call, known: Mapping[str, str], now: datetime) -> Shown:
    return Shown(
        id=call.id,
        contact_id=call.contact_id,
        word=str(AT_STAGE[call.now_at.stage]) if call.waits else _("Talks"),
        language=_language(call.language),
        first=str(UNKNOWN.get(call.caller_kind) or FIRST[call.contact.first_contact]),
        started_at=call.started_at,
        waited=minutes(now - call.started_at),
        people=tuple(known[person] for person in _with(call) if person in known),
        waits=call.waits,
        to_open=call.contact.seen_at is None,
    )


def _with(call: Call) -> list[str]:
    if call.answered_by_id is None or call.waits:
        return _rung(call)
    return list(dict.fromkeys([str(call.answered_by_id), *call.now_at.company]))


def _rung(call: Call) -> list[str]:
    """Whose telephones the newest decision rings."""
    people = call.considered[-1]["people"] if call.considered else []
    return [each["person"] for each in people if each["rung"]]


def _decision(call: Call, kept: Mapping[str, Any], known: Mapping[str, str]) -> Decision:
    at = datetime.fromisoformat(kept["at"])
    people = tuple(_considered(call, kept["turn"], each, known) for each in kept["people"])
    circle = str(CIRCLES[Circle(kept["circle"])]) if kept.get("circle") else ""
    return Decision(at, _language(kept["language"]), circle, people)


def _considered(call: Call, turn: int, each: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, bool, str, str]:
    name = known.get(each["person"], _("somebody who no longer works here"))
    return name, each["rung"], str(REASONS[Reason(each["why"])]), _came(call, turn, each["person"])


def _came(call: Call, turn: int, person: str) -> str:
    """How far the person's telephone came in this ring."""
    mine = [leg for leg_id, leg in call.legs.items() if leg_id.startswith(f"{turn}-") and leg["person"] == person]
    if any(leg.get("accepted") for leg in mine):
        return _("accepted the call")
    return str(LEG_STATES[CallState(mine[0].get("state", CallState.RINGING))]) if mine else ""


def _language(tag: str | None) -> str:
    return language_name(tag, locale().tag) if tag else _("language not chosen yet")
