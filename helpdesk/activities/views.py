"""The register of agreements: which gmina has one and since when, one agreement with its annexes, and the whole as a table."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.activities import counts, queries, rules, service
from helpdesk.activities.forms import AgreementForm, AnnexForm, EndForm, SearchForm
from helpdesk.activities.labels import FIELDS, STATES, gmina_name, money, place_of
from helpdesk.activities.models import Agreement
from helpdesk.activities.queries import Wanted
from helpdesk.activities.rules import AgreementEntry
from helpdesk.activities.service import Report
from helpdesk.directory.forms import ImportForm
from helpdesk.kernel import teryt
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, localdate
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("activities", __name__, template_folder="templates", url_prefix="/desk/<desk_id>")

NAVIGATION = (NavItem("activities.agreements", lazy("Agreements"), Permission.AGREEMENT_READ, "g"),)
PAGE = 50
_BYTE_ORDER_MARK = "\ufeff"  # without it Polish spreadsheets take the file for another encoding


@staff.get("/agreements")
@requires(Permission.AGREEMENT_READ)
def agreements(desk_id: str) -> ResponseReturnValue:
    """The agreements by gmina, those of a place or those in force on a day."""
    form, page = SearchForm(request.args), _page_number()
    wanted = form.wanted()
    found = queries.agreements(session(), wanted)
    on = wanted.on or _today()
    return render_template(
        "activities/agreements.html",
        desk_id=desk_id,
        form=form,
        rows=[_in_words(each, on) for each in found[(page - 1) * PAGE : page * PAGE]],
        total=len(found),
        is_filtered=wanted != Wanted(),
        on=on,
        in_force=counts.agreements_in_force(session(), on) or 0,
        all_gminas=len(teryt.gminas()),
        previous_url=_page_url(desk_id, page - 1) if page > 1 else None,
        next_url=_page_url(desk_id, page + 1) if page * PAGE < len(found) else None,
    )


@staff.get("/agreements/<uuid:agreement_id>")
@requires(Permission.AGREEMENT_READ)
def agreement(desk_id: str, agreement_id: UUID) -> ResponseReturnValue:
    """One agreement with its annexes and what stood there before."""
    return _agreement_page(desk_id, queries.agreement(session(), agreement_id))


@staff.route("/agreements/new", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WRITE)
def new_agreement(desk_id: str) -> ResponseReturnValue:
    form = AgreementForm()
    entry = form.entry()
    if entry is None:
        return _form_page(desk_id, form)
    try:
        added = service.add_agreement(session(), entry, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(desk_id, form), 409
    flash(_("Agreement %(number)s is saved.", number=added.number), "success")
    return redirect(url_for("activities.agreement", desk_id=desk_id, agreement_id=added.id))


@staff.route("/agreements/<uuid:agreement_id>/edit", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WRITE)
def edit_agreement(desk_id: str, agreement_id: UUID) -> ResponseReturnValue:
    """Correct an agreement, with a reason; what stood there before is kept."""
    found = queries.agreement(session(), agreement_id)
    form = AgreementForm(found)
    entry = form.entry()
    if entry is None:
        return _form_page(desk_id, form, found)
    known, why, actor = form.known_version, form.why.data or "", identity.actor()
    try:
        service.change_agreement(
            session(), agreement_id, entry, why=why, known_version=known, actor=actor, now=utcnow()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(desk_id, form, found), 409
    except EditedMeanwhile as error:
        form.has_seen(found.version)
        return _form_page(desk_id, form, found, _both(error, entry)), 409
    flash(_("Agreement %(number)s is saved.", number=found.number), "success")
    return redirect(url_for("activities.agreement", desk_id=desk_id, agreement_id=agreement_id))


@staff.post("/agreements/<uuid:agreement_id>/end")
@requires(Permission.AGREEMENT_WRITE)
def end_agreement(desk_id: str, agreement_id: UUID) -> ResponseReturnValue:
    """Say up to which day it holds, and why."""
    found, form = queries.agreement(session(), agreement_id), EndForm()
    if not form.is_sent() or form.last_day.data is None:
        return _agreement_page(desk_id, found, end=form), 422
    last_day, known, why = form.last_day.data, form.known_version, form.why.data or ""
    try:
        service.end_agreement(
            session(), agreement_id, last_day, why=why, known_version=known, actor=identity.actor(), now=utcnow()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _agreement_page(desk_id, found, end=form), 409
    except EditedMeanwhile:
        form.form_errors.append(
            _("Somebody changed this agreement meanwhile. Look at it as it is now, then save again.")
        )
        form.has_seen(found.version)
        return _agreement_page(desk_id, found, end=form), 409
    flash(_("Noted. The agreement is in force up to and including %(day)s.", day=localdate(last_day)), "success")
    return redirect(url_for("activities.agreement", desk_id=desk_id, agreement_id=agreement_id))


@staff.post("/agreements/<uuid:agreement_id>/annexes")
@requires(Permission.AGREEMENT_WRITE)
def add_annex(desk_id: str, agreement_id: UUID) -> ResponseReturnValue:
    found, form = queries.agreement(session(), agreement_id), AnnexForm()
    entry = form.entry()
    if entry is None:
        return _agreement_page(desk_id, found, annex=form), 422
    try:
        service.add_annex(session(), agreement_id, entry, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _agreement_page(desk_id, found, annex=form), 409
    flash(_("Annex %(number)s is saved.", number=entry.number), "success")
    return redirect(url_for("activities.agreement", desk_id=desk_id, agreement_id=agreement_id))


@staff.route("/agreements/import", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_WRITE)
def import_agreements(desk_id: str) -> ResponseReturnValue:
    """A table is checked first; imported is the text that was checked, never a file that nobody has looked at."""
    form = ImportForm()
    text = form.table() if form.is_sent() else None
    if text is None:
        return _import_page(desk_id, form), 422 if form.errors else 200
    check = form.has_file or request.form.get("act") != "import"
    report = service.import_csv(session(), text, check=check, actor=identity.actor(), now=utcnow())
    if check or report.problems:
        form.text.data = text
        return _import_page(desk_id, form, report), 422 if report.problems else 200
    flash(_("The table is imported. New agreements: %(added)s.", added=report.added), "success")
    return redirect(url_for("activities.agreements", desk_id=desk_id))


@staff.get("/agreements/export")
@requires(Permission.AGREEMENT_READ)
def export(desk_id: str) -> ResponseReturnValue:  # noqa: ARG001  part of the address
    """The whole register for a spreadsheet, which the import reads back."""
    entries = [each.entry for each in queries.agreements(session(), Wanted())]
    table = service.export_csv(session(), entries, actor=identity.actor(), now=utcnow())
    answer = Response(_BYTE_ORDER_MARK + table, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=agreements-{_today().isoformat()}.csv"
    return answer


def _in_words(found: Agreement, on: date) -> dict[str, object]:
    """An agreement as a person reads it, with what it is on a day."""
    kind, word = STATES[rules.state_on(found.first_day, found.last_day, on)]
    county = teryt.areas().get(found.gmina[: teryt.COUNTY_DIGITS])
    return {
        "agreement": found,
        "gmina": gmina_name(found.gmina),
        "county": county.name if county else "",
        "contribution": money(found.contribution),
        "state": (kind, str(word)),
    }


def _agreement_page(
    desk_id: str, found: Agreement, *, end: EndForm | None = None, annex: AnnexForm | None = None
) -> str:
    return render_template(
        "activities/agreement.html",
        desk_id=desk_id,
        **_in_words(found, _today()),
        revisions=[(each, _stood(each.was)) for each in queries.revisions(session(), found.id)],
        end=end or EndForm(formdata=None, data={"version": str(found.version), "last_day": found.last_day}),
        annex=annex or AnnexForm(formdata=None),
        sent=end or annex,
        page_form=end or annex,
    )


def _stood(was: dict[str, Any]) -> list[tuple[str, str]]:
    """What stood in the fields before, in words."""
    return [(str(FIELDS[name]), _words(name, was.get(name))) for name in FIELDS]


def _both(error: EditedMeanwhile, entry: AgreementEntry) -> list[tuple[str, str, str]]:
    """Each field in dispute: its name, what is stored now, what was typed."""
    return [
        (str(FIELDS[name]), _words(name, stored), _words(name, getattr(entry, name)))
        for name, stored in error.fields.items()
    ]


def _words(name: str, value: Any) -> str:  # noqa: ANN401  whatever a field of an agreement holds
    if value in (None, ""):
        return "—"
    if name == "gmina":
        return gmina_name(value)
    if name == "contribution":
        return money(value)
    if name in {"signed_on", "first_day", "last_day"}:
        return localdate(date.fromisoformat(value) if isinstance(value, str) else value)
    return str(value)


def _form_page(
    desk_id: str,
    form: AgreementForm,
    found: Agreement | None = None,
    both: list[tuple[str, str, str]] | None = None,
) -> str:
    return render_template(
        "activities/edit.html", desk_id=desk_id, form=form, page_form=form, agreement=found, both=both or []
    )


def _import_page(desk_id: str, form: ImportForm, report: Report | None = None) -> str:
    problems = [
        (place_of(each), labels.sentence(each.refusal), each.value) for each in (report.problems if report else ())
    ]
    return render_template(
        "activities/import.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        report=report,
        problems=problems,
        columns=", ".join(rules.COLUMNS),
    )


def _page_url(desk_id: str, page: int) -> str:
    arguments: dict[str, Any] = {**request.args.to_dict(), "page": page}
    return url_for("activities.agreements", desk_id=desk_id, **arguments)


def _page_number() -> int:
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004  no list is that long


def _today() -> date:
    return day_of(utcnow())
