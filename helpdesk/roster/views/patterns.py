"""The patterns of a desk: which duties are drafted by themselves, and who after whom."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.days import fresh_days, typed_days
from helpdesk.roster.forms.differences import differences
from helpdesk.roster.forms.patterns import PatternForm, typed_pattern
from helpdesk.roster.labels.posts import days_in_words, turn_in_words, validity
from helpdesk.roster.models import Pattern
from helpdesk.roster.rules.patterns import Drafted
from helpdesk.roster.service import looking, patterns
from helpdesk.roster.service.patterns import PatternEntry
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

PREVIEWED = 10


@staff.get("/roster/patterns")
@requires(Permission.DUTY_MANAGE)
def pattern_list(desk_id: str) -> ResponseReturnValue:
    """Every pattern, with whose turns it holds."""
    found, today = queries.patterns(session()), day_of(utcnow())
    called = _called(desk_id)
    return render_template(
        "roster/patterns.html",
        desk_id=desk_id,
        current=[_row(each, called) for each in found if each.last is None or each.last >= today],
        ended=[_row(each, called) for each in found if each.last is not None and each.last < today],
        has_posts=bool(queries.posts(session())),
    )


@staff.route("/roster/patterns/new", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def new_pattern(desk_id: str) -> ResponseReturnValue:
    """A pattern that is not there yet; if the address names a post, its days and hours are taken over."""
    return _edit(desk_id, _form(desk_id, _fresh()), None)


@staff.route("/roster/patterns/<uuid:pattern_id>/edit", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def edit_pattern(desk_id: str, pattern_id: UUID) -> ResponseReturnValue:
    pattern = queries.pattern(session(), pattern_id)
    return _edit(desk_id, _form(desk_id, typed_pattern(pattern)), pattern)


def _edit(desk_id: str, form: PatternForm, pattern: Pattern | None) -> ResponseReturnValue:
    entry = form.entry()
    if entry is None:
        return _page(desk_id, form, pattern), 422 if form.errors else 200
    try:
        if request.form.get("act") == "preview":
            patterns.check(session(), entry)
            return _page(desk_id, form, pattern, previewed=_preview(entry))
        saved = patterns.save_pattern(
            session(),
            entry,
            pattern_id=pattern.id if pattern else None,
            known_version=form.known_version,
            actor=identity.actor(),
            now=utcnow(),
        )
    except EditedMeanwhile:
        assert pattern is not None  # noqa: S101  a new one has nobody who was quicker
        return _edited_page(desk_id, form, pattern), 409
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, form, pattern), 409
    flash(_("%(name)s is saved. Nothing is drafted yet.", name=saved.name), "success")
    return redirect(url_for("roster.draft", desk_id=desk_id, pattern=saved.id))


def _form(desk_id: str, data: Mapping[str, Any]) -> PatternForm:
    posts = looking.in_order(queries.posts(session()))
    return PatternForm(posts, accounts.memberships(session(), desk_id), data)


def _fresh() -> dict[str, Any]:
    today, wanted = day_of(utcnow()), as_uuid(request.args.get("post"))
    fresh: dict[str, Any] = {**fresh_days(today), "length": 1}
    if wanted is None:
        return fresh
    post = queries.post(session(), wanted)
    days = typed_days(post.days) | {"first": max(today, post.first)}
    days["anchor"] = post.anchor if post.every > 1 else None
    return {**fresh, **days, "post": str(post.id), "name": post.name, "starts": post.starts, "ends": post.ends}


def _preview(entry: PatternEntry) -> Sequence[Drafted]:
    """The first dates from today on, or from the first day of the pattern."""
    first = max(entry.rule.days.first, day_of(utcnow()))
    return patterns.preview(session(), entry.rule, first, PREVIEWED)


def _page(
    desk_id: str,
    form: PatternForm,
    pattern: Pattern | None,
    *,
    previewed: Sequence[Drafted] | None = None,
    both: Sequence[tuple[str, str, str]] = (),
) -> str:
    return render_template(
        "roster/pattern.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        pattern=pattern,
        previewed=previewed,
        called=_called(desk_id),
        both=both,
    )


def _edited_page(desk_id: str, form: PatternForm, pattern: Pattern) -> str:
    """The form as it was typed, with what is stored now beside it; saving again counts as having seen that."""
    both = differences(form, typed_pattern(pattern))
    called = _called(desk_id)
    if form.chosen != pattern.groups:
        both.append((_("Who takes turns"), _turns(pattern.groups, called), _turns(form.chosen, called)))
    form.has_seen(pattern.version)
    return _page(desk_id, form, pattern, both=both)


def _row(pattern: Pattern, called: Mapping[UUID, str]) -> dict[str, Any]:
    """A pattern in words."""
    return {
        "pattern": pattern,
        "hours": f"{pattern.starts:%H:%M}–{pattern.ends:%H:%M}",
        "days": days_in_words(pattern.days),
        "validity": validity(pattern.days),
        "turns": _turns(pattern.groups, called),
        "turn": turn_in_words(pattern.turn_unit, pattern.turn_length) if len(pattern.groups) > 1 else "",
    }


def _turns(groups: Sequence[Sequence[str]], called: Mapping[UUID, str]) -> str:
    """Who after whom; those of one group are joined by a plus."""
    somebody = _("somebody who has left")
    return " → ".join(" + ".join(called.get(UUID(person), somebody) for person in group) for group in groups)


def _called(desk_id: str) -> Mapping[UUID, str]:
    return {each.account_id: each.account.name for each in accounts.memberships(session(), desk_id)}
