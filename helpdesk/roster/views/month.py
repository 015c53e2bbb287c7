"""A whole month on one screen: a line for each post, a few letters for each person, gaps and drafts marked."""

from datetime import date
from typing import Any

from flask import render_template

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.weeks import last_of_month, month_of, next_month, previous_month, week_of
from helpdesk.roster.service import looking
from helpdesk.roster.views import bars
from helpdesk.web.transaction import session


def month_page(desk_id: str, first: date) -> str:
    return render_template("roster/month.html", **_month(desk_id, first))


def _month(desk_id: str, first: date) -> dict[str, Any]:
    now, last = utcnow(), last_of_month(first)
    days = rules.days_of(first, last)
    look = looking.look(session(), first, last, judged=False)
    laid = rules.lay_out([post.id for post in look.posts], days, look.plan, look.needs, {}, now)
    called = bars.names(look)
    shown = {bar.planned.account_id for line in laid for bar in line.bars}
    short = rules.short_names({person: name for person, name in called.items() if person in shown})
    return {
        "desk_id": desk_id,
        "first": first,
        "week": week_of(max(first, min(day_of(now), last))),
        "month": month_of(first),
        "previous": month_of(previous_month(first)),
        "following": month_of(next_month(first)),
        "heads": [(head, week_of(head.day)) for head in rules.heads(days, look.closings, day_of(now))],
        "lines": laid,
        "posts": {post.id: post.name for post in look.posts},
        "short": short,
        "called": called,
        "legend": sorted((letters, called[person]) for person, letters in short.items()),
        "drafted": sum(bar.is_drafted for line in laid for bar in line.bars),
        "gaps": sum(len(cell.gaps) for line in laid for cell in line.cells)
        + sum(bar.is_unheld for line in laid for bar in line.bars),
    }
