"""The languages we speak: which they are, how they are written, and which of them a reader gets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel import Locale, UnknownLocaleError


class Direction(StrEnum):
    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 tag, its own name for itself and its script (ISO 15924)."""

    tag: str
    endonym: str
    direction: Direction = Direction.LTR
    script: str = "Latn"


POLISH = Language("pl", "polski")
ENGLISH = Language("en", "English")

# Polish, then the fifteen of the domain report, part C, by how many people in the region are likely to need them.
LANGUAGES = (
    POLISH,
    Language("uk", "українська", script="Cyrl"),
    Language("ru", "русский", script="Cyrl"),
    ENGLISH,
    Language("es", "español"),
    Language("be", "беларуская", script="Cyrl"),
    Language("ka", "ქართული", script="Geor"),
    Language("hi", "हिन्दी", script="Deva"),
    Language("ne", "नेपाली", script="Deva"),
    Language("fil", "Filipino"),
    Language("ro", "română"),
    Language("id", "Bahasa Indonesia"),
    Language("zh-Hans", "简体中文", script="Hans"),
    Language("ar", "العربية", Direction.RTL, "Arab"),
    Language("uz", "oʻzbekcha"),
    Language("vi", "Tiếng Việt"),
)
STAFF_LANGUAGES = (POLISH, ENGLISH)

_RANGE = re.compile(r"\*|[a-z]{1,8}(-[a-z0-9]{1,8})*")
_BY_TAG = {language.tag.lower(): language for language in LANGUAGES}
# What browsers call a language that we list under another tag. Readers of traditional Chinese get simplified: the
# only other choice would be a language they may not read at all.
_ALIASES = {"zh": "zh-hans", "tl": "fil", "mo": "ro", "in": "id"}
# The library's Filipino names of languages are English with mistakes ("Ukranian"), so the English ones are shown.
_NAMES_FROM = {"fil": "en"}


def language(tag: str) -> Language:
    """The language of this tag, in any case and with "-" or "_". Raises KeyError naming the tag."""
    try:
        return _BY_TAG[tag.replace("_", "-").lower()]
    except KeyError:
        raise KeyError(f"No such language: {tag!r}") from None


def negotiate(accept_header: str, offered: Sequence[Language]) -> Language:
    """The offered language that the reader's browser likes best (RFC 9110, 12.5.4; lookup of RFC 4647, 3.4).

    A malformed header counts as none. Without a header the first offered language is given; a reader who asks only for
    languages that are not offered gets English where it is offered, as the bridge (domain report, part C).
    """
    wanted = list(_wanted(accept_header))
    for tag in wanted:
        for candidate in _shortened(tag):
            for choice in offered:
                if candidate in {choice.tag.lower(), "*"}:
                    return choice
    return ENGLISH if wanted and ENGLISH in offered else offered[0]


@cache
def language_name(tag: str, locale_tag: str) -> str:
    """What a language is called in another: ("uk", "pl") is "ukraiński".

    Works for any language that the library knows, not only ours. Falls back to its own name for itself, then to the tag.
    """
    known = _BY_TAG.get(tag.lower())
    own_name = known.endonym if known else tag
    try:
        locale = Locale.parse(_NAMES_FROM.get(locale_tag, locale_tag), sep="-")
    except (UnknownLocaleError, ValueError):
        return own_name
    return str(locale.languages.get(tag.replace("-", "_")) or own_name)


def _wanted(header: str) -> Iterator[str]:
    """The tags of a header in lower case, most wanted first, equal ones in their order; the unwanted (q=0) left out."""
    ranges = [_weighed(part) for part in header.split(",")]
    for tag, weight in sorted(ranges, key=lambda pair: -pair[1]):
        if weight > 0 and _RANGE.fullmatch(tag):
            yield tag


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    try:
        weight = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        weight = 0.0
    # "nan" is a number to Python; no comparison with it holds, so it would upset the order.
    return tag.strip().lower(), weight if 0 <= weight <= 1 else 0.0


def _shortened(tag: str) -> Iterator[str]:
    """The tag and its ever shorter beginnings, each followed by our own name for it."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        start = "-".join(parts[:length])
        yield start
        if start in _ALIASES:
            yield _ALIASES[start]
