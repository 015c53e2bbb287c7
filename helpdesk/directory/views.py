"""The directory: finding an institution, reading and correcting one, and carrying the whole in and out as a table."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.directory import queries, service
from helpdesk.directory.forms import ImportForm, InstitutionForm, SearchForm
from helpdesk.directory.labels import ACCESS, FIELDS, hours_in_words, place_of, sentence
from helpdesk.directory.models import Institution
from helpdesk.directory.queries import Found, Wanted
from helpdesk.directory.rules import Access, InstitutionRow, needs_checking
from helpdesk.directory.service import Report
from helpdesk.kernel import phones, teryt
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import EditedMeanwhile
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.kernel.teryt import Level
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, localdate, locale
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("directory", __name__, template_folder="templates", url_prefix="/desk/<desk_id>")

NAVIGATION = (NavItem("directory.institutions", lazy("Directory"), Permission.DIRECTORY_READ, "i"),)
PAGE = 25
_LONGEST_QUESTION = 80
_BYTE_ORDER_MARK = "\ufeff"  # without it Polish spreadsheets take the file for another encoding


@staff.get("/directory")
@requires(Permission.DIRECTORY_READ)
def institutions(desk_id: str) -> ResponseReturnValue:
    """Institutions by words, kind, language and place, best first."""
    form = SearchForm(request.args, _today())
    wanted, page = form.wanted(), _page_number()
    found = queries.search(session(), wanted, offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "directory/list.html",
        desk_id=desk_id,
        form=form,
        found=found,
        rows=[summarised(each) for each in found.rows],
        is_filtered=wanted != Wanted(),
        **_neighbours(desk_id, page, found),
    )


@staff.get("/directory/places")
@requires(Permission.DIRECTORY_READ)
def places(desk_id: str) -> ResponseReturnValue:  # noqa: ARG001  part of the address
    """Places for what somebody is typing, gminas only or of every level; diacritics need not be typed."""
    level = Level.GMINA if request.args.get("level") == Level.GMINA else None
    found = teryt.search(request.args.get("q", "")[:_LONGEST_QUESTION], 8, level=level)
    return [{"value": each.code, "label": teryt.display(each, locale().tag)} for each in found]


@staff.get("/directory/<uuid:institution_id>")
@requires(Permission.DIRECTORY_READ)
def institution(desk_id: str, institution_id: UUID) -> ResponseReturnValue:
    """All that is known of one institution."""
    found = queries.institution(session(), institution_id)
    return render_template(
        "directory/institution.html",
        desk_id=desk_id,
        hours=hours_in_words(found.hours, locale().tag),
        access=[ACCESS[Access(word)] for word in found.accessibility],
        may_manage=identity.actor().may(Permission.DIRECTORY_MANAGE),
        **summarised(found),
    )


@staff.route("/directory/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_MANAGE)
def new_institution(desk_id: str) -> ResponseReturnValue:
    form = InstitutionForm(_today())
    row = form.row() if form.is_sent() else None
    if row is None:
        return _form_page(desk_id, form)
    added = service.add_institution(session(), row, actor=identity.actor(), now=utcnow())
    flash(_("%(name)s is in the directory.", name=added.name), "success")
    return redirect(url_for("directory.institution", desk_id=desk_id, institution_id=added.id))


@staff.route("/directory/<uuid:institution_id>/edit", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_MANAGE)
def edit_institution(desk_id: str, institution_id: UUID) -> ResponseReturnValue:
    found = queries.institution(session(), institution_id)
    form = InstitutionForm(_today(), found)
    row = form.row() if form.is_sent() else None
    if row is None:
        return _form_page(desk_id, form, found)
    try:
        service.save_institution(
            session(), institution_id, row, known_version=form.known_version, actor=identity.actor(), now=utcnow()
        )
    except EditedMeanwhile as error:
        return _form_page(desk_id, form, found, error, row), 409
    flash(_("%(name)s is saved.", name=found.name), "success")
    return redirect(url_for("directory.institution", desk_id=desk_id, institution_id=institution_id))


@staff.post("/directory/<uuid:institution_id>/checked")
@requires(Permission.DIRECTORY_MANAGE)
def confirm(desk_id: str, institution_id: UUID) -> ResponseReturnValue:
    """All of it was checked today and holds."""
    service.confirm(session(), institution_id, today=_today(), actor=identity.actor(), now=utcnow())
    flash(_("Noted: checked today."), "success")
    return redirect(url_for("directory.institution", desk_id=desk_id, institution_id=institution_id))


@staff.route("/directory/import", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_MANAGE)
def import_institutions(desk_id: str) -> ResponseReturnValue:
    """A table is checked first; imported is the text that was checked, never a file that nobody has looked at."""
    form = ImportForm()
    text = form.table() if form.is_sent() else None
    if text is None:
        return render_template("directory/import.html", desk_id=desk_id, form=form, page_form=form, report=None)
    check = form.has_file or request.form.get("act") != "import"
    report = service.import_csv(session(), text, check=check, actor=identity.actor(), now=utcnow())
    if check or report.problems:
        form.text.data = text
        return _report_page(desk_id, form, report)
    flash(_("Imported: %(added)s new, %(changed)s changed.", added=report.added, changed=report.changed), "success")
    return redirect(url_for("directory.institutions", desk_id=desk_id))


@staff.get("/directory/export")
@requires(Permission.DIRECTORY_READ)
def export(desk_id: str) -> ResponseReturnValue:  # noqa: ARG001  part of the address
    """The whole directory for a spreadsheet, which the import reads back."""
    table = service.export_csv(session(), actor=identity.actor(), now=utcnow())
    answer = Response(_BYTE_ORDER_MARK + table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=directory-{_today().isoformat()}.csv"
    return answer


def summarised(found: Institution) -> dict[str, object]:
    """An institution in words of the reader's language."""
    tag = locale().tag
    return {
        "institution": found,
        "kind": codes("referrals").label(found.kind, tag),
        "places": [teryt.display(teryt.area(code), tag) for code in found.teryt],
        "phones": [(phone, phones.display(phone)) for phone in found.phones],
        "spoken": [language_name(each, tag) for each in found.languages],
        "is_overdue": needs_checking(found.checked_on, _today()),
    }


