from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.appointments.models import Appointment
from helpdesk.consultations.rules.closing import AdviceFacts, ContactFacts
from helpdesk.consultations.rules.handover import ContactState
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.directory.models import Institution
from helpdesk.kernel.permissions import Profession


class Contact(OfDesk, Base):
    """One call, visit, video talk, form or incoming message (CR-1). It exists from the first packet on, whatever happens next.

    `version` counts the saves of the whole sheet, advices included; `field_versions` says which save last changed each field.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("desk_id", "number"),
        # What somebody booked and came to is one contact, however often it is said.
        UniqueConstraint("desk_id", "appointment_id"),
        ForeignKeyConstraint(["desk_id", "appointment_id"], ["appointment.desk_id", "appointment.id"]),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint("closed_at IS NULL OR child_witnesses <= children_home", name="witnesses_among_children"),
        Index("ix_contact_started", "desk_id", "started_at", "id"),
        Index("ix_contact_open", "desk_id", "started_at", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_contact_promise",
            "desk_id",
            "promise_due",
            postgresql_where=text("promise_due IS NOT NULL AND promise_kept_at IS NULL"),
        ),
        Index("ix_contact_gmina", "desk_id", "gmina", "started_at"),
        Index("ix_contact_outcome", "desk_id", "outcome", "started_at"),
        Index("ix_contact_channel", "desk_id", "channel", "started_at"),
        Index("ix_contact_closed_by", "desk_id", "closed_by_id", "started_at"),
        Index("ix_contact_caller", "desk_id", "caller_key"),
        Index("ix_contact_found_by", "found_by", postgresql_using="gin"),
        Index("ix_contact_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    number: Mapped[str]
    channel: Mapped[str]
    outcome: Mapped[str | None]
    first_contact: Mapped[str] = mapped_column(default="UNK")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    served_on: Mapped[date]
    language: Mapped[str | None]
    interpreter: Mapped[bool] = mapped_column(default=False)
    caller_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    appointment_id: Mapped[UUID | None]

    sex: Mapped[str | None]
    age: Mapped[str | None]
    disability: Mapped[str | None]
    children_home: Mapped[int] = mapped_column(default=0)
    child_witnesses: Mapped[int] = mapped_column(default=0)
    gmina: Mapped[str | None]
    nk_state: Mapped[str | None]

    danger: Mapped[str | None]
    safety_flags: Mapped[list[str]] = mapped_column(default=list)
    safe_ways: Mapped[list[str]] = mapped_column(default=list)
    safe_contact = sealed("safe_contact_sealed")
    safe_contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    remarks = sealed("remarks_sealed", pad=256)
    remarks_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    remarks_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    promise = sealed("promise_sealed")
    promise_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    promise_due: Mapped[datetime | None]
    promise_kept_at: Mapped[datetime | None]

    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    saved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    search: Mapped[str] = mapped_column(default="")
    # Consultants, kinds of help, and who gave which: the list finds a contact by these without reading advices.
    found_by: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    field_versions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    advices: Mapped[list["Advice"]] = relationship(back_populates="contact", order_by="Advice.id")
    referrals: Mapped[list["Referral"]] = relationship(back_populates="contact", order_by="Referral.id")
    appointment: Mapped[Appointment | None] = relationship(viewonly=True)
    closed_by: Mapped[Account | None] = relationship(foreign_keys=closed_by_id)
    saved_by: Mapped[Account | None] = relationship(foreign_keys=saved_by_id)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def facts(self) -> ContactFacts:
        return ContactFacts(
            self.started_at,
            self.ended_at,
            self.children_home,
            self.child_witnesses,
            bool(self.promise_sealed),
            self.promise_due,
        )

    @property
    def state(self) -> ContactState:
        due = None if self.promise_kept_at else self.promise_due
        return ContactState(self.is_open, self.seen_at is not None, self.danger, tuple(self.safety_flags), due)


class OfContact(OfDesk):
    """A row that belongs to a contact of the same desk; the key makes any other impossible."""

    contact_id: Mapped[UUID]


def _of_contact(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name=f"fk_{table}_contact"
    )


class Advice(OfContact, Base):
    """One contact x one consultant x one role of the person helped (CR-2); it counts once it is closed."""

    __tablename__ = "advice"
    __table_args__ = (
        _of_contact("advice"),
        UniqueConstraint("desk_id", "contact_id", "consultant_id", "role"),
        CheckConstraint("closed_at IS NULL OR role IS NOT NULL", name="closed_with_role"),
        CheckConstraint("closed_at IS NULL OR cardinality(kinds) > 0", name="closed_with_help"),
        CheckConstraint("group_size >= 1", name="group_size"),
        Index("ix_advice_contact", "desk_id", "contact_id"),
        Index(
            "ix_advice_counted", "desk_id", "role", "served_on", "id", postgresql_where=text("closed_at IS NOT NULL")
        ),
        Index("ix_advice_consultant", "desk_id", "consultant_id", "served_on"),
    )

    consultant_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    role: Mapped[str | None]
    professional_group: Mapped[str | None]
    group_note: Mapped[str | None]
    group_size: Mapped[int | None]
    forms: Mapped[list[str]] = mapped_column(default=list)
    relation: Mapped[str | None]
    kinds: Mapped[list[str]] = mapped_column(default=list)
    note = sealed("note_sealed", pad=256)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    served_on: Mapped[date]
    closed_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(back_populates="advices")
    consultant: Mapped[Account] = relationship(lazy="joined")

    @property
    def facts(self) -> AdviceFacts:
        return AdviceFacts(
            str(self.id),
            str(self.consultant_id),
            self.role,
            tuple(self.kinds),
            self.professional_group,
            self.group_note or "",
            self.group_size,
            self.note_sealed is not None,
        )


def found_by(consultant_id: UUID | None, kind: str | None) -> str:
    """Under which word of `Contact.found_by` stand a consultant, a kind of help, or both in one advice."""
    return " ".join(str(part) for part in (consultant_id, kind) if part)


@event.listens_for(Session, "before_flush")
def _follow_advices(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Keep `Contact.found_by` in step with the advices, whoever changed them."""
    changed = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Advice)]
    for contact in {id(each.contact): each.contact for each in changed if _is_news(each)}.values():
        left = [each for each in contact.advices if each not in session.deleted]
        # A new advice knows its defaults only afterwards.
        given = [(each.consultant_id, each.kinds or []) for each in left]
        words = {found_by(consultant_id, kind) for consultant_id, kinds in given for kind in (None, *kinds)}
        contact.found_by = sorted(words | {kind for _, kinds in given for kind in kinds})


