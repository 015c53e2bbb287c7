"""The public holidays of a year, and the days on which a desk is closed."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.holidays import public_holidays
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.settings import ClosureForm
from helpdesk.roster.service import settings as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate, locale
from helpdesk.web.transaction import session


@staff.get("/roster/settings/calendar")
@requires(Permission.DUTY_MANAGE)
def free_days(desk_id: str) -> ResponseReturnValue:
    """The public holidays of a year, the desk's closed days, and whether somebody has looked at them."""
    return _calendar_page(desk_id, ClosureForm())


@staff.post("/roster/settings/calendar")
@requires(Permission.DUTY_MANAGE)
def close(desk_id: str) -> ResponseReturnValue:
    form = ClosureForm()
    first, last = form.first_day.data, form.last_day.data
    if not form.is_sent() or first is None or last is None:
        return _calendar_page(desk_id, form)
    try:
        lying = service.close(session(), form.name.data or "", first, last, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _calendar_page(desk_id, form), 409
    if lying:
        days = ", ".join(dict.fromkeys(localdate(each.day) for each in lying))
        flash(
            _("Duties are published on these days and stay in the plan until you cancel them: %(days)s.", days=days),
            "warning",
        )
    return redirect(url_for("roster.free_days", desk_id=desk_id, year=first.year))


@staff.post("/roster/settings/closures/<uuid:closure_id>/remove")
@requires(Permission.DUTY_MANAGE)
def reopen(desk_id: str, closure_id: UUID) -> ResponseReturnValue:
    service.reopen(session(), closure_id, actor=identity.actor(), now=utcnow())
    return redirect(url_for("roster.free_days", desk_id=desk_id, year=_year()))


@staff.post("/roster/settings/years/<int:year>/confirm")
@requires(Permission.DUTY_MANAGE)
def confirm_year(desk_id: str, year: int) -> ResponseReturnValue:
    service.confirm_year(session(), year, actor=identity.actor(), now=utcnow())
    flash(_("Confirmed: the holidays and closed days of %(year)s.", year=year), "success")
    return redirect(url_for("roster.free_days", desk_id=desk_id, year=year))


def _year() -> int:
    """The year of the address, or this one."""
    text = request.args.get("year", "")
    this = day_of(utcnow()).year
    return int(text) if text.isascii() and text.isdigit() and 0 <= int(text) - this + 10 <= 20 else this  # noqa: PLR2004  ten years both ways


def _calendar_page(desk_id: str, form: ClosureForm) -> str:
    year, this = _year(), day_of(utcnow()).year
    days = [(each.day, each.name(locale().tag)) for each in public_holidays(year)]
    return render_template(
        "roster/settings_calendar.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        year=year,
        holidays=days,
        closures=queries.closures(session(), date(year, 1, 1), date(year, 12, 31)),
        confirmed=queries.confirmed_years(session()).get(year),
        may_confirm=this <= year <= this + 2,
    )
