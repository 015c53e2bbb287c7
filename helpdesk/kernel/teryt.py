"""The official names of places: the voivodeship, its 23 counties and 144 gminas, by their TERYT code.

Eleven names belong to two gminas each (domain report, B.13), so a place is stored by its code and shown with what tells
it apart. The table is the statistics office's, as on the day in its last column.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from helpdesk.kernel.text import PolishKey, fold, polish_key
from helpdesk.kernel.text import words as folded_words

REGION = "04"
COUNTY_DIGITS = 4
GMINA_DIGITS = 6


class Level(StrEnum):
    GMINA = "gmina"
    COUNTY = "county"
    VOIVODESHIP = "voivodeship"


class Kind(StrEnum):
    """In the order in which places of equal name are offered: more people live in towns."""

    CITY = "city with county rights"
    URBAN = "urban"
    MIXED = "mixed"
    RURAL = "rural"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Area:
    """A place: 2 digits for the voivodeship, 4 for a county, 7 for a gmina (the last digit is its kind)."""

    code: str
    level: Level
    name: str
    kind: Kind | None
    county: str


_DIGIT_OF_KIND = {Kind.URBAN: "1", Kind.RURAL: "2", Kind.MIXED: "3"}
# A mixed gmina's town is 4 and its countryside 5; 2 is what it was while it was rural. An urban gmina beside a rural
# one of the same name is a different place, so 1 is never read as anything else.
_ALSO_MIXED = frozenset("245")
_LEVELS = list(Level)
_KINDS = [*Kind, None]
_GMINA_WORDS = {
    "pl": {Kind.URBAN: "gmina miejska", Kind.RURAL: "gmina wiejska", Kind.MIXED: "gmina miejsko-wiejska"},
    "en": {Kind.URBAN: "urban gmina", Kind.RURAL: "rural gmina", Kind.MIXED: "urban-rural gmina"},
}
_CITY_WORDS = {"pl": "miasto na prawach powiatu", "en": "city with county rights"}
_COUNTY_WORDS = {"pl": "powiat {}", "en": "{} county"}
_VOIVODESHIP_WORDS = {"pl": "województwo {}", "en": "{} voivodeship"}


@cache
def areas() -> Mapping[str, Area]:
    """Every place of the region by its code, in the order of the table."""
    table = resources.files("helpdesk.kernel").joinpath("data", "terc-04.csv").read_text(encoding="utf-8")
    found = (_read(row) for row in csv.DictReader(table.splitlines()))
    return MappingProxyType({place.code: place for place in found})


def area(code: str) -> Area:
    """The place of a code, also of a code that `full_code` completes. Raises KeyError naming the code."""
    return areas()[full_code(code)]


@cache
def gminas() -> tuple[Area, ...]:
    """The 144 gminas in Polish alphabetical order, towns before the country round them."""
    return tuple(sorted((place for place in areas().values() if place.level is Level.GMINA), key=_order))


@cache
def counties() -> tuple[Area, ...]:
    """The 19 counties and 4 cities with county rights in Polish alphabetical order."""
    return tuple(sorted((place for place in areas().values() if place.level is Level.COUNTY), key=_order))


def county_of(code: str) -> Area:
    """The county in which a gmina lies; a county's own. Raises KeyError for the voivodeship and for unknown codes."""
    full = full_code(code)
    if len(full) < COUNTY_DIGITS:
        raise KeyError(f"Not inside one county: {code!r}")
    return areas()[full[:COUNTY_DIGITS]]


def full_code(code: str) -> str:
    """The code as the table has it; raises KeyError naming what is unknown.

    A gmina's 6 digits without its kind are completed. The kinds 4 and 5 (town and countryside of a mixed gmina) and 2
    (before it became mixed) lead to the mixed gmina; any other wrong kind is an error, never a guess.
    """
    bare = code.strip()
    if bare in areas():
        return bare
    found = _by_six_digits().get(bare[:GMINA_DIGITS])
    kind = bare[GMINA_DIGITS:]
    if found and (not kind or (kind in _ALSO_MIXED and found.kind is Kind.MIXED)):
        return found.code
    raise KeyError(f"No such TERYT code: {code!r}")


