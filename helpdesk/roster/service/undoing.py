"""Taking back the last steps of a draft, until it is published."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Draft
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.service.drafting import discard, draft_removal, put_draft
from helpdesk.roster.service.writing import Plan


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a coordinator: which draft it made or changed, to which version, and what the draft said before.

    Without a `before` there was no draft; then taking the step back discards it. Without a `draft_id` the step discarded a new
    draft, which taking it back drafts again.
    """

    draft_id: str
    version: int
    before: Mapping[str, Any] | None

    def stored(self) -> dict[str, Any]:
        """The step as plain values that a browser's session can keep."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(str(stored["draft_id"]), int(stored["version"]), stored["before"])


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Where the duty stands again, by which id its bar goes, and the draft that is left of it, if any."""

    day: date
    key: UUID
    draft: Draft | None


def content_of(draft: Draft | None) -> dict[str, Any] | None:
    """What a draft says, as plain values; None without a draft."""
    if draft is None:
        return None
    return {
        "removes": draft.removes,
        "post_id": str(draft.post_id),
        "account_id": str(draft.account_id or ""),
        "room_id": str(draft.room_id or ""),
        "day": draft.day.isoformat(),
        "starts": draft.starts.isoformat(),
        "ends": draft.ends.isoformat(),
        "zone": draft.zone,
    }


def take_back(session: Session, step: Step, *, actor: Actor, now: datetime) -> TakenBack:
    """Let the draft say again what it said before the step.

    Raises Refusal when somebody published, discarded or changed it since.
    """
    if not step.draft_id and step.before is not None:
        return _left(put_draft(session, _plan(step.before), actor=actor, now=now))
    draft = _draft(session, step)
    duty = queries.duty(session, draft.duty_id) if draft.duty_id else None
    if step.before is None:
        discard(session, draft, actor=actor, now=now)
        return TakenBack(duty.day, duty.id, None) if duty else TakenBack(draft.day, draft.id, None)
    if step.before["removes"] and duty is not None:
        return _left(draft_removal(session, duty, actor=actor, now=now))
    return _left(put_draft(session, _plan(step.before), draft=draft, duty=duty, actor=actor, now=now))


def _left(draft: Draft) -> TakenBack:
    return TakenBack(draft.day, draft.duty_id or draft.id, draft)


def _draft(session: Session, step: Step) -> Draft:
    try:
        draft = queries.draft(session, UUID(step.draft_id))
    except NotFound:
        raise Refusal(PublishRefusal.CHANGED_MEANWHILE) from None
    if draft.version != step.version:
        raise Refusal(PublishRefusal.CHANGED_MEANWHILE)
    return draft


def _plan(before: Mapping[str, Any]) -> Plan:
    return Plan(
        UUID(before["post_id"]),
        UUID(before["account_id"]) if before["account_id"] else None,
        date.fromisoformat(before["day"]),
        time.fromisoformat(before["starts"]),
        time.fromisoformat(before["ends"]),
        ZoneInfo(before["zone"]),
        UUID(before["room_id"]) if before["room_id"] else None,
    )
