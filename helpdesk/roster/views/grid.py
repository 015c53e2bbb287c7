"""The week as a coordinator plans it: posts as rows, days as columns, gaps and conflicts at once."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.kernel.clock import day_bounds, day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.labels.settings import alarm
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.rules.weeks import LAST_OF_WEEK, first_of_month, monday, monday_of_week, month_of, week_of
from helpdesk.roster.service import looking, settings, undoing
from helpdesk.roster.service.looking import Look
from helpdesk.roster.views import bars, steps
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.month import month_page
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

AHEAD = timedelta(weeks=6)


@staff.get("/roster")
@requires(Permission.DUTY_MANAGE)
def grid(desk_id: str) -> ResponseReturnValue:
    """The week of the address, or the present one; with `month`, that month."""
    month = first_of_month(request.args.get("month", ""))
    if month is not None:
        return month_page(desk_id, month)
    return render_template("roster/week.html", alarms=_alarms(desk_id), **_week(desk_id, asked_week()))


def _alarms(desk_id: str) -> list[str]:
    """What the coordinator should look at before it hurts, as sentences."""
    names = {each.id: each.name for each in accounts.members(session(), desk_id)}
    found = settings.alarms(session(), utcnow())
    return [alarm(each, names.get(each.account_id, "") if each.account_id else "") for each in found]


@staff.get("/roster/week")
@requires(Permission.DUTY_MANAGE, passive=True)
def grid_part(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself."""
    return render_template("roster/_week.html", **_week(desk_id, asked_week()))


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
    week = week_of(taken.day if taken else asked_week())
    return redirect(url_for("roster.grid", desk_id=desk_id, week=week, _anchor=anchor))


def asked_week() -> date:
    """The Monday of the week that the address or the form names; without one, of the present week."""
    return monday_of_week(request.values.get("week", "")) or monday(day_of(utcnow()))


def _week(desk_id: str, first: date) -> dict[str, Any]:
    now, last = utcnow(), first + LAST_OF_WEEK
    today, days = day_of(now), rules.days_of(first, last)
    look = looking.look(session(), first, last, judged=True)
    laid = rules.lay_out([post.id for post in look.posts], days, look.plan, look.needs, look.judgements, now)
    called = bars.names(look)
    return {
        "desk_id": desk_id,
        "first": first,
        "last": last,
        "week": week_of(first),
        "month": month_of(first + LAST_OF_WEEK / 2),
        "previous": week_of(first - timedelta(days=1)),
        "following": week_of(last + timedelta(days=1)),
        "heads": rules.heads(days, look.closings, today),
        "lines": bars.lines(desk_id, look, laid),
        "conflicts": [bars.shown_bar(desk_id, bar, look, called) for bar in rules.conflicts(laid)],
        "posts": {post.id: post.name for post in look.posts},
        "absent": _absent(desk_id, look, days),
        "drafted": sum(bar.is_drafted for line in laid for bar in line.bars),
        "ahead": looking.gaps_ahead(session(), look.posts, today, today + AHEAD, now),
        "weeks_ahead": AHEAD.days // 7,
        "may_undo": steps.last(desk_id) is not None,
    }


def _absent(desk_id: str, look: Look, days: list[date]) -> list[list[str]]:
    """Who cannot come on each day, by name; why is nobody's business here."""
    spans = [Span(*day_bounds(day)) for day in days]
    called = {each.account_id: each.account.name for each in accounts.memberships(session(), desk_id)}
    away = [(called[each.account_id], each.absences) for each in look.people.values() if each.account_id in called]
    return [
        sorted(name for name, absences in away if any(absence.overlaps(span) for absence in absences)) for span in spans
    ]
