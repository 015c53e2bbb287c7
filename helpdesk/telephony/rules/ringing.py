"""Whose telephone rings, and why not the others'."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.telephony.rules import prompts

# Keys 1 to 9; 0 is left for what every menu may need.
MOST_LANGUAGES = 9

# As many telephones as a provider rings at once.
MOST_AT_ONCE = 10


class Reason(StrEnum):
    SPEAKS = "speaks"
    ON_DUTY = "on-duty"
    OTHER_LANGUAGE = "other-language"
    NO_PHONE = "no-phone"
    SAME_PHONE = "same-phone"
    OWN_LINE = "own-line"
    TOO_MANY = "too-many"
    ENOUGH_RINGS = "enough-rings"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person who answers now: `phone` in E.164 or empty, languages as codes."""

    person_id: str
    phone: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line at this moment: its own `number` in E.164, its languages in the order of the menu, who is on duty."""

    desk_id: str
    number: str
    languages: tuple[str, ...]
    on_duty: tuple[OnDuty, ...]

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages of the menu: each once, each whole, never none. A half-translated one is not offered."""
        whole = [language for language in dict.fromkeys(self.languages) if not prompts.missing([language])]
        return tuple(whole[:MOST_LANGUAGES]) or (prompts.DEFAULT_LANGUAGE,)

    @property
    def default_language(self) -> str:
        """The language for whoever chose none: Polish where the line has it, else its first."""
        return prompts.DEFAULT_LANGUAGE if prompts.DEFAULT_LANGUAGE in self.offered else self.offered[0]


@dataclass(frozen=True, slots=True)
class Considered:
    """One person on duty at one decision: rung or not, and for what reason."""

    person_id: str
    rung: bool
    reason: Reason


def consider(line: LineNow, language: str, *, anyone: bool) -> tuple[tuple[Considered, OnDuty], ...]:
    """Decide for each person on duty whether the telephone rings; `anyone`: also who does not speak `language`."""
    return tuple(_consider(line, language, anyone=anyone))


def speaks_anybody(line: LineNow, language: str) -> bool:
    """Tell whether somebody who speaks `language` can be rung."""
    return any(decision.rung for decision, _ in consider(line, language, anyone=False))


def _consider(line: LineNow, language: str, *, anyone: bool) -> Iterator[tuple[Considered, OnDuty]]:
    taken: set[str] = set()
    for person in _speakers_first(line, language):
        reason = _refusal(person, line, language, anyone=anyone) or _crowding(person, taken)
        if reason is None:
            taken.add(person.phone)
        yield _decision(person, reason, language), person


def _speakers_first(line: LineNow, language: str) -> list[OnDuty]:
    return sorted(line.on_duty, key=lambda person: language not in person.languages)


def _refusal(person: OnDuty, line: LineNow, language: str, *, anyone: bool) -> Reason | None:
    if not anyone and language not in person.languages:
        return Reason.OTHER_LANGUAGE
    if not person.phone:
        return Reason.NO_PHONE
    if person.phone == line.number:
        # The line would ring itself, for ever.
        return Reason.OWN_LINE
    return None


def _crowding(person: OnDuty, taken: set[str]) -> Reason | None:
    if person.phone in taken:
        return Reason.SAME_PHONE
    return Reason.TOO_MANY if len(taken) >= MOST_AT_ONCE else None


def _decision(person: OnDuty, reason: Reason | None, language: str) -> Considered:
    if reason is not None:
        return Considered(person.person_id, rung=False, reason=reason)
    rung_for = Reason.SPEAKS if language in person.languages else Reason.ON_DUTY
    return Considered(person.person_id, rung=True, reason=rung_for)
