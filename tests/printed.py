"""A PDF as a screen reader goes through it: the tagged blocks of each page in reading order, with the words that they stand for.

The reader of our library passes over `ActualText`, by which Devanagari is written, and puts a right-to-left line in the order of the eye.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

BLOCKS = {"/P", "/H1", "/H2", "/TH", "/TD", "/LBody", "/Title", "/Caption"}


def blocks_of(pdf: bytes) -> list[list[str]]:
    """For each page its blocks, each with its words in the order of the page."""
    reader = PdfReader(io.BytesIO(pdf))
    words = {page.indirect_reference: _words(page, reader) for page in reader.pages}
    found: dict[Any, list[str]] = {page.indirect_reference: [] for page in reader.pages}
    for block in _blocks(reader.root_object["/StructTreeRoot"]):
        marks = list(_marks(block, None))
        text = "".join(words[page].get(number, "") for page, number in marks).strip()
        if text:
            found[marks[0][0]].append(" ".join(text.split()))
    return list(found.values())


def _children(element: Any) -> list[Any]:  # noqa: ANN401  as the library's trees are
    inside = element.get("/K", [])
    inside = inside.get_object() if hasattr(inside, "get_object") else inside
    return [each.get_object() for each in inside] if isinstance(inside, list) else [inside]


def _blocks(element: Any) -> Iterator[Any]:  # noqa: ANN401  likewise
    """The blocks below an element, without those that hold others."""
    inner = [block for each in _children(element) if isinstance(each, dict) for block in _blocks(each)]
    yield from inner
    if not inner and element.get("/S") in BLOCKS:
        yield element


def _marks(element: Any, page: Any) -> Iterator[tuple[Any, int]]:  # noqa: ANN401  likewise
    """On which page, and by which number, the pieces of an element are marked."""
    page = element.raw_get("/Pg") if "/Pg" in element else page
    if "/MCID" in element:
        yield page, int(element["/MCID"])
        return
    for each in _children(element):
        if isinstance(each, int):
            yield page, int(each)
        elif isinstance(each, dict):
            yield from _marks(each, page)


def _words(page: PageObject, reader: PdfReader) -> Mapping[int, str]:
    """What each marked piece of a page says."""
    found: dict[int, str] = {}
    opened: list[tuple[int | None, str | None, bool]] = []
    letters: Mapping[str, str] = {}
    content = page.get_contents()
    assert content is not None
    for given, operator in ContentStream(content, reader).operations:
        if operator in {b"BDC", b"BMC"}:
            facts = given[1] if len(given) > 1 and isinstance(given[1], dict) else {}
            opened.append((facts.get("/MCID"), facts.get("/ActualText"), given[0] == "/ReversedChars"))
            _add(found, opened, opened[-1][1] or "", is_actual=True)
        elif operator == b"EMC":
            opened.pop()
        elif operator == b"Tf":
            letters = _letters(page["/Resources"]["/Font"][given[0]])  # type: ignore[index]
        elif operator in {b"Tj", b"TJ"}:
            pieces = given[0] if operator == b"TJ" else given
            _add(found, opened, "".join(_read(each, letters) for each in pieces if not isinstance(each, int | float)))
    return found


def _add(
    found: dict[int, str], opened: list[tuple[int | None, str | None, bool]], text: str, *, is_actual: bool = False
) -> None:
    number = next((each for each, _, _ in reversed(opened) if each is not None), None)
    if number is not None and (is_actual or all(actual is None for _, actual, _ in opened)):
        is_reversed = not is_actual and any(each for _, _, each in opened)
        found[number] = found.get(number, "") + (text[::-1] if is_reversed else text)


def _read(piece: Any, letters: Mapping[str, str]) -> str:  # noqa: ANN401  text or bytes, as the library could read it
    code = piece.original_bytes if hasattr(piece, "original_bytes") else bytes(piece)
    return "".join(letters.get(code[place : place + 2].hex(), "") for place in range(0, len(code), 2))


def _letters(font: Any) -> Mapping[str, str]:  # noqa: ANN401  likewise
    """What the two bytes of each glyph stand for, by the font's own table."""
    table = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    found = {}
    for section in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<(\w{4})>\s*<(\w+)>", section):
            found[code.lower()] = bytes.fromhex(text).decode("utf-16-be")
    return found
