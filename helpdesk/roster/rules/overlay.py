"""The plan as it will be: published duties with the draft laid over them. Plain values in, plain values out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from helpdesk.roster.rules.coverage import Supply
from helpdesk.roster.rules.fitness import Candidate, Judgement, Wanted, judge
from helpdesk.roster.rules.spans import Span


class Mark(StrEnum):
    """What the draft does to a duty."""

    ADDED = "added"
    CHANGED = "changed"
    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Planned:
    """One bar of the grid: a published duty, or what the draft makes of it. `account_id` is None while nobody holds it."""

    duty_id: UUID | None
    draft_id: UUID | None
    post_id: UUID
    account_id: UUID | None
    day: date
    starts: time
    ends: time
    span: Span
    mark: Mark = Mark.KEPT

    @property
    def key(self) -> UUID:
        """What tells this bar from all others: the published duty if there is one, else the draft."""
        found = self.duty_id or self.draft_id
        assert found is not None  # noqa: S101  one of the two exists
        return found

    @property
    def stands(self) -> bool:
        """Whether this will be a duty once the draft is published."""
        return self.mark is not Mark.REMOVED


def overlay(published: Iterable[Planned], drafts: Iterable[Planned]) -> list[Planned]:
    """Published duties and drafts as one plan, in order of time. A draft that names a duty takes its place, with the mark it carries."""
    changed: dict[UUID, Planned] = {}
    added: list[Planned] = []
    for draft in drafts:
        if draft.duty_id is None:
            added.append(draft)
        else:
            changed[draft.duty_id] = draft
    kept = [duty for duty in published if duty.duty_id not in changed]
    return sorted([*kept, *changed.values(), *added], key=lambda each: (each.span.start, each.post_id, each.key))


def supply(plan: Iterable[Planned]) -> list[Supply]:
    """What the plan covers: every duty that stands and that somebody holds."""
    return [Supply(each.post_id, each.span) for each in plan if each.stands and each.account_id is not None]


def judgements(
    plan: Sequence[Planned],
    candidates: Mapping[UUID, Candidate],
    wanted: Mapping[UUID, Wanted],
    *,
    period_start: Callable[[date], date],
    only: frozenset[UUID] | None = None,
) -> dict[UUID, Judgement]:
    """What stands against each held duty of the plan, by its key; a duty without an objection has no entry.

    The duties of a candidate outside the plan (of other weeks) come with the candidate; those inside are taken from the plan as it
    will be. `period_start` answers with the first day of the settlement period of a day; `only` limits the answer to these keys. Nobody who is not a candidate may hold a duty.
    """
    held: dict[UUID, list[Planned]] = {}
    for each in plan:
        if each.stands and each.account_id is not None:
            held.setdefault(each.account_id, []).append(each)
    found: dict[UUID, Judgement] = {}
    for account_id, mine in held.items():
        candidate = candidates.get(account_id)
        for each in mine:
            if only is not None and each.key not in only:
                continue
            judgement = _judge(each, mine, candidate, wanted[each.post_id], period_start(each.day))
            if judgement is not None:
                found[each.key] = judgement
    return found


def _judge(
    each: Planned, mine: Sequence[Planned], candidate: Candidate | None, wanted: Wanted, period_start: date
) -> Judgement | None:
    if candidate is None:
        return Judgement.of_stranger()
    others = tuple(other.span for other in mine if other.key != each.key)
    whole = replace(candidate, duties=candidate.duties + others)
    judgement = judge(whole, wanted, each.span, each.day, period_start=period_start)
    return judgement if judgement.unfit or judgement.findings else None


def has_begun(span: Span, now: datetime) -> bool:
    """What has begun belongs to the past: it stays as it was."""
    return span.start <= now
