import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.audit import queries, rules
from helpdesk.audit.models import AuditLink
from helpdesk.audit.rules import Break, Tag
from helpdesk.db.notify import CHANNEL, Changed
from helpdesk.kernel.permissions import Actor

_CHAIN_LOCK = 0x68656C70  # any constant of our own; only one worker chains at a time
_BATCH = 2000

# One entry stands beside every change and every personal page, so it is written as it is: nothing reads it as an object afterwards.
_RECORD = """
INSERT INTO audit_event (at, actor_id, actor_name, desk_id, tag, subject, detail)
VALUES (%(at)s, %(actor_id)s, %(actor_name)s, %(desk_id)s, %(tag)s, %(subject)s, %(detail)s)
"""
_RECORD_AND_TELL = f"{_RECORD} RETURNING pg_notify('{CHANNEL}', %(notice)s)"


def record(
    session: Session,
    *,
    actor: Actor,
    tag: Tag,
    now: datetime,
    subject: object = None,
    desk_id: str | None = None,
    detail: dict[str, Any] | None = None,
    told: Changed | None = None,
) -> None:
    """Write down, in this transaction, who did what to which thing. `detail` carries codes and numbers, never content.

    `told` is what the screens hear of it in the same breath, as by `db.notify.tell`.
    """
    entry = {
        "at": now,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "desk_id": desk_id or actor.desk_id,
        "tag": tag.value,
        "subject": None if subject is None else str(subject),
        "detail": json.dumps(detail or {}),
    }
    if told is None:
        session.connection().exec_driver_sql(_RECORD, entry)
    else:
        session.connection().exec_driver_sql(_RECORD_AND_TELL, entry | {"notice": told.notice})


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
