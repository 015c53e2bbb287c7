"""What a call in a state is to do: the words, the keys, the telephones."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.instructions import (
    HangUp,
    Hold,
    Instruction,
    Join,
    Leg,
    Menu,
    Play,
    Record,
    Ring,
    Sound,
    Speak,
)
from helpdesk.telephony.rules.plan import Help, Profile
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import Considered, LineNow, OnDuty, Reason, Sought, consider
from helpdesk.telephony.rules.state import Ending, FlowState, Stage, Step

_MOST_SPOKEN = 9
_HELP_PROMPTS: Mapping[Help, Prompt] = {
    Help.PSYCHOLOGIST: Prompt.HELP_PSYCHOLOGIST,
    Help.LAWYER: Prompt.HELP_LAWYER,
}


def show(state: FlowState, line: LineNow) -> Step:
    """Tell what a call in this state is to do; the same state on the same line always gives the same answer."""
    return _SHOWN[state.stage](state, line)


def keys(line: LineNow) -> dict[str, str]:
    """Which key is which language."""
    return {str(number): language for number, language in enumerate(line.offered, start=1)}


def help_keys(line: LineNow) -> dict[str, Help]:
    """Which key is which help."""
    return {str(number): each for number, each in enumerate(line.plan.helps, start=1)}


def may_call_back(line: LineNow) -> bool:
    """Tell whether the caller can be offered to be called back."""
    return line.plan.call_back and line.caller_known


def has_offers(line: LineNow) -> bool:
    """Tell whether there is anything to offer to a caller whom nobody can answer."""
    return line.plan.voicemail or may_call_back(line)


def sought(state: FlowState, line: LineNow) -> Sought | None:
    """Whom the call is for now; None after the last circle."""
    if state.circle >= len(line.plan.circles):
        return None
    tried, last = frozenset(state.tried), state.circle > 0
    return Sought(line.plan.circles[state.circle], state.language, state.help, tried, last)


def decisions(state: FlowState, line: LineNow) -> tuple[tuple[Considered, OnDuty], ...]:
    """Whose telephone rings now, and why not the others'; only one person's where the talk was handed on."""
    if state.handed:
        asked = (each for each in line.on_duty if each.person_id == state.handed and may_ring(each, line))
        return tuple((Considered(each.person_id, rung=True, reason=Reason.HANDED_ON), each) for each in asked)
    whom = sought(state, line)
    return consider(line, whom) if whom else ()


def may_ring(person: OnDuty, line: LineNow) -> bool:
    """Tell whether this telephone can be rung and asked for a key."""
    return person.phone not in {"", line.number} and line.plan.profile is not Profile.PORTABLE


def hold(state: FlowState, line: LineNow) -> Hold:
    """Say the caller's place in the queue, and how to be called back instead of waiting."""
    place = line.ahead + 1
    known = place <= _MOST_SPOKEN
    many = Speak(Prompt.MANY_WAITING, state.language)
    position = Speak(Prompt.POSITION, state.language, key=str(place)) if known else many
    instead = Speak(Prompt.CALL_BACK_INSTEAD, state.language, key=say.CALL_BACK_KEY)
    return Hold((position, *([instead] if may_call_back(line) else [])), state.turn)


def safe_menu(state: FlowState) -> Menu:
    """Ask whether it is safe to call this number."""
    return Menu((Speak(Prompt.SAFE_TO_CALL, state.language, key=say.SAFE_KEY),), say.MENU_SECONDS, state.turn)


def _show_menu(state: FlowState, line: LineNow) -> Step:
    greeting = (Speak(Prompt.GREETING, line.default_language),) if state.tries <= 1 else ()
    choices = tuple(Speak(Prompt.CHOOSE, language, key=key) for key, language in keys(line).items())
    quiet = Speak(Prompt.CANNOT_TALK, line.default_language)
    return Step(state, [Menu((*greeting, *choices, quiet), say.MENU_SECONDS, state.turn)])


def _show_help(state: FlowState, line: LineNow) -> Step:
    choices = tuple(Speak(_HELP_PROMPTS[each], state.language, key=key) for key, each in help_keys(line).items())
    return Step(state, [Menu(choices, say.MENU_SECONDS, state.turn)])


def _show_ring(state: FlowState, line: LineNow) -> Step:
    decided = decisions(state, line)
    rung = [person for decision, person in decided if decision.rung and person.person_id in state.asking]
    asks = line.plan.profile is not Profile.PORTABLE
    ring = Ring(_legs(state.turn, rung), line.number, state.turn, seconds=line.plan.ring_seconds, asks=asks)
    return Step(state, [*_comfort(state), ring], tuple(decision for decision, _ in decided))


