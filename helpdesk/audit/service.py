from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.audit import queries, rules
from helpdesk.audit.models import AuditEvent, AuditLink
from helpdesk.audit.rules import Break, Tag
from helpdesk.kernel.permissions import Actor

_CHAIN_LOCK = 0x68656C70  # any constant of our own; only one worker chains at a time
_BATCH = 2000


def record(
    session: Session,
    *,
    actor: Actor,
    tag: Tag,
    now: datetime,
    subject: object = None,
    desk_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down, in this transaction, who did what to which thing. `detail` carries codes and numbers, never content."""
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor.id,
            actor_name=actor.name,
            desk_id=desk_id or actor.desk_id,
            tag=tag,
            subject=None if subject is None else str(subject),
            detail=detail or {},
        ),
    )


def extend_chain(session: Session, key: bytes) -> int:
    """Give a link to each event that has none; answer how many. No request waits for this."""
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_CHAIN_LOCK))):
        return 0
    events = queries.unchained(session, _BATCH)
    links = rules.chain((event.entry for event in events), queries.last_link(session), key)
    session.add_all(AuditLink(position=link.position, event_id=link.event_id, digest=link.digest) for link in links)
    return len(events)


def verify(session: Session, key: bytes) -> Break | None:
    """The first broken row of the chain, or None."""
    return rules.first_break(queries.links_with_events(session), key)
