"""Keeping patterns: the rules that draft duties for a post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.accounts import queries as accounts
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.columns import new_id
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Pattern
from helpdesk.roster.rules import patterns as rules
from helpdesk.roster.rules.patterns import Drafted
from helpdesk.roster.rules.patterns import Pattern as Rule
from helpdesk.roster.rules.posts import PostRefusal
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.roster.service.drafting import Drafting, draft_pattern


@dataclass(frozen=True, slots=True)
class PatternEntry:
    """A pattern as somebody describes it: its name, for which post, and the rule."""

    name: str
    post_id: UUID
    rule: Rule


def save_pattern(
    session: Session,
    entry: PatternEntry,
    *,
    pattern_id: UUID | None = None,
    known_version: int = 0,
    actor: Actor,
    now: datetime,
) -> Pattern:
    """Add a pattern, or change the one of this id. Nothing is drafted by that; what it drafted before stays until it drafts again.

    Raises NotFound, Refusal for what drafts nothing or names a stranger, or EditedMeanwhile if it was typed over an older version.
    """
    check(session, entry)
    pattern = queries.pattern(session, pattern_id) if pattern_id else Pattern(id=new_id())
    typed = _columns(entry)
    changed = [name for name, value in typed.items() if not pattern_id or getattr(pattern, name) != value]
    if changed and pattern_id and pattern.version != known_version:
        raise EditedMeanwhile({name: getattr(pattern, name) for name in changed})
    if not changed:
        return pattern
    try:
        with session.begin_nested():
            for name in changed:
                setattr(pattern, name, typed[name])
            session.add(pattern)
    except StaleDataError as error:
        session.refresh(pattern)
        raise EditedMeanwhile({name: getattr(pattern, name) for name in changed}) from error
    detail = {"what": "pattern", "fields": changed, "version": pattern.version}
    audit.record(
        session,
        actor=actor,
        tag=Tag.ROSTER_CHANGED,
        subject=pattern.id,
        desk_id=acting_desk(session),
        now=now,
        detail=detail,
    )
    return pattern


def check(session: Session, entry: PatternEntry) -> None:
    """Raise Refusal for a pattern that cannot be kept; NotFound for one of a post of another desk."""
    if not entry.name.strip():
        raise Refusal(PostRefusal.NAME, field="name")
    queries.post(session, entry.post_id)
    rules.check_pattern(entry.rule)
    here = {member.account_id for member in accounts.memberships(session, acting_desk(session))}
    if any(person not in here for group in entry.rule.rotation.groups for person in group):
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="groups")


def preview(session: Session, rule: Rule, first: date, number: int) -> Sequence[Drafted]:
    """The first duties that a pattern drafts from a day on, but for planned closings; at most so many, within two years."""
    last = min(first + rules.SOON, rule.days.last or date.max)
    closed = queries.closed_days(session, first, last)
    return rules.draft(rule, first, last, closed=closed).duties[:number]


def draft_patterns(
    session: Session, patterns: Sequence[Pattern], first: date, last: date, *, actor: Actor, now: datetime
) -> Drafting:
    """Draft several patterns for the days between two days; answer what that came to in all."""
    each = [draft_pattern(session, pattern, first, last, actor=actor, now=now) for pattern in patterns]
    return Drafting(
        added=sum(one.added for one in each),
        changed=sum(one.changed for one in each),
        removed=sum(one.removed for one in each),
        skipped=sorted({day for one in each for day in one.skipped}),
    )


def _columns(entry: PatternEntry) -> Mapping[str, Any]:
    rule, days, rotation = entry.rule, entry.rule.days, entry.rule.rotation
    return {
        "post_id": entry.post_id,
        "name": " ".join(entry.name.split()),
        "starts": rule.starts,
        "ends": rule.ends,
        "groups": [[str(person) for person in group] for group in rotation.groups],
        "turn_unit": rotation.unit,
        "turn_length": rotation.length,
        "turns_from": rotation.anchor,
        "rhythm": days.rhythm,
        "weekdays": sorted(days.weekdays),
        "every": days.every,
        "anchor": days.anchor,
        "month_day": days.month_day,
        "nth": days.nth,
        "holidays": days.holidays,
        "first": days.first,
        "last": days.last,
    }