def within(inner: str, outer: str) -> bool:
    """Whether one place lies in another or is the same. Takes complete codes; asks no table."""
    return inner.startswith(outer)


def search(words: str, limit: int = 10, *, level: Level | None = None) -> list[Area]:
    """Places for what somebody typed, best first: the exact name, then names that begin so, then the rest.

    Each typed word must begin a word of what `display` shows, one of them a word of the name, so "lipno wiej" finds the
    rural Lipno. Equal ones: gminas before counties, towns before the country, then Polish order.
    """
    wanted = folded_words(words)
    candidates = (place for place in areas().values() if level in {None, place.level})
    found = [place for place in candidates if wanted and _matches(place, wanted)]
    return sorted(found, key=lambda place: _rank(place, wanted))[:limit]


def display(place: Area, locale_tag: str = "pl") -> str:
    """The name with what tells it apart: "Lipno (gmina wiejska, powiat lipnowski)". Polish, else English."""
    tongue = locale_tag if locale_tag in _CITY_WORDS else "en"
    if place.level is Level.VOIVODESHIP:
        return _VOIVODESHIP_WORDS[tongue].format(place.name)
    if place.level is Level.COUNTY:
        return f"{place.name} ({_CITY_WORDS[tongue]})" if _is_city(place) else _COUNTY_WORDS[tongue].format(place.name)
    return f"{place.name} ({_gmina_kind(place, tongue)}, {_gmina_county(place, tongue)})"


def short_name(place: Area, locale_tag: str = "pl") -> str:
    """The bare name where there is only one gmina of it, else what `display` shows."""
    return display(place, locale_tag) if place.name in _doubled_names() else place.name


@cache
def _doubled_names() -> frozenset[str]:
    names = [place.name for place in gminas()]
    return frozenset(name for name in names if names.count(name) > 1)


def _gmina_kind(place: Area, tongue: str) -> str:
    return _GMINA_WORDS[tongue][place.kind or Kind.RURAL]


def _gmina_county(place: Area, tongue: str) -> str:
    return _CITY_WORDS[tongue] if _is_city(county_of(place.code)) else _COUNTY_WORDS[tongue].format(place.county)


def _is_city(county: Area) -> bool:
    return county.kind is Kind.CITY


def _read(row: Mapping[str, str]) -> Area:
    kind = Kind(row["kind"]) if row["kind"] else None
    return Area(row["code"], Level(row["level"]), row["name"], kind, row["county"])


@cache
def _by_six_digits() -> Mapping[str, Area]:
    return {place.code[:GMINA_DIGITS]: place for place in gminas()}


def _matches(place: Area, wanted: tuple[str, ...]) -> bool:
    return _begin(wanted, _shown_words(place)) == set(wanted) and bool(_begin(wanted, folded_words(place.name)))


@cache
def _shown_words(place: Area) -> tuple[str, ...]:
    return folded_words(display(place)) + folded_words(place.name)


def _begin(wanted: tuple[str, ...], shown: tuple[str, ...]) -> set[str]:
    """Which of the typed words begin a word that is shown."""
    return {start for start in wanted if any(word.startswith(start) for word in shown)}


def _rank(place: Area, wanted: tuple[str, ...]) -> tuple[int, int, int, PolishKey, str]:
    name = fold(place.name)
    of_name = _begin(wanted, folded_words(place.name))
    typed = " ".join(word for word in wanted if word in of_name)
    nearness = 0 if name == typed else 1 if name.startswith(typed) else 2
    return nearness, _LEVELS.index(place.level), _KINDS.index(place.kind), polish_key(place.name), place.code


def _order(place: Area) -> tuple[PolishKey, int, str]:
    return polish_key(place.name), _KINDS.index(place.kind), place.code
