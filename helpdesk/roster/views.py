"""The duties of a desk for the week to come, and those of whoever is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries, service
from helpdesk.roster.forms import DutyForm
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import may_cancel
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, localdate
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("roster", __name__, template_folder="templates", url_prefix="/desk/<desk_id>")

NAVIGATION = (NavItem("roster.duties", lazy("Duties"), Permission.DUTY_READ, "r"),)
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as it is shown: when on the wall, by whom, whether it runs now and whether it may still be cancelled."""

    duty: Duty
    profession: str
    is_now: bool
    may_cancel: bool


@staff.get("/duties")
@requires(Permission.DUTY_READ)
def duties(desk_id: str) -> ResponseReturnValue:
    """Who is on duty from today for a week."""
    return _page(desk_id, _form(desk_id))


@staff.get("/duties/list")
@requires(Permission.DUTY_READ, passive=True)
def duty_list(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself."""
    return render_template("roster/_duties.html", desk_id=desk_id, **_week(utcnow()))


@staff.post("/duties")
@requires(Permission.DUTY_MANAGE)
def plan(desk_id: str) -> ResponseReturnValue:
    form = _form(desk_id)
    planned = form.plan() if form else None
    if form is None or planned is None:
        return _page(desk_id, form)
    try:
        duty = service.plan_duty(session(), planned, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, form), 409
    flash(_("Planned: %(name)s, %(day)s.", name=duty.account.name, day=localdate(duty.day)), "success")
    return redirect(url_for("roster.duties", desk_id=desk_id))


@staff.post("/duties/<uuid:duty_id>/cancel")
@requires(Permission.DUTY_MANAGE)
def cancel(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    duty = service.cancel_duty(session(), duty_id, actor=identity.actor(), now=utcnow())
    flash(_("Cancelled: %(name)s, %(day)s.", name=duty.account.name, day=localdate(duty.day)), "success")
    return redirect(url_for("roster.duties", desk_id=desk_id))


@staff.get("/my-duties")
@requires(Permission.DESK_ENTER)
def mine(desk_id: str) -> ResponseReturnValue:
    """The next duties of whoever is signed in, for a phone on the tram."""
    actor, now = identity.actor(), utcnow()
    found = queries.next_duties(session(), actor.id, now) if actor.id else []
    return render_template(
        "roster/mine.html", desk_id=desk_id, lines=[_line(duty, now) for duty in found], **_near_days(day_of(now))
    )


def _form(desk_id: str) -> DutyForm | None:
    """The form for whoever may plan; nobody else has one."""
    if not identity.actor().may(Permission.DUTY_MANAGE):
        return None
    return DutyForm(accounts.memberships(session(), desk_id))


def _page(desk_id: str, form: DutyForm | None) -> str:
    week = _week(utcnow())
    return render_template("roster/duties.html", desk_id=desk_id, form=form, page_form=form, **week)


def _week(now: datetime) -> dict[str, object]:
    """The days ahead, each with its duties; a duty of last night that still runs stands before them."""
    today = day_of(now)
    running = [duty for duty in queries.on_duty(session(), now) if duty.day < today]
    found = [*running, *queries.duties_between(session(), today, today + AHEAD)]
    days = sorted({duty.day for duty in found} | {today + timedelta(days=ahead) for ahead in range(AHEAD.days + 1)})
    return {"days": [(day, _lines(found, day, now)) for day in days], **_near_days(today)}


def _lines(found: Sequence[Duty], day: date, now: datetime) -> list[Line]:
    return [_line(duty, now) for duty in found if duty.day == day]


def _line(duty: Duty, now: datetime) -> Line:
    may = identity.actor().may(Permission.DUTY_MANAGE) and may_cancel(duty.when, now)
    return Line(duty, str(PROFESSIONS[duty.profession]), now in duty.when, may)


def _near_days(today: date) -> dict[str, date]:
    return {"today": today, "tomorrow": today + timedelta(days=1)}
