"""Duties as they are published, every version of each, and what is drafted on top of them."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.models.posts import Post
from helpdesk.roster.rules.spans import Span


class DutyState(StrEnum):
    """A duty is published or was cancelled; what is only drafted is not a duty yet."""

    CANCELLED = "cancelled"
    PUBLISHED = "published"


class Timed:
    """A local day and wall times, which are what people agreed on; the instants follow from them and the zone."""

    day: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    span: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True)
    )

    @property
    def when(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class Duty(Timed, OfDesk, Base):
    """One published span of time in which one person answers for one post; without a person it waits for somebody.

    A person is never on two duties at once, at whichever desks; the database refuses it. A duty is never removed: it is cancelled.
    `changed_…` and `why` say who made it what it is now, and a trigger keeps every version (`DutyVersion`).
    """

    __tablename__ = "duty"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "post_id"], ["post.desk_id", "post.id"]),
        ForeignKeyConstraint(["desk_id", "room_use_id"], ["room_use.desk_id", "room_use.id"]),
        CheckConstraint("starts_at < ends_at", name="span"),
        UniqueConstraint("desk_id", "pattern_id", "origin_day", "seat"),
        ExcludeConstraint(
            ("account_id", "="),
            ("span", "&&"),
            using="gist",
            name="ex_duty_person_once",
            where=text("state = 'published' AND account_id IS NOT NULL"),
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("ix_duty_desk_id_span", "desk_id", "span", postgresql_using="gist"),
        Index("ix_duty_desk_id_day", "desk_id", "day"),
        Index("ix_duty_desk_id_account_id_ends_at", "desk_id", "account_id", "ends_at"),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    state: Mapped[DutyState] = mapped_column(enum_text(DutyState), default=DutyState.PUBLISHED)
    room_use_id: Mapped[UUID | None]
    # Which pattern drafted it, for which of its days and as which of several people, and what it drafted then.
    pattern_id: Mapped[UUID | None]
    origin_day: Mapped[date | None]
    seat: Mapped[int | None]
    drafted: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None]
    changed_by_name: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")

    account: Mapped[Account | None] = relationship(lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined", overlaps="desk_id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def is_published(self) -> bool:
        return self.state is DutyState.PUBLISHED


class DutyVersion(Timed, OfDesk, Base):
    """One version of a duty, and from when until when the system held it for true. Written by a trigger, never changed but to be ended."""

    __tablename__ = "duty_version"
    __table_args__ = (
        UniqueConstraint("desk_id", "duty_id", "number"),
        Index("ix_duty_version_known", "desk_id", "span", "known", postgresql_using="gist"),
    )

    duty_id: Mapped[UUID]
    number: Mapped[int]
    post_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    state: Mapped[DutyState] = mapped_column(enum_text(DutyState))
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]
    known: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(known_from, known_until)", persisted=True)
    )
    changed_by_id: Mapped[UUID | None]
    changed_by_name: Mapped[str]
    why: Mapped[str]


class Draft(Timed, OfDesk, Base):
    """What a coordinator means to publish: a new duty, a change of a published one, or its end. Until then nobody else is told."""

    __tablename__ = "draft"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "post_id"], ["post.desk_id", "post.id"]),
        ForeignKeyConstraint(["desk_id", "duty_id"], ["duty.desk_id", "duty.id"]),
        CheckConstraint("starts_at < ends_at", name="span"),
        CheckConstraint("NOT removes OR duty_id IS NOT NULL", name="removes_a_duty"),
        CheckConstraint("(duty_id IS NULL) = (base_version IS NULL)", name="based_on_a_version"),
        UniqueConstraint("desk_id", "duty_id"),
        UniqueConstraint("desk_id", "pattern_id", "origin_day", "seat"),
        Index("ix_draft_desk_id_day", "desk_id", "day"),
    )

    duty_id: Mapped[UUID | None]
    # The version of the published duty on which this was drafted: if it is another by now, somebody must look again.
    base_version: Mapped[int | None]
    removes: Mapped[bool] = mapped_column(default=False)
    post_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    pattern_id: Mapped[UUID | None]
    origin_day: Mapped[date | None]
    seat: Mapped[int | None]
    drafted: Mapped[dict[str, Any] | None]
    drafted_by_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)

    account: Mapped[Account | None] = relationship(lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined", overlaps="desk_id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way
