"""A whole month on one screen: a line for each post, a few letters for each person; it is planned here as in the week."""

from datetime import date
from typing import Any

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.roster.rules import grid as rules
from helpdesk.roster.rules.weeks import last_of_month, month_of, next_month, previous_month, week_of
from helpdesk.roster.views import bars, plan


def month(desk_id: str, first: date) -> dict[str, Any]:
    """What the page of a month shows."""
    last = last_of_month(first)
    look, laid = plan.seen(first, last)
    called = bars.names(look)
    held = {bar.planned.account_id for line in laid for bar in line.bars}
    short = rules.short_names({person: name for person, name in called.items() if person in held})
    return {
        **plan.shown(desk_id, look, laid, {"month": month_of(first)}),
        "week": week_of(max(first, min(day_of(utcnow()), last))),
        "month": month_of(first),
        "previous": month_of(previous_month(first)),
        "following": month_of(next_month(first)),
        "week_of": week_of,
        "short": short,
        "legend": sorted((letters, called[person]) for person, letters in short.items()),
        "gaps": sum(len(cell.gaps) for line in laid for cell in line.cells)
        + sum(bar.is_unheld for line in laid for bar in line.bars),
    }
