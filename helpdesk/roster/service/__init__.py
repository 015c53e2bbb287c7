"""What can be done with the roster: plan, draft, publish, change hands, be away, count hours."""

from helpdesk.roster.service.changing import Plan, cancel_duty, change_duty, hand_to, plan_duty, split_now
from helpdesk.roster.service.drafting import (
    Drafting,
    discard,
    discard_all,
    draft_pattern,
    draft_removal,
    put_draft,
)
from helpdesk.roster.service.publishing import plan_between, publish

__all__ = [
    "Drafting",
    "Plan",
    "cancel_duty",
    "change_duty",
    "discard",
    "discard_all",
    "draft_pattern",
    "draft_removal",
    "hand_to",
    "plan_between",
    "plan_duty",
    "publish",
    "put_draft",
    "split_now",
]
