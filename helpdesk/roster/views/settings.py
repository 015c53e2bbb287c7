"""What a coordinator decides about the roster of a desk: people, limits, the calendar, habits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.accounts.models import Membership
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.holidays import public_holidays
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.settings import ClosureForm, EngageForm, HabitsForm, LimitForm, QualifyForm
from helpdesk.roster.labels.settings import ENGAGEMENTS, FIELDS, RULES, SEVERITIES, in_words
from helpdesk.roster.models import Qualification
from helpdesk.roster.rules.rest import DEFAULTS, SOURCES, Engagement, Limit, Rule, Severity
from helpdesk.roster.rules.settings import Habits
from helpdesk.roster.service import settings as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid, member
from helpdesk.web.forms import Form
from helpdesk.web.i18n import _, localdate, locale
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody of the desk with what the rules need to know of them."""

    name: str
    profession: str
    engagement: str
    languages: str
    qualifications: Sequence[Qualification]


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """A limit as it holds; `own` if the desk set it."""

    engagement: Engagement
    rule: Rule
    words: str
    hours: int
    severity: Severity
    severity_words: str
    source: str
    own: bool


@staff.get("/roster/settings")
@requires(Permission.DUTY_MANAGE)
def settings(desk_id: str) -> ResponseReturnValue:
    """As what everybody works here, and for what they are qualified."""
    return _people_page(desk_id, *_people_forms(desk_id))


@staff.post("/roster/settings/engage")
@requires(Permission.DUTY_MANAGE)
def engage(desk_id: str) -> ResponseReturnValue:
    engaged, qualified = _people_forms(desk_id)
    person, first = as_uuid(engaged.person.data), engaged.first_day.data
    if not engaged.is_sent() or person is None or first is None:
        return _people_page(desk_id, engaged, qualified)
    kind = member(Engagement, engaged.kind.data, Engagement.EMPLOYEE)
    return _tried(
        engaged,
        lambda: service.engage(session(), person, kind, first, actor=identity.actor(), now=utcnow()),
        lambda: _people_page(desk_id, engaged, qualified),
        url_for("roster.settings", desk_id=desk_id),
    )


@staff.post("/roster/settings/qualify")
@requires(Permission.DUTY_MANAGE)
def qualify(desk_id: str) -> ResponseReturnValue:
    engaged, qualified = _people_forms(desk_id)
    person, name = as_uuid(qualified.person.data), qualified.name.data or ""
    if not qualified.is_sent() or person is None:
        return _people_page(desk_id, engaged, qualified)
    until = qualified.last_day.data
    return _tried(
        qualified,
        lambda: service.qualify(session(), person, name, until, actor=identity.actor(), now=utcnow()),
        lambda: _people_page(desk_id, engaged, qualified),
        url_for("roster.settings", desk_id=desk_id),
    )


@staff.post("/roster/settings/qualifications/<uuid:qualification_id>/remove")
@requires(Permission.DUTY_MANAGE)
def unqualify(desk_id: str, qualification_id: UUID) -> ResponseReturnValue:
    service.unqualify(session(), qualification_id, actor=identity.actor(), now=utcnow())
    return redirect(url_for("roster.settings", desk_id=desk_id))


@staff.get("/roster/settings/limits")
@requires(Permission.DUTY_MANAGE)
def limits(desk_id: str) -> ResponseReturnValue:
    """Which limits of work and rest hold for whom, from which law, and what the desk decided otherwise."""
    return _limits_page(desk_id)


