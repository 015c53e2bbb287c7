"""What a desk decides about its roster: closed days, confirmed years, its own limits, its own habits."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.roster.rules.hours import HourRules
from helpdesk.roster.rules.rest import Engagement, Limit, Rule, Severity


class RosterSettings(OfDesk, Base):
    """How a desk plans. A desk without a row plans as the defaults say."""

    __tablename__ = "roster_settings"
    __table_args__ = (
        UniqueConstraint("desk_id"),
        CheckConstraint("settlement_months IN (1, 2, 3, 4, 6, 12)", name="settlement"),
    )

    approval: Mapped[bool] = mapped_column(default=True)
    settlement_months: Mapped[int] = mapped_column(default=1)
    night_starts: Mapped[time] = mapped_column(default=time(22))
    night_ends: Mapped[time] = mapped_column(default=time(6))
    free_day_starts: Mapped[time] = mapped_column(default=time(6))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def hour_rules(self) -> HourRules:
        return HourRules(self.night_starts, self.night_ends, self.free_day_starts)


class RuleSetting(OfDesk, Base):
    """A limit that a desk set differently from the default, for one kind of engagement."""

    __tablename__ = "rule_setting"
    __table_args__ = (UniqueConstraint("desk_id", "engagement", "rule"), CheckConstraint("hours > 0", name="hours"))

    engagement: Mapped[Engagement] = mapped_column(enum_text(Engagement))
    rule: Mapped[Rule] = mapped_column(enum_text(Rule))
    severity: Mapped[Severity] = mapped_column(enum_text(Severity))
    hours: Mapped[int]

    @property
    def limit(self) -> Limit:
        return Limit(self.rule, self.severity, self.hours)


class Closure(OfDesk, Base):
    """Days on which a desk is closed as planned: no need, so no gap."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]


class ConfirmedYear(OfDesk, Base):
    """That somebody looked at the holidays and closures of a year and found them right."""

    __tablename__ = "confirmed_year"
    __table_args__ = (UniqueConstraint("desk_id", "year"),)

    year: Mapped[int]
    confirmed_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None]
