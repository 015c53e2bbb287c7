"""What planning asks: who is at which post when, in few columns, and the duties that drafts name."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.accounts.models import Account
from helpdesk.roster.models import Draft, Duty, DutyState
from helpdesk.roster.rules.coverage import Supply
from helpdesk.roster.rules.spans import Span


def supply(session: Session, within: Span) -> Sequence[tuple[UUID, Supply]]:
    """What published duties cover that overlap a span of instants, each with the id of its duty."""
    statement = select(Duty.id, Duty.post_id, Duty.starts_at, Duty.ends_at).where(
        Duty.span.overlaps(func.tstzrange(within.start, within.end)),
        Duty.state == DutyState.PUBLISHED,
        Duty.account_id.is_not(None),
    )
    return [(row[0], Supply(row[1], Span(row[2], row[3]))) for row in session.execute(statement)]


def supply_drafted(session: Session) -> Sequence[tuple[UUID | None, Supply | None]]:
    """What every draft will cover, if anything, each with the id of the published duty whose place it takes, if any."""
    statement = select(Draft.duty_id, Draft.removes, Draft.account_id, Draft.post_id, Draft.starts_at, Draft.ends_at)
    return [
        (duty_id, None if removes or account_id is None else Supply(post_id, Span(starts_at, ends_at)))
        for duty_id, removes, account_id, post_id, starts_at, ends_at in session.execute(statement)
    ]


def duties_named(session: Session, duty_ids: Collection[UUID]) -> Mapping[UUID, Duty]:
    """The duties of the acting desk with these ids, also cancelled ones."""
    if not duty_ids:
        return {}
    statement = select(Duty).where(Duty.id.in_(duty_ids))
    found = session.scalars(statement.options(joinedload(Duty.account).lazyload(Account.memberships)))
    return {duty.id: duty for duty in found.unique()}
