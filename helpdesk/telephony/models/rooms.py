from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.telephony.rules import rooms
from helpdesk.telephony.rules.rooms import GuestKind, Place


class RoomGuest(OfDesk, Base):
    """Somebody who was asked into a talk, from then until the end: an interpreter, a colleague, a lawyer who takes over, or 112.

    Its id is what the provider comes back with. `language_asked` is the caller's, `language_served` the one in which it was spoken.
    """

    __tablename__ = "room_guest"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "call_id"], ["call.desk_id", "call.id"], name="fk_room_guest_call"),
        CheckConstraint("(kind = 'emergency') = (account_id IS NULL)", name="somebody_of_ours"),
        CheckConstraint("left_at >= asked_at AND joined_at >= asked_at", name="in_order"),
        Index("ix_room_guest_call", "desk_id", "call_id"),
    )

    call_id: Mapped[UUID]
    kind: Mapped[GuestKind] = mapped_column(enum_text(GuestKind))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    language_asked: Mapped[str | None]
    language_served: Mapped[str | None]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    # The provider's identifier of our call to the guest.
    sid: Mapped[str | None]

    account: Mapped[Account | None] = relationship(foreign_keys=account_id, viewonly=True)

    @property
    def place(self) -> Place:
        return rooms.place(self.joined_at, self.left_at)

    @property
    def minutes(self) -> int:
        """The minutes of the talk, begun ones counted whole; none before its end."""
        return rooms.minutes(self.joined_at, self.left_at)

    @property
    def seen(self) -> rooms.Guest:
        """The guest as the rules see it."""
        return rooms.Guest(self.kind, str(self.account_id or ""), self.place)
