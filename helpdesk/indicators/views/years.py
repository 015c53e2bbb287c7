"""The years of the programme, and how a table comes in: chosen, checked, then imported."""

from contextlib import closing

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.indicators import queries, service
from helpdesk.indicators.forms import MOST_BYTES, ImportForm
from helpdesk.indicators.labels import OUTCOMES, problem_words, warning_words
from helpdesk.indicators.rules.table import ImportRefusal, decode
from helpdesk.indicators.service import Outcome, Report
from helpdesk.indicators.views.blueprint import staff
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

SHOWN_PROBLEMS = 100


@staff.get("/schedule")
@requires(Permission.SCHEDULE_READ)
def years(desk_id: str) -> ResponseReturnValue:
    """The tables that are here, newest first."""
    may_write = identity.actor().may(Permission.SCHEDULE_WRITE)
    found = queries.schedules(session())
    return render_template("indicators/years.html", desk_id=desk_id, schedules=found, may_write=may_write)


@staff.route("/schedule/import", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_WRITE)
def import_table(desk_id: str) -> ResponseReturnValue:
    """A table is checked as soon as it is chosen; it is kept only when somebody has read what the check found."""
    form = ImportForm()
    if not form.is_sent():
        return _page(desk_id, form)
    try:
        text = _text(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, form), 422
    if not text:
        form.file.errors = [_("Choose a file.")]
        return _page(desk_id, form), 422
    check = request.form.get("act") != "import"
    report = service.import_schedule(session(), text, check=check, actor=identity.actor(), now=utcnow())
    if not check and report.good and report.schedule:
        _say(report)
        return redirect(url_for("indicators.table", desk_id=desk_id, year=report.schedule.year))
    form.text.data = text
    return _page(desk_id, form, report), 200 if report.good else 422


def _text(form: ImportForm) -> str:
    """The chosen file, else the text that was checked before."""
    try:
        return _read(_sent(form))
    except Refusal as refusal:
        refusal.field = "file"
        raise


def _sent(form: ImportForm) -> bytes:
    if not form.file.data:
        return (form.text.data or "").encode()
    with closing(form.file.data) as file:
        sent: bytes = file.read(MOST_BYTES + 1)
    return sent


def _read(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refusal(ImportRefusal.TOO_LARGE)
    return decode(data)


def _say(report: Report) -> None:
    if report.outcome is Outcome.ALREADY_IMPORTED:
        flash(str(OUTCOMES[report.outcome]), "info")
    else:
        flash(_("The table is imported."), "success")


def _page(desk_id: str, form: ImportForm, report: Report | None = None) -> str:
    return render_template(
        "indicators/import.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        report=report,
        said=str(OUTCOMES[report.outcome]) if report else "",
        problems=[problem_words(each) for each in report.problems[:SHOWN_PROBLEMS]] if report else [],
        warnings=[warning_words(each) for each in report.warnings] if report else [],
        may_import=report is not None and report.outcome in {Outcome.IMPORTED, Outcome.REPLACED},
    )
