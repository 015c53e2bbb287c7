"""Calendars that other programs read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.wall import OfDesk


class Feed(OfDesk, Base):
    """An address at which a calendar program reads the duties of one person or of the desk. Only the hash of its token is kept."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_desk_id_account_id", "desk_id", "account_id"),)

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(lazy="joined")
