"""What may be published, changed or cancelled, and when: the past stays as it was."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.overlay import Planned, has_begun
from helpdesk.roster.rules.spans import Span


class PublishRefusal(StrEnum):
    """Why a plan, or one duty of it, cannot be published."""

    BEGUN = "publish:begun"
    CHANGED_MEANWHILE = "publish:changed-meanwhile"
    NOTHING = "publish:nothing"
    OBJECTIONS = "publish:objections"
    OVERLAP = "publish:overlap"
    POST_MISSING = "publish:post-missing"
    WHY_MISSING = "publish:why-missing"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why one duty of the draft cannot be published."""

    planned: Planned
    refusal: Refusal


class NotPublishable(Exception):
    """Nothing was published, since some duties of the draft cannot be; each is named with its reason."""

    def __init__(self, objections: list[Objection]) -> None:
        super().__init__(", ".join(each.refusal.code for each in objections))
        self.objections = objections


@dataclass(frozen=True, slots=True)
class Published:
    """How many duties were added, changed and cancelled, and who was told."""

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    told: frozenset[UUID] = field(default_factory=frozenset)


def check_future(before: Span | None, after: Span | None, now: datetime) -> None:
    """Raise Refusal if a duty has begun as it stands, or would have begun as it is meant to be."""
    if any(has_begun(span, now) for span in (before, after) if span is not None):
        raise Refusal(PublishRefusal.BEGUN, field="day")


def check_why(why: str) -> str:
    """The reason for changing what was published, without blanks around it, or Refusal where none is given."""
    if not why.strip():
        raise Refusal(PublishRefusal.WHY_MISSING, field="why")
    return why.strip()
