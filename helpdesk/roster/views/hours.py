"""Hours that can be paid: one's own for a phone, everybody's for whoever accounts for them, and how evenly they are spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Forbidden, Refusal
from helpdesk.kernel.permissions import LAWYERS, Permission, Profession
from helpdesk.kernel.text import polish_key
from helpdesk.roster import exports, queries
from helpdesk.roster.exports import PaidDuty, PaidMonth, PaidPerson
from helpdesk.roster.forms.hours import WorkedForm, typed
from helpdesk.roster.labels.hours import KINDS, by_kind, deviation, duration
from helpdesk.roster.labels.settings import ENGAGEMENTS
from helpdesk.roster.models import Confirmation
from helpdesk.roster.rules.grid import real_length
from helpdesk.roster.rules.hours import MINUTE, Hours, Share
from helpdesk.roster.rules.month import PersonMonth, from_minutes, span_of_month
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.rules.weeks import first_of_month, last_of_month, month_of, next_month, previous_month
from helpdesk.roster.service import hours as service
from helpdesk.roster.service.hours import Line, Sheet
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localtime
from helpdesk.web.transaction import session

MONTHS = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One duty of one's own: when it was, how long in truth, whether that is to be noted, and whether other hours may be entered."""

    line: Line
    when: str
    lasted: str
    unusual: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """One row of the month."""

    name: str
    engagement: str
    duties: int
    planned: str
    worked: Sequence[str]
    confirmed: Confirmation | None
    differs: bool
    must: bool


@dataclass(frozen=True, slots=True)
class ShownShare:
    """What one person carries: for each kind the hours, their part of the largest, and the distance to the mean."""

    name: str
    parts: Sequence[tuple[str, int, str]]


@staff.get("/my-duties/hours")
@requires(Permission.DESK_ENTER)
def my_hours(desk_id: str) -> ResponseReturnValue:
    """The duties of a month of one's own with their real hours, to be confirmed once the month is over."""
    return _my_page(desk_id, _month())


