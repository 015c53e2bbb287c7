from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk


class TextMessage(OfDesk, Base):
    """A text message that somebody wrote to a line, or one of our neutral sentences in answer.

    `reply` is the key of the sentence that we sent and empty for what came in. `stops`: the sender's provider reads it as a wish for
    no further messages, which a person in danger may not have meant.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_text_contact"),
        Index("ix_text_message_contact", "desk_id", "contact_id", "at"),
    )

    contact_id: Mapped[UUID]
    # The provider's identifier; empty until the provider has taken our answer.
    sid: Mapped[str | None] = mapped_column(unique=True)
    line_number: Mapped[str]
    at: Mapped[datetime]
    body = sealed("body_sealed")
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sender = sealed("sender_sealed")
    sender_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reply: Mapped[str] = mapped_column(default="")
    stops: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
