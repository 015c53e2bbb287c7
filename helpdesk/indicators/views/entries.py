"""What somebody enters by hand: the number, what proves it, and everything that was entered before."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.indicators import queries, service
from helpdesk.indicators.forms import EntryForm, TakeBackForm, entry_form
from helpdesk.indicators.labels import ENTRY_DOUBTS
from helpdesk.indicators.models import Execution, Indicator, Schedule
from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.entering import EntryRefusal
from helpdesk.indicators.rules.lines import is_others
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.service.entering import line_of, rows_of
from helpdesk.indicators.views.blueprint import staff
from helpdesk.indicators.views.records import history, line_name
from helpdesk.indicators.views.shown import value_words
from helpdesk.indicators.views.table import schedule_of
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@staff.route("/schedule/<int:year>/<key>/enter", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_WRITE)
def enter(desk_id: str, year: int, key: str) -> ResponseReturnValue:
    """Enter the number of the year so far, or correct what was entered for a day (`correct` in the address)."""
    schedule = schedule_of(year)
    standing = _standing(schedule, key)
    form = entry_form(line_of(schedule, key), {each.key: value_words(row.said) for row, each in standing})
    if request.method == "GET":
        _prefill(form, [row for row, _each in standing])
    elif form.is_sent() and _keep(schedule, key, form):
        return redirect(url_for("indicators.records", desk_id=desk_id, year=year, key=key))
    status = 422 if form.errors and request.method == "POST" else 200
    return _page(desk_id, schedule, key, form), status


@staff.route("/schedule/<int:year>/<key>/take-back/<day>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_WRITE)
def take_back(desk_id: str, year: int, key: str, day: str) -> ResponseReturnValue:
    """Say that what was entered for a day does not hold, and why."""
    schedule, as_of = schedule_of(year), _day(day)
    if as_of is None:
        raise NotFound(day)
    form = TakeBackForm()
    if form.is_sent():
        try:
            reason = form.reason.data or ""
            service.take_back(session(), schedule, key, as_of, reason=reason, actor=identity.actor(), now=utcnow())
        except Refusal as refusal:
            form.refuse(_beside(refusal))
        else:
            flash(_("The entry is taken back. It stays in the list below."), "success")
            return redirect(url_for("indicators.enter", desk_id=desk_id, year=year, key=key))
    rows = rows_of(schedule, key)
    return render_template(
        "indicators/take_back.html",
        desk_id=desk_id,
        schedule=schedule,
        key=key,
        line_name=line_name(rows[key]),
        as_of=as_of,
        form=form,
        page_form=form,
    ), 422 if form.errors else 200


def _beside(refusal: Refusal) -> Refusal:
    """The reason is what proves that an entry does not hold."""
    refusal.field = "reason" if refusal.code is EntryRefusal.EVIDENCE_MISSING else refusal.field
    return refusal


def _keep(schedule: Schedule, key: str, form: EntryForm) -> bool:
    entry = form.entry()
    if entry is None:
        return False
    entry = entry.correcting(_day(request.args.get("correct", "")))
    try:
        doubts = service.enter_execution(session(), schedule, key, entry, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    for doubt in doubts:
        flash(str(ENTRY_DOUBTS[doubt]) % {"months": form.line.months.plain}, "needs")
    if not doubts:
        flash(_("The figure is saved."), "success")
    return True


def _standing(schedule: Schedule, key: str) -> list[tuple[Execution, Indicator]]:
    """The entries of the day that is being corrected, each with its indicator; none where a new one is entered."""
    as_of = _day(request.args.get("correct", ""))
    if as_of is None:
        return []
    rows = {each.id: each for each in rows_of(schedule, key).values()}
    return [(each, rows[each.indicator_id]) for each in queries.standing_of(session(), list(rows), as_of)]


def _prefill(form: EntryForm, standing: list[Execution]) -> None:
    if standing:
        form.done_on.data, form.as_of.data = standing[0].done_on, standing[0].as_of
        form.note.data = next((each.note for each in standing if each.note), "")
    else:
        form.as_of.data = min(day_of(utcnow()), date(form.line.year, 12, 31))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(desk_id: str, schedule: Schedule, key: str, form: EntryForm) -> str:
    rows = rows_of(schedule, key)
    return render_template(
        "indicators/enter.html",
        desk_id=desk_id,
        schedule=schedule,
        key=key,
        line_name=line_name(rows[key]),
        months=form.line.months.plain,
        continuous=form.line.aggregation is Aggregation.CONTINUOUS,
        stock=form.line.aggregation is Aggregation.STOCK,
        counted=form.line.origin is Origin.COUNTED,
        has_others=any(is_others(line.name) for line in form.line.lines.values()),
        correcting=_day(request.args.get("correct", "")),
        entries=history(schedule, key),
        may_write=True,
        form=form,
        page_form=form,
    )