def _is_news(advice: Advice) -> bool:
    state = inspect(advice)
    return advice.contact is not None and (not state.persistent or state.attrs.kinds.history.has_changes())


class AdviceTally(Base):
    """How many closed advices there are, kept exact by a trigger, so that a figure costs a few rows and not a million."""

    __tablename__ = "advice_tally"

    desk_id: Mapped[str] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class Referral(OfContact, Base):
    """Telling or handing somebody on to an institution, with its state (D.5)."""

    __tablename__ = "referral"
    __table_args__ = (_of_contact("referral"), Index("ix_referral_contact", "desk_id", "contact_id"))

    kind: Mapped[str]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str] = mapped_column(default="INFO")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship(back_populates="referrals")
    institution: Mapped[Institution | None] = relationship(lazy="joined")


class ContactRevision(OfContact, Base):
    """A contact and its advices as they were before somebody changed what stood there, with who and why. Sealed whole."""

    __tablename__ = "contact_revision"
    __table_args__ = (
        _of_contact("contact_revision"),
        Index("ix_contact_revision_contact", "desk_id", "contact_id", "at"),
    )

    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str]
    snapshot = sealed("snapshot_sealed", pad=1024)
    snapshot_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    by: Mapped[Account] = relationship(lazy="joined")


class ContactNumber(Base):
    """The last number given at a desk in a year; taking the next one locks the row, so that no number is given twice or left out."""

    __tablename__ = "contact_number"

    desk_id: Mapped[str] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class HandOver(OfDesk, Base):
    """A shift handed over: what was open then, and who took it on."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_signed", "desk_id", "signed_at"),)

    signed_at: Mapped[datetime]
    signed_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    items: Mapped[dict[str, Any]]
    remarks = sealed("remarks_sealed", pad=256)
    remarks_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    signed_by: Mapped[Account] = relationship(lazy="joined")
