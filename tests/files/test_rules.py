"""What a file is, its content says; what pretends is kept apart (attack test 20)."""

import io
import unicodedata
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpdesk.files.rules import LARGEST, LONGEST_NAME, Apart, FileKind, FileRefusal, clean_name, look
from helpdesk.kernel.errors import Refusal


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "blue").save(out, kind)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind", "apart"),
    [
        ("a.jpg", picture(), FileKind.PICTURE, None),
        ("a.png", picture("PNG"), FileKind.PICTURE, None),
        ("a.webp", picture("WEBP"), FileKind.PICTURE, None),
        ("IMG0001", picture(), FileKind.PICTURE, None),
        ("a.docx", DOCX, FileKind.DOCUMENT, None),
        ("a.odt", archive("mimetype", "content.xml"), FileKind.DOCUMENT, None),
        ("a.pdf", b"%PDF-1.7\n%%EOF", FileKind.DOCUMENT, None),
        ("a.txt", "Dzień dobry".encode(), FileKind.DOCUMENT, None),
        ("a.wav", b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 40, FileKind.SOUND, None),
        ("a.mp3", b"ID3\x03\0\0\0\0\0\0" + b"\0" * 40, FileKind.SOUND, None),
        ("a.amr", b"#!AMR\n" + b"\0" * 40, FileKind.SOUND, None),
        ("a.jpg", picture("PNG"), FileKind.PICTURE, Apart.PRETENDS),
        ("a.jpg", b"<html><script>alert(1)</script>", FileKind.PICTURE, Apart.PRETENDS),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", FileKind.PICTURE, Apart.PRETENDS),
        ("a.jpg", picture() + archive("evil.exe"), FileKind.PICTURE, Apart.PRETENDS),
        ("a.jpg", picture() + b"<script>alert(1)</script>", FileKind.PICTURE, Apart.PRETENDS),
        ("a.docx", archive("word/document.xml", "word/vbaProject.bin"), FileKind.DOCUMENT, Apart.HOLDS_PROGRAM),
        (
            "a.pdf",
            b"%PDF-1.7\n/OpenAction << /S /JavaScript /JS (app.alert) >>",
            FileKind.DOCUMENT,
            Apart.HOLDS_PROGRAM,
        ),
        ("a.pdf.exe", b"%PDF-1.7\n%%EOF", FileKind.DOCUMENT, Apart.PRETENDS),
    ],
)
def test_what_a_file_is(name: str, content: bytes, kind: FileKind, apart: Apart | None) -> None:
    looked = look(name, content)
    assert (looked.media.kind, looked.apart) == (kind, apart)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", FileRefusal.EMPTY),
        ("a.exe", b"MZ\x90\0" + b"\0" * 60, FileRefusal.NOT_ACCEPTED),
        ("a.zip", archive("one.txt"), FileRefusal.NOT_ACCEPTED),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileRefusal.NOT_ACCEPTED),
        ("a.html", b"<!DOCTYPE html><p>x", FileRefusal.NOT_ACCEPTED),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * LARGEST, FileRefusal.TOO_LARGE),
    ],
)
def test_what_is_not_taken(name: str, content: bytes, code: FileRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        look(name, content)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("a\0b.txt", "ab.txt"),
        ("x" * 300 + ".jpg", "x" * (LONGEST_NAME - 4) + ".jpg"),
        ("ზამთარი.jpg", "ზამთარი.jpg"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@given(st.text(max_size=400))
def test_no_name_steers_or_leads_elsewhere(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= LONGEST_NAME
    assert not set(cleaned) & set("/\\\0")
    assert not any(unicodedata.category(sign)[0] == "C" for sign in cleaned)


@given(st.binary(max_size=300), st.sampled_from(["a.jpg", "a.docx", "a.pdf", "a", "a.txt"]))
def test_no_content_breaks_the_look(content: bytes, name: str) -> None:
    with suppress(Refusal):
        assert look(name, content).media.endings
