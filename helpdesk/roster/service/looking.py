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
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.text import polish_key
from helpdesk.roster import queries
from helpdesk.roster.models import Closure, Draft, Duty, Post
from helpdesk.roster.queries.planning import duties_named, supply, supply_drafted
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
    closures: Sequence[Closure]
    duties: Mapping[UUID, Duty]
    drafts: Mapping[UUID, Draft]
    people: Mapping[UUID, Candidate]

    @property
    def closings(self) -> Mapping[date, str]:
        """The planned closings of these days by name."""
        return {
            day: each.name
            for each in self.closures
            for day in grid.days_of(max(each.first_day, self.first), min(each.last_day, self.last))
        }


def look(session: Session, first: date, last: date, *, judged: bool) -> Look:
    """The plan of these days with the draft laid over it; if it is to be `judged`, with what stands against each duty.

    The judgement takes in all that is published or drafted nearby, as publishing does. Five statements, eight more for judging.
    """
    posts = in_order(queries.posts(session))
    closures = queries.closures(session, first - NIGHT, last + NIGHT)
    reach = judging.REACH if judged else NIGHT
    duties = {each.id: each for each in queries.duties_between(session, first - NIGHT, last + NIGHT)}
    drafts = {each.id: each for each in queries.drafts_around(session, first - reach, last + reach)}
    plan = overlay(map(planned_duty, duties.values()), map(planned_draft, drafts.values()))
    people = _people(session, plan, first, last) if judged else {}
    shown = frozenset(each.key for each in plan if first <= each.day <= last)
    found: Mapping[UUID, Judgement] = {}
    if judged:
        wanted = {each.id: each.wanted for each in posts}
        found = judgements(plan, people, wanted, period_start=judging.periods(session), only=shown)
    return Look(
        first,
        last,
        posts,
        [each for each in plan if first - NIGHT <= each.day <= last + NIGHT],
        needs(posts, first - NIGHT, last + NIGHT, _closed(closures, first - NIGHT, last + NIGHT)),
        found,
        closures,
        duties,
        drafts,
        people,
    )


def gaps_ahead(session: Session, posts: Sequence[Post], first: date, last: date, now: datetime) -> Report:
    """What is missing from one day to another, both included, and not over yet; three statements however many duties there are."""
    closed = queries.closed_days(session, first - NIGHT, last + NIGHT)
    within = Span(day_bounds(first - NIGHT)[0], day_bounds(last + NIGHT)[1])
    held, drafted = supply(session, within), supply_drafted(session)
    replaced = {duty_id for duty_id, _ in drafted if duty_id is not None}
    planned = [each for duty_id, each in held if duty_id not in replaced]
    planned += [each for _, each in drafted if each is not None]
    needed = needs(posts, first - NIGHT, last + NIGHT, closed)
    return grid.report(needed, _only(held), planned, first, last, now)


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


def _people(session: Session, plan: Sequence[Planned], first: date, last: date) -> Mapping[UUID, Candidate]:
    whole = Span(day_bounds(first - NIGHT)[0], day_bounds(last + NIGHT)[1])
    inside = {each.duty_id for each in plan if each.duty_id}
    return queries.candidates(session, judging.around(whole), without=inside)


def _with_drafts(candidate: Candidate, plan: Iterable[Planned]) -> Candidate:
    mine = tuple(each.span for each in plan if each.stands and each.account_id == candidate.account_id)
    return replace(candidate, duties=candidate.duties + mine)


def _closed(closures: Iterable[Closure], first: date, last: date) -> frozenset[date]:
    return frozenset(
        day for each in closures for day in grid.days_of(max(each.first_day, first), min(each.last_day, last))
    )


def _only(held: Iterable[tuple[UUID, Supply]]) -> list[Supply]:
    return [each for _, each in held]
