"""How a call goes, from the first ring to the end: the state before and what happened give the state after.

Every path ends: each request of the current turn takes the call one turn further, and there are at most `MOST_TURNS`.
A request of an earlier turn is a repetition. It changes nothing and gets the same answer again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, assert_never

from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules.instructions import HangUp, Instruction, Leg, Menu, Ring, Speak
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import Considered, LineNow, OnDuty, Reason, consider, speaks_anybody

MENU_TRIES = 3
RINGS = 2
MOST_TURNS = 1 + MENU_TRIES + RINGS

# What a caller can wait at most for a person or for the end, in seconds, with nine languages in the menu.
LONGEST_WAIT = 300


class Stage(StrEnum):
    NEW = "new"
    MENU = "menu"
    RINGING = "ringing"
    ENDED = "ended"


class Ending(StrEnum):
    """How a call ended, from the least known to the most known."""

    HUNG_UP = "hung-up"
    NOBODY = "nobody"
    ANSWERED = "answered"


class Chosen(StrEnum):
    """How the language was found."""

    KEY = "key"
    ONLY = "only"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class FlowState:
    """Where a call is. `tries` counts menus said, `rings` counts rings, `anyone` says whom the last ring was for."""

    stage: Stage = Stage.NEW
    turn: int = 0
    tries: int = 0
    language: str = ""
    chosen: Chosen | None = None
    rings: int = 0
    anyone: bool = False
    ending: Ending | None = None

    def to_json(self) -> dict[str, str | int | bool | None]:
        """Give plain values, to be kept with the call."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "FlowState":
        """Read what `to_json` gave; what is missing has its default, what is unknown is left out.

        Raises ValueError for a stage, ending or way of choosing that there is not.
        """
        known = {name: kept[name] for name in cls.__slots__ if name in kept}
        kinds = {"stage": Stage, "chosen": Chosen, "ending": Ending}
        typed = {name: kind(known[name]) for name, kind in kinds.items() if known.get(name) is not None}
        return cls(**{**known, **typed})


@dataclass(frozen=True, slots=True)
class Started:
    """The call came in."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The answer to a menu: the keys, or "" for silence. `turn` is the menu's; None where it is not known."""

    digits: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class RingEnded:
    """A ring is over, and the talk as well if there was one."""

    answered: bool
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller's call is over."""


Event = Started | Pressed | RingEnded | CallerHungUp


class Step(NamedTuple):
    """The state after, what to do now, and who was considered for it and why."""

    state: FlowState
    instructions: list[Instruction]
    considered: tuple[Considered, ...] = ()


def step(state: FlowState, event: Event, line: LineNow) -> Step:
    """Take the call one turn further. Never fails: what does not fit counts as silence or as not answered."""
    return show(_after(state, event, line), line)


def show(state: FlowState, line: LineNow) -> Step:
    """Tell what a call in this state is to do; the same state on the same line always gives the same answer."""
    match state.stage:
        case Stage.NEW | Stage.MENU:
            return Step(state, [_menu(state, line)])
        case Stage.RINGING:
            return _show_ring(state, line)
        case Stage.ENDED:
            return _show_end(state, line)
        case _:
            assert_never(state.stage)


def whisper(state: FlowState, leg_id: str) -> list[Instruction]:
    """Tell what a picked-up telephone hears: without a pressed key (a voicemail) it is hung up on."""
    if state.stage is not Stage.RINGING:
        return [HangUp()]
    return [say.whispered(leg_id, state.language), HangUp()]


def accept(state: FlowState, digits: str) -> list[Instruction]:
    """Put the caller through to the telephone that pressed the key, unless nobody is waiting any more."""
    if state.stage is Stage.RINGING and digits == say.ACCEPT_KEY:
        return [say.Connect()]
    return [HangUp()]


def apology(language: str) -> list[Instruction]:
    """Tell what to say when we ourselves fail: that it is our fault, and where there is help at once."""
    return [Speak(Prompt.TROUBLE, language), Speak(Prompt.EMERGENCY, language), HangUp()]


def _after(state: FlowState, event: Event, line: LineNow) -> FlowState:
    if isinstance(event, CallerHungUp):
        return _end(state, Ending.HUNG_UP)
    if isinstance(event, RingEnded) and event.answered:
        # True at any time, however late the news comes.
        return _end(state, Ending.ANSWERED)
    if state.stage is Stage.ENDED or _is_repeated(state, event):
        return state
    turned = replace(state, turn=_turn(state, event) + 1)
    return _advance(turned, event, line)


