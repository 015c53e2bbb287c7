"""Who cannot come and when: one's own absences, and for coordinators the calendar of everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.kernel.clock import day_bounds, day_of, utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.holidays import holiday_on
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.absences import AbsenceForForm, AbsenceForm
from helpdesk.roster.labels.absences import KINDS, SHORT_KINDS, when_words
from helpdesk.roster.models import Absence
from helpdesk.roster.queries.hands import absence as absence_here
from helpdesk.roster.rules.absences import Away, stretches
from helpdesk.roster.rules.spans import DutyRefusal, Span
from helpdesk.roster.rules.weeks import first_of_month, last_of_month, month_of, next_month, previous_month
from helpdesk.roster.service import absences as service
from helpdesk.roster.service.absences import Freeing
from helpdesk.roster.service.stand_ins import manages
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.hands import tried
from helpdesk.roster.views.week import near_days
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, locale, ngettext
from helpdesk.web.transaction import session

OWN_AHEAD = timedelta(days=500)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class ShownAbsence:
    """An absence in words."""

    absence: Absence
    kind: str
    when: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day at the head of the calendar; `free` is why hardly anybody works then."""

    day: date
    free: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Some days of a person's line: the absence in a few letters and in whole words, or a day without one."""

    days: int
    is_free: bool
    short: str = ""
    words: str = ""


@staff.get("/roster/absences")
@requires(Permission.DUTY_MANAGE)
def absences(desk_id: str) -> ResponseReturnValue:
    """A month with the absences of everybody who works here."""
    first = first_of_month(request.args.get("month", "")) or day_of(utcnow()).replace(day=1)
    last = last_of_month(first)
    found = queries.absences(session(), Span(day_bounds(first)[0], day_bounds(last)[1]))
    days = [_day(first + timedelta(days=number)) for number in range((last - first).days + 1)]
    shown = {
        "first": first,
        "month": month_of(first),
        "previous": month_of(previous_month(first)),
        "following": month_of(next_month(first)),
        "days": days,
        "lines": [(name, _line(account_id, found, days)) for account_id, name in _people(desk_id)],
        "listed": [_shown(each) for each in found],
        "legend": [(SHORT_KINDS[kind], words) for kind, words in KINDS.items()],
    }
    return render_template("roster/absences.html", desk_id=desk_id, **shown)


@staff.route("/roster/absences/new", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def enter_absence(desk_id: str) -> ResponseReturnValue:
    """Enter the absence of anybody of the desk, after a look at what it frees."""
    form = AbsenceForForm(_people(desk_id))
    away, person = form.away(), form.chosen
    if away and person is None:
        form.refuse(Refusal(DutyRefusal.NOT_A_MEMBER, field="person"))
    found = _entered(form, person, away) if away and person else None
    if away and found is None and not form.errors:
        return redirect(url_for("roster.absences", desk_id=desk_id, month=month_of(away.first_day)))
    shown = {"form": form, "page_form": form, "found": found, **near_days(day_of(utcnow()))}
    return render_template("roster/absence.html", desk_id=desk_id, **shown), 422 if form.errors else 200


@staff.route("/my-duties/absences", methods=["GET", "POST"])
@requires(Permission.DESK_ENTER)
def my_absences(desk_id: str) -> ResponseReturnValue:
    """One's own absences to come, and another one, after a look at what it frees."""
    form, me = AbsenceForm(), _own_id()
    away = form.away()
    found = _entered(form, me, away) if away else None
    if away and found is None and not form.errors:
        return redirect(url_for("roster.my_absences", desk_id=desk_id))
    now = utcnow()
    listed = [_shown(each) for each in queries.absences(session(), Span(now, now + OWN_AHEAD), me)]
    shown = {"form": form, "page_form": form, "found": found, "listed": listed, **near_days(day_of(now))}
    return render_template("roster/my_absences.html", desk_id=desk_id, **shown), 422 if form.errors else 200


@staff.post("/roster/absences/<uuid:absence_id>/remove")
@requires(Permission.DESK_ENTER)
def remove_absence(desk_id: str, absence_id: UUID) -> ResponseReturnValue:
    """Take an absence out; the duties that it freed do not come back. That somebody else is away is nobody's affair."""
    absence, actor = absence_here(session(), absence_id), identity.actor()
    if absence.account_id != actor.id and not manages(actor):
        raise NotFound(Absence.__name__)
    month = month_of(absence.first_day)
    service.remove_absence(session(), absence, actor=actor, now=utcnow())
    flash(_("Removed. Duties that were freed do not come back by themselves: others may have taken them."), "success")
    if request.form.get("back") == "calendar" and manages(actor):
        return redirect(url_for("roster.absences", desk_id=desk_id, month=month))
    return redirect(url_for("roster.my_absences", desk_id=desk_id))


def _entered(form: AbsenceForm, person: UUID, away: Away) -> Freeing | None:
    """Enter it and answer None, or answer the duties that must be looked at first, or put a refusal beside its field."""
    actor, now = identity.actor(), utcnow()
    found: list[Freeing] = []
    if not tried(form, None, lambda: found.append(service.freeing(session(), person, away, now=now))):
        return None
    [freeing] = found
    if not form.has_seen([*freeing.freed, *freeing.running]):
        return freeing

    def deed() -> None:
        service.record_absence(session(), person, form.chosen_kind, away, actor=actor, now=now)

    if tried(form, None, deed):
        freed = len(freeing.freed)
        said = ngettext(
            "%(count)s duty was freed and offered.", "%(count)s duties were freed and offered.", freed, count=freed
        )
        flash(said if freed else _("The absence is entered. It frees no duty."), "success")
        return None
    return freeing if freeing.freed or freeing.running else None


def _own_id() -> UUID:
    found = identity.actor().id
    assert found is not None  # noqa: S101  somebody is signed in
    return found


def _people(desk_id: str) -> Sequence[tuple[UUID, str]]:
    return [(each.account_id, each.account.name) for each in accounts.memberships(session(), desk_id)]


def _shown(absence: Absence) -> ShownAbsence:
    return ShownAbsence(absence, str(KINDS[absence.kind]), when_words(absence))


def _day(day: date) -> Day:
    holiday = holiday_on(day)
    if holiday is not None:
        return Day(day, holiday.name(locale().tag))
    return Day(day, _("weekend") if day.weekday() >= SATURDAY else "")


def _line(account_id: UUID, found: Sequence[Absence], days: Sequence[Day]) -> list[Cell]:
    mine = {each.id: each for each in found if each.account_id == account_id}
    keys = [(each.id, each.first_day, each.last_day) for each in mine.values()]
    free = {each.day: bool(each.free) for each in days}
    return [
        Cell(
            each.days,
            not each.absences and free[each.first],
            " ".join(str(SHORT_KINDS[mine[key].kind]) for key in each.absences),
            ", ".join(f"{KINDS[mine[key].kind]} {when_words(mine[key])}" for key in each.absences),
        )
        for each in stretches(keys, days[0].day, days[-1].day)
    ]
