"""Which files are taken, what they are by their content, and which ones pretend to be something else."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import filetype

from helpdesk.kernel.errors import Refusal

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
_HEAD, _TAIL = 4096, 65_557
_MOST_ENTRIES = 2000
_UNNAMED = "file"


class FileKind(StrEnum):
    """What somebody can do with a file."""

    DOCUMENT = "document"
    PICTURE = "picture"
    SOUND = "sound"


class Apart(StrEnum):
    """Why a file is kept and never shown."""

    HOLDS_PROGRAM = "holds-program"
    PRETENDS = "pretends"
    UNREADABLE = "unreadable"


class FileRefusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "file:empty"
    NOT_ACCEPTED = "file:not-accepted"
    TOO_LARGE = "file:too-large"
    TOO_MANY = "file:too-many"


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of content, and the endings that such files have."""

    type: str
    kind: FileKind
    endings: frozenset[str]


def _media(type_: str, kind: FileKind, endings: str) -> Media:
    return Media(type_, kind, frozenset(endings.split()))


MEDIA = {
    each.type: each
    for each in (
        _media("image/jpeg", FileKind.PICTURE, "jpg jpeg jpe jfif"),
        _media("image/png", FileKind.PICTURE, "png"),
        _media("image/webp", FileKind.PICTURE, "webp"),
        _media("image/gif", FileKind.PICTURE, "gif"),
        _media("image/heic", FileKind.PICTURE, "heic heif"),
        _media("audio/mpeg", FileKind.SOUND, "mp3"),
        _media("audio/mp4", FileKind.SOUND, "m4a mp4"),
        _media("audio/aac", FileKind.SOUND, "aac"),
        _media("audio/ogg", FileKind.SOUND, "ogg oga opus"),
        _media("audio/wav", FileKind.SOUND, "wav"),
        _media("audio/amr", FileKind.SOUND, "amr"),
        _media("audio/3gpp", FileKind.SOUND, "3gp 3gpp"),
        _media("application/pdf", FileKind.DOCUMENT, "pdf"),
        _media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileKind.DOCUMENT, "docx"),
        _media("application/vnd.oasis.opendocument.text", FileKind.DOCUMENT, "odt"),
        _media("text/plain", FileKind.DOCUMENT, "txt"),
    )
}
# What the library calls otherwise. Phones put their recordings into the boxes of films.
_CALLED = {
    "audio/x-wav": "audio/wav",
    "audio/m4a": "audio/mp4",
    "video/mp4": "audio/mp4",
    "video/3gpp": "audio/3gpp",
    "image/heif": "image/heic",
}
_DOCX, _ODT = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
)
_ZIPPED = frozenset({_DOCX, _ODT})
# Other content inside or behind a file: a page or a script in a picture, an archive after its end, macros in a document.
_MARKUP = re.compile(rb"<(?:!doctype html|html|script|svg|iframe|body|\?php)", re.IGNORECASE)
_PROGRAM_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile)(?=[\s/(<\[])")
# What is compressed may spell anything by chance.
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_ARCHIVE_END = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is by its content, and why it must not be shown, if so."""

    media: Media
    apart: Apart | None = None


def look(name: str, content: bytes) -> Looked:
    """What a file is, or Refusal: empty, larger than 20 MiB, or of a kind that nobody here needs (attack test 20).

    A file whose name or inside says something else than its content is kept apart, since it may be evidence of its own.
    """
    if not content:
        raise Refusal(FileRefusal.EMPTY, field="files")
    if len(content) > LARGEST:
        raise Refusal(FileRefusal.TOO_LARGE, field="files", most=LARGEST // 1024 // 1024)
    media = _by_content(content)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if media is None:
        claimed = next((each for each in MEDIA.values() if ending in each.endings), None)
        if claimed is None:
            raise Refusal(FileRefusal.NOT_ACCEPTED, field="files")
        return Looked(claimed, Apart.PRETENDS)
    if ending and ending not in media.endings:
        return Looked(media, Apart.PRETENDS)
    return Looked(media, _hidden(media, content))


def clean_name(name: str) -> str:
    """The name of a file as it may be shown: no path, no signs that steer or turn, not longer than 120 characters."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    stem, dot, ending = " ".join(shown.split()).strip(". ").rpartition(".")
    whole = (stem[: LONGEST_NAME - len(ending) - 1] + dot + ending) if dot else ending
    return whole[:LONGEST_NAME] or _UNNAMED


def _by_content(content: bytes) -> Media | None:
    guessed = filetype.guess(content[:_HEAD])  # type: ignore[no-untyped-call]  # the library has no types
    found = _CALLED.get(guessed.mime, guessed.mime) if guessed else ""
    if content[:4] == b"PK\x03\x04":
        found = _zipped(content)
    elif content[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        found = "audio/aac"
    elif not found and _is_text(content):
        found = "text/plain"
    return MEDIA.get(found)


def _zipped(content: bytes) -> str:
    """Which document an archive is. The names alone are read; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if len(names) > _MOST_ENTRIES:
        return ""
    if "word/document.xml" in names:
        return _DOCX
    return _ODT if "content.xml" in names and "mimetype" in names else ""


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not _MARKUP.search(content) and all(sign.isprintable() or sign in "\n\r\t\ufeff" for sign in text)


def _hidden(media: Media, content: bytes) -> Apart | None:
    if media.type in _ZIPPED:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            inside = [each.lower() for each in archive.namelist()]
        has_program = any(
            each.endswith(("vbaproject.bin", ".exe", ".js", ".dll")) or "/basic/" in f"/{each}" for each in inside
        )
        return Apart.HOLDS_PROGRAM if has_program else None
    if media.type == "application/pdf":
        return Apart.HOLDS_PROGRAM if _PROGRAM_IN_PDF.search(_STREAM.sub(b"", content)) else None
    edges = content[:_HEAD] + content[-_TAIL:]  # between them lie compressed points, which may spell anything by chance
    behind = _ARCHIVE_END in content[-_TAIL:] or (media.kind is FileKind.PICTURE and _MARKUP.search(edges))
    return Apart.PRETENDS if behind else None
