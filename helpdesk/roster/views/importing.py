"""A colleague's spreadsheet becomes a draft: checked first, and taken in only as a whole."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.forms.importing import ImportForm
from helpdesk.roster.labels.importing import place_of, sentence, value_of
from helpdesk.roster.service.importing import Report, import_plan
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import ngettext
from helpdesk.web.transaction import session


@staff.route("/roster/import", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def import_duties(desk_id: str) -> ResponseReturnValue:
    """A table is checked first; drafted is the text that was checked, never a file that nobody has looked at."""
    form = ImportForm()
    text = form.table() if form.is_sent() else None
    if text is None:
        example = f"Anna Nowak;{day_of(utcnow()) + timedelta(days=7)};17:00;21:00;"
        page = render_template("roster/import.html", desk_id=desk_id, form=form, page_form=form, example=example)
        return page, 422 if form.errors else 200
    check = form.has_file or request.form.get("act") != "import"
    report = import_plan(session(), text, check=check, actor=identity.actor(), now=utcnow())
    if check or report.problems:
        form.text.data = text
        return _report_page(desk_id, form, report)
    flash(
        ngettext(
            "%(num)s duty is drafted. Look at it on the roster, and then publish it.",
            "%(num)s duties are drafted. Look at them on the roster, and then publish them.",
            report.added,
        ),
        "success",
    )
    return redirect(url_for("roster.import_duties", desk_id=desk_id))


def _report_page(desk_id: str, form: ImportForm, report: Report) -> ResponseReturnValue:
    problems = [(place_of(each), sentence(each), value_of(each)) for each in report.problems]
    page = render_template(
        "roster/import.html", desk_id=desk_id, form=form, page_form=form, report=report, problems=problems
    )
    return page, 422 if problems else 200
