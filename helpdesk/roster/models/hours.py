"""Hours that can be paid."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.wall import OfDesk
from helpdesk.roster.models.duties import Duty
from helpdesk.roster.rules.spans import Span


class Worked(OfDesk, Base):
    """That a duty was worked from and until other times than were planned. Without such a row it was worked as planned."""

    __tablename__ = "worked"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "duty_id"], ["duty.desk_id", "duty.id"]),
        UniqueConstraint("desk_id", "duty_id"),
        CheckConstraint("starts_at <= ends_at", name="span"),
    )

    duty_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    why: Mapped[str]
    entered_by_id: Mapped[UUID | None]
    entered_at: Mapped[datetime]

    duty: Mapped[Duty] = relationship(lazy="joined", overlaps="desk_id")

    @property
    def when(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class Confirmation(OfDesk, Base):
    """That a person confirmed the hours of a month, and which hours those were, in minutes by kind."""

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("desk_id", "account_id", "month", "number"),
        CheckConstraint("extract(day FROM month) = 1", name="first_of_month"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    month: Mapped[date]
    # Confirmed again after a change, the first confirmation stays.
    number: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[dict[str, Any]]
    confirmed_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None]

    account: Mapped[Account] = relationship(lazy="joined")
