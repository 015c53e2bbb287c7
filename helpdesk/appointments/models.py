from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.appointments.rules import Offered, State, Trouble, trouble
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.permissions import Profession
from helpdesk.outreach.rules import SafeContact, Way
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span


class Appointment(OfDesk, Base):
    """A slot of a duty that somebody booked. It keeps its own times, so that a duty moved from under it shows what must be moved."""

    __tablename__ = "appointment"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "duty_id"], ["duty.desk_id", "duty.id"]),
        CheckConstraint("starts_at < ends_at", name="span"),
        CheckConstraint("remind_by IS NULL OR remind_to_sealed IS NOT NULL", name="reminder_has_address"),
        CheckConstraint(
            "profession <> 'border-guard-officer'"
            " OR (warned_at IS NOT NULL AND warning_version IS NOT NULL AND warning_language IS NOT NULL)",
            name="officer_after_warning",
        ),
        ExcludeConstraint(
            ("desk_id", "="),
            ("duty_id", "="),
            ("span", "&&"),
            using="gist",
            name="ex_appointment_slot_once",
            where=text("state <> 'cancelled'"),
        ),
        Index("ix_appointment_desk_id_starts_at", "desk_id", "starts_at"),
        Index(
            "ix_appointment_reminder",
            "starts_at",
            postgresql_where=text("remind_by IS NOT NULL AND reminded_at IS NULL AND state = 'booked'"),
        ),
    )

    duty_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    span: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True)
    )
    state: Mapped[State] = mapped_column(enum_text(State), default=State.BOOKED)
    # What the person chose to come to. A duty that somebody of another profession has taken over is not what was chosen (FW-3).
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    language: Mapped[str]
    interpreter: Mapped[bool] = mapped_column(default=False)
    alias = sealed("alias_sealed", pad=32)
    alias_sealed: Mapped[bytes | None]
    question = sealed("question_sealed", pad=256)
    question_sealed: Mapped[bytes | None]
    # Before an officer is booked the person hears a warning; which text, in which language and when is kept (FW-4).
    warning_version: Mapped[str | None]
    warning_language: Mapped[str | None]
    warned_at: Mapped[datetime | None]
    # A reminder goes only where the person said that it is safe, and only between these local hours.
    remind_by: Mapped[Way | None] = mapped_column(enum_text(Way))
    remind_to = sealed("remind_to_sealed", pad=64)
    remind_to_sealed: Mapped[bytes | None]
    remind_from_hour: Mapped[int | None]
    remind_until_hour: Mapped[int | None]
    safe_until: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    booked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    booked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    # Since when the coordinators know that it cannot stay where it is.
    trouble_told_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    duty: Mapped[Duty] = relationship(lazy="joined", overlaps="desk_id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def when(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def is_open(self) -> bool:
        return self.state is State.BOOKED

    @property
    def is_live(self) -> bool:
        """Whether it takes its slot."""
        return self.state is not State.CANCELLED

    @property
    def trouble(self) -> Trouble | None:
        """Why it cannot stay where it is; nothing once it is settled."""
        return trouble(self.when, self.profession, offered_by(self.duty)) if self.is_open else None

    @property
    def safe(self) -> SafeContact | None:
        """How a reminder may reach the person; None where that is not wanted."""
        if self.remind_by is None or self.remind_from_hour is None or self.remind_until_hour is None:
            return None
        hours = self.remind_from_hour, self.remind_until_hour
        return SafeContact(self.remind_by, self.remind_to_sealed is not None, *hours, self.safe_until)


def offered_by(duty: Duty) -> Offered:
    """What a duty offers, as the rules see it."""
    return Offered(
        duty.when,
        duty.profession,
        published=duty.is_published,
        held=duty.account_id is not None,
        slot_minutes=duty.post.slot_minutes,
        pause_minutes=duty.post.pause_minutes,
    )
