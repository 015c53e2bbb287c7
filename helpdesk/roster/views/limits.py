"""Which limits of work and rest hold for whom, and what a desk decides otherwise."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.settings import LimitForm
from helpdesk.roster.labels.settings import ENGAGEMENTS, RULES, SEVERITIES
from helpdesk.roster.rules.rest import DEFAULTS, SOURCES, Engagement, Limit, Rule, Severity
from helpdesk.roster.service import settings as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.deeds import done
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import member
from helpdesk.web.transaction import session


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
    return done(
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
