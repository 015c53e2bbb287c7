"""Whether people may hold duties: what the rules need is loaded, the rules decide."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import Refusal
from helpdesk.roster import queries
from helpdesk.roster.models import Post
from helpdesk.roster.rules.fitness import Candidate, Judgement, Unfit, judge, unfitness
from helpdesk.roster.rules.rest import settlement_start
from helpdesk.roster.rules.spans import Span

# Rest is counted in weeks of the settlement period and hours in months; whatever lies further away decides nothing.
REACH = timedelta(days=38)
DEFAULT_MONTHS = 1


def around(span: Span) -> Span:
    """The span within which other duties and absences decide about a duty in `span`."""
    return Span(span.start - REACH, span.end + REACH)


def periods(session: Session) -> Callable[[date], date]:
    """What answers with the first day of the acting desk's settlement period in which a day lies."""
    found = queries.settings(session)
    return periods_of(found.settlement_months if found else None)


def periods_of(months: int | None) -> Callable[[date], date]:
    """Likewise, for a settlement period of so many months; None for a desk that never decided."""
    return lambda day: settlement_start(day, months or DEFAULT_MONTHS)


def judge_one(session: Session, post: Post, account_id: UUID, span: Span, *, without: Sequence[UUID] = ()) -> Judgement:
    """What stands against one person holding a duty; the duties named in `without` do not count, since they change too."""
    candidate = queries.candidates(session, around(span), without=without).get(account_id)
    if candidate is None:
        return Judgement.of_stranger()
    day = day_of(span.start)
    return judge(candidate, post.wanted, span, day, period_start=periods(session)(day))


def check_one(
    session: Session,
    post: Post,
    account_id: UUID,
    span: Span,
    *,
    without: Sequence[UUID] = (),
    but_for: frozenset[Unfit] = frozenset(),
) -> Judgement:
    """The same, raising Refusal with the first thing that rules the person out, unless it is one of `but_for`."""
    judgement = judge_one(session, post, account_id, span, without=without)
    for unfit in judgement.unfit:
        if unfit not in but_for:
            raise Refusal(unfit, field="person")
    return judgement


def fit_people(session: Session, post: Post, span: Span, *, without: Sequence[UUID] = ()) -> Mapping[UUID, Candidate]:
    """Who of the desk may hold a duty at this post and time."""
    day = day_of(span.start)
    start = periods(session)(day)
    found = queries.candidates(session, around(span), without=without)
    return {
        account_id: candidate
        for account_id, candidate in found.items()
        if not unfitness(candidate, post.wanted, span, day, period_start=start)
    }