def _legs(turn: int, rung: list[OnDuty]) -> tuple[Leg, ...]:
    return tuple(Leg(f"{turn}-{place}", each.person_id, each.phone) for place, each in enumerate(rung, start=1))


def _comfort(state: FlowState) -> list[Instruction]:
    if state.rings > 1:
        return [Speak(Prompt.KEEP_WAITING, state.language)]
    # Without a menu the line just rings, as any telephone does, until somebody answers.
    return [Speak(Prompt.PLEASE_WAIT, state.language)] if state.tries else []


def _show_hold(state: FlowState, line: LineNow) -> Step:
    return Step(state, [hold(state, line)], _unrung(line, sought(state, line)))


def _show_offer(state: FlowState, line: LineNow) -> Step:
    words = _nobody(state, line) if state.tries <= 1 else []
    message = [Speak(Prompt.OFFER_MESSAGE, state.language, key=say.MESSAGE_KEY)] if line.plan.voicemail else []
    back = Speak(Prompt.OFFER_CALL_BACK, state.language, key=say.OFFER_CALL_BACK_KEY)
    sentences = (*words, *message, *([back] if may_call_back(line) else []))
    return Step(state, [Menu(sentences, say.MENU_SECONDS, state.turn)], _all_unrung(state, line))


def _show_safe(state: FlowState, _line: LineNow) -> Step:
    return Step(state, [safe_menu(state)])


def _show_recording(state: FlowState, _line: LineNow) -> Step:
    return Step(state, [Speak(Prompt.SPEAK_NOW, state.language), Record(state.turn)])


def _show_room(state: FlowState, line: LineNow) -> Step:
    return Step(state, [Speak(Prompt.JOINING, state.language or line.default_language), Join(state.turn)])


def _show_end(state: FlowState, line: LineNow) -> Step:
    considered = _all_unrung(state, line) if state.ending is Ending.NOBODY else ()
    return Step(state, [*_farewell(state, line), HangUp()], considered)


def _nobody(state: FlowState, line: LineNow) -> list[Speak]:
    """That nobody can answer now and when somebody will, and where there is help at once: early, for whoever is in danger."""
    language = state.language or line.default_language
    first = Speak(Prompt.CLOSED if state.closed else Prompt.NOBODY, language)
    when = prompts.moment(line.next_duty, language) if line.next_duty else ""
    following = [Speak(Prompt.NEXT_DUTY, language, value=when)] if when else []
    return [first, *following, Speak(Prompt.EMERGENCY, language)]


def _farewell(state: FlowState, line: LineNow) -> list[Instruction]:
    emergency = Speak(Prompt.EMERGENCY, state.language or line.default_language)
    match state.ending:
        case Ending.CANNOT_TALK:
            return [Play(Sound.TONE)]
        case Ending.CALL_BACK:
            return [Speak(Prompt.WILL_CALL, state.language), emergency]
        case Ending.MESSAGE:
            return [Speak(Prompt.RECORDED, state.language), emergency]
        case Ending.NOBODY:
            # With an offer before, the rest was said already.
            return [emergency] if state.offered else list(_nobody(state, line))
        case _:
            return []


def _unrung(line: LineNow, whom: Sought | None) -> tuple[Considered, ...]:
    """Who was considered and not rung: whoever could still be rung has been rung often enough."""
    decisions = (decision for decision, _ in consider(line, whom)) if whom else ()
    return tuple(replace(each, rung=False, reason=Reason.ENOUGH_RINGS) if each.rung else each for each in decisions)


def _all_unrung(state: FlowState, line: LineNow) -> tuple[Considered, ...]:
    """The same over all circles; somebody who belongs to several stands there once."""
    circles = [Sought(circle, state.language, state.help) for circle in line.plan.circles]
    found = {each.person_id: each for whom in reversed(circles) for each in _unrung(line, whom)}
    return tuple(found.values())


_SHOWN: Mapping[Stage, Callable[[FlowState, LineNow], Step]] = {
    Stage.NEW: _show_menu,
    Stage.MENU: _show_menu,
    Stage.HELP: _show_help,
    Stage.RINGING: _show_ring,
    Stage.WAITING: _show_hold,
    Stage.OFFER: _show_offer,
    Stage.SAFE: _show_safe,
    Stage.RECORDING: _show_recording,
    Stage.ROOM: _show_room,
    Stage.ENDED: _show_end,
}
