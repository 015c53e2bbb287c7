"""What a call is told to do next, in our own words; a renderer per provider puts them into the provider's."""

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.prompts import Prompt

MENU_SECONDS = 8
RING_SECONDS = 20
# As long as the music lasts, and the second after it.
HOLD_SECONDS = 21
WHISPER_SECONDS = 8

# Long enough to say what happened and how to be reached, short enough that somebody listens to the end.
MESSAGE_SECONDS = 180

# Providers ring a little longer than they are told to.
RING_GRACE = 5

# Four hours: long enough never to cut a talk, short enough to end a line left open.
TALK_SECONDS = 4 * 60 * 60

ACCEPT_KEY = "1"
CALL_BACK_KEY = "1"
SAFE_KEY = "1"
MESSAGE_KEY = "1"
OFFER_CALL_BACK_KEY = "2"
CANNOT_TALK_KEY = "*"

# Consultants work in Polish; what the caller speaks is said in the caller's language.
STAFF_LANGUAGE = "pl"


class Sound(StrEnum):
    """What is played and not spoken. The tone says nothing to whoever listens beside the caller."""

    MUSIC = "music"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a sentence; `key` is the key or number it names, `value` what else it names."""

    prompt: Prompt
    language: str
    key: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        return prompts.sentence(self.prompt, self.language, key=self.key, value=self.value)


@dataclass(frozen=True, slots=True)
class Play:
    sound: Sound


@dataclass(frozen=True, slots=True)
class Menu:
    """Say the sentences, then wait `seconds` for one key. A key and silence are both answered, with this `turn`."""

    sentences: tuple[Speak, ...]
    seconds: int
    turn: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Say the sentences, then play music for `seconds`; a key at any moment, and the end, are answered like a menu."""

    sentences: tuple[Speak, ...]
    turn: int
    seconds: int = HOLD_SECONDS


@dataclass(frozen=True, slots=True)
class Record:
    """Record a message of at most `seconds`, after a tone; the end is answered with this `turn`."""

    turn: int
    seconds: int = MESSAGE_SECONDS


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone of one ring. `leg_id` is unique within the call and says nothing about the person."""

    leg_id: str
    person_id: str
    phone: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring all legs at once for `seconds`, showing `shown_number`; talk at most `talk_seconds`.

    `asks`: whoever picks up must press a key first.
    """

    legs: tuple[Leg, ...]
    shown_number: str
    turn: int
    seconds: int = RING_SECONDS
    talk_seconds: int = TALK_SECONDS
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Accept:
    """On a rung telephone: say the sentences, then wait `seconds` for the key that accepts."""

    leg_id: str
    sentences: tuple[Speak, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Connect:
    """On a rung telephone: put the caller through."""


@dataclass(frozen=True, slots=True)
class Join:
    """Talk in the room of this call, in which more than two can talk. Without `leg_id` it is the caller, with whom the room ends."""

    turn: int = 0
    leg_id: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


Instruction = Speak | Play | Menu | Hold | Record | Ring | Accept | Connect | Join | HangUp

# The tone, and what a provider may take before and after a recording.
_TONE_SECONDS = 2


def longest(instruction: Instruction) -> int:
    """Give an upper bound, in seconds, of how long a caller waits in this instruction; talk is not waiting."""
    match instruction:
        case Speak():
            return prompts.seconds(instruction.text)
        case Menu() | Accept() | Hold():
            return instruction.seconds + sum(longest(each) for each in instruction.sentences)
        case Ring():
            return instruction.seconds + RING_GRACE + (_LONGEST_WHISPER if instruction.asks else 0)
        case Record():
            return instruction.seconds + _TONE_SECONDS
        case Play():
            return _TONE_SECONDS
        case Connect() | Join() | HangUp():
            return 0


def whispered(leg_id: str, language: str, line: str = "") -> Accept:
    """Ask a rung telephone whether a human holds it, saying first in which language the caller expects to talk, and on which line."""
    named = (Speak(Prompt.LINE, STAFF_LANGUAGE, value=line),) if line else ()
    asked = Speak(Prompt.WHISPER, STAFF_LANGUAGE, key=ACCEPT_KEY)
    return Accept(leg_id, (Speak(Prompt.NAME, language), *named, asked), WHISPER_SECONDS)


# A line's name is short; this one is longer than any.
_LONGEST_NAME = "x" * 60
_LONGEST_WHISPER = max(longest(whispered("", language, _LONGEST_NAME)) for language in prompts.sentences())
