"""The coming duties of whoever is signed in, what they are asked, and what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.accounts.models import Notice
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.roster import queries
from helpdesk.roster.labels import notices as words
from helpdesk.roster.models import Duty
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.queries import notices as told
from helpdesk.roster.rules import notices as rules
from helpdesk.roster.rules.hands import EMERGENCY_AHEAD, is_emergency
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.hands import offers_for
from helpdesk.roster.views.week import near_days
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid
from helpdesk.web.i18n import _, localnumber
from helpdesk.web.transaction import session

# Pages about one's own duties that other parts of the house make; each is linked where it exists.
ASKING = frozenset({rules.Told.ASKED, rules.Told.SWAP_ASKED})
BESIDE = ("appointments.mine", "roster.feeds", "roster.my_absences", "roster.my_hours")


@dataclass(frozen=True, slots=True)
class Line:
    """A duty of one's own: when on the wall, as what, how long in real time, whether it runs now, and what may be done with it."""

    duty: Duty
    profession: str
    hours: str
    is_now: bool
    is_offered: bool
    may_offer: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words, and the page on which something can be done about it. What somebody is asked stands among the offers instead."""

    notice: Notice
    is_asking: bool
    sentence: str
    about: Sequence[str]
    page: str


@staff.get("/my-duties")
@requires(Permission.DESK_ENTER)
def mine(desk_id: str) -> ResponseReturnValue:
    """The next duties of whoever is signed in, for a phone on the tram."""
    actor, now = identity.actor(), utcnow()
    shown = {
        "lines": _lines(actor, now),
        "offers": offers_for(actor, now),
        "told": [_told(each) for each in told.unseen(session(), actor.id)] if actor.id else [],
        "urgent": _urgent(actor, now),
        "beside": {each for each in BESIDE if each in current_app.view_functions},
        "is_mailed": bool(current_app.extensions["helpdesk.settings"].smtp_url),
        **near_days(day_of(now)),
    }
    return render_template("roster/mine.html", desk_id=desk_id, **shown)


@staff.post("/my-duties/seen")
@requires(Permission.DESK_ENTER)
def seen(desk_id: str) -> ResponseReturnValue:
    """Mark as seen what stood on the page; what came meanwhile stays."""
    shown = [found for found in map(as_uuid, request.form.getlist("notice")) if found is not None]
    actor = identity.actor()
    if actor.id:
        told.mark_seen(session(), actor.id, shown, utcnow())
    flash(_("Marked as seen."), "success")
    return redirect(url_for("roster.mine", desk_id=desk_id))


def _lines(actor: Actor, now: datetime) -> list[Line]:
    found = queries.next_duties(session(), actor.id, now) if actor.id else []
    offered = kept.offered_duties(session(), [each.id for each in found])
    return [
        Line(
            duty,
            str(PROFESSIONS[duty.profession]),
            localnumber(duty.when.length / timedelta(hours=1)),
            now in duty.when,
            duty.id in offered,
            duty.starts_at > now and duty.id not in offered,
        )
        for duty in found
    ]


def _told(notice: Notice) -> Told:
    return Told(notice, notice.code in ASKING, words.sentence(notice), words.about(notice), words.page(notice))


def _urgent(actor: Actor, now: datetime) -> list[Duty]:
    """The duties of others that run or begin within hours, for whoever may have to step in."""
    if not actor.may(Permission.DUTY_READ):
        return []
    near = queries.duties_within(session(), Span(now, now + EMERGENCY_AHEAD))
    return [each for each in near if is_emergency(each.when, now) and each.account_id != actor.id]
