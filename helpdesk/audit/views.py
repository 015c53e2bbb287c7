"""The audit log of a desk, for whoever watches over the protection of data. Reading it is written in it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.audit import queries, service
from helpdesk.audit.labels import DETAILS, TAGS, value_words
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Place, Tag
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("audit", __name__, template_folder="templates")

NAVIGATION = [NavItem("audit.events", lazy("Audit log"), Permission.AUDIT_READ, "a")]
PAGE = 50
_KNOWN = frozenset(Tag)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a person reads it."""

    at: datetime
    who: str
    did: str
    subject: str | None
    detail: str


@staff.get("/desk/<desk_id>/audit")
@requires(Permission.AUDIT_READ)
def events(desk_id: str) -> ResponseReturnValue:
    """What was done at this desk, newest first, all of it or what was done to one subject."""
    subject = request.args.get("subject", "").strip() or None
    before = Place.read(request.args.get("before", ""))
    found = queries.latest_events(session(), desk_id=desk_id, before=before, limit=PAGE + 1, subject=subject)
    detail = {"filtered": subject is not None, "continued": before is not None}
    service.record(session(), actor=identity.actor(), tag=Tag.AUDIT_READ, subject=subject, now=utcnow(), detail=detail)
    shown = found[:PAGE]
    older = shown[-1].place.text if len(found) > PAGE else None
    lines = [_line(event) for event in shown]
    return render_template(
        "audit/events.html", desk_id=desk_id, lines=lines, subject=subject, older=older, before=before
    )


def _line(event: AuditEvent) -> Line:
    # A tag that a newer version wrote is shown as it is rather than hidden.
    did = str(TAGS[Tag(event.tag)]) if event.tag in _KNOWN else event.tag
    detail = ", ".join(
        f"{DETAILS.get(name, name)}: {_value(name, value, day_of(event.at))}"
        for name, value in sorted(event.detail.items())
        if value not in (None, [], "")
    )
    return Line(event.at, _name(event), did, event.subject, detail)


def _name(event: AuditEvent) -> str:
    if event.actor_id is not None:
        return event.actor_name
    return _("The system") if event.actor_name == "system" else _("Somebody not signed in")


def _value(name: str, value: object, on: date) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    values = value if isinstance(value, list) else [value]
    return "; ".join(value_words(name, str(each), on) for each in values)