def _form_page(
    desk_id: str,
    form: InstitutionForm,
    found: Institution | None = None,
    error: EditedMeanwhile | None = None,
    row: InstitutionRow | None = None,
) -> str:
    """The form; if somebody saved meanwhile, with what is stored now beside what was typed, so that nobody's text is lost."""
    both = []
    if found and error and row:
        form.version.data = str(found.version)
        both = [
            (FIELDS[name], _words(name, stored), _words(name, getattr(row, name)))
            for name, stored in error.fields.items()
        ]
    by = error.by if error else ""
    return render_template(
        "directory/edit.html", desk_id=desk_id, form=form, page_form=form, institution=found, both=both, by=by
    )


def _report_page(desk_id: str, form: ImportForm, report: Report) -> ResponseReturnValue:
    problems = [(place_of(each), sentence(each), each.value) for each in report.problems]
    context = {"report": report, "problems": problems}
    page = render_template("directory/import.html", desk_id=desk_id, form=form, page_form=form, **context)
    return page, 422 if problems else 200


def _words(name: str, value: object) -> str:
    """One value of a field as a person reads it."""
    tag = locale().tag
    if isinstance(value, date):
        return localdate(value)
    if isinstance(value, tuple):
        readers: dict[str, Callable[[str], str]] = {
            "accessibility": lambda each: str(ACCESS[Access(each)]),
            "languages": lambda each: language_name(each, tag),
            "phones": phones.display,
            "teryt": lambda each: teryt.display(teryt.area(each), tag),
        }
        return ", ".join(readers[name](each) for each in value) or "—"
    return codes("referrals").label(str(value), tag) if name == "kind" else str(value or "—")


def _neighbours(desk_id: str, page: int, found: Found) -> dict[str, str | None]:
    """The addresses of the pages before and after."""
    last = -(-found.total // PAGE)
    return {
        "previous_url": _page_url(desk_id, page - 1) if 1 < page <= last else None,
        "next_url": _page_url(desk_id, page + 1) if page < last else None,
    }


def _page_url(desk_id: str, page: int) -> str:
    arguments: dict[str, Any] = {**request.args.to_dict(), "page": page}
    return url_for("directory.institutions", desk_id=desk_id, **arguments)


def _page_number() -> int:
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004  no list is that long


def _today() -> date:
    return day_of(utcnow())
