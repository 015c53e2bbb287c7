from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import Identified, enum_text
from helpdesk.telephony.rules.reconciling import Differs


class Difference(Identified, Base):
    """A call that our list and the provider's do not agree on, until somebody has looked at it. Names no person and no number."""

    __tablename__ = "call_difference"
    __table_args__ = (UniqueConstraint("sid", "kind"),)

    sid: Mapped[str]
    kind: Mapped[Differs] = mapped_column(enum_text(Differs))
    ours: Mapped[str] = mapped_column(default="")
    theirs: Mapped[str] = mapped_column(default="")
    noticed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
