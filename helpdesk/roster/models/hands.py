"""Duties that change hands."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.roster.models.duties import Duty
from helpdesk.roster.rules.hands import Deal, Held


class OfferKind(StrEnum):
    """Given away for nothing, or for another duty in return."""

    GIVE = "give"
    SWAP = "swap"


class Offer(OfDesk, Base):
    """A duty that somebody would hand over. Its state follows from who did what, and from the clock; only one is open for a duty."""

    __tablename__ = "offer"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "duty_id"], ["duty.desk_id", "duty.id"]),
        ForeignKeyConstraint(["desk_id", "in_return_id"], ["duty.desk_id", "duty.id"]),
        CheckConstraint("(kind = 'swap') = (in_return_id IS NOT NULL)", name="swap_for_a_duty"),
        CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name="taken_by_somebody"),
        CheckConstraint("duty_id <> in_return_id", name="two_duties"),
        Index(
            "uq_offer_open",
            "desk_id",
            "duty_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_offer_desk_id_offered_at", "desk_id", "offered_at"),
    )

    kind: Mapped[OfferKind] = mapped_column(enum_text(OfferKind))
    duty_id: Mapped[UUID]
    in_return_id: Mapped[UUID | None]
    # Whoever gives the duty away; nobody where it was freed by an absence.
    offered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime]
    asked: Mapped[list[str]] = mapped_column(default=list)
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # When the last word was said: handed over, refused, withdrawn, or found to have lapsed.
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None]

    duty: Mapped[Duty] = relationship(
        lazy="joined", foreign_keys="[Offer.desk_id, Offer.duty_id]", overlaps="in_return,desk_id"
    )
    in_return: Mapped[Duty | None] = relationship(
        lazy="joined", foreign_keys="[Offer.desk_id, Offer.in_return_id]", overlaps="duty,desk_id"
    )
    offered_by: Mapped[Account | None] = relationship(lazy="joined", foreign_keys=[offered_by_id])
    taken_by: Mapped[Account | None] = relationship(lazy="joined", foreign_keys=[taken_by_id])

    @property
    def deal(self) -> Deal:
        return Deal(
            duty=held(self.duty),
            in_return=held(self.in_return) if self.in_return else None,
            offered_by=self.offered_by_id,
            asked=frozenset(UUID(each) for each in self.asked),
            taken_by=self.taken_by_id,
            approved=self.approved_at is not None,
            refused=self.refused_at is not None,
            withdrawn=self.withdrawn_at is not None,
            settled=self.settled_at is not None,
        )


def held(duty: Duty) -> Held:
    """A duty as the rules of changing hands see it."""
    return Held(duty.when, duty.account_id, duty.is_published)
