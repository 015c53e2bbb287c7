"""What happened takes a call from one state to the next. Never fails: what does not fit counts as silence or as not answered."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules import rooms, telling
from helpdesk.telephony.rules.ringing import LineNow, consider, is_worth_waiting
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Chosen,
    Ending,
    Event,
    FlowState,
    OfTurn,
    Pressed,
    Recorded,
    Returned,
    RingEnded,
    RoomLeft,
    RoomOpened,
    Stage,
    Started,
)

MENU_TRIES = 3
HELP_TRIES = 2
OFFER_TRIES = 3

# After so many rings for the first circle the caller waits again; a later circle is rung once.
MOST_RINGS = 5

# How often a caller comes back from a talk and people are rung again.
MOST_RETURNS = rooms.MOST_RETURNS

# More than any plan can need, so that a plan that is changed during a call cannot keep it for ever.
MOST_TURNS = 200

# A talk stands at the ring that led to it.
_TALKING = frozenset({Stage.RINGING, Stage.ROOM})

# Wherever a caller can press a key, one of them ends the call at once and without a word.
_QUIET = frozenset({Stage.NEW, Stage.MENU, Stage.HELP, Stage.WAITING, Stage.OFFER, Stage.SAFE})


def after(state: FlowState, event: Event, line: LineNow) -> FlowState:
    """The state of a call after something happened. A request of an earlier turn changes nothing."""
    return _reachable(_after(state, event, line), line)


def _after(state: FlowState, event: Event, line: LineNow) -> FlowState:
    if isinstance(event, CallerHungUp):
        # Nobody is in a room who has not talked.
        return _end(state, Ending.ANSWERED if state.stage is Stage.ROOM else Ending.HUNG_UP)
    if isinstance(event, RoomOpened):
        return rooms.opened(state)
    if isinstance(event, RingEnded) and event.answered and _ends_talk(state, event):
        # True at any time, however late the news comes; so is that something was recorded.
        return _end(state, Ending.ANSWERED)
    if isinstance(event, Recorded) and event.kept:
        return _end(state, Ending.MESSAGE)
    if state.stage is Stage.ENDED or _is_repeated(state, event):
        return state
    return _advance(state, event, line)


def _ends_talk(state: FlowState, event: RingEnded) -> bool:
    """A talk that became a room, or that the caller is taken out of, goes on elsewhere. Its old end may be told late."""
    return state.stage is not Stage.ROOM and not state.returning and not (state.returns and _is_repeated(state, event))


def _advance(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    if state.turn >= MOST_TURNS:
        return _end(state, Ending.NOBODY)
    if state.stage in _TALKING and _is_return(state, event):
        return _return(replace(state, turn=_turn(state, event) + 1), line)
    if isinstance(event, Pressed) and event.digits == say.CANNOT_TALK_KEY and state.stage in _QUIET:
        return _end(state, Ending.CANNOT_TALK)
    return _ADVANCED[state.stage](replace(state, turn=_turn(state, event) + 1), event, line)


def _is_return(state: FlowState, event: OfTurn) -> bool:
    """Providers tell the end of what the caller is taken out of as well, before or after, and follow only one of the two answers."""
    return isinstance(event, Returned) or (state.returning and isinstance(event, RingEnded | RoomLeft))


def _return(state: FlowState, line: LineNow) -> FlowState:
    """Ring whoever the talk was handed on to, or look for people anew; the time that the caller may wait does not begin anew."""
    back = rooms.returned(state)
    if back.returns > MOST_RETURNS:
        return _offer(replace(back, handed=""), line)
    if any(decision.rung for decision, _ in telling.decisions(back, line)) and back.handed:
        return replace(back, rings=back.rings + 1, asking=(back.handed,))
    return _begin(replace(back, handed=""), line)


def _reachable(state: FlowState, line: LineNow) -> FlowState:
    """Whoever was to be rung may have gone off duty between a request and its repetition."""
    if state.stage is not Stage.RINGING:
        return state
    rung = {decision.person_id for decision, _ in telling.decisions(state, line) if decision.rung}
    return state if rung & set(state.asking) else _seek(_unanswered(state, line), line)


def _is_repeated(state: FlowState, event: OfTurn) -> bool:
    return state.stage is not Stage.NEW and _turn(state, event) < state.turn


def _turn(state: FlowState, event: OfTurn) -> int:
    if isinstance(event, Started):
        return 0
    return state.turn if event.turn is None else event.turn


def _open(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    if len(line.offered) == 1:
        return _find_help(replace(state, language=line.offered[0], chosen=Chosen.ONLY), line)
    menu = replace(state, stage=Stage.MENU, tries=1)
    # A key pressed in a call that we know nothing of: its first request was lost, the menu itself was heard.
    return _choose(menu, event, line) if isinstance(event, Pressed) else menu


def _choose(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    language = telling.keys(line).get(event.digits) if isinstance(event, Pressed) else None
    if language is not None:
        return _find_help(replace(state, language=language, chosen=Chosen.KEY), line)
    if state.tries < MENU_TRIES:
        return replace(state, tries=state.tries + 1)
    return _find_help(replace(state, language=line.default_language, chosen=Chosen.DEFAULT), line)


def _find_help(state: FlowState, line: LineNow) -> FlowState:
    """Ask which help, where the line offers several and somebody is there to give it; otherwise look for anybody."""
    if line.plan.helps and line.is_open:
        return replace(state, stage=Stage.HELP, tries=1)
    return _begin(state, line)


def _choose_help(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    chosen = telling.help_keys(line).get(event.digits) if isinstance(event, Pressed) else None
    if chosen is None and state.tries < HELP_TRIES and line.plan.helps:
        return replace(state, tries=state.tries + 1)
    return _begin(replace(state, help=chosen), line)


def _begin(state: FlowState, line: LineNow) -> FlowState:
    return _seek(state, line) if line.is_open else _offer(replace(state, closed=True), line)


def _seek(state: FlowState, line: LineNow) -> FlowState:
    """Ring whoever can be rung in the present circle, wait for those who cannot be now, or go on to the next circle."""
    whom = telling.sought(state, line)
    if whom is None:
        return _offer(state, line)
    rung = tuple(decision.person_id for decision, _ in consider(line, whom) if decision.rung)
    if rung and state.asked < (MOST_RINGS if state.circle == 0 else 1):
        return replace(state, stage=Stage.RINGING, rings=state.rings + 1, asked=state.asked + 1, asking=rung)
    if state.circle == 0 and state.waited < line.plan.waiting_seconds and is_worth_waiting(line, whom):
        return replace(state, stage=Stage.WAITING)
    return _seek(replace(state, circle=state.circle + 1, asked=0, tried=()), line)


def _ring_again(state: FlowState, _event: OfTurn, line: LineNow) -> FlowState:
    return _seek(_unanswered(state, line), line)


def _unanswered(state: FlowState, line: LineNow) -> FlowState:
    """Whoever was rung did not answer, and is not rung again before the caller has waited."""
    tried = tuple(dict.fromkeys((*state.tried, *state.asking)))
    return replace(
        state, asking=(), handed="", tried=tried, waited=state.waited + line.plan.ring_seconds + say.RING_GRACE
    )


def _go_on_waiting(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    waited = replace(state, waited=state.waited + say.longest(telling.hold(state, line)), asked=0, tried=())
    if isinstance(event, Pressed) and event.digits == say.CALL_BACK_KEY and telling.may_call_back(line):
        return replace(waited, stage=Stage.SAFE)
    return _seek(waited, line)


def _offer(state: FlowState, line: LineNow) -> FlowState:
    if not telling.has_offers(line):
        return _end(state, Ending.NOBODY)
    return replace(state, stage=Stage.OFFER, tries=1, offered=True)


def _choose_offer(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    digits = event.digits if isinstance(event, Pressed) else ""
    if digits == say.MESSAGE_KEY and line.plan.voicemail:
        return replace(state, stage=Stage.RECORDING)
    if digits == say.OFFER_CALL_BACK_KEY and telling.may_call_back(line):
        return replace(state, stage=Stage.SAFE)
    return _offer_again(state, line)


def _offer_again(state: FlowState, line: LineNow) -> FlowState:
    if state.tries < OFFER_TRIES and telling.has_offers(line):
        return replace(state, stage=Stage.OFFER, tries=state.tries + 1)
    return _end(state, Ending.NOBODY)


def _choose_safe(state: FlowState, event: OfTurn, line: LineNow) -> FlowState:
    """A call back is only promised where the caller says that it is safe. Whoever does not goes on waiting, or hears the offer again."""
    if isinstance(event, Pressed) and event.digits == say.SAFE_KEY and telling.may_call_back(line):
        return _end(state, Ending.CALL_BACK)
    if state.offered:
        return _offer_again(state, line)
    return _seek(replace(state, waited=state.waited + say.longest(telling.safe_menu(state))), line)


def _keep_message(state: FlowState, event: OfTurn, _line: LineNow) -> FlowState:
    return _end(state, Ending.MESSAGE if isinstance(event, Recorded) and event.kept else Ending.NOBODY)


def _leave_room(state: FlowState, event: OfTurn, _line: LineNow) -> FlowState:
    return _end(state, Ending.ANSWERED) if isinstance(event, RoomLeft) else state


def _end(state: FlowState, ending: Ending) -> FlowState:
    order = list(Ending)
    known = ending if state.ending is None else max(state.ending, ending, key=order.index)
    return replace(state, stage=Stage.ENDED, ending=known)


def _stay(state: FlowState, _event: OfTurn, _line: LineNow) -> FlowState:
    return state


_ADVANCED: Mapping[Stage, Callable[[FlowState, OfTurn, LineNow], FlowState]] = {
    Stage.NEW: _open,
    Stage.MENU: _choose,
    Stage.HELP: _choose_help,
    Stage.RINGING: _ring_again,
    Stage.WAITING: _go_on_waiting,
    Stage.OFFER: _choose_offer,
    Stage.SAFE: _choose_safe,
    Stage.RECORDING: _keep_message,
    Stage.ROOM: _leave_room,
    Stage.ENDED: _stay,
}
