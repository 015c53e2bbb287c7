from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Contact
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.intake.rules.choices import Said
from helpdesk.intake.rules.messages import OfferState, Side
from helpdesk.intake.rules.screening import Suspicion
from helpdesk.intake.rules.waiting import IntakeState, Standing


class IntakeDraft(Base):
    """What somebody is typing, sealed with a key that only their cookie gives. Nothing but the files and the end can be read of it."""

    __tablename__ = "intake_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    desk_id: Mapped[str] = mapped_column(ForeignKey("desk.id"))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Intake(OfDesk, Base):
    """What somebody sent through the public form. `sealed` holds every word; the plain columns only what decides its place in the list.

    `waiting_since`: the person wrote then and has no answer yet. `key` is the draft it came from, so that sent twice it is one.
    """

    __tablename__ = "intake"
    __table_args__ = (
        UniqueConstraint("desk_id", "key"),
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"]),
        ForeignKeyConstraint(["desk_id", "appointment_id"], ["appointment.desk_id", "appointment.id"]),
        CheckConstraint("withdrawn_at IS NULL OR answers_sealed IS NULL", name="withdrawn_is_empty"),
        Index(
            "ix_intake_waiting",
            "desk_id",
            "urgency",
            "waiting_since",
            postgresql_where=text("waiting_since IS NOT NULL AND closed_at IS NULL"),
        ),
        Index("ix_intake_sent", "desk_id", "sent_at", "id"),
        Index("ix_intake_contact", "desk_id", "contact_id"),
    )

    key: Mapped[UUID]
    language: Mapped[str]
    sent_at: Mapped[datetime]
    by_phone: Mapped[bool] = mapped_column(default=False)
    danger: Mapped[Said] = mapped_column(enum_text(Said))
    minor: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[int] = mapped_column(SmallInteger)
    answers = sealed("answers_sealed", pad=1024)
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # How the person may be reached, kept apart from what was sent first: it is what changes.
    safe = sealed("safe_sealed", pad=512)
    safe_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    safe_version: Mapped[int] = mapped_column(default=1)
    # Somebody else may hold the code. Nothing is sent and little is shown until the person has said more.
    unsafe_since: Mapped[datetime | None]

    suspicion: Mapped[Suspicion | None] = mapped_column(enum_text(Suspicion))
    waiting_since: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    contact_id: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Account | None] = relationship(lazy="joined")
    contact: Mapped[Contact | None] = relationship(viewonly=True)
    messages: Mapped[list["IntakeMessage"]] = relationship(back_populates="intake", order_by="IntakeMessage.at")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read once by the mapper

    @property
    def standing(self) -> Standing:
        return Standing(
            is_apart=self.suspicion is not None,
            is_withdrawn=self.withdrawn_at is not None,
            is_closed=self.closed_at is not None,
            is_taken=self.owner_id is not None,
            waiting_since=self.waiting_since,
        )

    @property
    def state(self) -> IntakeState:
        return self.standing.state


class OfIntake(OfDesk):
    """A row that belongs to an intake of the same desk; the key makes any other impossible."""

    intake_id: Mapped[UUID]


def _of_intake(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["desk_id", "intake_id"], ["intake.desk_id", "intake.id"], name=f"fk_{table}_intake")


class IntakeMessage(OfIntake, Base):
    """What one side wrote to the other through the way back. `key` is given by the page, so that sent twice it is one."""

    __tablename__ = "intake_message"
    __table_args__ = (
        _of_intake("intake_message"),
        UniqueConstraint("desk_id", "intake_id", "key"),
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"]),
        Index("ix_intake_message_intake", "desk_id", "intake_id", "at"),
    )

    key: Mapped[UUID]
    side: Mapped[Side] = mapped_column(enum_text(Side))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    contact_id: Mapped[UUID | None]
    language: Mapped[str]
    text = sealed("text_sealed", pad=512)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    intake: Mapped[Intake] = relationship(back_populates="messages")
    author: Mapped[Account | None] = relationship(lazy="joined")


class IntakeFile(OfIntake, Base):
    """A file that came with an intake or with a later message."""

    __tablename__ = "intake_file"
    __table_args__ = (
        _of_intake("intake_file"),
        ForeignKeyConstraint(["desk_id", "file_id"], ["stored_file.desk_id", "stored_file.id"]),
        UniqueConstraint("desk_id", "file_id"),
        Index("ix_intake_file_intake", "desk_id", "intake_id"),
    )

    file_id: Mapped[UUID]
    at: Mapped[datetime]


class IntakeOffer(OfIntake, Base):
    """A time that the desk proposes. It takes no slot until the person says yes."""

    __tablename__ = "intake_offer"
    __table_args__ = (
        _of_intake("intake_offer"),
        ForeignKeyConstraint(["desk_id", "duty_id"], ["duty.desk_id", "duty.id"]),
        Index("ix_intake_offer_intake", "desk_id", "intake_id"),
    )

    duty_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    state: Mapped[OfferState] = mapped_column(enum_text(OfferState), default=OfferState.OPEN)


class ReturnCode(OfIntake, Base):
    """The hash of the digits with which a person comes back. A code that was put aside stays as a row, so that it never opens anything again."""

    __tablename__ = "return_code"
    __table_args__ = (_of_intake("return_code"), Index("ix_return_code_intake", "desk_id", "intake_id"))

    locator: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
    made_at: Mapped[datetime]
    # Whoever read the digits to the person, if they were not made by the form itself.
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    dead_at: Mapped[datetime | None]
    # How often wrong digits were tried for this row: a slip is one or two, somebody who guesses makes many.
    wrong_tries: Mapped[int] = mapped_column(default=0)
