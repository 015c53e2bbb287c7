"""What happened to an account, written where those who watch over each of its desks can read it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.kernel.permissions import Actor

# Whoever is at the door and has not shown who they are.
STRANGER = Actor(id=None, name="somebody not signed in")


def note(
    session: Session,
    account: Account,
    tag: Tag,
    *,
    actor: Actor,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record something that concerns the whole account once at each of its desks; no desk learns of another."""
    for desk_id in account.desk_ids or (None,):
        audit.record(session, actor=actor, tag=tag, subject=account.id, desk_id=desk_id, now=now, detail=detail)
