"""As what people are engaged, what they are qualified for until when, and when they cannot come."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.rules.spans import Span


class AbsenceKind(StrEnum):
    """Why somebody cannot come; never more than that."""

    ILLNESS = "illness"
    LEAVE = "leave"
    UNAVAILABLE = "unavailable"


class Absence(OfDesk, Base):
    """A time in which a person cannot be on duty: whole days, or hours of one day."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("starts_at < ends_at", name="span"),
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_hours"),
        ExcludeConstraint(
            ("desk_id", "="), ("account_id", "="), ("span", "&&"), using="gist", name="ex_absence_person_once"
        ),
        Index("ix_absence_desk_id_first_day", "desk_id", "first_day"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[AbsenceKind] = mapped_column(enum_text(AbsenceKind))
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    span: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True)
    )
    entered_by_id: Mapped[UUID | None]
    entered_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")

    @property
    def when(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class Engaged(OfDesk, Base):
    """As what a person works for a desk, from a day until a day or for ever: it decides which rules of rest hold."""

    __tablename__ = "engaged"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="days"),
        ExcludeConstraint(
            ("desk_id", "="), ("account_id", "="), ("days", "&&"), using="gist", name="ex_engaged_person_once"
        ),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[Engagement] = mapped_column(enum_text(Engagement))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    days: Mapped[Range[date]] = mapped_column(
        DATERANGE(), Computed("daterange(first_day, last_day, '[]')", persisted=True)
    )

    account: Mapped[Account] = relationship(lazy="joined")


class Qualification(OfDesk, Base):
    """That a person may do something which not everybody of the profession may, until a day or for ever."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("desk_id", "account_id", "name"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    last_day: Mapped[date | None]

    account: Mapped[Account] = relationship(lazy="joined")
