"""The plan of a week or a month: posts as rows, days as columns; for those who plan it, with the draft, gaps and conflicts at once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.gateway import can_be_mailed
from helpdesk.config import Settings
from helpdesk.kernel.clock import day_bounds, day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.labels import notices
from helpdesk.roster.labels.settings import alarm
from helpdesk.roster.queries.notices import unmailed
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.rules.weeks import LAST_OF_WEEK, month_of, week_of
from helpdesk.roster.service import looking, settings, undoing
from helpdesk.roster.service.looking import Look
from helpdesk.roster.views import plan, steps
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.month import month
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localtime
from helpdesk.web.transaction import session

WEEK, MONTH = "week.html", "month.html"
AHEAD = timedelta(weeks=6)
# A server that is out of reach is tried for less than ten minutes; what has not gone out by then does not go any more.
PATIENCE = timedelta(minutes=15)
KEPT_IN_SIGHT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Unmailed:
    """Whom a mail did not reach, since when, and what it says."""

    name: str
    at: str
    says: str


@staff.get("/roster")
@requires(Permission.DUTY_READ)
def grid(desk_id: str) -> ResponseReturnValue:
    """The week of the address, or the present one; with `month`, that month. Only those who plan can change anything there."""
    template, data = _asked(desk_id)
    plans = plan.may_plan()
    warnings = {"alarms": _alarms(desk_id), "unmailed": _unmailed()} if plans and template == WEEK else {}
    return render_template(f"roster/{template}", **warnings, **data)


@staff.get("/roster/week")
@requires(Permission.DUTY_READ, passive=True)
def grid_part(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself: of the week, or of the month; 304 if it shows that already."""
    template, data = _asked(desk_id)
    part = render_template(f"roster/_{template}", **data)
    answer = make_response(part)
    answer.headers["ETag"] = plan.tag_of(part)
    return answer.make_conditional(request)


def _asked(desk_id: str) -> tuple[str, dict[str, Any]]:
    """The template of the grid that the address asks for, and what it shows."""
    first = plan.asked_month()
    return (MONTH, month(desk_id, first)) if first else (WEEK, _week(desk_id, plan.asked_week()))


@staff.post("/roster/undo")
@requires(Permission.DUTY_MANAGE)
def undo(desk_id: str) -> ResponseReturnValue:
    """Take back the last step of whoever asks; it may have been overtaken by somebody else."""
    step, taken = steps.last(desk_id), None
    if step is not None:
        try:
            with session().begin_nested():
                taken = undoing.take_back(session(), step, actor=identity.actor(), now=utcnow())
            flash(_("Undone."), "success")
        except Refusal as refusal:
            flash(labels.sentence(refusal), "warning")
        steps.forget_last(desk_id, taken.draft if taken else None)
    anchor = f"duty-{taken.key}" if taken else None
    address = plan.way_back(taken.day if taken else plan.asked_week())
    return redirect(url_for("roster.grid", desk_id=desk_id, **address, _anchor=anchor))


def _alarms(desk_id: str) -> list[str]:
    """What the coordinator should look at before it hurts, as sentences."""
    names = {each.id: each.name for each in accounts.members(session(), desk_id)}
    found = settings.alarms(session(), utcnow())
    return [alarm(each, names.get(each.account_id, "") if each.account_id else "") for each in found]


def _unmailed() -> list[Unmailed]:
    """What should have reached people by mail and did not; without a mail server nothing should."""
    settings: Settings = current_app.extensions["helpdesk.settings"]
    if not settings.smtp_url:
        return []
    now = utcnow()
    found = unmailed(session(), now - KEPT_IN_SIGHT, now - PATIENCE)
    return [
        Unmailed(each.account.name, localtime(each.at, "short"), notices.sentence(each))
        for each in found
        if can_be_mailed(each.account.login)
    ]


def _week(desk_id: str, first: date) -> dict[str, Any]:
    now, last = utcnow(), first + LAST_OF_WEEK
    look, laid = plan.seen(first, last)
    return {
        **plan.shown(desk_id, look, laid, {"week": week_of(first)}),
        "week": week_of(first),
        "month": month_of(first + LAST_OF_WEEK / 2),
        "previous": week_of(first - timedelta(days=1)),
        "following": week_of(last + timedelta(days=1)),
        "absent": _absent(desk_id, look, rules.days_of(first, last)) if plan.may_plan() else [],
        "ahead": looking.gaps_ahead(session(), look.posts, day_of(now) + AHEAD, now) if plan.may_plan() else None,
        "weeks_ahead": AHEAD.days // 7,
    }


def _absent(desk_id: str, look: Look, days: list[date]) -> list[list[str]]:
    """Who cannot come on each day, by name; why is nobody's business here."""
    spans = [Span(*day_bounds(day)) for day in days]
    called = {each.account_id: each.account.name for each in accounts.memberships(session(), desk_id)}
    away = [(called[each.account_id], each.absences) for each in look.people.values() if each.account_id in called]
    return [
        sorted(name for name, absences in away if any(absence.overlaps(span) for absence in absences)) for span in spans
    ]
