from base64 import b64decode, b64encode
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Contact
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.telephony.models.calls import Call
from helpdesk.telephony.rules.call_backs import Asked, Outcome, Reading, Tried


class CallBack(OfDesk, Base):
    """Somebody waits for a call from us: work with an owner, a time by which it is due, attempts, and an outcome that ends it."""

    __tablename__ = "call_back"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_call_back_contact"),
        ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_call_back_call"),
        # What one call asked for is asked for once, however often the provider says so.
        UniqueConstraint("desk_id", "call_id", "asked"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_with_outcome"),
        CheckConstraint("(from_hour IS NULL) = (until_hour IS NULL)", name="both_hours"),
        CheckConstraint("(read_at IS NULL) = (read_by_id IS NULL)", name="read_by_somebody"),
        Index("ix_call_back_open", "desk_id", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_call_back_contact", "desk_id", "contact_id"),
    )

    contact_id: Mapped[UUID]
    call_id: Mapped[UUID | None]
    asked: Mapped[Asked] = mapped_column(enum_text(Asked))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    language: Mapped[str | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[Outcome | None] = mapped_column(enum_text(Outcome))
    # What the person said about being called: the hours on her wall, and whether a machine may be spoken to.
    from_hour: Mapped[int | None]
    until_hour: Mapped[int | None]
    machine_ok: Mapped[bool] = mapped_column(default=False)
    agreed_at: Mapped[datetime | None]
    # Who last read the safety note, and a keyed digest of what it said then.
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    read_note: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact] = relationship(viewonly=True)
    call: Mapped[Call | None] = relationship(viewonly=True)
    owner: Mapped[Account | None] = relationship(foreign_keys=owner_id, viewonly=True)
    done_by: Mapped[Account | None] = relationship(foreign_keys=done_by_id, viewonly=True)
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.at", back_populates="call_back")

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def hours(self) -> tuple[int, int] | None:
        """The safe hours, where somebody wrote them down."""
        return None if self.from_hour is None or self.until_hour is None else (self.from_hour, self.until_hour)

    @property
    def reading(self) -> Reading:
        return Reading(self.read_by_id, self.read_at, self.read_note)


class Attempt(OfDesk, Base):
    """One try to reach somebody; `override` says why it was made although the safe contact spoke against it.

    `tried` is empty until somebody says what became of it. `sid` is the provider's identifier of our call, where the provider called.
    """

    __tablename__ = "call_back_attempt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["desk_id", "call_back_id"], ["call_back.desk_id", "call_back.id"], name="fk_attempt_call_back"
        ),
        Index("ix_attempt_call_back", "desk_id", "call_back_id"),
    )

    call_back_id: Mapped[UUID]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    tried: Mapped[Tried | None] = mapped_column(enum_text(Tried))
    sid: Mapped[str | None]
    override = sealed("override_sealed")
    override_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    call_back: Mapped[CallBack] = relationship(back_populates="attempts")
    by: Mapped[Account] = relationship(viewonly=True)


class Message(OfDesk, Base):
    """What a caller recorded. The sound is sealed like a note; at the provider it is deleted as soon as it is here."""

    __tablename__ = "voice_message"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_message_contact"),
        ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_message_call"),
        Index("ix_message_contact", "desk_id", "contact_id"),
    )

    contact_id: Mapped[UUID]
    call_id: Mapped[UUID]
    # The provider's identifier of the recording.
    sid: Mapped[str] = mapped_column(unique=True)
    seconds: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[datetime]
    # Text of base 64, since that is what is sealed; padded, so that its length tells little of how long somebody spoke.
    encoded = sealed("sound_sealed", pad=256 * 1024)
    sound_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fetched_at: Mapped[datetime | None]
    # When the provider said that it has deleted its own copy.
    gone_there_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    heard_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    deleted_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(viewonly=True)

    @property
    def sound(self) -> bytes:
        """What was recorded; nothing before it was fetched and after it was deleted."""
        return b64decode(self.encoded)

    @sound.setter
    def sound(self, sound: bytes) -> None:
        self.encoded = b64encode(sound).decode()
