from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.wall import OfDesk


class Recording(OfDesk, Base):
    """What one prompt sounds like on the lines of a desk, in one language, with one key where it names one.

    `sound` is what the provider plays: WAV, mono, 8 kHz. `digest` names it in its address, so that it can be kept for ever by whoever
    fetched it. `stand_in`: made by a machine for a trial, and not to be offered as if somebody had spoken it.
    """

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("desk_id", "prompt", "language", "key"),)

    prompt: Mapped[str]
    language: Mapped[str]
    key: Mapped[str] = mapped_column(default="")
    sound: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(index=True)
    seconds: Mapped[float]
    stand_in: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
