from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.sealed import SealError, ring
from helpdesk.db.wall import acting_desk
from helpdesk.files import queries
from helpdesk.files.models import FilePiece, StoredFile
from helpdesk.files.rules import MEDIA, Apart, FileKind, Media, clean_name, look
from helpdesk.files.service.pictures import redraw
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """A file to be handed out. `is_cleaned`: place and device were taken out of it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    is_cleaned: bool


def keep(session: Session, name: str, content: bytes, *, actor: Actor, now: datetime) -> StoredFile:
    """Keep a file of the acting desk as it was sent, and of a picture a redrawn copy. Raises Refusal for what is not taken.

    Nothing is written anywhere but in this transaction. A picture that cannot be drawn is kept apart.
    """
    looked = look(name, content)
    redrawn = redraw(content) if looked.media.kind is FileKind.PICTURE and looked.apart is None else None
    is_broken = looked.media.kind is FileKind.PICTURE and looked.apart is None and redrawn is None
    original = _store(session, clean_name(name), looked.media, content, now)
    original.apart = Apart.UNREADABLE if is_broken else looked.apart
    if redrawn is not None:
        copy = _store(session, original.name, MEDIA[redrawn.media_type], redrawn.content, now)
        copy.copy_of_id = original.id
    detail: dict[str, object] = {"kind": original.kind.value, "size": original.size}
    if original.apart:
        detail["apart"] = original.apart.value
    _record(session, original, Tag.FILE_KEPT, actor, now, detail)
    return original


def read(session: Session, file_id: UUID, *, original: bool = False, actor: Actor, now: datetime) -> Reading:
    """A file of the acting desk for somebody who opens it, which is recorded: the cleaned copy, or as it was sent.

    Raises NotFound for a file that is kept apart, unless as it was sent, and SealError if a piece is missing, moved or damaged.
    """
    found = queries.stored_file(session, file_id)
    shown = found if original else queries.copy_of(session, file_id) or found
    if shown.apart is not None and not original:
        raise NotFound(StoredFile.__name__)
    _record(session, found, Tag.FILE_ORIGINAL_OPENED if original else Tag.FILE_OPENED, actor, now, {})
    return Reading(found.name, shown.media_type, _content(session, shown), is_cleaned=shown is not found)


def names_of(session: Session, file_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """What the sender called some files, for the sender alone."""
    return [(each.id, each.name) for each in queries.stored_files(session, file_ids)]


def forget(session: Session, file_id: UUID) -> None:
    """Delete a file of the acting desk with its copy; nothing happens if it is gone already."""
    queries.forget(session, file_id)


def _store(session: Session, name: str, media: Media, content: bytes, now: datetime) -> StoredFile:
    parts = list(_parts(content))
    stored = StoredFile(
        desk_id=acting_desk(session),
        kind=media.kind,
        media_type=media.type,
        size=len(content),
        pieces=len(parts),
        digest=_digest(content),
        received_at=now,
    )
    stored.name = name
    session.add(stored)
    session.flush()  # the pieces refer to it
    for number, part in enumerate(parts):
        piece = FilePiece(file_id=stored.id, number=number)
        piece.content_sealed = ring().seal_bytes(part, FilePiece.content.bound_to(piece))
        session.add(piece)
    session.flush()  # so that no more than one file at a time is held in memory
    return stored


def _parts(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def _content(session: Session, stored: StoredFile) -> bytes:
    pieces = queries.pieces(session, stored.id)
    parts = [ring().open_bytes(each.content_sealed or b"", FilePiece.content.bound_to(each)) for each in pieces]
    content = b"".join(parts)
    if len(pieces) != stored.pieces or not compare_digest(_digest(content), stored.digest):
        raise SealError(f"The pieces of the file {stored.id} are not those it was sealed in.")
    return content


def _digest(content: bytes) -> bytes:
    return ring().blind_bytes("file", content)


def _record(
    session: Session, stored: StoredFile, tag: Tag, actor: Actor, now: datetime, detail: dict[str, object]
) -> None:
    audit.record(session, actor=actor, tag=tag, subject=stored.id, desk_id=stored.desk_id, now=now, detail=detail)
