from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.files.rules import Apart, FileKind


class StoredFile(OfDesk, Base):
    """A file as it was sent, or the copy of it that people see. Its content lies beside it in sealed pieces."""

    __tablename__ = "stored_file"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "copy_of_id"], ["stored_file.desk_id", "stored_file.id"]),
        UniqueConstraint("desk_id", "copy_of_id"),
        CheckConstraint("size > 0 AND pieces > 0", name="content"),
        CheckConstraint("copy_of_id IS NULL OR apart IS NULL", name="copies_are_shown"),
    )

    name = sealed("name_sealed", pad=128)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[FileKind] = mapped_column(enum_text(FileKind))
    media_type: Mapped[str]
    size: Mapped[int]
    pieces: Mapped[int]
    # Keyed, since the plain digest of a known picture would tell who has it.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    apart: Mapped[Apart | None] = mapped_column(enum_text(Apart))
    copy_of_id: Mapped[UUID | None]
    received_at: Mapped[datetime]


class FilePiece(OfDesk, Base):
    """One mebibyte of a file. That none is missing or out of its place shows the digest of the whole."""

    __tablename__ = "file_piece"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "file_id"], ["stored_file.desk_id", "stored_file.id"], ondelete="CASCADE"),
        UniqueConstraint("desk_id", "file_id", "number"),
    )

    file_id: Mapped[UUID]
    number: Mapped[int]
    content = sealed("content_sealed")
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
