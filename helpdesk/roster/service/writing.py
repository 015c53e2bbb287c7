"""The one way in which a published duty comes to be, changes and ends: checked, with its room, its trail and its screens.

Every other service of the roster comes through here, so that no door is left out.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.accounts import queries as accounts
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk, get_here
from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession
from helpdesk.premises import service as premises
from helpdesk.premises.models import Room, RoomUse
from helpdesk.roster import queries
from helpdesk.roster.models import Duty, DutyState, Post
from helpdesk.roster.rules import spans
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.rules.spans import DutyRefusal, Span

TOPIC = "duties"
_DEFER = text("SET CONSTRAINTS ex_duty_person_once DEFERRED")
_CHECK = text("SET CONSTRAINTS ex_duty_person_once IMMEDIATE")

# What the database refuses, as the refusal and the field beside which its sentence stands.
CONSTRAINTS: Mapping[str, tuple[DutyRefusal, str]] = {
    "ex_duty_person_once": (DutyRefusal.OVERLAP, "starts"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A duty as it was agreed on: for which post, who, on which day, from and to which time on the wall, in which room.

    Where the wall says a time twice, `instants` say which of them is meant; without them it is the first one for a start and the
    last one for an end.
    """

    post_id: UUID
    account_id: UUID | None
    day: date
    starts: time
    ends: time
    zone: ZoneInfo = WARSAW
    room_id: UUID | None = None
    instants: Span | None = None

    @property
    def span(self) -> Span:
        """The span of instants, or Refusal."""
        return self.instants or spans.span_of(self.day, self.starts, self.ends, self.zone)


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes a duty, when, and why.

    Where many duties are written at once, `professions` holds what everybody at the desk works as, so that it is asked once, and the
    screens are told by whoever writes them.
    """

    actor: Actor
    now: datetime
    why: str = ""
    professions: Mapping[UUID, Profession] | None = None


def new_duty(
    session: Session, plan: Plan, post: Post, cause: Cause, *, origin: Mapping[str, Any] | None = None
) -> Duty:
    """A published duty that was not there before. The caller has judged whether it may be."""
    use = _room_for(session, None, None, plan, post, cause)
    duty = Duty(state=DutyState.PUBLISHED, room_use_id=use.id if use else None, **(origin or {}))
    _fill(session, duty, plan, post, cause)
    session.add(duty)
    note(session, duty, "published", cause)
    return duty


def rewrite(  # each is a fact of the change
    session: Session,
    duty: Duty,
    plan: Plan,
    post: Post,
    cause: Cause,
    *,
    drafted: Mapping[str, Any] | None = None,
) -> None:
    """Another content for a duty; one that was cancelled stands again. `drafted` is what its pattern says of it by now."""
    before = _use_of(session, duty)
    use = _room_for(session, duty, before, plan, post, cause)
    _fill(session, duty, plan, post, cause)
    duty.state, duty.room_use_id = DutyState.PUBLISHED, use.id if use else None
    duty.drafted = dict(drafted) if drafted is not None else duty.drafted
    session.flush()  # one version, and then whoever holds it now is looked up anew
    session.expire(duty, ["account", "post"])
    if before is not None and before is not use:
        _release(session, before, cause)
    note(session, duty, "changed", cause)


def end(session: Session, duty: Duty, cause: Cause) -> None:
    """Cancel a duty: it stays as a row, and its room is free again."""
    before = _use_of(session, duty)
    duty.state, duty.room_use_id = DutyState.CANCELLED, None
    _sign(duty, cause)
    if before is not None:
        _release(session, before, cause)
    note(session, duty, "cancelled", cause)


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Let several duties change at once: that nobody is on two of them is checked when all of them are written.

    Raises Refusal for whoever would be on two duties, here or at another desk, or for a duty that somebody else changed meanwhile.
    """
    try:
        with session.begin_nested():
            session.execute(_DEFER)
            yield
            session.flush()  # the database is asked before anything else is done
            session.execute(_CHECK)
    except IntegrityError as error:
        name = str(getattr(getattr(error.orig, "diag", None), "constraint_name", ""))
        if name not in CONSTRAINTS:
            raise
        code, field = CONSTRAINTS[name]
        raise Refusal(code, field=field) from error
    except StaleDataError as error:
        raise Refusal(PublishRefusal.CHANGED_MEANWHILE) from error


