from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.outreach.rules import Way


class Outgoing(OfDesk, Base):
    """What a demonstration would have sent to a person helped: it has no mail server and no telephone, so it is kept to be looked at."""

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_at", "desk_id", "at"),)

    way: Mapped[Way] = mapped_column(enum_text(Way))
    address = sealed("address_sealed")
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
