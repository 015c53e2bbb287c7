from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.audit.rules import Entry, Link, Place
from helpdesk.db.base import Base


class AuditEvent(Base):
    """One act. Triggers refuse to change or delete it; the name is kept as it was, so the table needs no other."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "at"), Index("ix_audit_event_desk", "desk_id", "at"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    # Only events of transactions that have ended can be chained; the number of the transaction tells which those are.
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    desk_id: Mapped[str | None]
    tag: Mapped[str]
    subject: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)

    @property
    def entry(self) -> Entry:
        actor_id = str(self.actor_id) if self.actor_id else None
        return Entry(self.id, self.at, actor_id, self.actor_name, self.desk_id, self.tag, self.subject, self.detail)


class AuditLink(Base):
    """The place of an event in the chain, written by the worker and likewise never changed."""

    __tablename__ = "audit_link"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def link(self) -> Link:
        return Link(self.position, self.event_id, self.digest)