@staff.route("/roster/settings/limits/<kind>/<rule>", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def limit(desk_id: str, kind: str, rule: str) -> ResponseReturnValue:
    """Change one limit for everybody so engaged."""
    engagement, found = _named(kind, rule)
    stands = next(each for each in _shown_limits()[engagement] if each.rule is found)
    form = LimitForm()
    hours = form.hours.data
    if not form.is_sent() or hours is None:
        if not request.form:
            form.severity.data, form.hours.data = stands.severity.value, stands.hours
        return _limit_page(desk_id, form, stands)
    wanted = Limit(found, member(Severity, form.severity.data, Severity.WARN), hours)
    return _tried(
        form,
        lambda: service.set_limit(session(), engagement, wanted, actor=identity.actor(), now=utcnow()),
        lambda: _limit_page(desk_id, form, stands),
        url_for("roster.limits", desk_id=desk_id),
    )


@staff.post("/roster/settings/limits/<kind>/<rule>/reset")
@requires(Permission.DUTY_MANAGE)
def reset_limit(desk_id: str, kind: str, rule: str) -> ResponseReturnValue:
    engagement, found = _named(kind, rule)
    service.reset_limit(session(), engagement, found, actor=identity.actor(), now=utcnow())
    return redirect(url_for("roster.limits", desk_id=desk_id))


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


@staff.route("/roster/settings/habits", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def habits(desk_id: str) -> ResponseReturnValue:
    """How the desk plans and counts."""
    form = HabitsForm(service.habits(session()), service.version(session()))
    wanted = form.habits()
    if wanted is None:
        return _habits_page(desk_id, form)
    known = form.known_version
    try:
        service.save_habits(session(), wanted, known_version=known, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _habits_page(desk_id, form), 409
    except EditedMeanwhile as error:
        form.version.data = str(service.version(session()))
        return _habits_page(desk_id, form, _both(error, wanted)), 409
    flash(_("Saved."), "success")
    return redirect(url_for("roster.habits", desk_id=desk_id))


def _tried(form: Form, deed: Callable[[], object], page: Callable[[], str], then: str) -> ResponseReturnValue:
    """Do it and go on, or show the page again with the reason beside the field."""
    try:
        deed()
    except Refusal as refusal:
        form.refuse(refusal)
        return page(), 409
    flash(_("Saved."), "success")
    return redirect(then)


def _people_forms(desk_id: str) -> tuple[EngageForm, QualifyForm]:
    members = accounts.memberships(session(), desk_id)
    return EngageForm(members), QualifyForm(members)


def _people_page(desk_id: str, engaged: EngageForm, qualified: QualifyForm) -> str:
    kinds = queries.engagements(session(), day_of(utcnow()))
    held: dict[UUID, list[Qualification]] = {}
    for each in queries.all_qualifications(session()):
        held.setdefault(each.account_id, []).append(each)
    members = accounts.memberships(session(), desk_id)
    people = [
        _person(each, kinds, held.get(each.account_id, [])) for each in members if service.is_ever_on_duty(each.actor)
    ]
    page_form = qualified if qualified.errors else engaged
    return render_template(
        "roster/settings_people.html",
        desk_id=desk_id,
        people=people,
        engaged=engaged,
        qualified=qualified,
        page_form=page_form,
        today=day_of(utcnow()),
    )


def _person(found: Membership, kinds: Mapping[UUID, Engagement], held: Sequence[Qualification]) -> ShownPerson:
    kind = kinds.get(found.account_id)
    return ShownPerson(
        found.account.name,
        str(PROFESSIONS[found.profession]),
        str(ENGAGEMENTS[kind]) if kind else "",
        ", ".join(language_name(tag, locale().tag) for tag in found.account.languages),
        held,
    )


def _shown_limits() -> dict[Engagement, list[ShownLimit]]:
    changed = queries.limits_changed(session())
    return {
        kind: [
            _shown(kind, changed.get(kind, {}).get(each.rule, each), own=each.rule in changed.get(kind, {}))
            for each in DEFAULTS[kind]
        ]
        for kind in Engagement
    }


def _shown(kind: Engagement, each: Limit, *, own: bool) -> ShownLimit:
    words, says = str(RULES[each.rule]), str(SEVERITIES[each.severity])
    return ShownLimit(kind, each.rule, words, each.hours, each.severity, says, SOURCES.get((kind, each.rule), ""), own)


def _limits_page(desk_id: str) -> str:
    shown = [(str(ENGAGEMENTS[kind]), rows) for kind, rows in _shown_limits().items()]
    return render_template("roster/settings_limits.html", desk_id=desk_id, shown=shown)


def _limit_page(desk_id: str, form: LimitForm, stands: ShownLimit) -> str:
    words = str(ENGAGEMENTS[stands.engagement])
    return render_template(
        "roster/settings_limit.html", desk_id=desk_id, form=form, page_form=form, stands=stands, engagement=words
    )


def _named(kind: str, rule: str) -> tuple[Engagement, Rule]:
    """What an address names, or NotFound."""
    try:
        return Engagement(kind), Rule(rule)
    except ValueError:
        raise NotFound("Limit") from None


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


def _habits_page(desk_id: str, form: HabitsForm, both: Sequence[object] = ()) -> str:
    return render_template("roster/settings_habits.html", desk_id=desk_id, form=form, page_form=form, both=both)


def _both(error: EditedMeanwhile, wanted: Habits) -> list[tuple[object, str, str]]:
    """What is stored now beside what was typed, where they differ."""
    return [
        (FIELDS[name], in_words(stored), in_words(getattr(wanted, name)))
        for name, stored in error.fields.items()
        if stored != getattr(wanted, name)
    ]
