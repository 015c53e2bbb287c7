"""How a call goes, from the first ring to the end: the state before and what happened give the state after.

Every path ends: each request of the current turn takes the call one turn further, and there are at most `MOST_TURNS`. The caller waits
at most as long as `longest_wait` says, and then hears how to leave a message, how to be called back, and where there is help at once.
A request of an earlier turn is a repetition. It changes nothing and gets the same answer again.
"""

from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.advancing import (
    HELP_TRIES,
    MENU_TRIES,
    MOST_RINGS,
    MOST_TURNS,
    OFFER_TRIES,
    after,
)
from helpdesk.telephony.rules.instructions import HangUp, Instruction, Record, Ring, Speak
from helpdesk.telephony.rules.plan import Circle, Plan
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import MOST_LANGUAGES, LineNow
from helpdesk.telephony.rules.state import Event, FlowState, Stage, Step
from helpdesk.telephony.rules.telling import show

__all__ = ["MOST_TURNS", "accept", "apology", "longest_wait", "show", "step", "whisper"]


def step(state: FlowState, event: Event, line: LineNow) -> Step:
    """Take the call one turn further. Never fails: what does not fit counts as silence or as not answered."""
    return show(after(state, event, line), line)


def whisper(state: FlowState, leg_id: str, line: str = "") -> list[Instruction]:
    """Tell what a picked-up telephone hears: without a pressed key (a voicemail) it is hung up on."""
    if state.stage is not Stage.RINGING:
        return [HangUp()]
    return [say.whispered(leg_id, state.language, line), HangUp()]


def accept(state: FlowState, digits: str) -> list[Instruction]:
    """Put the caller through to the telephone that pressed the key, unless nobody is waiting any more."""
    if state.stage is Stage.RINGING and digits == say.ACCEPT_KEY:
        return [say.Connect()]
    return [HangUp()]


def apology(language: str) -> list[Instruction]:
    """Tell what to say when we ourselves fail: that it is our fault, and where there is help at once."""
    return [Speak(Prompt.TROUBLE, language), Speak(Prompt.EMERGENCY, language), HangUp()]


def longest_wait(plan: Plan) -> int:
    """Give an upper bound, in seconds, of how long a caller waits on such a line, the longest message and all words included.

    It is so long at a stretch, until a talk or the end: whoever comes back from a talk, which happens `MOST_RETURNS` times at most,
    chooses nothing again, and does not wait longer than at first.
    """
    return _menus() + _rings(plan) + _offers()


def _menus() -> int:
    languages = _worst(Prompt.GREETING, Prompt.CANNOT_TALK) + MOST_LANGUAGES * _worst(Prompt.CHOOSE) + say.MENU_SECONDS
    helps = _worst(Prompt.HELP_PSYCHOLOGIST, Prompt.HELP_LAWYER) + say.MENU_SECONDS
    return MENU_TRIES * languages + HELP_TRIES * helps


def _rings(plan: Plan) -> int:
    """A wait that begins just within the limit is followed by one more round of rings, and each later circle is rung once."""
    nominal = plan.ring_seconds + say.RING_GRACE
    words = max(_worst(Prompt.PLEASE_WAIT), _worst(Prompt.KEEP_WAITING))
    ring = say.longest(Ring((), "", 0, seconds=plan.ring_seconds)) + words
    position = max(_worst(Prompt.POSITION), _worst(Prompt.MANY_WAITING))
    hold = say.HOLD_SECONDS + position + _worst(Prompt.CALL_BACK_INSTEAD, Prompt.SAFE_TO_CALL) + say.MENU_SECONDS
    # Towards the limit a ring counts as long as it was to last, without the words before it and without a whisper.
    uncounted = (plan.waiting_seconds // nominal) * (ring - nominal)
    return plan.waiting_seconds + uncounted + hold + (MOST_RINGS + len(Circle)) * ring


def _offers() -> int:
    words = max(_worst(Prompt.CLOSED), _worst(Prompt.NOBODY)) + _worst(Prompt.NEXT_DUTY, Prompt.EMERGENCY)
    offer = _worst(Prompt.OFFER_MESSAGE, Prompt.OFFER_CALL_BACK, Prompt.SAFE_TO_CALL) + 2 * say.MENU_SECONDS
    end = max(_worst(Prompt.RECORDED), _worst(Prompt.WILL_CALL)) + _worst(Prompt.SPEAK_NOW, Prompt.EMERGENCY)
    return 2 * words + OFFER_TRIES * offer + say.longest(Record(0)) + end


def _worst(*each: Prompt) -> int:
    """The longest that these sentences take, one after the other, in any language."""
    return sum(
        max(say.longest(Speak(prompt, language, "9", "x" * 40)) for language in prompts.sentences()) for prompt in each
    )
