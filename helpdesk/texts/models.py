from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import Identified, enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.texts.rules import Reviewed, Verdict


class AnswerTemplate(OfDesk, Base):
    """An answer that a desk gives again and again, in one language. `changed_by` is the name of whoever saved it last, as it was then."""

    __tablename__ = "answer_template"
    __table_args__ = (UniqueConstraint("desk_id", "name", "language"),)

    name: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class TextReview(Identified, Base):
    """What a native speaker said of a sentence on which somebody's safety may depend. It belongs to no desk: all say the same."""

    __tablename__ = "text_review"
    __table_args__ = (Index("ix_text_review_language", "language", "at"),)

    language: Mapped[str]
    key: Mapped[str]
    digest: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(enum_text(Verdict))
    remark: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID]
    by_name: Mapped[str]
    at: Mapped[datetime]

    @property
    def reviewed(self) -> Reviewed:
        return Reviewed(self.key, self.digest, self.verdict)
