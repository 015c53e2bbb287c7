"""Who could stand in for somebody: for a duty as it is, for what is left of it, or in exchange; and who decides about that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.roster import queries
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.fitness import Candidate, judge, unfitness
from helpdesk.roster.service import changing, judging

# Duties further apart than this are not swapped but offered.
SWAP_REACH = timedelta(days=35)


def coordinators(session: Session) -> frozenset[UUID]:
    """Who may decide about duties at the acting desk."""
    found = accounts.memberships(session, acting_desk(session))
    return frozenset(each.account_id for each in found if each.actor.may(Permission.DUTY_MANAGE))


def manages(actor: Actor) -> bool:
    """Whether somebody may do for others what people do with their own duties."""
    return actor.may(Permission.DUTY_MANAGE)


def needs_approval(session: Session, actor: Actor) -> bool:
    """Whether a coordinator must agree to what this person takes; who may agree agrees by doing it."""
    found = queries.settings(session)
    return (found.approval if found else True) and not manages(actor)


def fit_people(session: Session, duty: Duty, *, now: datetime, emergency: bool = False) -> Sequence[Membership]:
    """Who may hold a duty besides whoever does, by name; in an `emergency` what is left of it, rested or not."""
    but_for = changing.EMERGENCY if emergency else frozenset()
    span = replace(duty.when, start=max(duty.starts_at, now)) if emergency and duty.ends_at > now else duty.when
    people = queries.candidates(session, judging.around(span), without=(duty.id,))
    day = day_of(span.start)
    start = judging.periods(session)(day)
    fit = {
        each.account_id
        for each in people.values()
        if set(unfitness(each, duty.post.wanted, span, day, period_start=start)) <= but_for
    }
    found = accounts.memberships(session, acting_desk(session))
    return [each for each in found if each.account_id in fit - {duty.account_id}]


def swappable(session: Session, mine: Duty, now: datetime) -> Sequence[Duty]:
    """The duties of colleagues for which a duty could be swapped: each may hold the other's without his own, five weeks around it."""
    if mine.account_id is None:
        return []
    first, last = day_of(mine.starts_at) - SWAP_REACH, day_of(mine.starts_at) + SWAP_REACH
    near = [
        each
        for each in queries.duties_between(session, first, last)
        if each.starts_at > now and each.account_id not in {None, mine.account_id}
    ]
    if not near:
        return []
    whole = replace(mine.when, start=min(each.starts_at for each in near), end=max(each.ends_at for each in near))
    people = queries.candidates(session, judging.around(whole))
    period = judging.periods(session)

    def fits(person: UUID | None, gets: Duty, gives: Duty) -> bool:
        candidate = people.get(person) if person else None
        if candidate is None:
            return False
        day = day_of(gets.starts_at)
        return judge(_without(candidate, gives), gets.post.wanted, gets.when, day, period_start=period(day)).is_fit

    return [each for each in near if fits(mine.account_id, each, mine) and fits(each.account_id, mine, each)]


def _without(candidate: Candidate, duty: Duty) -> Candidate:
    return replace(candidate, duties=tuple(each for each in candidate.duties if each != duty.when))
