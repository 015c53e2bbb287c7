"""What must be covered, and the rules that draft duties for it."""

from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.permissions import Profession
from helpdesk.premises.models import Place, Room
from helpdesk.premises.rules import Purpose
from helpdesk.roster.rules.days import Days, Holidays, Rhythm
from helpdesk.roster.rules.fitness import Wanted
from helpdesk.roster.rules.patterns import Pattern as PatternRule
from helpdesk.roster.rules.patterns import Rotation, TurnUnit


class OnDays:
    """On which days something happens, from the first to the last of them, both included."""

    rhythm: Mapped[Rhythm] = mapped_column(enum_text(Rhythm), default=Rhythm.WEEKLY)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    every: Mapped[int] = mapped_column(default=1)
    anchor: Mapped[date]
    month_day: Mapped[int | None]
    nth: Mapped[int | None]
    holidays: Mapped[Holidays] = mapped_column(enum_text(Holidays), default=Holidays.WORKED)
    first: Mapped[date]
    last: Mapped[date | None]

    @property
    def days(self) -> Days:
        return Days(
            rhythm=self.rhythm,
            weekdays=frozenset(self.weekdays),
            every=self.every,
            anchor=self.anchor,
            month_day=self.month_day,
            nth=self.nth,
            holidays=self.holidays,
            first=self.first,
            last=self.last,
        )


class Post(OnDays, OfDesk, Base):
    """What must be covered: so many people of these professions who speak these languages, in these hours of these days.

    A post that is not needed any more ends with its last day; it is never removed, since duties refer to it.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("slot_minutes IS NULL OR slot_minutes BETWEEN 5 AND 480", name="slot"),
        CheckConstraint("pause_minutes BETWEEN 0 AND 240", name="pause"),
        CheckConstraint("last IS NULL OR first <= last", name="first_before_last"),
        CheckConstraint("room_id IS NULL OR place_id IS NOT NULL", name="room_of_a_place"),
    )

    name: Mapped[str]
    professions: Mapped[list[str]]
    languages: Mapped[list[str]]
    qualifications: Mapped[list[str]] = mapped_column(default=list)
    people: Mapped[int] = mapped_column(default=1)
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    purpose: Mapped[Purpose] = mapped_column(enum_text(Purpose), default=Purpose.SUPPORT)
    # Appointments of so many minutes with a pause after each; without a length the post takes no appointments.
    slot_minutes: Mapped[int | None]
    pause_minutes: Mapped[int] = mapped_column(default=0)
    # Whether a call rings whoever is on duty here, and whether the public page says when the next duty is.
    rung: Mapped[bool] = mapped_column(default=True)
    public: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    place: Mapped[Place | None] = relationship(lazy="joined")
    room: Mapped[Room | None] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            frozenset(Profession(each) for each in self.professions),
            frozenset(self.languages),
            frozenset(self.qualifications),
        )


class Pattern(OnDays, OfDesk, Base):
    """The rule that drafts duties for a post: on which days, in which hours, who after whom.

    `groups` lists groups of account ids; those of one group are on duty together.
    """

    __tablename__ = "pattern"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "post_id"], ["post.desk_id", "post.id"]),
        CheckConstraint("last IS NULL OR first <= last", name="first_before_last"),
        CheckConstraint("turn_length > 0", name="turn_length"),
        Index("ix_pattern_desk_id_post_id", "desk_id", "post_id"),
    )

    post_id: Mapped[UUID]
    name: Mapped[str]
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    groups: Mapped[list[Any]] = mapped_column(JSONB)
    turn_unit: Mapped[TurnUnit] = mapped_column(enum_text(TurnUnit), default=TurnUnit.OCCURRENCE)
    turn_length: Mapped[int] = mapped_column(default=1)
    turns_from: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)

    post: Mapped[Post] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def rule(self) -> PatternRule:
        groups = tuple(tuple(UUID(person) for person in group) for group in self.groups)
        rotation = Rotation(groups, self.turn_unit, self.turn_length, self.turns_from)
        return PatternRule(self.days, self.starts, self.ends, rotation, ZoneInfo(self.zone))
