"""Which characters our fonts can show. One that they cannot is an error of PDF/A, so it becomes a box before it gets there."""

import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
BOX = "□"
# Signs that our fonts lack; the template takes them from the face that Typst itself brings.
BORROWED = "□←→−≤≥✓"
# Marks of byte order say nothing, and PDF/A forbids them.
FORBIDDEN = "\ufeff\ufffe"
HEADER, RECORD, SEGMENTS = 12, 16, 4


class Cleaner:
    """Makes texts printable, and counts in `lost` the characters that became a box."""

    def __init__(self) -> None:
        self.lost = 0

    def of(self, value: object) -> object:
        """The value as it can be printed; lists and mappings are gone through, whatever is no text stays."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {key: self.of(each) for key, each in value.items()}
            case list() | tuple():
                return [self.of(each) for each in value]
            case _:
                return value

    def text(self, said: str) -> str:
        """Composed letters, ends of lines as LF, no invisible controls, and a box for what cannot be shown."""
        lines = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", unicodedata.normalize("NFC", said))
        return "".join(each if each in _known() else self._instead(each) for each in lines)

    def _instead(self, character: str) -> str:
        category = unicodedata.category(character)
        if category == "Zs" or character == "\t":
            return " "
        if category in {"Cc", "Cf"} or unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
            return ""
        self.lost += 1
        return BOX


@cache
def _known() -> frozenset[str]:
    """What is printed as it is: what a family of our fonts has in all its weights, what is borrowed, and the end of a line."""
    families: dict[str, list[frozenset[str]]] = {}
    for path in FONTS.glob("*.?tf"):
        families.setdefault(path.name.partition("-")[0], []).append(frozenset(characters(path.read_bytes())))
    shared = frozenset().union(*(frozenset.intersection(*weights) for weights in families.values()))
    return shared - set(FORBIDDEN) - {chr(code) for code in range(32)} | set(BORROWED) | {"\n"}


def characters(font: bytes) -> Iterator[str]:
    """The characters an OpenType font has a glyph for: its table `cmap`, format 4 (OpenType 1.9, "cmap")."""
    start = _cmap(font)
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, start + 14 + shift) for shift in _columns(count)
    )
    for place, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, last + 1):
            if offsets[place]:
                # An offset counts from its own place in the last of the four columns.
                at = start + 14 + _columns(count)[3] + 2 * place + offsets[place] + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
            else:
                glyph = (code + deltas[place]) % 0x10000
            if glyph:
                yield chr(code)


def _columns(count: int) -> tuple[int, int, int, int]:
    """Where the four columns of segments begin: ends, a gap of two bytes, starts, deltas, offsets."""
    return 0, 2 * count + 2, 4 * count + 2, 6 * count + 2


def _cmap(font: bytes) -> int:
    """Where the format 4 subtable for Unicode begins."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, HEADER + RECORD * each) for each in range(tables))
    table = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    for each in range(struct.unpack_from(">H", font, table + 2)[0]):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * each)
        if struct.unpack_from(">H", font, table + offset)[0] == SEGMENTS:
            return int(table + offset)
    raise ValueError("This font has no table of characters that we can read.")
