from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.rules import Place
from helpdesk.db.base import Base
from helpdesk.db.columns import Identified, enum_text, new_id
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.permissions import Actor, Profession, Role


class Account(Identified, Base):
    """Somebody who signs in. Flask-Login asks it four things; all else is ours."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("login = lower(login)", name="login_lower"),)

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="pl")
    languages: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret = sealed("totp_secret_sealed")
    totp_secret_sealed: Mapped[bytes | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    # The secret of an app that is being set up: it takes the place of the old one only when a code proves that it works.
    totp_offer = sealed("totp_offer_sealed")
    totp_offer_sealed: Mapped[bytes | None]
    # Set while the password is one that an administrator handed over; until then it may be used, once, to choose another.
    start_password_until: Mapped[datetime | None]
    phone = sealed("phone_sealed")
    phone_sealed: Mapped[bytes | None]
    # No machine ever picks this telephone up: a line that cannot ask for a key rings only such ones.
    phone_by_person: Mapped[bool] = mapped_column(default=False)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="account", lazy="selectin", order_by="Membership.desk_id"
    )
    passkeys: Mapped[list["Passkey"]] = relationship(back_populates="account", order_by="Passkey.added_at")
    recovery_codes: Mapped[list["RecoveryCode"]] = relationship(back_populates="account")

    def __init__(self, **values: object) -> None:
        values.setdefault("id", new_id())
        self.id = values["id"]  # type: ignore[assignment]  # first of all, since sealed columns are bound to it
        super().__init__(**values)

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def is_anonymous(self) -> bool:
        return False

    def get_id(self) -> str:
        return str(self.id)

    @property
    def desk_ids(self) -> tuple[str, ...]:
        return tuple(membership.desk_id for membership in self.memberships)

    @property
    def person(self) -> Actor:
        """As whom somebody acts at no desk in particular."""
        return Actor(id=self.id, name=self.name)

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None or bool(self.passkeys)

    def membership_at(self, desk_id: str) -> "Membership | None":
        return next((each for each in self.memberships if each.desk_id == desk_id), None)

    def actor_at(self, desk_id: str | None) -> Actor | None:
        """As whom this person acts at a desk; None without a membership there."""
        if desk_id is None:
            return self.person
        found = self.membership_at(desk_id)
        return found.actor if found else None


class Membership(Identified, Base):
    """That somebody works at a desk, in which roles, and as what. Above the wall, since it decides who may pass it."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("desk_id", "account_id"),)

    desk_id: Mapped[str] = mapped_column(ForeignKey("desk.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    roles: Mapped[list[str]]
    profession: Mapped[Profession] = mapped_column(enum_text(Profession))
    # In which languages our texts may be reviewed by whoever reviews texts.
    reviews: Mapped[list[str]] = mapped_column(default=list, server_default="{}")

    account: Mapped[Account] = relationship(back_populates="memberships")

    @property
    def place(self) -> Place:
        return Place(frozenset(Role(role) for role in self.roles), self.profession, frozenset(self.reviews))

    @property
    def actor(self) -> Actor:
        place = self.place
        return Actor(
            self.account_id, self.account.name, self.desk_id, place.roles, place.profession, reviews=place.reviews
        )


class Passkey(Identified, Base):
    """A WebAuthn credential: only its public half."""

    __tablename__ = "passkey"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    added_at: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="passkeys")


class RecoveryCode(Identified, Base):
    """One of ten codes that stand in for a lost second factor, each once; only its hash is kept.

    A code counts from the moment its owner says that it is written down. Until then the codes of before count.
    """

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="recovery_codes")


class KnownBrowser(Identified, Base):
    """A browser from which an account signed in before, by the keyed hash of a random token that it keeps."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("account_id", "browser_hash"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class SignInFailure(Identified, Base):
    """A failed attempt, counted by login and source: one known browser, or all unknown ones together. No address is kept."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_login_hash_source_hash", "login_hash", "source_hash"),)

    login_hash: Mapped[bytes] = mapped_column(LargeBinary)
    source_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)


class Notice(OfDesk, Base):
    """That a person at a desk was told something: a code and the times and places it is about, never anything of a person helped.

    It stands on the person's own page until it was seen there, and goes out by mail where there is a mail server.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_desk_id_account_id", "desk_id", "account_id", "at"),
        Index("ix_notice_unmailed", "at", postgresql_where=text("mailed_at IS NULL")),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code: Mapped[str]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")
