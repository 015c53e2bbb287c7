"""Whose telephone rings, and why not the others'."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.plan import PROFESSIONS, Circle, Help, Order, Plan, Profile

# Keys 1 to 9; 0 is left for what every menu may need.
MOST_LANGUAGES = 9

# As many telephones as a provider rings at once.
MOST_AT_ONCE = 10


class Reason(StrEnum):
    SPEAKS = "speaks"
    ON_DUTY = "on-duty"
    COORDINATES = "coordinates"
    HELPS_OUT = "helps-out"
    HANDED_ON = "handed-on"
    OTHER_LANGUAGE = "other-language"
    OTHER_HELP = "other-help"
    BUSY = "busy"
    ITS_TURN_LATER = "its-turn-later"
    DID_NOT_ANSWER = "did-not-answer"
    NO_PHONE = "no-phone"
    SAME_PHONE = "same-phone"
    OWN_LINE = "own-line"
    MAY_BE_A_MACHINE = "may-be-a-machine"
    TOO_MANY = "too-many"
    ENOUGH_RINGS = "enough-rings"


# Somebody who is kept from the telephone only for now is worth waiting for.
PASSING = frozenset({Reason.BUSY, Reason.DID_NOT_ANSWER, Reason.ITS_TURN_LATER})

_RUNG_FOR = {
    Circle.ANYONE: Reason.ON_DUTY,
    Circle.COORDINATORS: Reason.COORDINATES,
    Circle.OTHER_DESK: Reason.HELPS_OUT,
}


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person who answers now: `phone` in E.164 or empty, languages as codes.

    `answered` is how many calls the person took today; `by_person`: no machine ever picks this telephone up.
    """

    person_id: str
    phone: str
    languages: frozenset[str]
    profession: str = ""
    busy: bool = False
    answered: int = 0
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line at this moment: its own `number` in E.164, its languages in the order of the menu, who is on duty.

    `coordinators` and `neighbours` are whom the later circles ring. `ahead` is how many callers wait since longer. `is_open`: somebody
    is on duty or should be; `next_duty` is when the next duty begins, in local time, where the roster knows one. `caller_known`: the
    caller showed a number that can be dialled. `name` is what the whisper calls the line.
    """

    desk_id: str
    number: str
    languages: tuple[str, ...]
    on_duty: tuple[OnDuty, ...]
    plan: Plan = field(default_factory=Plan)
    coordinators: tuple[OnDuty, ...] = ()
    neighbours: tuple[OnDuty, ...] = ()
    ahead: int = 0
    is_open: bool = True
    next_duty: datetime | None = None
    caller_known: bool = False
    name: str = ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages of the menu: each once, each whole, never none. A half-translated one is not offered."""
        whole = [language for language in dict.fromkeys(self.languages) if not prompts.missing([language])]
        return tuple(whole[:MOST_LANGUAGES]) or (prompts.DEFAULT_LANGUAGE,)

    @property
    def default_language(self) -> str:
        """The language for whoever chose none: Polish where the line has it, else its first."""
        return prompts.DEFAULT_LANGUAGE if prompts.DEFAULT_LANGUAGE in self.offered else self.offered[0]

    def of_circle(self, circle: Circle) -> tuple[OnDuty, ...]:
        """Everybody who belongs to a circle, rung or not."""
        match circle:
            case Circle.COORDINATORS:
                return self.coordinators
            case Circle.OTHER_DESK:
                return self.neighbours
            case Circle.SPEAKERS | Circle.ANYONE:
                return self.on_duty


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a call is for: in `language`, for `help` (None for any), among `circle`; `tried` did not answer just now.

    `last`: the caller has waited, or cannot. Then also those are rung who seem to be busy: their telephones know better than we do.
    """

    circle: Circle
    language: str
    help: Help | None = None
    tried: frozenset[str] = frozenset()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Considered:
    """One person at one decision: rung or not, and for what reason."""

    person_id: str
    rung: bool
    reason: Reason


def consider(line: LineNow, sought: Sought) -> tuple[tuple[Considered, OnDuty], ...]:
    """Decide for each person of the circle whether the telephone rings now."""
    return tuple(_consider(line, sought))


def is_worth_waiting(line: LineNow, sought: Sought) -> bool:
    """Tell whether somebody of the circle could be rung later: who talks now, or did not hear the telephone."""
    return any(decision.rung or decision.reason in PASSING for decision, _ in consider(line, sought))


def _consider(line: LineNow, sought: Sought) -> Iterator[tuple[Considered, OnDuty]]:
    taken: set[str] = set()
    for person in _in_order(line, sought):
        reason = _refusal(person, line, sought) or _crowding(person, taken, line.plan.order, sought.circle)
        if reason is None:
            taken.add(person.phone)
        yield _decision(person, reason, sought), person


def _in_order(line: LineNow, sought: Sought) -> list[OnDuty]:
    """Who speaks the language comes first; among equals the roster's order, or whoever took the fewest calls today."""
    people = line.of_circle(sought.circle)
    if line.plan.order is Order.LEAST_BUSY:
        return sorted(people, key=lambda person: (sought.language not in person.languages, person.answered))
    return sorted(people, key=lambda person: sought.language not in person.languages)


def _refusal(person: OnDuty, line: LineNow, sought: Sought) -> Reason | None:
    if sought.circle is Circle.SPEAKERS and sought.language not in person.languages:
        return Reason.OTHER_LANGUAGE
    if not _helps(person, sought):
        return Reason.OTHER_HELP
    if (unfit := _unfit(person, line)) is not None:
        return unfit
    if person.busy and not sought.last:
        return Reason.BUSY
    return Reason.DID_NOT_ANSWER if person.person_id in sought.tried else None


def _unfit(person: OnDuty, line: LineNow) -> Reason | None:
    """Why this telephone can never be rung for this line."""
    if not person.phone:
        return Reason.NO_PHONE
    if person.phone == line.number:
        # The line would ring itself, for ever.
        return Reason.OWN_LINE
    if line.plan.profile is Profile.PORTABLE and not person.by_person:
        # Nobody can be asked to press a key there, so a voicemail would take the caller.
        return Reason.MAY_BE_A_MACHINE
    return None


def _helps(person: OnDuty, sought: Sought) -> bool:
    """A coordinator answers for everything; the others for what they are."""
    if sought.help is None or sought.circle is Circle.COORDINATORS:
        return True
    return person.profession in PROFESSIONS[sought.help]


def _crowding(person: OnDuty, taken: Collection[str], order: Order, circle: Circle) -> Reason | None:
    if person.phone in taken:
        return Reason.SAME_PHONE
    if taken and order is not Order.ALL and circle is Circle.SPEAKERS:
        return Reason.ITS_TURN_LATER
    return Reason.TOO_MANY if len(taken) >= MOST_AT_ONCE else None


def _decision(person: OnDuty, reason: Reason | None, sought: Sought) -> Considered:
    if reason is not None:
        return Considered(person.person_id, rung=False, reason=reason)
    rung_for = Reason.SPEAKS if sought.language in person.languages else _RUNG_FOR[sought.circle]
    return Considered(person.person_id, rung=True, reason=rung_for)
