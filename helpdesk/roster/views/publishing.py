"""From the draft to the plan that people rely on: drafting from patterns, publishing, and taking all of it back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries, service
from helpdesk.roster.forms.patterns import DraftForm
from helpdesk.roster.labels.grid import reasons
from helpdesk.roster.rules.coverage import gaps
from helpdesk.roster.rules.grid import Changes
from helpdesk.roster.rules.overlay import Planned, supply
from helpdesk.roster.rules.publishing import NotPublishable, Published
from helpdesk.roster.rules.weeks import (
    LAST_OF_WEEK,
    last_of_month,
    month_of,
    next_month,
    week_of,
)
from helpdesk.roster.service import looking, patterns
from helpdesk.roster.service.drafting import Drafting
from helpdesk.roster.service.looking import Look
from helpdesk.roster.views import bars, plan, steps
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate, ngettext
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class Stretch:
    """The week or the month of the address, and how the address names it."""

    first: date
    last: date
    address: dict[str, Any]


@staff.route("/roster/publish", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def publish(desk_id: str) -> ResponseReturnValue:
    """What publishing a week or a month will do, and the button that does it: all of it or nothing."""
    stretch = asked_stretch()
    if request.method == "GET":
        return _publish_page(desk_id, stretch)
    try:
        with session().begin_nested():
            done = service.publish(session(), stretch.first, stretch.last, actor=identity.actor(), now=utcnow())
    except NotPublishable as error:
        objections = [(each.planned, labels.sentence(each.refusal)) for each in error.objections]
        return _publish_page(desk_id, stretch, objections=objections), 409
    except Refusal as refusal:
        return _publish_page(desk_id, stretch, refused=labels.sentence(refusal)), 409
    steps.forget_all(desk_id)
    flash(_published(done), "success")
    return redirect(url_for("roster.grid", desk_id=desk_id, **stretch.address))


@staff.route("/roster/discard", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def discard(desk_id: str) -> ResponseReturnValue:
    """Take back all that is drafted for a week or a month, after a look at how much that is."""
    stretch = asked_stretch()
    if request.method == "GET":
        number = len(queries.drafts_between(session(), stretch.first, stretch.last))
        return render_template("roster/discard.html", desk_id=desk_id, stretch=stretch, number=number)
    number = service.discard_all(session(), stretch.first, stretch.last, actor=identity.actor(), now=utcnow())
    steps.forget_all(desk_id)
    flash(ngettext("%(num)s change was taken back.", "%(num)s changes were taken back.", number), "success")
    return redirect(url_for("roster.grid", desk_id=desk_id, **stretch.address))


@staff.route("/roster/draft", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def draft(desk_id: str) -> ResponseReturnValue:
    """Draft what the patterns say, from one month to another."""
    known = queries.patterns(session())
    coming = next_month(day_of(utcnow()))
    form = DraftForm(known, {"first": coming, "last": coming, "pattern": request.args.get("pattern", "")})
    months = form.months()
    if months is None:
        page = render_template("roster/draft.html", desk_id=desk_id, form=form, page_form=form, patterns=known)
        return page, 422 if form.errors else 200
    chosen = [pattern for pattern in known if form.pattern.data in {"", str(pattern.id)}]
    done = patterns.draft_patterns(session(), chosen, *months, actor=identity.actor(), now=utcnow())
    steps.forget_all(desk_id)
    flash(drafted_words(done), "success")
    return redirect(url_for("roster.grid", desk_id=desk_id, month=month_of(months[0])))


def asked_stretch() -> Stretch:
    """The month that the address names, or else the week."""
    month = plan.asked_month()
    if month is not None:
        return Stretch(month, last_of_month(month), {"month": month_of(month)})
    first = plan.asked_week()
    return Stretch(first, first + LAST_OF_WEEK, {"week": week_of(first)})


def drafted_words(done: Drafting) -> str:
    """What drafting came to, in one line."""
    said = _(
        "Drafted: %(added)s new, %(changed)s changed, %(removed)s taken out.",
        added=done.added,
        changed=done.changed,
        removed=done.removed,
    )
    if not done.skipped:
        return said
    days = "; ".join(localdate(day) for day in done.skipped)
    return said + " " + _("Left out, since this hour does not exist then: %(days)s.", days=days)


def _published(done: Published) -> str:
    said = _(
        "Published: %(added)s new, %(changed)s changed, %(cancelled)s cancelled.",
        added=done.added,
        changed=done.changed,
        cancelled=done.cancelled,
    )
    told = len(done.told)
    return said + " " + ngettext("%(num)s person is told.", "%(num)s people are told.", told)


def _publish_page(
    desk_id: str,
    stretch: Stretch,
    *,
    objections: list[tuple[Planned, str]] | None = None,
    refused: str = "",
) -> str:
    look = looking.look(session(), stretch.first, stretch.last)
    changes = looking.changes_between(session(), stretch.first, stretch.last)
    if objections is None:
        objections = _objections(look, changes)
    return render_template(
        "roster/publish.html",
        desk_id=desk_id,
        stretch=stretch,
        changes=changes,
        objections=objections,
        refused=refused,
        wall=bars.wall,
        edit_url=lambda planned: bars.edit_url(desk_id, planned, stretch.address),
        posts={post.id: post.name for post in look.posts},
        **_concerned(desk_id, changes),
        gaps=_gaps(look),
    )


def _objections(look: Look, changes: Changes) -> list[tuple[Planned, str]]:
    """What publishing would refuse, as far as it can be seen beforehand."""
    drafted = [*changes.added, *(after for _before, after in changes.changed)]
    judged = [(each, look.judgements.get(each.key)) for each in drafted]
    return [
        (each, reasons(judgement)[0]) for each, judgement in judged if judgement is not None and not judgement.is_fit
    ]


def _concerned(desk_id: str, changes: Changes) -> dict[str, Any]:
    """Everybody by name, and those of them who will be told."""
    called = {each.account_id: each.account.name for each in accounts.memberships(session(), desk_id)}
    told = changes.concerned - {identity.actor().id}
    return {"called": called, "told": sorted(called.get(each, _("somebody who has left")) for each in told)}


def _gaps(look: Look) -> list[tuple[str, date, str, int]]:
    """What will still be missing: post, day, hours, how many people."""
    now = utcnow()
    left = [gap for gap in gaps(look.needs, supply(look.plan)) if look.first <= gap.day <= look.last]
    names = {post.id: post.name for post in look.posts}
    return [(names[gap.post_id], gap.day, bars.span_words(gap.span), gap.missing) for gap in left if gap.span.end > now]
