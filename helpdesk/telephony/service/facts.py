"""What the flow has to know about a line at this moment: who is on duty and free, who waits, when the next duty begins."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at, acting_desk
from helpdesk.kernel.clock import day_bounds, day_of, local
from helpdesk.roster import queries as roster
from helpdesk.roster.service import looking
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call
from helpdesk.telephony.queries import Held, OnDutyNow
from helpdesk.telephony.queries import lines as line_queries
from helpdesk.telephony.rules.flow import show
from helpdesk.telephony.rules.plan import Circle, Order, Plan
from helpdesk.telephony.rules.ringing import LineNow, OnDuty
from helpdesk.telephony.rules.state import CallerHungUp, Ending, Event, FlowState, Stage, Started, Step
from helpdesk.telephony.service.sounding import sounds

# Anything else cannot be dialled, and one such number would keep the provider from ringing the others.
_DIALLABLE = re.compile(r"\+[1-9]\d{6,14}|(client|sip):[\w.+-]+(@[\w.-]+)?")

_NIGHT = timedelta(days=1)


def line_now(session: Session, held: Held, event: Event, now: datetime) -> LineNow:
    """The call's line at this moment. People are only asked for where it matters: the menu is the same for everybody."""
    call = held.call
    bare = LineNow(
        call.desk_id,
        call.line_number,
        sounds(session).sayable(held.languages),
        (),
        plan=Plan.from_json(held.plan),
        caller_known=call.caller_number_sealed is not None,
        name=held.name,
    )
    if isinstance(event, CallerHungUp) or _says_the_menu(call.now_at, event, bare):
        return bare
    return _with_people(session, bare, call, now)


def with_next_duty(session: Session, done: Step, line: LineNow, now: datetime) -> Step:
    """The same step, said with the time of the next duty, where the caller is told that nobody can answer."""
    if done.state.stage is Stage.OFFER or (done.state.stage is Stage.ENDED and done.state.ending is Ending.NOBODY):
        begins = queries.next_duty(session, now)
        return show(done.state, replace(line, next_duty=local(begins) if begins else None))
    return done


def people(rows: Iterable[OnDutyNow]) -> tuple[OnDuty, ...]:
    """Those who answer, as the flow sees them, all of them free."""
    return tuple(
        OnDuty(
            str(each.account.id),
            _diallable(each.account.phone),
            frozenset(each.account.languages),
            each.profession,
            by_person=each.account.phone_by_person,
        )
        for each in rows
    )


def _with_people(session: Session, line: LineNow, call: Call, now: datetime) -> LineNow:
    others = [each for each in queries.calls_now(session, now) if each.id != call.id]
    busy = {person for each in others for person in each.people}
    answered = (
        queries.answered_since(session, day_bounds(day_of(now))[0]) if line.plan.order is Order.LEAST_BUSY else {}
    )
    on_duty = _marked(people(queries.on_duty(session, now)), busy, answered)
    circles = line.plan.circles
    return replace(
        line,
        on_duty=on_duty,
        coordinators=_marked(people(queries.coordinators(session)), busy, {}) if Circle.COORDINATORS in circles else (),
        neighbours=_neighbours(session, line.plan.other_desk, now) if Circle.OTHER_DESK in circles else (),
        ahead=sum(each.waits and each.started_at < call.started_at for each in others),
        is_open=bool(on_duty) or is_needed(session, now),
    )


def _marked(found: Iterable[OnDuty], busy: set[str], answered: dict[str, int]) -> tuple[OnDuty, ...]:
    return tuple(replace(each, busy=each.person_id in busy, answered=answered.get(each.person_id, 0)) for each in found)


def _neighbours(session: Session, desk_id: str, now: datetime) -> tuple[OnDuty, ...]:
    """Who is on duty at the desk that helps out, and does not talk there; nobody where it no longer says that it does."""
    if desk_id not in line_queries.helpers_of(session, acting_desk(session)):
        return ()
    with acting_at(session, desk_id):
        busy = {person for each in queries.calls_now(session, now) for person in each.people}
        return _marked(people(queries.on_duty(session, now)), busy, {})


def is_needed(session: Session, now: datetime) -> bool:
    """Whether somebody should answer the acting desk's telephone at this moment, as its posts say."""
    first, last = day_of(now) - _NIGHT, day_of(now)
    posts = [each for each in roster.posts(session) if each.rung]
    if not posts:
        return False
    closed = roster.closed_days(session, first, last)
    return any(need.span.start <= now < need.span.end for need in looking.needs(posts, first, last, closed))


def _says_the_menu(state: FlowState, event: Event, line: LineNow) -> bool:
    return isinstance(event, Started) and state.stage in {Stage.NEW, Stage.MENU} and len(line.offered) > 1


def _diallable(phone: str) -> str:
    return phone if _DIALLABLE.fullmatch(phone) else ""
