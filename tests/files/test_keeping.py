"""A file is kept whole and sealed, shown without what it should not tell, and gone without a rest."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.sealed import SealError
from helpdesk.db.wall import acting_at
from helpdesk.files import queries, service
from helpdesk.files.models import FilePiece, StoredFile
from helpdesk.files.rules import Apart
from helpdesk.files.service import keeping, pictures
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import SYSTEM
from tests.factories import BLUE_LINE, HELP_POINT, make_desk

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def desks(session: Session) -> None:
    make_desk(session)
    make_desk(session, HELP_POINT)


def photograph(size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that says where it was taken, on its side."""
    exif = Image.Exif()
    exif[0x0110] = "canary phone"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_copy_says_nothing_and_stands_upright(session: Session) -> None:
    content = photograph()
    with acting_at(session, BLUE_LINE):
        kept = service.keep(session, "home.jpg", content, actor=SYSTEM, now=NOW)
        shown = service.read(session, kept.id, actor=SYSTEM, now=NOW)
        original = service.read(session, kept.id, original=True, actor=SYSTEM, now=NOW)
    assert original.content == content
    assert b"canary" in content
    assert b"canary" not in shown.content
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()


def test_a_picture_that_swells_up_is_kept_apart(session: Session) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with acting_at(session, BLUE_LINE):
        kept = service.keep(session, "bomb.png", out.getvalue(), actor=SYSTEM, now=NOW)
        assert kept.apart is Apart.UNREADABLE
        with pytest.raises(NotFound):
            service.read(session, kept.id, actor=SYSTEM, now=NOW)


def test_a_drawer_that_does_not_come_back_keeps_nobody_waiting(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.01)
    with acting_at(session, BLUE_LINE):
        assert service.keep(session, "a.jpg", photograph(), actor=SYSTEM, now=NOW).apart is Apart.UNREADABLE


def test_pieces_that_are_missing_moved_or_damaged_open_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PIECE", 16)
    with acting_at(session, BLUE_LINE):
        kept = service.keep(session, "a.txt", b"sixteen letters.another sixteen.", actor=SYSTEM, now=NOW)
        first, second = queries.pieces(session, kept.id)
        envelopes = first.content_sealed, second.content_sealed
        first.content_sealed, second.content_sealed = envelopes[1], envelopes[0]
        session.flush()
        with pytest.raises(SealError):
            service.read(session, kept.id, actor=SYSTEM, now=NOW)
        first.content_sealed, second.content_sealed = envelopes
        session.flush()
        assert service.read(session, kept.id, actor=SYSTEM, now=NOW).content.startswith(b"sixteen")
        session.delete(second)
        session.flush()
        with pytest.raises(SealError):
            service.read(session, kept.id, actor=SYSTEM, now=NOW)


def test_another_desk_finds_no_file(session: Session) -> None:
    with acting_at(session, BLUE_LINE):
        kept = service.keep(session, "a.txt", b"ours", actor=SYSTEM, now=NOW)
    with acting_at(session, HELP_POINT), pytest.raises(NotFound):
        service.read(session, kept.id, actor=SYSTEM, now=NOW)


def test_a_file_that_is_forgotten_leaves_no_row(session: Session) -> None:
    with acting_at(session, BLUE_LINE):
        kept = service.keep(session, "home.jpg", photograph(), actor=SYSTEM, now=NOW)
        assert len(session.scalars(select(StoredFile)).all()) == 2
        service.forget(session, kept.id)
        service.forget(session, kept.id)
        session.expire_all()
        assert [*session.scalars(select(StoredFile)), *session.scalars(select(FilePiece))] == []
