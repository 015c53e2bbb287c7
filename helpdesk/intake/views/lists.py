"""Who waits for an answer: in order of danger and then of waiting, without a word of what they wrote."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk.desks import queries as desks
from helpdesk.intake import queries
from helpdesk.intake.labels.public import SAID
from helpdesk.intake.labels.staff import STATES, SUSPICIONS
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.choices import Said
from helpdesk.intake.rules.waiting import IntakeState, answer_by, is_overdue
from helpdesk.intake.views.blueprint import staff
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, locale, ngettext
from helpdesk.web.todo import ToDo
from helpdesk.web.transaction import session

ANSWERED, APART = "answered", "apart"


@dataclass(frozen=True, slots=True)
class Line:
    """An intake in the list."""

    intake: Intake
    language: str
    danger: str
    is_in_danger: bool
    state: str
    why_apart: str
    answer_by: datetime | None
    is_overdue: bool


@staff.get("/intakes")
@requires(Permission.INTAKE_READ)
def intakes(desk_id: str) -> ResponseReturnValue:
    """Who waits; or, asked for, who was answered, or what was set apart."""
    return render_template("intake/intakes.html", desk_id=desk_id, **_page(desk_id))


@staff.get("/intakes/now")
@requires(Permission.INTAKE_READ, passive=True)
def intakes_now(desk_id: str) -> ResponseReturnValue:
    """The changing part of the list, which the page asks for by itself."""
    return render_template("intake/_intakes.html", desk_id=desk_id, **_page(desk_id))


def to_do(db: Session, desk_id: str) -> Iterator[ToDo]:
    """That somebody waits for an answer, said where the desk begins."""
    waiting, overdue = queries.count_waiting(db, utcnow())
    if overdue:
        text = ngettext(
            "%(number)s intake waits longer than we promise.",
            "%(number)s intakes wait longer than we promise.",
            overdue,
            number=overdue,
        )
        yield ToDo("danger", _("overdue"), text, url_for("intake.intakes", desk_id=desk_id))
    if waiting:
        text = ngettext(
            "%(number)s intake waits for an answer.", "%(number)s intakes wait for an answer.", waiting, number=waiting
        )
        yield ToDo("needs", _("intakes"), text, url_for("intake.intakes", desk_id=desk_id))


def _page(desk_id: str) -> dict[str, object]:
    shown = request.args.get("show", "")
    hours = _hours(desk_id)
    older: str | None = None
    if shown == APART and identity.actor().may(Permission.INTAKE_MANAGE):
        found = queries.apart(session())
    elif shown == ANSWERED:
        found, older = _answered()
    else:
        shown, found = "", queries.waiting(session())
    return {"lines": list(_lines(found, hours)), "shown": shown, "older": older, "now": utcnow()}


def _answered() -> tuple[list[Intake], str | None]:
    """A page of those that were answered, and where the next one begins."""
    found = list(queries.answered(session(), _place(request.args.get("before", ""))))
    page = found[: queries.PAGE]
    return page, f"{page[-1].sent_at.isoformat()}~{page[-1].id}" if len(found) > len(page) else None


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _, row_id = text.partition("~")
    try:
        when = datetime.fromisoformat(at)
        return (when, UUID(row_id)) if when.tzinfo else None
    except ValueError:
        return None


def _hours(desk_id: str) -> int:
    desk = desks.desk(session(), desk_id)
    if desk is None:
        raise NotFound("Desk")
    return desk.answer_hours


def _lines(found: Iterable[Intake], hours: int) -> Iterable[Line]:
    now = utcnow()
    for each in found:
        since = each.waiting_since
        yield Line(
            each,
            language_name(each.language, locale().tag),
            str(SAID[each.danger]),
            each.danger is Said.YES,
            str(STATES[each.state]),
            str(SUSPICIONS[each.suspicion]) if each.suspicion else "",
            answer_by(since, hours) if since else None,
            is_overdue(since, hours, now) and each.state is not IntakeState.APART,
        )
