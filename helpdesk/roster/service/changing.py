"""One published duty at a time: planned, changed, handed over, cancelled. Whoever is concerned is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.accounts.service.notices import notify
from helpdesk.kernel.clock import local
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Duty
from helpdesk.roster.rules import spans
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.publishing import PublishRefusal, check_future, check_why
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import judging, writing
from helpdesk.roster.service.writing import Cause, Plan

__all__ = ["Plan", "cancel_duty", "change_duty", "hand_to", "plan_duty", "split_now"]

# In an emergency somebody who has not rested may take over: rescuing is the law's own exception (k.p. art. 132 § 2).
EMERGENCY = frozenset({Unfit.REST})


def plan_duty(session: Session, plan: Plan, *, actor: Actor, now: datetime, why: str = "") -> Duty:
    """Publish one duty at once, without a draft. Raises Refusal for what is over, and for a person who may not hold it."""
    post = queries.post(session, plan.post_id)
    spans.check_planning(plan.span, now)
    if plan.account_id is not None:
        judging.check_one(session, post, plan.account_id, plan.span)
    with writing.together(session):
        duty = writing.new_duty(session, plan, post, Cause(actor, now, why))
    tell_holder(session, duty, plan.account_id, Told.GIVEN, actor, now)
    return duty


def change_duty(
    session: Session, duty: Duty, plan: Plan, *, known_version: int, why: str, actor: Actor, now: datetime
) -> Duty:
    """Another version of a published duty, with a reason; the holder of before and the new one are told.

    Raises Refusal for a duty that has begun, without a reason, or for a person who may not hold it; EditedMeanwhile when somebody
    else changed the duty since the reader saw `known_version`.
    """
    post, before = queries.post(session, plan.post_id), duty.account_id
    if duty.version != known_version:
        raise EditedMeanwhile(content_of(duty), by=duty.changed_by_name)
    check_future(duty.when, plan.span, now)
    reason = check_why(why)
    if plan.account_id is not None:
        judging.check_one(session, post, plan.account_id, plan.span, without=(duty.id,))
    with writing.together(session):
        writing.rewrite(session, duty, plan, post, Cause(actor, now, reason))
    if before != plan.account_id:
        tell_holder(session, duty, before, Told.TAKEN_AWAY, actor, now)
        tell_holder(session, duty, plan.account_id, Told.GIVEN, actor, now)
    else:
        tell_holder(session, duty, before, Told.CHANGED, actor, now)
    return duty


def hand_to(
    session: Session,
    duty: Duty,
    account_id: UUID | None,
    *,
    why: str,
    actor: Actor,
    now: datetime,
    but_for: frozenset[Unfit] = frozenset(),
) -> None:
    """Let another person hold a duty that is not over, or nobody. Raises Refusal for whoever may not; tells nobody."""
    if duty.ends_at <= now:
        raise Refusal(PublishRefusal.BEGUN)
    if account_id is not None:
        judging.check_one(session, duty.post, account_id, duty.when, without=(duty.id,), but_for=but_for)
    with writing.together(session):
        plan = replace(writing.plan_of(duty, session), account_id=account_id, instants=duty.when)
        writing.rewrite(session, duty, plan, duty.post, Cause(actor, now, why))


def cancel_duty(session: Session, duty: Duty, *, why: str = "", actor: Actor, now: datetime) -> Duty:
    """Cancel a duty that has not begun; whoever held it is told. Raises Refusal."""
    spans.check_cancelling(duty.when, now)
    with writing.together(session):
        writing.end(session, duty, Cause(actor, now, why.strip()))
    tell_holder(session, duty, duty.account_id, Told.CANCELLED, actor, now)
    return duty


def split_now(session: Session, duty: Duty, account_id: UUID, *, why: str, actor: Actor, now: datetime) -> Duty:
    """Let another person take over from this minute on: a duty that runs ends now and goes on as another one, one to come changes hands.

    Rest does not stand in the way of an emergency; profession, language, absence and another duty do. Raises Refusal.
    """
    zone = ZoneInfo(duty.zone)
    minute = now.replace(second=0, microsecond=0)
    if duty.starts_at >= minute or duty.account_id is None:
        before = duty.account_id
        hand_to(session, duty, account_id, why=why, actor=actor, now=now, but_for=EMERGENCY)
        tell_holder(session, duty, before, Told.TAKEN_AWAY, actor, now)
        tell_holder(session, duty, account_id, Told.GIVEN, actor, now)
        return duty
    if duty.ends_at <= now:
        raise Refusal(PublishRefusal.BEGUN)
    wall = local(minute, zone)
    whole = writing.plan_of(duty, session)
    # In the hour that comes twice in October the wall does not say which minute it is; both halves meet in this one.
    first = replace(whole, ends=wall.time(), instants=Span(duty.starts_at, minute))
    rest = replace(
        whole, account_id=account_id, day=wall.date(), starts=wall.time(), instants=Span(minute, duty.ends_at)
    )
    judging.check_one(session, duty.post, account_id, rest.span, without=(duty.id,), but_for=EMERGENCY)
    cause = Cause(actor, now, why)
    with writing.together(session):
        writing.rewrite(session, duty, first, duty.post, cause)
        session.flush()  # the room of the first half must be free before the second half asks for it
        second = writing.new_duty(session, rest, duty.post, cause)
    tell_holder(session, duty, duty.account_id, Told.TAKEN_AWAY, actor, now)
    tell_holder(session, second, account_id, Told.GIVEN, actor, now)
    return second


def content_of(duty: Duty) -> dict[str, object]:
    """What stands in the fields of a duty's form now, for whoever is told that somebody else was quicker."""
    return {
        "post": str(duty.post_id),
        "person": str(duty.account_id or ""),
        "day": duty.day,
        "starts": duty.starts,
        "ends": duty.ends,
    }


def tell_holder(session: Session, duty: Duty, account_id: UUID | None, what: Told, actor: Actor, now: datetime) -> None:
    """Tell somebody about a duty, unless they did it themselves or it is nobody."""
    if account_id is not None and account_id != actor.id:
        notify(session, account_id, what, when_and_where(duty), now=now)


def when_and_where(duty: Duty) -> Mapping[str, str]:
    """Time and place of a duty: all that a notice says of it."""
    place = duty.post.place.name if duty.post.place else ""
    return {"from": duty.starts_at.isoformat(), "to": duty.ends_at.isoformat(), "place": place}
