"""What a coordinator looks at: the plan of some days with its gaps and conflicts, gathered in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_bounds, day_of
from helpdesk.kernel.text import polish_key
from helpdesk.roster import queries
from helpdesk.roster.models import Draft, Duty, Post
from helpdesk.roster.queries.planning import duties_named, supply, supply_drafted
from helpdesk.roster.queries.settings import Decided
from helpdesk.roster.rules import grid
from helpdesk.roster.rules.coverage import Need, Supply, needs_of
from helpdesk.roster.rules.fitness import Candidate, Judgement, judge
from helpdesk.roster.rules.grid import Changes, Report
from helpdesk.roster.rules.overlay import Planned, judgements, overlay
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import judging
from helpdesk.roster.service.publishing import planned_draft, planned_duty

NIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """The plan of the days from `first` to `last`, both included, and of a day more on both sides for the nights.

    `duties` and `drafts` are what the bars stand for, by their ids; `people` everybody at the desk, also who is absent when.
    """

    first: date
    last: date
    posts: Sequence[Post]
    plan: Sequence[Planned]
    needs: Sequence[Need]
    judgements: Mapping[UUID, Judgement]
    closings: Mapping[date, str]
    duties: Mapping[UUID, Duty]
    drafts: Mapping[UUID, Draft]
    people: Mapping[UUID, Candidate]


def look(session: Session, first: date, last: date) -> Look:
    """The plan of these days with the draft laid over it, and what stands against each duty of it.

    The judgement takes in all that is published or drafted nearby, as publishing does. Five statements however many duties there are.
    """
    decided = queries.decided(session, first - NIGHT, last + NIGHT)
    looked = published(session, first, last, decided)
    found = queries.drafts_around(session, first - judging.REACH, last + judging.REACH)
    plan = overlay(looked.plan, map(planned_draft, found))
    people = _people(session, plan, first, last, decided)
    shown = frozenset(each.key for each in plan if first <= each.day <= last)
    wanted, start = {each.id: each.wanted for each in looked.posts}, judging.periods_of(decided.settlement_months)
    return replace(
        looked,
        plan=[each for each in plan if first - NIGHT <= each.day <= last + NIGHT],
        judgements=judgements(plan, people, wanted, period_start=start, only=shown),
        drafts={each.id: each for each in found},
        people=people,
    )


def published(session: Session, first: date, last: date, decided: Decided | None = None) -> Look:
    """The plan of these days as everybody may read it, without any draft or judgement, in three statements."""
    decided = decided or queries.decided(session, first - NIGHT, last + NIGHT)
    posts = in_order(queries.posts(session))
    duties = {each.id: each for each in queries.duties_between(session, first - NIGHT, last + NIGHT)}
    plan = overlay(map(planned_duty, duties.values()), ())
    needed = needs(posts, first - NIGHT, last + NIGHT, frozenset(decided.closings))
    return Look(first, last, posts, plan, needed, {}, decided.closings, duties, {}, {})


def gaps_ahead(session: Session, posts: Sequence[Post], last: date, now: datetime) -> Report:
    """What is missing from now to the end of a day; three statements however many duties there are.

    A gap of last night that is not over yet is among it.
    """
    first = day_of(now) - NIGHT
    closed = queries.closed_days(session, first, last + NIGHT)
    within = Span(day_bounds(first)[0], day_bounds(last + NIGHT)[1])
    held, drafted = supply(session, within), supply_drafted(session)
    replaced = {duty_id for duty_id, _ in drafted if duty_id is not None}
    planned = [each for duty_id, each in held if duty_id not in replaced]
    planned += [each for _, each in drafted if each is not None]
    return grid.report(needs(posts, first, last + NIGHT, closed), _only(held), planned, last, now)


def changes_between(session: Session, first: date, last: date) -> Changes:
    """What publishing these days would add, change and cancel."""
    drafts = queries.drafts_between(session, first, last)
    duties = duties_named(session, {each.duty_id for each in drafts if each.duty_id})
    published = {duty_id: planned_duty(duty) for duty_id, duty in duties.items()}
    return grid.changes(published, [planned_draft(each) for each in drafts])


def needs(posts: Iterable[Post], first: date, last: date, closed: frozenset[date]) -> list[Need]:
    """What all posts need on the days between two days, both included, but for those on which the desk is closed as planned."""
    return [
        need
        for post in posts
        for need in needs_of(
            post.id,
            post.days,
            post.starts,
            post.ends,
            post.people,
            first,
            last,
            closed=closed,
            zone=ZoneInfo(post.zone),
        )
    ]


def in_order(posts: Iterable[Post]) -> list[Post]:
    """Posts by the hour at which they begin, then by name as Polish readers order it."""
    return sorted(posts, key=lambda post: (post.starts, polish_key(post.name), post.id))


def fitness(
    session: Session, post: Post, span: Span, day: date, *, without: UUID | None = None
) -> Sequence[tuple[Membership, Judgement]]:
    """Everybody of the desk with what stands against each holding a duty at this post and time, in the order of names.

    What is drafted counts as if it were published; the bar `without` does not, since it is the one to be given.
    """
    drafts = queries.drafts_around(session, day - judging.REACH, day + judging.REACH)
    plan = [each for each in map(planned_draft, drafts) if each.key != without]
    replaced = {each.duty_id for each in drafts if each.duty_id} | ({without} if without else set())
    people = queries.candidates(session, judging.around(span), without=replaced)
    start = judging.periods(session)(day)
    found = []
    for member in accounts.memberships(session, acting_desk(session)):
        candidate = _with_drafts(people[member.account_id], plan)
        found.append((member, judge(candidate, post.wanted, span, day, period_start=start)))
    return found


def _people(
    session: Session, plan: Sequence[Planned], first: date, last: date, decided: Decided
) -> Mapping[UUID, Candidate]:
    whole = Span(day_bounds(first - NIGHT)[0], day_bounds(last + NIGHT)[1])
    inside = {each.duty_id for each in plan if each.duty_id}
    return queries.candidates(session, judging.around(whole), without=inside, changed=decided.limits)


def _with_drafts(candidate: Candidate, plan: Iterable[Planned]) -> Candidate:
    mine = tuple(each.span for each in plan if each.stands and each.account_id == candidate.account_id)
    return replace(candidate, duties=candidate.duties + mine)


def _only(held: Iterable[tuple[UUID, Supply]]) -> list[Supply]:
    return [each for _, each in held]
