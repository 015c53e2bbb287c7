from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.rules.spans import Span


class Duty(OfDesk, Base):
    """One span of time in which one person answers at a desk.

    The local day and the wall times are what people agreed on; the instants follow from them and the zone. A person is
    never on two duties at once at one desk; the database refuses it.
    """

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="span"),
        ExcludeConstraint(
            ("desk_id", "="), ("account_id", "="), ("span", "&&"), using="gist", name="ex_duty_person_once"
        ),
        Index("ix_duty_desk_id_span", "desk_id", "span", postgresql_using="gist"),
        Index("ix_duty_desk_id_day", "desk_id", "day"),
        Index("ix_duty_desk_id_account_id_ends_at", "desk_id", "account_id", "ends_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    day: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    span: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True)
    )

    account: Mapped[Account] = relationship(lazy="joined")

    @property
    def when(self) -> Span:
        return Span(self.starts_at, self.ends_at)
