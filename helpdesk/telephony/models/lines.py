from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Account
from helpdesk.db.base import Base
from helpdesk.db.columns import Identified
from helpdesk.db.wall import OfDesk


class LineVersion(OfDesk, Base):
    """How a line was set before somebody changed it: never changed, never deleted. `settings` are its name, languages and plan."""

    __tablename__ = "line_version"
    __table_args__ = (UniqueConstraint("desk_id", "line_number", "version"),)

    line_number: Mapped[str]
    version: Mapped[int]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(default="")

    changed_by: Mapped[Account | None] = relationship(viewonly=True)


class DeskHelp(Identified, Base):
    """That a desk answers the calls of another where nobody there can, as its own coordinator said. Both read it, so no wall is round it."""

    __tablename__ = "desk_help"
    __table_args__ = (
        UniqueConstraint("helper_id", "helped_id"),
        CheckConstraint("helper_id <> helped_id", name="another_desk"),
    )

    helper_id: Mapped[str] = mapped_column(ForeignKey("desk.id"))
    helped_id: Mapped[str] = mapped_column(ForeignKey("desk.id"))
    agreed_at: Mapped[datetime]
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
