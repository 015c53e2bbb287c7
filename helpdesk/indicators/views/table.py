"""The table of a year with what has happened since it was printed, and the same as a file."""

from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.indicators import exports, queries, service
from helpdesk.indicators.labels import COLUMNS, warning_words
from helpdesk.indicators.models import Schedule
from helpdesk.indicators.rules.table import Column
from helpdesk.indicators.service import Format
from helpdesk.indicators.service.figures import last_day
from helpdesk.indicators.service.imported import imported
from helpdesk.indicators.views.blueprint import staff
from helpdesk.indicators.views.shown import bands, executed, value_words
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

MIME = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
    Format.JSON: "application/json",
}


@staff.get("/schedule/<int:year>")
@requires(Permission.SCHEDULE_READ)
def table(desk_id: str, year: int) -> ResponseReturnValue:
    return render_template("indicators/table.html", desk_id=desk_id, **shown_table(_row_of(year)))


@staff.get("/schedule/<int:year>/table.<extension>")
@requires(Permission.SCHEDULE_READ)
def download(desk_id: str, year: int, extension: str) -> ResponseReturnValue:  # noqa: ARG001  the wall stands by the address
    """The table as the office pastes it into its document."""
    if extension not in set(Format):
        abort(404)
    kind, day, now = Format(extension), asked_day(), utcnow()
    taken = service.take_away(session(), year, kind, day, actor=identity.actor(), now=now)
    name = f"harmonogram-{year}-{day.isoformat()}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(exports.written(taken, kind), mimetype=MIME[kind], headers=headers)


@staff.post("/schedule/<int:year>/witnesses")
@requires(Permission.SCHEDULE_WRITE)
def witnesses(desk_id: str, year: int) -> ResponseReturnValue:
    """Whether advices to witnesses count, as the marshal's office decides."""
    wanted = request.form.get("count") == "y"
    service.count_witnesses(session(), schedule_of(year), wanted=wanted, actor=identity.actor(), now=utcnow())
    flash(_("The setting is saved. The figures on this page follow it."), "success")
    return redirect(url_for("indicators.table", desk_id=desk_id, year=year))


def schedule_of(year: int) -> Schedule:
    """The table of a year at this desk, or NotFound."""
    found = queries.schedule(session(), year)
    if found is None:
        raise NotFound(f"schedule {year}")
    return found


def _row_of(year: int) -> Schedule:
    """The same without what belongs to it."""
    found = queries.row(session(), year)
    if found is None:
        raise NotFound(f"schedule {year}")
    return found


def asked_day() -> date:
    """The day up to which the reader wants to see the table: not in the future, today where the address names none."""
    today = day_of(utcnow())
    try:
        return min(today, date.fromisoformat(request.args.get("as_of", "")))
    except ValueError:
        return today


def _columns(schedule: Schedule) -> list[str]:
    """The eleven headings; the last ones name their years, as on paper."""
    programme = schedule.programme
    years = {
        Column.PLAN: _("Plan %(year)s", year=schedule.year),
        Column.EXECUTED: _("Execution since %(year)s", year=schedule.first_executed_year),
        Column.SIX_YEAR: _("Plan %(first)s–%(last)s", first=programme.first_year, last=programme.last_year),
    }
    return [years.get(column, str(text)) for column, text in COLUMNS.items()]


def shown_table(schedule: Schedule) -> dict[str, object]:
    """Everything that the table's template needs."""
    day = asked_day()
    table = imported(session(), schedule)
    said, printed = table.said, bands(table)
    rows = (row for band in printed for row in band.rows)
    return {
        "schedule": schedule,
        "day": last_day(schedule, day),
        "asked": request.args.get("as_of") and day.isoformat(),
        "bands": printed,
        "executed": executed(rows, service.figures(session(), schedule, day), day),
        "title": said.title.plain,
        "columns": _columns(schedule),
        "total": said.total.label.plain,
        "printed": [
            value_words(each) for each in (said.total.costs.total, said.total.costs.own, said.total.costs.other)
        ],
        "funds": said.funds,
        "differs": said.funds != said.total.costs.funds,
        "footnotes": said.footnotes,
        "warnings": [warning_words(each) for each in said.warnings],
        "formats": [each.value for each in Format],
        "may_write": identity.actor().may(Permission.SCHEDULE_WRITE),
        "may_open": identity.actor().may(Permission.SCHEDULE_RECORDS),
    }
