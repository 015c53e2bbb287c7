"""The page of one duty: its fields, who may hold it, what somebody else saved meanwhile, and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.kernel.clock import WARSAW, day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.roster import queries
from helpdesk.roster.forms.duties import DutyForm, typed
from helpdesk.roster.labels.grid import MARKS, reasons
from helpdesk.roster.models import Draft, Duty, DutyState, DutyVersion
from helpdesk.roster.rules.fitness import Judgement
from helpdesk.roster.rules.overlay import has_begun
from helpdesk.roster.rules.spans import Span, span_of
from helpdesk.roster.service import looking, writing
from helpdesk.roster.service.publishing import mark_of
from helpdesk.roster.service.writing import Plan
from helpdesk.roster.views import plan
from helpdesk.web.fields import as_uuid
from helpdesk.web.i18n import _, localdate, localtime
from helpdesk.web.transaction import session

DISPUTED = ("post", "person", "day", "starts", "ends")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: a published duty, what is drafted over it, a draft that is no duty yet, or nothing yet."""

    duty: Duty | None = None
    draft: Draft | None = None

    @property
    def shown(self) -> Duty | Draft | None:
        return self.draft or self.duty

    @property
    def key(self) -> UUID | None:
        found = self.duty or self.draft
        return found.id if found else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.shown.zone) if self.shown else WARSAW

    @property
    def room_id(self) -> UUID | None:
        if self.draft is not None:
            return self.draft.room_id
        return writing.room_of(session(), self.duty) if self.duty else None

    @property
    def plan(self) -> Plan:
        """What the draft or, without one, the duty says now."""
        shown = self.shown
        assert shown is not None  # noqa: S101  only what is there is moved
        return Plan(shown.post_id, shown.account_id, shown.day, shown.starts, shown.ends, self.zone, self.room_id)

    def is_fixed(self) -> bool:
        """Whether it belongs to the past or was cancelled: then it is only read."""
        return self.duty is not None and (not self.duty.is_published or has_begun(self.duty.when, utcnow()))


def duty_page(
    desk_id: str, subject: Subject, form: DutyForm, *, stored: Mapping[str, str] | None = None, gone: str = ""
) -> str:
    """The page with its form as it was typed; `stored` says beside a field what stands there now, `gone` why there is nothing."""
    members = accounts.memberships(session(), desk_id)
    called = {each.account_id: each.account.name for each in members}
    people = _offer(members, subject, form)
    shown = subject.shown
    address = plan.way_back(shown.day if shown else form.day.data or day_of(utcnow()))
    return render_template(
        "roster/duty.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        subject=subject,
        mark=MARKS.get(mark_of(subject.draft)) if subject.draft else None,
        is_fixed=subject.is_fixed(),
        stored=stored,
        gone=gone,
        by=_by(subject, called),
        standing=reasons(people.get(as_uuid(form.person.data))),
        history=_history(subject, called),
        address=address,
        action=url_for("roster.new_duty", desk_id=desk_id, **address) if gone else "",
    )


def disputed(desk_id: str, subject: Subject, form: DutyForm) -> str:
    """The page with what stands there now beside each field that differs; saving again counts as having seen it."""
    if subject.shown is None:
        return duty_page(desk_id, subject, form)
    now_there = typed(subject.shown, subject.room_id)
    differing = [name for name in DISPUTED if form[name].data != now_there[name]]
    form.version.data = now_there["version"]
    stored = {name: _("Stored now: %(value)s", value=_words(subject.shown, name)) for name in differing}
    return duty_page(desk_id, subject, form, stored=stored)


def _words(shown: Duty | Draft, name: str) -> str:
    match name:
        case "post":
            return shown.post.name
        case "person":
            return shown.account.name if shown.account else _("nobody yet")
        case "day":
            return localdate(shown.day)
        case _:
            return f"{getattr(shown, name):%H:%M}"


def _offer(members: Sequence[Membership], subject: Subject, form: DutyForm) -> Mapping[UUID | None, Judgement]:
    """Fill in everybody of the desk, judged for what the form says, if it says when and where."""
    people = [(member, Judgement((), ())) for member in members]
    known = {each.id: each for each in queries.posts(session())}
    post, day = as_uuid(form.post.data), form.day.data
    span = _span(subject, form)
    if post in known and day and span:
        people = list(looking.fitness(session(), known[post], span, day, without=subject.key))
    form.offer(people, subject.shown.account if subject.shown else None)
    return {member.account_id: judgement for member, judgement in people}


def _span(subject: Subject, form: DutyForm) -> Span | None:
    """When the duty would be, if that can be: what cannot be is said beside its field when the form is sent."""
    day, starts, ends = form.day.data, form.starts.data, form.ends.data
    if day is None or starts is None or ends is None:
        return None
    try:
        return span_of(day, starts, ends, subject.zone)
    except Refusal:
        return None


def _by(subject: Subject, called: Mapping[UUID, str]) -> str:
    """Who drafted or changed last what is there now."""
    if subject.draft is not None:
        return called.get(subject.draft.drafted_by_id, "") if subject.draft.drafted_by_id else ""
    return subject.duty.changed_by_name if subject.duty else ""


def _history(subject: Subject, called: Mapping[UUID, str]) -> list[tuple[DutyVersion, str, str]]:
    """Every version of a published duty: when it came to be, and what it said."""
    if subject.duty is None:
        return []
    found = queries.versions(session(), subject.duty.id)
    return [(each, localtime(each.known_from, "short"), _said(each, called)) for each in found]


def _said(version: DutyVersion, called: Mapping[UUID, str]) -> str:
    when = f"{localdate(version.day)}, {version.starts:%H:%M}–{version.ends:%H:%M}"
    if version.state is DutyState.CANCELLED:
        return _("cancelled: %(when)s", when=when)
    who = called.get(version.account_id, _("somebody who has left")) if version.account_id else _("nobody yet")
    return f"{when}, {who}"
