from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.activities.rules import AgreementEntry
from helpdesk.db.base import Base
from helpdesk.db.wall import OfDesk


class Agreement(OfDesk, Base):
    """An agreement of the programme with a gmina. It belongs to the desk that signs it (docs/decisions/0014-agreements.md).

    `gmina` is a TERYT code; both days are included, and without a last day it is open; `contribution` is in grosz. A gmina never has
    two on one day: the database refuses that.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("desk_id", "number"),
        CheckConstraint("gmina ~ '^[0-9]{7}$'", name="gmina_form"),
        CheckConstraint("number <> ''", name="numbered"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("contribution >= 0", name="contribution"),
        ExcludeConstraint(
            ("desk_id", "="), ("gmina", "="), ("days", "&&"), using="gist", name="ex_agreement_one_at_a_time"
        ),
    )

    gmina: Mapped[str]
    number: Mapped[str]
    signed_on: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    days: Mapped[Range[date]] = mapped_column(
        DATERANGE(), Computed("daterange(first_day, last_day, '[]')", persisted=True)
    )
    contribution: Mapped[int | None]
    remarks: Mapped[str] = mapped_column(default="")
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    annexes: Mapped[list["AgreementAnnex"]] = relationship(
        back_populates="agreement", order_by="AgreementAnnex.signed_on, AgreementAnnex.number"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def entry(self) -> AgreementEntry:
        """The agreement as somebody writes it down."""
        return AgreementEntry(
            gmina=self.gmina,
            number=self.number,
            signed_on=self.signed_on,
            first_day=self.first_day,
            last_day=self.last_day,
            contribution=self.contribution,
            remarks=self.remarks,
        )


class AgreementAnnex(OfDesk, Base):
    """An annex to an agreement: what it changed, in words. It counts for nothing."""

    __tablename__ = "agreement_annex"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "agreement_id"], ["agreement.desk_id", "agreement.id"]),
        UniqueConstraint("desk_id", "agreement_id", "number"),
        CheckConstraint("number <> ''", name="numbered"),
        CheckConstraint("what <> ''", name="says_what"),
    )

    agreement_id: Mapped[UUID]
    number: Mapped[str]
    signed_on: Mapped[date]
    what: Mapped[str]

    agreement: Mapped[Agreement] = relationship(back_populates="annexes")


class AgreementRevision(OfDesk, Base):
    """What stood in an agreement before it was changed, by whom, and why. A figure of last year must stay explicable."""

    __tablename__ = "agreement_revision"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "agreement_id"], ["agreement.desk_id", "agreement.id"]),
        UniqueConstraint("desk_id", "agreement_id", "version"),
        CheckConstraint("why <> ''", name="with_reason"),
    )

    agreement_id: Mapped[UUID]
    version: Mapped[int]
    was: Mapped[dict[str, Any]] = mapped_column(JSONB)
    why: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
