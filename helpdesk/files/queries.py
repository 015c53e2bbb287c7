from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from helpdesk.db.wall import get_here
from helpdesk.files.models import FilePiece, StoredFile


def stored_file(session: Session, file_id: UUID) -> StoredFile:
    """The file of the acting desk, or NotFound."""
    return get_here(session, StoredFile, file_id)


def stored_files(session: Session, file_ids: Sequence[UUID]) -> Sequence[StoredFile]:
    """These files of the acting desk, in the order in which they came."""
    if not file_ids:
        return ()
    return session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)).order_by(StoredFile.id)).all()


def copy_of(session: Session, file_id: UUID) -> StoredFile | None:
    """The copy of a file that people see, if it has one."""
    return session.scalar(select(StoredFile).where(StoredFile.copy_of_id == file_id))


def pieces(session: Session, file_id: UUID) -> Sequence[FilePiece]:
    """The pieces of a file, in order, with what is in them."""
    statement = select(FilePiece).where(FilePiece.file_id == file_id).options(undefer(FilePiece.content_sealed))
    return session.scalars(statement.order_by(FilePiece.number)).all()


def forget(session: Session, file_id: UUID) -> None:
    """Delete a file, its copy, and every piece of both."""
    copies = select(StoredFile.id).where(StoredFile.copy_of_id == file_id)
    session.execute(delete(FilePiece).where(FilePiece.file_id.in_(copies) | (FilePiece.file_id == file_id)))
    session.execute(delete(StoredFile).where(StoredFile.copy_of_id == file_id))
    session.execute(delete(StoredFile).where(StoredFile.id == file_id))
