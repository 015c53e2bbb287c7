"""What is missing in the weeks to come: whole posts first, then hour by hour; planned closings by their names."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.labels.grid import hours
from helpdesk.roster.rules.grid import Missing
from helpdesk.roster.rules.weeks import week_of
from helpdesk.roster.service import looking
from helpdesk.roster.views import bars
from helpdesk.roster.views.blueprint import staff
from helpdesk.web.access import requires
from helpdesk.web.transaction import session

WEEKS = (2, 6, 13, 26)
USUAL = 6


@staff.get("/roster/gaps")
@requires(Permission.DUTY_MANAGE)
def gaps(desk_id: str) -> ResponseReturnValue:
    """The gaps of the published plan for so many weeks from today."""
    now, weeks = utcnow(), _weeks()
    first, last = day_of(now), day_of(now) + timedelta(weeks=weeks)
    posts = looking.in_order(queries.posts(session()))
    report = looking.gaps_ahead(session(), posts, last, now)
    return render_template(
        "roster/gaps.html",
        desk_id=desk_id,
        weeks=weeks,
        choices=WEEKS,
        first=first,
        last=last,
        report=report,
        posts={post.id: post.name for post in posts},
        uncovered=[(each, hours(each.length)) for each in report.uncovered],
        missing=[_row(desk_id, each) for each in report.missing],
        closures=queries.closures(session(), first, last),
    )


def _row(desk_id: str, missing: Missing) -> tuple[Missing, str, str, str]:
    """A gap with its hours in words, the address of its week and of the duty that would fill it."""
    gap = missing.gap
    return missing, bars.span_words(gap.span), week_of(gap.day), bars.gap_url(desk_id, gap, {})


def _weeks() -> int:
    text = request.args.get("weeks", "")
    return next((weeks for weeks in range(1, WEEKS[-1] + 1) if text == str(weeks)), USUAL)
