"""A desk's own statistics of a year: how many contacts and advices, of what kind, with small numbers hidden for good."""

from collections.abc import Iterator, Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations import counts
from helpdesk.consultations.exports import XLSX, Table, workbook
from helpdesk.consultations.labels import BREAKDOWNS, CODE_LISTS
from helpdesk.consultations.rules.statistics import Breakdown
from helpdesk.consultations.rules.suppression import suppressed
from helpdesk.consultations.views.blueprint import staff
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.codes import codes
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission, Profession
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy, locale
from helpdesk.web.transaction import session

FIRST_YEAR = 2000
OTHER_LANGUAGE = "other"
NOTES = (
    lazy("Numbers from 1 to 4 are hidden, and as many others that none of them can be computed back."),
    lazy("An advice with several kinds of help, or several forms of violence, stands in several rows."),
)
QUARTERS = [lazy("Quarter 1"), lazy("Quarter 2"), lazy("Quarter 3"), lazy("Quarter 4"), lazy("Year")]


@staff.get("/statistics")
@requires(Permission.STATISTICS_READ)
def statistics(desk_id: str) -> ResponseReturnValue:
    """The tables of a year."""
    year = _year()
    return render_template(
        "consultations/statistics.html",
        desk_id=desk_id,
        year=year,
        years=range(day_of(utcnow()).year, year - 3, -1),
        columns=QUARTERS,
        tables=list(_tables(desk_id, year)),
        notes=NOTES,
    )


@staff.get("/statistics.xlsx")
@requires(Permission.STATISTICS_READ)
def statistics_xlsx(desk_id: str) -> ResponseReturnValue:
    """The same as a workbook, to be handed in."""
    year = _year()
    title = f"{desks.this_desk(session(), desk_id).name(locale().tag)}, {year}"
    content = workbook(
        title,
        [str(each) for each in QUARTERS],
        list(_tables(desk_id, year)),
        [str(each) for each in NOTES],
        _("hidden"),
    )
    audit.record(session(), actor=identity.actor(), tag=Tag.STATISTICS_EXPORTED, now=utcnow(), detail={"year": year})
    headers = {"Content-Disposition": f'attachment; filename="{desk_id}-{year}.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


def _year() -> int:
    """The year that was asked for, else the present one."""
    this = day_of(utcnow()).year
    typed = request.args.get("year", "")
    is_year = typed.isascii() and typed.isdigit() and FIRST_YEAR <= int(typed[:5]) <= this
    return int(typed) if is_year else this


def _tables(desk_id: str, year: int) -> Iterator[Table]:
    for by in Breakdown:
        found = counts.by_quarter(session(), desk_id=desk_id, by=by, year=year)
        if not found:
            continue
        order = sorted(found, key=lambda code: (code is None, _place(by, code), code or ""))
        shown = suppressed([found[code] for code in order])
        words = [*(_words(by, code) for code in order), _("Together")]
        yield Table(str(BREAKDOWNS[by]), list(zip(words, shown, strict=True)))


def _place(by: Breakdown, code: str | None) -> int:
    """Where a code stands in its list, which is the order in which people read it."""
    known: Sequence[str] = [row.code for row in codes(CODE_LISTS[by]).rows] if by in CODE_LISTS else ()
    return known.index(code) if code in known else len(known)


def _words(by: Breakdown, code: str | None) -> str:
    if code is None:
        return _("not said")
    if by is Breakdown.LANGUAGE:
        return _("another language") if code == OTHER_LANGUAGE else language_name(code, locale().tag)
    if by is Breakdown.PROFESSION:
        return str(PROFESSIONS[Profession(code)])
    return codes(CODE_LISTS[by]).label(code, locale().tag)
