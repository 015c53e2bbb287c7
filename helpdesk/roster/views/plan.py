"""The plan of some days as its week and its month show it alike: to those who plan with the draft, to other readers as published."""

import re
from datetime import date
from hashlib import sha256
from typing import Any

from flask import request
from werkzeug.http import quote_etag

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.grid import Line
from helpdesk.roster.rules.weeks import first_of_month, monday, monday_of_week, month_of, week_of
from helpdesk.roster.service import looking
from helpdesk.roster.service.looking import Look
from helpdesk.roster.views import bars, steps
from helpdesk.web import identity
from helpdesk.web.transaction import session

_TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*>')


def asked_month() -> date | None:
    """The first day of the month that the address or the form names, if it names one."""
    return first_of_month(request.values.get("month", ""))


def asked_week() -> date:
    """The Monday of the week that the address or the form names; without one, of the present week."""
    return monday_of_week(request.values.get("week", "")) or monday(day_of(utcnow()))


def way_back(day: date) -> dict[str, Any]:
    """The address of the grid from which somebody came: the same month, or the week in which the day lies."""
    month = asked_month()
    return {"month": month_of(month)} if month else {"week": week_of(day)}


def seen(first: date, last: date) -> tuple[Look, list[Line]]:
    """What the reader may see of these days, and its lines: the draft and what stands against duties is for those who plan."""
    look = looking.look if may_plan() else looking.published
    found = look(session(), first, last)
    posts, days = [post.id for post in found.posts], rules.days_of(first, last)
    return found, rules.lay_out(posts, days, found.plan, found.needs, found.judgements, utcnow())


def shown(desk_id: str, look: Look, laid: list[Line], address: dict[str, Any]) -> dict[str, Any]:
    """What the templates of both grids ask for. `address` names the grid, and so where the page of a duty leads back."""
    # A week follows from the day of a duty, so only a month is remembered in the address of its page.
    ground = bars.Ground(desk_id, address if "month" in address else {}, look)
    days = rules.days_of(look.first, look.last)
    return {
        "desk_id": desk_id,
        "plans": may_plan(),
        "first": look.first,
        "last": look.last,
        "address": address,
        "heads": rules.heads(days, look.closings, day_of(utcnow())),
        "lines": ground.lines(laid),
        "conflicts": [ground.bar(bar) for bar in rules.conflicts(laid)],
        "posts": {post.id: post.name for post in look.posts},
        "drafted": sum(bar.is_drafted for line in laid for bar in line.bars),
        "tag_of": tag_of,
        "may_undo": may_plan() and steps.last(desk_id) is not None,
    }


def tag_of(part: str) -> str:
    """The ETag of the part of a page that changes, so that a page is not sent again what it shows already."""
    said = _TOKEN.sub("", part).strip()  # a token is another one each time
    return quote_etag(sha256(said.encode()).hexdigest())


def may_plan() -> bool:
    return identity.actor().may(Permission.DUTY_MANAGE)
