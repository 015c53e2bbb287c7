from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.desks.rules import DeskKind, PublicFace


class Desk(Base):
    """A desk. Its short name is its key, the same in tables, addresses and pages."""

    __tablename__ = "desk"
    __table_args__ = (
        CheckConstraint("id ~ '^[a-z][a-z0-9-]{1,40}$'", name="short_name"),
        CheckConstraint("place ~ '^[a-z0-9]{1,12}$'", name="place"),
        CheckConstraint("answer_hours BETWEEN 1 AND 720", name="answer_hours"),
        CheckConstraint("keep_years BETWEEN 1 AND 50", name="keep_years"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[DeskKind] = mapped_column(enum_text(DeskKind))
    name_pl: Mapped[str]
    name_en: Mapped[str]
    controller: Mapped[str]
    number_prefix: Mapped[str] = mapped_column(unique=True)
    languages: Mapped[list[str]]
    # Where the desk stands in public addresses, so short that it says nothing; without one it has no public form.
    place: Mapped[str | None] = mapped_column(unique=True)
    # Within how many hours somebody who wrote is promised an answer.
    answer_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    # What has to be said to whoever writes (GDPR, art. 13). After so many years without a word what was written is deleted.
    address: Mapped[str] = mapped_column(default="", server_default="")
    data_officer: Mapped[str] = mapped_column(default="", server_default="")
    legal_basis: Mapped[str] = mapped_column(default="", server_default="")
    keep_years: Mapped[int | None]

    lines: Mapped[list["PhoneLine"]] = relationship(back_populates="desk", order_by="PhoneLine.number")

    @property
    def face(self) -> PublicFace:
        """What it says of itself to whoever writes."""
        return PublicFace(
            self.place or "",
            self.answer_hours,
            self.address,
            self.data_officer,
            self.legal_basis,
            self.keep_years,
        )

    def name(self, locale_tag: str) -> str:
        return self.name_pl if locale_tag == "pl" else self.name_en


class PhoneLine(OfDesk, Base):
    """A number at which a desk is called; one number belongs to one desk.

    `name` is what colleagues hear when their telephone rings. `plan` is how the line behaves, as `telephony.rules.plan` reads it.
    """

    __tablename__ = "phone_line"

    number: Mapped[str] = mapped_column(unique=True)
    languages: Mapped[list[str]]
    name: Mapped[str] = mapped_column(default="")
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    desk: Mapped[Desk] = relationship(back_populates="lines")
