"""The audit log of a desk, for whoever watches over the protection of data. Reading it is written in it."""

from datetime import date
from functools import partial
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.audit import exports, queries, service
from helpdesk.audit.exports import Line
from helpdesk.audit.forms import AskedForm
from helpdesk.audit.labels import DETAILS, TAGS, value_words
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.queries import Share
from helpdesk.audit.rules import Asked, Place, Tag
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import SYSTEM, Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("audit", __name__, template_folder="templates")

NAVIGATION = [NavItem("audit.events", lazy("Audit log"), Permission.AUDIT_READ, "a")]
PAGE = 50
MOST_ROWS = 50_000
_KNOWN = frozenset(Tag)


@staff.get("/desk/<desk_id>/audit")
@requires(Permission.AUDIT_READ)
def events(desk_id: str) -> ResponseReturnValue:
    """Who saw and did what at this desk, newest first, narrowed to a record, a person, days, or acts of looking."""
    form = AskedForm(request.args)
    asked = form.asked() if form.validate() else queries.EVERYTHING
    before = Place.read(request.args.get("before", ""))
    found = queries.latest_events(session(), desk_id=desk_id, before=before, limit=PAGE + 1, asked=asked)
    shares = _shares(desk_id, asked) if asked.is_narrowed else []
    _note(asked, continued=before is not None)
    shown = found[:PAGE]
    older = shown[-1].place.text if len(found) > PAGE else None
    return render_template(
        "audit/events.html",
        desk_id=desk_id,
        lines=[_line(event) for event in shown],
        shares=shares,
        form=form,
        page_form=None,
        is_narrowed=asked.is_narrowed,
        address=partial(url_for, desk_id=desk_id, **form.typed()),
        older=older,
        before=before,
    )


@staff.get("/desk/<desk_id>/audit.xlsx")
@requires(Permission.AUDIT_READ)
def events_xlsx(desk_id: str) -> ResponseReturnValue:
    """The same as a workbook, for whoever has to tell the authority or the people concerned (GDPR, art. 33 and 34)."""
    form = AskedForm(request.args)
    if not form.validate() or not form.asked().is_narrowed:
        return redirect(url_for("audit.events", desk_id=desk_id, **form.typed()))
    found = queries.latest_events(session(), desk_id=desk_id, before=None, limit=MOST_ROWS + 1, asked=form.asked())
    _note(form.asked(), exported=True)
    content = exports.workbook([_line(event) for event in found[:MOST_ROWS]], is_whole=len(found) <= MOST_ROWS)
    headers = {"Content-Disposition": f'attachment; filename="audit-{desk_id}.xlsx"'}
    return Response(content, mimetype=exports.XLSX, headers=headers)


def _shares(desk_id: str, asked: Asked) -> list[tuple[str, Share]]:
    """Who it was, by the name under which they stand in the list below."""
    found = queries.shares(session(), desk_id=desk_id, asked=asked, limit=PAGE)
    return [(_name(each.actor_id, each.name), each) for each in found]


def _note(asked: Asked, **detail: bool) -> None:
    """Reading the log is written in it."""
    detail = {"filtered": asked.is_narrowed, **detail}
    service.record(
        session(),
        actor=identity.actor(),
        tag=Tag.AUDIT_READ,
        subject=asked.subject or None,
        now=utcnow(),
        detail=detail,
    )


def _line(event: AuditEvent) -> Line:
    # A tag that a newer version wrote is shown as it is rather than hidden.
    did = str(TAGS[Tag(event.tag)]) if event.tag in _KNOWN else event.tag
    detail = ", ".join(
        f"{DETAILS.get(name, name)}: {_value(name, value, day_of(event.at))}"
        for name, value in sorted(event.detail.items())
        if value not in (None, [], "")
    )
    return Line(event.at, _name(event.actor_id, event.actor_name), did, event.subject, detail)


def _name(actor_id: UUID | None, name: str) -> str:
    if actor_id is not None:
        return name
    return _("The system") if name == SYSTEM.name else _("Somebody not signed in")


def _value(name: str, value: object, on: date) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    values = value if isinstance(value, list) else [value]
    return "; ".join(value_words(name, str(each), on) for each in values)
