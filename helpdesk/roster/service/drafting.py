"""The draft: what patterns and coordinators mean to publish. Every step can be taken back until it is published."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Draft, Duty, Pattern
from helpdesk.roster.rules import patterns as rules
from helpdesk.roster.rules.patterns import Drafted
from helpdesk.roster.rules.publishing import PublishRefusal, check_future
from helpdesk.roster.rules.redrafting import Change, Known, Origin, content, redraft
from helpdesk.roster.service import writing
from helpdesk.roster.service.writing import Plan

TOPIC = "drafts"


@dataclass(frozen=True, slots=True)
class Drafting:
    """What drafting a pattern came to: how many duties it adds, changes and ends, and days on which the hour does not exist."""

    added: int
    changed: int
    removed: int
    skipped: Sequence[date]


def draft_pattern(
    session: Session, pattern: Pattern, first: date, last: date, *, actor: Actor, now: datetime
) -> Drafting:
    """Draft what a pattern says for the days between two days, both included, in place of what it had drafted there before.

    What is published or drafted stays, with all that people made of it, unless the pattern now says something else of it; what has
    begun stays always. On days before or after its post is needed a pattern drafts nothing.
    """
    needed = max(first, pattern.post.first), min(last, pattern.post.last or last)
    plan = rules.draft(pattern.rule, *needed, closed=queries.closed_days(session, first, last))
    said = {Origin(each.day, each.seat): content(each) for each in plan.duties}
    published = {each.id: each for each in queries.duties_of_pattern(session, pattern.id, first, last)}
    kept: set[Origin] = set()
    for each in queries.drafts_of_pattern(session, pattern.id, first, last):
        if each.drafted is not None and said.get(_origin(each)) == each.drafted:
            kept.add(_origin(each))
        else:
            session.delete(each)
    session.flush()  # the new drafts stand for the same days
    known = [_known(each) for each in published.values()]
    changes = [each for each in redraft(plan.duties, known, now=now) if each.origin not in kept]
    for change in changes:
        session.add(
            _drafted(session, pattern, change, published.get(change.duty_id) if change.duty_id else None, actor)
        )
    counts = Drafting(
        added=sum(each.duty_id is None for each in changes),
        changed=sum(each.duty_id is not None and each.drafted is not None for each in changes),
        removed=sum(each.drafted is None for each in changes),
        skipped=plan.skipped,
    )
    _note(
        session, pattern.id, actor, now, {"added": counts.added, "changed": counts.changed, "removed": counts.removed}
    )
    return counts


def put_draft(
    session: Session,
    plan: Plan,
    *,
    draft: Draft | None = None,
    duty: Duty | None = None,
    known_version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Draft:
    """Draft a new duty, another content for a published `duty`, or another content for what is drafted already.

    `known_version` is the version of the draft, or else of the duty, that the reader saw. Raises EditedMeanwhile with what stands
    there now when somebody else was quicker, and Refusal for a duty that has begun or cannot be.
    """
    span = plan.span
    check_future(duty.when if duty else None, span, now)
    shown = draft or duty
    if shown is not None and known_version is not None and shown.version != known_version:
        raise EditedMeanwhile(_content(shown))
    with _writing(session):
        if draft is None:
            draft = Draft(duty_id=duty.id if duty else None, base_version=duty.version if duty else None)
            _take_origin(draft, duty)
        draft.removes = False
        draft.post_id, draft.account_id, draft.room_id = plan.post_id, plan.account_id, plan.room_id
        draft.day, draft.starts, draft.ends, draft.zone = plan.day, plan.starts, plan.ends, plan.zone.key
        draft.starts_at, draft.ends_at, draft.drafted_by_id = span.start, span.end, actor.id
        session.add(draft)
    _note(session, draft.id, actor, now, {"what": "drafted"})
    return draft


def draft_removal(session: Session, duty: Duty, *, actor: Actor, now: datetime) -> Draft:
    """Draft that a published duty is cancelled. Raises Refusal for one that has begun."""
    check_future(duty.when, None, now)
    draft = queries.draft_of_duty(session, duty.id)
    with _writing(session):
        if draft is None:
            draft = _copy(session, duty)
            session.add(draft)
        draft.removes, draft.drafted_by_id = True, actor.id
    _note(session, draft.id, actor, now, {"what": "removal"})
    return draft


def discard(session: Session, draft: Draft, *, actor: Actor, now: datetime) -> None:
    """Take one draft back: the duty stands as it was published, or was never there."""
    session.delete(draft)
    _note(session, draft.id, actor, now, {"what": "discarded"})


def discard_all(session: Session, first: date, last: date, *, actor: Actor, now: datetime) -> int:
    """Take back all that is drafted for days between two days; answer how much that was."""
    found = queries.drafts_held(session, first, last)
    for each in found:
        session.delete(each)
    _note(session, None, actor, now, {"what": "discarded", "number": len(found)})
    return len(found)


def _origin(row: Draft | Duty) -> Origin:
    assert row.origin_day is not None  # noqa: S101  it was asked for by its pattern
    assert row.seat is not None  # noqa: S101  likewise
    return Origin(row.origin_day, row.seat)


def _known(duty: Duty) -> Known:
    return Known(duty.id, _origin(duty), duty.drafted or {}, duty.when, cancelled=not duty.is_published)


def _drafted(session: Session, pattern: Pattern, change: Change, duty: Duty | None, actor: Actor) -> Draft:
    if change.drafted is None:
        assert duty is not None  # noqa: S101  only what is published can end
        draft = _copy(session, duty)
        draft.removes = True
    else:
        draft = _from_pattern(session, pattern, change.drafted, duty)
    draft.pattern_id, draft.origin_day, draft.seat = pattern.id, change.origin.day, change.origin.seat
    draft.drafted_by_id = actor.id
    return draft


def _from_pattern(session: Session, pattern: Pattern, drafted: Drafted, duty: Duty | None) -> Draft:
    return Draft(
        duty_id=duty.id if duty else None,
        base_version=duty.version if duty else None,
        post_id=pattern.post_id,
        account_id=drafted.account_id,
        room_id=writing.room_of(session, duty) if duty else pattern.post.room_id,
        day=drafted.day,
        starts=drafted.starts,
        ends=drafted.ends,
        zone=pattern.zone,
        starts_at=drafted.span.start,
        ends_at=drafted.span.end,
        drafted=content(drafted),
    )


def _copy(session: Session, duty: Duty) -> Draft:
    draft = Draft(
        duty_id=duty.id,
        base_version=duty.version,
        post_id=duty.post_id,
        account_id=duty.account_id,
        room_id=writing.room_of(session, duty),
        day=duty.day,
        starts=duty.starts,
        ends=duty.ends,
        zone=duty.zone,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
    )
    _take_origin(draft, duty)
    return draft


def _take_origin(draft: Draft, duty: Duty | None) -> None:
    """What people draft by hand keeps what the pattern once said, so that drafting the pattern again leaves it alone."""
    if duty is not None:
        draft.pattern_id, draft.origin_day, draft.seat, draft.drafted = (
            duty.pattern_id,
            duty.origin_day,
            duty.seat,
            duty.drafted,
        )


def _content(shown: Draft | Duty) -> dict[str, object]:
    return {
        "post": str(shown.post_id),
        "person": str(shown.account_id or ""),
        "day": shown.day,
        "starts": shown.starts,
        "ends": shown.ends,
    }


@contextmanager
def _writing(session: Session) -> Iterator[None]:
    """Write at once, inside a savepoint, so that whoever was slower is told beside the form and can go on."""
    try:
        with session.begin_nested():
            yield
    except (StaleDataError, IntegrityError) as error:
        raise Refusal(PublishRefusal.CHANGED_MEANWHILE) from error


def _note(session: Session, subject: UUID | None, actor: Actor, now: datetime, detail: Mapping[str, Any]) -> None:
    audit.record(
        session,
        actor=actor,
        tag=Tag.DUTY_DRAFTED,
        subject=subject,
        desk_id=acting_desk(session),
        now=now,
        detail=dict(detail),
    )
    tell(session, Changed(acting_desk(session), TOPIC, str(subject or "")))
