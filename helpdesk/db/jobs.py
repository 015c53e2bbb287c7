"""The outbox: jobs written in the transaction that asks for them, run at least once by a worker, so handlers are idempotent."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.session import Sessions

Handler = Callable[[Session, Mapping[str, Any], datetime], None]

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
log = logging.getLogger(__name__)


class NotYet(Exception):
    """Raised by a handler that comes too early: nothing that it did stays, and it is called again when it is due. No attempt is lost by that."""

    def __init__(self, due: datetime) -> None:
        super().__init__(due)
        self.due = due


class Job(Base):
    """Something to be done later. `due` is also the lease: a claimed job is due again when its worker has died."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due_open", "due", postgresql_where=text("done_at IS NULL AND dead_at IS NULL")),
        Index("uq_job_key_open", "key", unique=True, postgresql_where=text("done_at IS NULL AND dead_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None]
    due: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None]


def enqueue(session: Session, kind: str, payload: Mapping[str, Any], *, due: datetime, key: str | None = None) -> None:
    """Ask for a job in this transaction. While a job with the same `key` is open, a second one is not written."""
    values = {"kind": kind, "payload": dict(payload), "due": due, "key": key}
    if key is None:
        session.execute(insert(Job).values(values))
    else:
        open_only = text("done_at IS NULL AND dead_at IS NULL")
        session.execute(
            upsert(Job).values(values).on_conflict_do_nothing(index_elements=["key"], index_where=open_only)
        )


def claim(session: Session, *, now: datetime, limit: int = 10) -> list[int]:
    """The ids of due jobs, now leased to the caller, who must commit at once and then run each."""
    due = (
        select(Job.id)
        .where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.due <= now)
        .order_by(Job.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = update(Job).where(Job.id.in_(due.cte().select())).values(due=now + LEASE, attempts=Job.attempts + 1)
    return list(session.scalars(claimed.returning(Job.id), execution_options={"synchronize_session": False}))


def run_due(sessions: Sessions, handlers: Mapping[str, Handler], *, now: datetime) -> int:
    """Claim and run what is due; answer how many jobs were tried."""
    with sessions.begin() as session:
        claimed = claim(session, now=now)
    for job_id in claimed:
        _run(sessions, handlers, job_id, now)
    return len(claimed)


def _run(sessions: Sessions, handlers: Mapping[str, Handler], job_id: int, now: datetime) -> None:
    try:
        with sessions.begin() as session:
            job = session.get_one(Job, job_id)
            handlers[job.kind](session, job.payload, now)
            job.done_at = now
    except NotYet as early:
        with sessions.begin() as session:
            job = session.get_one(Job, job_id)
            job.due, job.attempts = early.due, 0
    except Exception as error:
        log.exception("Job %s failed.", job_id)
        with sessions.begin() as session:
            _put_off(session.get_one(Job, job_id), error, now)


def _put_off(job: Job, error: Exception, now: datetime) -> None:
    """Try again later and later; after the last attempt keep the job where people see it. The error's text may hold content, so only its kind is kept."""
    job.error = type(error).__name__
    if job.attempts >= MOST_ATTEMPTS:
        job.dead_at = now
    else:
        job.due = now + timedelta(seconds=2**job.attempts)


def dead_jobs(session: Session) -> int:
    """How many jobs were given up and wait for a person."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) or 0