def _is_repeated(state: FlowState, event: Started | Pressed | RingEnded) -> bool:
    return state.stage is not Stage.NEW and _turn(state, event) < state.turn


def _turn(state: FlowState, event: Started | Pressed | RingEnded) -> int:
    if isinstance(event, Started):
        return 0
    return state.turn if event.turn is None else event.turn


def _advance(state: FlowState, event: Started | Pressed | RingEnded, line: LineNow) -> FlowState:
    match state.stage:
        case Stage.NEW:
            return _open(state, event, line)
        case Stage.MENU:
            return _choose(state, event, line)
        case Stage.RINGING:
            return _ring_again(state, line)
        case Stage.ENDED:
            return state
        case _:
            assert_never(state.stage)


def _open(state: FlowState, event: Started | Pressed | RingEnded, line: LineNow) -> FlowState:
    if len(line.offered) == 1:
        return _ring(replace(state, language=line.offered[0], chosen=Chosen.ONLY), line)
    menu = replace(state, stage=Stage.MENU, tries=1)
    # A key pressed in a call that we know nothing of: its first request was lost, the menu itself was heard.
    return _choose(menu, event, line) if isinstance(event, Pressed) else menu


def _choose(state: FlowState, event: Started | Pressed | RingEnded, line: LineNow) -> FlowState:
    language = _keys(line).get(event.digits) if isinstance(event, Pressed) else None
    if language is not None:
        return _ring(replace(state, language=language, chosen=Chosen.KEY), line)
    if state.tries < MENU_TRIES:
        return replace(state, tries=state.tries + 1)
    return _ring(replace(state, language=line.default_language, chosen=Chosen.DEFAULT), line)


def _ring(state: FlowState, line: LineNow) -> FlowState:
    anyone = not speaks_anybody(line, state.language)
    return _ringing(replace(state, anyone=anyone), line)


def _ring_again(state: FlowState, line: LineNow) -> FlowState:
    if state.rings >= RINGS:
        return _end(state, Ending.NOBODY)
    return _ringing(replace(state, anyone=True), line)


def _ringing(state: FlowState, line: LineNow) -> FlowState:
    if not any(decision.rung for decision, _ in consider(line, state.language, anyone=state.anyone)):
        return _end(state, Ending.NOBODY)
    return replace(state, stage=Stage.RINGING, rings=state.rings + 1)


def _end(state: FlowState, ending: Ending) -> FlowState:
    order = list(Ending)
    known = ending if state.ending is None else max(state.ending, ending, key=order.index)
    return replace(state, stage=Stage.ENDED, ending=known)


def _keys(line: LineNow) -> dict[str, str]:
    return {str(number): language for number, language in enumerate(line.offered, start=1)}


def _menu(state: FlowState, line: LineNow) -> Menu:
    greeting = (Speak(Prompt.GREETING, line.default_language),) if state.tries <= 1 else ()
    choices = tuple(Speak(Prompt.CHOOSE, language, key=key) for key, language in _keys(line).items())
    return Menu(greeting + choices, say.MENU_SECONDS, state.turn)


def _show_ring(state: FlowState, line: LineNow) -> Step:
    decisions = consider(line, state.language, anyone=state.anyone)
    rung = [person for decision, person in decisions if decision.rung]
    if not rung:
        # Whoever was to be rung went off duty between a request and its repetition.
        return _show_end(_end(state, Ending.NOBODY), line)
    ring = Ring(_legs(state.turn, rung), line.number, state.turn)
    return Step(state, [*_comfort(state), ring], tuple(decision for decision, _ in decisions))


def _legs(turn: int, rung: list[OnDuty]) -> tuple[Leg, ...]:
    return tuple(Leg(f"{turn}-{place}", each.person_id, each.phone) for place, each in enumerate(rung, start=1))


def _comfort(state: FlowState) -> list[Instruction]:
    if state.rings > 1:
        return [Speak(Prompt.KEEP_WAITING, state.language)]
    # Without a menu the line just rings, as any telephone does, until somebody answers.
    return [Speak(Prompt.PLEASE_WAIT, state.language)] if state.tries else []


def _show_end(state: FlowState, line: LineNow) -> Step:
    if state.ending is not Ending.NOBODY:
        return Step(state, [HangUp()])
    language = state.language or line.default_language
    words: list[Instruction] = [Speak(Prompt.NOBODY, language), Speak(Prompt.EMERGENCY, language), HangUp()]
    return Step(state, words, tuple(_unrung(decision) for decision, _ in consider(line, language, anyone=True)))


def _unrung(decision: Considered) -> Considered:
    return replace(decision, rung=False, reason=Reason.ENOUGH_RINGS) if decision.rung else decision
