"""The duties of a desk for the week to come, for everybody who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries, service
from helpdesk.roster.forms.duties import WhyForm
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.hands import is_emergency
from helpdesk.roster.rules.spans import may_cancel
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate
from helpdesk.web.transaction import session

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as it is shown: when on the wall, by whom, whether it runs now, and what the reader may do with it."""

    duty: Duty
    profession: str
    is_now: bool
    may_cancel: bool
    may_take_over: bool


@staff.get("/duties")
@requires(Permission.DUTY_READ)
def duties(desk_id: str) -> ResponseReturnValue:
    """Who is on duty from today for a week."""
    return render_template("roster/duties.html", desk_id=desk_id, **_week(utcnow()))


@staff.get("/duties/list")
@requires(Permission.DUTY_READ, passive=True)
def duty_list(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself."""
    return render_template("roster/_duties.html", desk_id=desk_id, **_week(utcnow()))


@staff.route("/duties/<uuid:duty_id>/cancel", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def cancel(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Cancel a published duty at once, with a reason; whoever holds it is told."""
    duty, form = queries.duty(session(), duty_id), WhyForm()
    if not form.is_sent():
        page = render_template("roster/cancel.html", desk_id=desk_id, duty=duty, form=form, page_form=form)
        return page, 422 if form.errors else 200
    held, why = queries.duty_held(session(), duty_id), form.why.data or ""
    service.cancel_duty(session(), held, why=why, actor=identity.actor(), now=utcnow())
    flash(_("Cancelled: %(post)s, %(day)s.", post=duty.post.name, day=localdate(duty.day)), "success")
    return redirect(url_for("roster.duties", desk_id=desk_id))


def near_days(today: date) -> dict[str, date]:
    """The days that have names of their own."""
    return {"today": today, "tomorrow": today + timedelta(days=1)}


def _week(now: datetime) -> dict[str, object]:
    """The days ahead, each with its duties; a duty of last night that still runs stands before them."""
    today = day_of(now)
    running = [duty for duty in queries.on_duty(session(), now) if duty.day < today]
    found = [*running, *queries.duties_between(session(), today, today + AHEAD)]
    days = sorted({duty.day for duty in found} | {today + timedelta(days=ahead) for ahead in range(AHEAD.days + 1)})
    return {"days": [(day, _lines(found, day, now)) for day in days], **near_days(today)}


def _lines(found: Sequence[Duty], day: date, now: datetime) -> list[Line]:
    actor = identity.actor()
    may = actor.may(Permission.DUTY_MANAGE)
    return [
        Line(
            duty,
            str(PROFESSIONS[duty.profession]),
            now in duty.when,
            may and may_cancel(duty.when, now),
            is_emergency(duty.when, now) and (may or duty.account_id != actor.id),
        )
        for duty in found
        if duty.day == day
    ]
