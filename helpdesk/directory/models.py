from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import Identified
from helpdesk.directory.rules import InstitutionRow


class Institution(Identified, Base):
    """An institution as anybody may look it up. It belongs to no desk: the directory is common to all.

    `search` holds, folded, all by which it is found; `changed_by` the name of whoever saved it last, as it was then.
    """

    __tablename__ = "institution"
    __table_args__ = (
        CheckConstraint("key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="key_form"),
        CheckConstraint("name <> ''", name="named"),
        Index("ix_institution_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    teryt: Mapped[list[str]] = mapped_column(default=list)
    address: Mapped[str] = mapped_column(default="")
    phones: Mapped[list[str]] = mapped_column(default=list)
    email: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    accessibility: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")

    @property
    def row(self) -> InstitutionRow:
        """The institution as it travels in a table."""
        return InstitutionRow(
            key=self.key,
            kind=self.kind,
            name=self.name,
            teryt=tuple(self.teryt),
            address=self.address,
            phones=tuple(self.phones),
            email=self.email,
            website=self.website,
            hours=self.hours,
            languages=tuple(self.languages),
            accessibility=tuple(self.accessibility),
            checked_on=self.checked_on,
            note=self.note,
        )