@staff.post("/my-duties/hours/confirm")
@requires(Permission.DESK_ENTER)
def confirm_hours(desk_id: str) -> ResponseReturnValue:
    month = _month()
    try:
        service.confirm_month(session(), month, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        return _my_page(desk_id, month, refusal), 409
    return redirect(url_for("roster.my_hours", desk_id=desk_id, month=month_of(month)))


@staff.route("/my-duties/<uuid:duty_id>/worked", methods=["GET", "POST"])
@requires(Permission.DESK_ENTER)
def worked(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Other hours than planned: by the holder, or by whoever manages hours."""
    duty, actor, now = queries.duty(session(), duty_id), identity.actor(), utcnow()
    if duty.account_id != actor.id and not actor.may(Permission.HOURS_MANAGE):
        raise Forbidden
    month = day_of(duty.starts_at).replace(day=1)
    line = next(each for each in service.sheet(session(), month, now).lines if each.duty.id == duty.id)
    form = WorkedForm(typed(duty, line.worked, line.why))
    span = form.span(ZoneInfo(duty.zone))
    if span is None:
        return render_template("roster/worked.html", desk_id=desk_id, form=form, page_form=form, duty=duty)
    try:
        service.record_worked(session(), duty, span, form.why.data or "", actor=actor, now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("roster/worked.html", desk_id=desk_id, form=form, page_form=form, duty=duty), 409
    mine = duty.account_id == actor.id
    return redirect(url_for("roster.my_hours" if mine else "roster.hours", desk_id=desk_id, month=month_of(month)))


@staff.get("/my-duties/hours.pdf")
@requires(Permission.DESK_ENTER)
def my_statement(desk_id: str) -> ResponseReturnValue:
    """One's own hours of a month on paper, to be signed."""
    month, actor, now = _month(), identity.actor(), utcnow()
    paid = _paid(desk_id, service.sheet(session(), month, now))
    service.note_export(session(), month, "statement", actor=actor, now=now)
    content = exports.hours_pdf(paid, made=now, by=actor.name, account_id=actor.id)
    return _file(content, exports.PDF, f"moje-godziny-{month_of(month)}.pdf")


@staff.get("/roster/hours")
@requires(Permission.HOURS_MANAGE)
def hours(desk_id: str) -> ResponseReturnValue:
    """Everybody's hours of a month: planned, worked, confirmed."""
    month = _month()
    sheet, kinds = service.sheet(session(), month, utcnow()), queries.engagements(session(), last_of_month(month))
    return render_template(
        "roster/hours.html",
        desk_id=desk_id,
        people=[_person(sheet, each, name, kinds) for each, name in _names(desk_id, sheet).items()],
        kinds=list(KINDS.values()),
        is_over=span_of_month(month).end <= utcnow(),
        **_around(month),
    )


@staff.get("/roster/hours.<extension>")
@requires(Permission.HOURS_MANAGE)
def hours_file(desk_id: str, extension: str) -> ResponseReturnValue:
    """The same for whoever pays, as a workbook or on paper."""
    if extension not in {"xlsx", "pdf"}:
        abort(404)
    month, actor, now = _month(), identity.actor(), utcnow()
    paid = _paid(desk_id, service.sheet(session(), month, now))
    service.note_export(session(), month, extension, actor=actor, now=now)
    name = f"godziny-{desk_id}-{month_of(month)}.{extension}"
    if extension == "xlsx":
        return _file(exports.hours_xlsx(paid, made=now), exports.XLSX, name)
    return _file(exports.hours_pdf(paid, made=now, by=actor.name), exports.PDF, name)


@staff.get("/roster/fairness")
@requires(Permission.HOURS_MANAGE)
def fairness(desk_id: str) -> ResponseReturnValue:
    """How evenly hours, nights, Sundays and holidays are spread, planned ones included."""
    text = request.args.get("months", "")
    months = int(text) if text in {str(each) for each in MONTHS} else MONTHS[1]
    month = _month()
    names = {each.id: each.name for each in accounts.members(session(), desk_id)}
    found = service.shares(session(), month, months)
    return render_template(
        "roster/fairness.html",
        desk_id=desk_id,
        groups=[(_group(profession), _shares(shares, names)) for profession, shares in found.items()],
        kinds=list(KINDS.values()),
        months=months,
        choices=MONTHS,
        **_around(month),
    )


def _month() -> date:
    """The month of the address, or the present one."""
    return first_of_month(request.args.get("month", "")) or day_of(utcnow()).replace(day=1)


def _around(month: date) -> dict[str, object]:
    return {
        "first": month,
        "month": month_of(month),
        "previous": month_of(previous_month(month)),
        "following": month_of(next_month(month)),
    }


def _my_page(desk_id: str, month: date, refusal: Refusal | None = None) -> str:
    actor, now = identity.actor(), utcnow()
    assert actor.id is not None  # noqa: S101  whoever is signed in is somebody
    sheet = service.sheet(session(), month, now)
    last, mine = sheet.last_confirmed(actor.id), sheet.people.get(actor.id, PersonMonth(Hours(), Hours()))
    return render_template(
        "roster/my_hours.html",
        desk_id=desk_id,
        lines=[_line(line, last) for line in sheet.lines_of(actor.id)],
        worked=list(zip(KINDS.values(), by_kind(mine.worked), strict=True)),
        planned=duration(mine.planned.total),
        confirmed=last,
        confirmed_hours=duration(from_minutes(last.minutes).total) if last else "",
        differs=sheet.differs(actor.id),
        is_over=span_of_month(month).end <= now,
        refused=labels.sentence(refusal) if refusal else "",
        **_around(month),
    )


def _line(line: Line, confirmed: Confirmation | None) -> ShownLine:
    span = line.worked or line.duty.when
    when = f"{localtime(span.start)}–{localtime(span.end)}"
    unusual = real_length(line.duty.starts, line.duty.ends, line.duty.when) is not None
    may = line.worked is not None and confirmed is None
    return ShownLine(line, when, duration(span.length // MINUTE), unusual, may)


def _names(desk_id: str, sheet: Sheet) -> Mapping[UUID, str]:
    """Everybody in the month by name; those who left the desk since are still named by their duties."""
    names = {each.id: each.name for each in accounts.members(session(), desk_id)}
    held = {line.duty.account.id: line.duty.account.name for line in sheet.lines if line.duty.account}
    confirmed = {each.account.id: each.account.name for given in sheet.confirmed.values() for each in given}
    whole = {**confirmed, **held, **names}
    return dict(sorted(((each, whole[each]) for each in sheet.people if each in whole), key=lambda pair: pair[1]))


def _person(sheet: Sheet, account_id: UUID, name: str, kinds: Mapping[UUID, Engagement]) -> ShownPerson:
    kind, mine = kinds.get(account_id), sheet.people[account_id]
    return ShownPerson(
        name,
        str(ENGAGEMENTS[kind]) if kind else "",
        len(sheet.lines_of(account_id)),
        duration(mine.planned.total),
        by_kind(mine.worked),
        sheet.last_confirmed(account_id),
        sheet.differs(account_id),
        kind is Engagement.CONTRACTOR,
    )


def _paid(desk_id: str, sheet: Sheet) -> PaidMonth:
    desk, kinds = desks.desk(session(), desk_id), queries.engagements(session(), last_of_month(sheet.month))
    names = _names(desk_id, sheet)
    people = [_paid_person(sheet, each, name, kinds.get(each)) for each, name in names.items()]
    duties = [
        PaidDuty(each, line.duty.post.name, line.worked.start, line.worked.end, line.hours, line.why)
        for each in names
        for line in sheet.lines_of(each)
        if line.worked is not None
    ]
    return PaidMonth(desk.name_pl if desk else desk_id, sheet.month, people, duties)


def _paid_person(sheet: Sheet, account_id: UUID, name: str, kind: Engagement | None) -> PaidPerson:
    mine, last = sheet.people[account_id], sheet.last_confirmed(account_id)
    confirmed = day_of(last.confirmed_at) if last and not sheet.differs(account_id) else None
    words = {"employee": "umowa o pracę", "contractor": "umowa cywilnoprawna", "officer": "funkcjonariusz"}
    says = words.get(kind.value, "wolontariat") if kind else "nie zapisano"
    return PaidPerson(account_id, name, says, mine.planned, mine.worked, confirmed)


def _group(profession: Profession) -> str:
    return _("lawyers") if profession in LAWYERS else str(PROFESSIONS[profession])


def _shares(shares: Sequence[Share], names: Mapping[UUID, str]) -> list[ShownShare]:
    """Those who still work here, by name; what others carried still counts in the mean."""
    shown = [_share(each, names, _most(shares)) for each in shares if each.account_id in names]
    return sorted(shown, key=lambda each: polish_key(each.name))


def _most(shares: Sequence[Share]) -> Hours:
    return Hours(*(max((getattr(each.hours, kind) for each in shares), default=0) for kind in KINDS))


def _share(each: Share, names: Mapping[UUID, str], most: Hours) -> ShownShare:
    parts = [_part(getattr(each.hours, kind), getattr(most, kind), getattr(each, kind)) for kind in KINDS]
    return ShownShare(names[each.account_id], parts)


def _part(minutes: int, most: int, percent: Decimal) -> tuple[str, int, str]:
    return duration(minutes), round(100 * minutes / most) if most else 0, deviation(percent)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
