"""A draft becomes the plan that people rely on: all of it or nothing, and everybody concerned is told once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.service.notices import notify
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.premises import queries as places
from helpdesk.premises import service as premises
from helpdesk.premises.rules import UseRefusal
from helpdesk.roster import queries
from helpdesk.roster.models import Draft, Duty, Post
from helpdesk.roster.rules.fitness import Judgement
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.overlay import Mark, Planned, has_begun, judgements, overlay
from helpdesk.roster.rules.publishing import NotPublishable, Objection, Published, PublishRefusal
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import judging, writing
from helpdesk.roster.service.writing import Cause, Plan


def plan_between(session: Session, first: date, last: date) -> list[Planned]:
    """The published duties and what is drafted for days between two days, both included, as one plan.

    A duty that the draft moves to another week is here where it will be, wherever that is.
    """
    published = map(planned_duty, queries.duties_between(session, first, last))
    return overlay(published, map(planned_draft, queries.drafts_around(session, first, last)))


def judge_plan(
    session: Session, plan: Sequence[Planned], *, only: frozenset[UUID] | None = None
) -> Mapping[UUID, Judgement]:
    """What stands against each duty of a plan, by its key."""
    if not plan:
        return {}
    whole = judging.around(Span(min(each.span.start for each in plan), max(each.span.end for each in plan)))
    inside = {each.duty_id for each in plan if each.duty_id}
    people = queries.candidates(session, whole, without=inside)
    wanted = {each.id: each.wanted for each in queries.posts(session)}
    return judgements(plan, people, wanted, period_start=judging.periods(session), only=only)


def publish(session: Session, first: date, last: date, *, actor: Actor, now: datetime) -> Published:
    """Publish all that is drafted for days between two days, both included.

    Raises Refusal when nothing is drafted or when somebody would be on two duties, and NotPublishable naming every duty that
    cannot be, with its reason; then nothing is published and the draft stays as it is. Publishing twice at once publishes once.
    """
    drafts = queries.drafts_held(session, first, last)
    if not drafts:
        raise Refusal(PublishRefusal.NOTHING)
    duties = {draft.duty_id: queries.duty_held(session, draft.duty_id) for draft in drafts if draft.duty_id}
    objections = [*_stale(drafts, duties, now), *_unfit(session, drafts)]
    if objections:
        raise NotPublishable(objections)
    before = {duty_id: duty.account_id for duty_id, duty in duties.items()}
    members = accounts.memberships(session, acting_desk(session))
    cause = Cause(actor, now, professions={each.account_id: each.profession for each in members})
    written = _write(session, drafts, duties, cause)
    told = _tell(session, drafts, before, written, actor, now)
    marks = Counter(mark_of(draft) for draft in drafts)
    counts = {"added": marks[Mark.ADDED], "changed": marks[Mark.CHANGED], "cancelled": marks[Mark.REMOVED]}
    audit.record(
        session, actor=actor, tag=Tag.DUTY_PUBLISHED, desk_id=acting_desk(session), now=now, detail=dict(counts)
    )
    for draft in drafts:
        session.delete(draft)
    writing.tell_screens(session, None)
    return Published(**counts, told=told)


def planned_duty(duty: Duty) -> Planned:
    return Planned(duty.id, None, duty.post_id, duty.account_id, duty.day, duty.starts, duty.ends, duty.when)


def planned_draft(draft: Draft) -> Planned:
    return Planned(
        draft.duty_id,
        draft.id,
        draft.post_id,
        draft.account_id,
        draft.day,
        draft.starts,
        draft.ends,
        draft.when,
        mark_of(draft),
    )


def mark_of(draft: Draft) -> Mark:
    """What a draft does when it is published."""
    if draft.duty_id is None:
        return Mark.ADDED
    return Mark.REMOVED if draft.removes else Mark.CHANGED


def _stale(drafts: Sequence[Draft], duties: Mapping[UUID, Duty], now: datetime) -> list[Objection]:
    found = []
    for draft in drafts:
        duty = duties.get(draft.duty_id) if draft.duty_id else None
        if (duty is not None and has_begun(duty.when, now)) or (not draft.removes and has_begun(draft.when, now)):
            found.append(Objection(planned_draft(draft), Refusal(PublishRefusal.BEGUN)))
        elif duty is not None and duty.version != draft.base_version:
            found.append(Objection(planned_draft(draft), Refusal(PublishRefusal.CHANGED_MEANWHILE)))
    return found


def _unfit(session: Session, drafts: Sequence[Draft]) -> list[Objection]:
    """What rules people out, with everything else of the same weeks as it will be."""
    first, last = min(each.day for each in drafts), max(each.day for each in drafts)
    plan = plan_between(session, first - judging.REACH, last + judging.REACH)
    drafted = {draft.id for draft in drafts}
    mine = {each.key: each for each in plan if each.draft_id in drafted and each.stands}
    found = judge_plan(session, plan, only=frozenset(mine))
    return [Objection(mine[key], Refusal(judgement.unfit[0])) for key, judgement in found.items() if judgement.unfit]


def _write(session: Session, drafts: Sequence[Draft], duties: Mapping[UUID, Duty], cause: Cause) -> dict[UUID, Duty]:
    """Ends first, so that rooms and people are free for what comes; the database checks when all is written.

    A duty whose room is still taken waits until others have moved; those that only wait for one another move in one step.
    """
    places.hold(session, {draft.post.place_id for draft in drafts if draft.post.place_id})
    written: dict[UUID, Duty] = {}

    def is_written(draft: Draft) -> bool:
        duty = duties.get(draft.duty_id) if draft.duty_id else None
        try:
            written[draft.id] = _write_one(session, draft, duty, draft.post, cause)
        except Refusal as refusal:
            if refusal.code is UseRefusal.ROOM_TAKEN:
                return False
            raise NotPublishable([Objection(planned_draft(draft), refusal)]) from refusal
        return True

    waiting = sorted(drafts, key=lambda each: not each.removes)
    with writing.together(session):
        while waiting:
            left = [draft for draft in waiting if not is_written(draft)]
            if len(left) == len(waiting):
                _move_in_one_step(session, left, is_written)
                break
            waiting = left
    return written


def _move_in_one_step(session: Session, waiting: Sequence[Draft], write: Callable[[Draft], bool]) -> None:
    try:
        with premises.in_one_step(session):
            for draft in waiting:
                write(draft)
    except Refusal as refusal:  # somebody else has one of these rooms
        raise NotPublishable([Objection(planned_draft(draft), refusal) for draft in waiting]) from refusal


def _write_one(session: Session, draft: Draft, duty: Duty | None, post: Post, cause: Cause) -> Duty:
    if draft.removes and duty is not None:
        writing.end(session, duty, cause)
        return duty
    plan = Plan(
        draft.post_id, draft.account_id, draft.day, draft.starts, draft.ends, ZoneInfo(draft.zone), draft.room_id
    )
    origin = {
        "pattern_id": draft.pattern_id,
        "origin_day": draft.origin_day,
        "seat": draft.seat,
        "drafted": draft.drafted,
    }
    if duty is None:
        return writing.new_duty(session, plan, post, cause, origin=origin)
    writing.rewrite(session, duty, plan, post, cause, drafted=draft.drafted)
    return duty


def _tell(
    session: Session,
    drafts: Sequence[Draft],
    before: Mapping[UUID, UUID | None],
    written: Mapping[UUID, Duty],
    actor: Actor,
    now: datetime,
) -> frozenset[UUID]:
    """Tell everybody concerned once, however many of their duties there are."""
    concerned: dict[UUID, list[Duty]] = {}
    for draft in drafts:
        duty = written[draft.id]
        for account_id in {duty.account_id, before.get(duty.id)} - {None, actor.id}:
            assert account_id is not None  # noqa: S101  nobody was taken out above
            concerned.setdefault(account_id, []).append(duty)
    for account_id, mine in concerned.items():
        data: dict[str, str | int] = {
            "number": len(mine),
            "from": min(each.starts_at for each in mine).isoformat(),
            "to": max(each.ends_at for each in mine).isoformat(),
        }
        notify(session, account_id, Told.PUBLISHED, data, now=now)
    return frozenset(concerned)


def bounds(first: date, last: date) -> Span:
    """The span of instants of whole days, both included."""
    return Span(day_bounds(first)[0], day_bounds(last)[1])