def plan_of(duty: Duty, session: Session) -> Plan:
    """A duty as it stands, to be changed in one or the other detail."""
    return Plan(
        duty.post_id,
        duty.account_id,
        duty.day,
        duty.starts,
        duty.ends,
        ZoneInfo(duty.zone),
        room_of(session, duty),
    )


def room_of(session: Session, duty: Duty) -> UUID | None:
    """The room in which a duty is served."""
    return get_here(session, RoomUse, duty.room_use_id).room_id if duty.room_use_id else None


def profession_at(session: Session, post: Post, account_id: UUID | None, cause: Cause) -> Profession:
    """As what somebody serves at a post: as what they work at the desk; while nobody holds it, as the first that the post asks for."""
    if account_id is None:
        return Profession(post.professions[0]) if post.professions else Profession.PSYCHOLOGIST
    if cause.professions is not None:
        profession = cause.professions.get(account_id)
    else:
        member = accounts.membership(session, acting_desk(session), account_id)
        profession = member.profession if member else None
    if profession is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")
    return profession


def note(session: Session, duty: Duty, what: str, cause: Cause) -> None:
    """Keep the trail and tell the screens of the desk."""
    detail = {"what": what, "from": duty.starts_at.isoformat(), "to": duty.ends_at.isoformat()}
    audit.record(
        session,
        actor=cause.actor,
        tag=Tag.DUTY_CHANGED,
        subject=duty.id,
        desk_id=acting_desk(session),
        now=cause.now,
        detail=detail,
    )
    if cause.professions is None:
        tell_screens(session, duty.id)


def tell_screens(session: Session, duty_id: UUID | None) -> None:
    """Let the open pages of the desk look again, at one duty or at all of them."""
    tell(session, Changed(acting_desk(session), TOPIC, str(duty_id or "")))


def _sign(duty: Duty, cause: Cause) -> None:
    duty.changed_at, duty.why = cause.now, cause.why
    duty.changed_by_id, duty.changed_by_name = cause.actor.id, cause.actor.name


def _fill(session: Session, duty: Duty, plan: Plan, post: Post, cause: Cause) -> None:
    span, profession = plan.span, profession_at(session, post, plan.account_id, cause)
    # From here on nothing is asked of the database: each question would write a version of its own.
    duty.post_id, duty.account_id, duty.profession = post.id, plan.account_id, profession
    duty.day, duty.starts, duty.ends, duty.zone = plan.day, plan.starts, plan.ends, plan.zone.key
    duty.starts_at, duty.ends_at = span.start, span.end
    _sign(duty, cause)


def _use_of(session: Session, duty: Duty) -> RoomUse | None:
    return get_here(session, RoomUse, duty.room_use_id) if duty.room_use_id else None


def _room_for(  # each is a fact of the change
    session: Session, duty: Duty | None, use: RoomUse | None, plan: Plan, post: Post, cause: Cause
) -> RoomUse | None:
    """The room of a duty, shared, booked or moved before the duty is written.

    Those who are on duty together at one post share its room. Raises Refusal where it is taken, or the other side is too near.
    """
    wanted = plan.room_id or post.room_id
    if wanted is None:
        return None
    room, span = session.get(Room, wanted), plan.span
    if room is None:
        raise NotFound(Room.__name__)
    if use is not None and (use.room_id, use.starts_at, use.ends_at) == (room.id, span.start, span.end):
        return use
    shared = queries.shared_use(session, post.id, room.id, span)
    if shared is not None:
        return shared
    if use is None or duty is None or queries.shares_room(session, duty):
        people = max(1, post.people)
        return premises.book(
            session, room, post.purpose, span.start, span.end, people=people, actor=cause.actor, now=cause.now
        )
    return premises.move(session, use, room=room, start=span.start, end=span.end, actor=cause.actor, now=cause.now)


def _release(session: Session, use: RoomUse, cause: Cause) -> None:
    """Give a room back, unless somebody else of the same post is there."""
    session.flush()  # the duty must have let go of the room before the use can go
    if not queries.is_used(session, use.id):
        premises.release(session, use, actor=cause.actor, now=cause.now)
