"""Which institutions answer what somebody typed, and which of them is offered first."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Protocol, TypeVar

from helpdesk.kernel import teryt
from helpdesk.kernel.text import PolishKey, polish_key, words


class Match(IntEnum):
    """How well a name answers what was typed, best first."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    NONE = 3


class Nearness(IntEnum):
    """How near an institution is to somebody, best first. One that serves only the neighbours may turn them away."""

    GMINA = 0
    COUNTY = 1
    VOIVODESHIP = 2
    NEIGHBOURS = 3
    ELSEWHERE = 4


class Findable(Protocol):
    """Whatever has a name and the codes of the areas it serves."""

    @property
    def name(self) -> str: ...
    @property
    def teryt(self) -> Sequence[str]: ...


F = TypeVar("F", bound=Findable)


def match(name: str, typed: str) -> Match:
    """How a name answers: wholly, by its beginning, by the beginnings of its words in any order, or not."""
    wanted, found = words(typed), words(name)
    if found == wanted:
        return Match.EXACT
    if " ".join(found).startswith(" ".join(wanted)):
        return Match.PREFIX
    hit = all(any(word.startswith(start) for word in found) for start in wanted)
    return Match.WORDS if hit else Match.NONE


def nearness(served: Iterable[str], here: str) -> Nearness:
    """How near the served areas are to a place (complete TERYT codes): the best of them counts."""
    return min((_nearness(area, here) for area in served), default=Nearness.ELSEWHERE)


def ranked(found: Iterable[F], typed: str, here: str = "") -> list[F]:
    """Those that answer what was typed, best first: by name, then by nearness, then in Polish order.

    With nothing typed, all, nearest first. Without a place, nearness does not count.
    """
    hits = [institution for institution in found if match(institution.name, typed) is not Match.NONE]
    return sorted(hits, key=lambda institution: _rank(institution, typed, here))


def _rank(institution: Findable, typed: str, here: str) -> tuple[Match, Nearness, PolishKey]:
    near = nearness(institution.teryt, here) if here else Nearness.ELSEWHERE
    return match(institution.name, typed), near, polish_key(institution.name)


def _nearness(area: str, here: str) -> Nearness:
    serves = {teryt.COUNTY_DIGITS: Nearness.COUNTY, len(teryt.REGION): Nearness.VOIVODESHIP}
    if teryt.within(here, area):
        return serves.get(len(area), Nearness.GMINA)
    county = here[: teryt.COUNTY_DIGITS]
    return Nearness.NEIGHBOURS if teryt.within(area, county) and len(county) > len(teryt.REGION) else Nearness.ELSEWHERE
