"""What a call is told to do next, in our own words; a renderer per provider puts them into the provider's."""

from dataclasses import dataclass

from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.prompts import Prompt

MENU_SECONDS = 8
RING_SECONDS = 20
WHISPER_SECONDS = 8

# Providers ring a little longer than they are told to.
RING_GRACE = 5

# Four hours: long enough never to cut a talk, short enough to end a line left open.
TALK_SECONDS = 4 * 60 * 60

ACCEPT_KEY = "1"

# Consultants work in Polish; what the caller speaks is said in the caller's language.
STAFF_LANGUAGE = "pl"


@dataclass(frozen=True, slots=True)
class Speak:
    prompt: Prompt
    language: str
    key: str = ""

    @property
    def text(self) -> str:
        return prompts.sentence(self.prompt, self.language, key=self.key)


@dataclass(frozen=True, slots=True)
class Menu:
    """Say the sentences, then wait `seconds` for one key. A key and silence are both answered, with this `turn`."""

    sentences: tuple[Speak, ...]
    seconds: int
    turn: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone of one ring. `leg_id` is unique within the call and says nothing about the person."""

    leg_id: str
    person_id: str
    phone: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring all legs at once for `seconds`, showing `shown_number`; talk at most `talk_seconds`."""

    legs: tuple[Leg, ...]
    shown_number: str
    turn: int
    seconds: int = RING_SECONDS
    talk_seconds: int = TALK_SECONDS


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
class HangUp:
    pass


Instruction = Speak | Menu | Ring | Accept | Connect | HangUp


def longest(instruction: Instruction) -> int:
    """Give an upper bound, in seconds, of how long a caller waits in this instruction; talk is not waiting."""
    match instruction:
        case Speak():
            return prompts.seconds(instruction.text)
        case Menu() | Accept():
            return instruction.seconds + sum(longest(each) for each in instruction.sentences)
        case Ring():
            return instruction.seconds + RING_GRACE + _LONGEST_WHISPER
        case Connect() | HangUp():
            return 0


def whispered(leg_id: str, language: str) -> Accept:
    """Ask a rung telephone whether a human holds it, saying first in which language the caller expects to talk."""
    asked = Speak(Prompt.WHISPER, STAFF_LANGUAGE, key=ACCEPT_KEY)
    return Accept(leg_id, (Speak(Prompt.NAME, language), asked), WHISPER_SECONDS)


_LONGEST_WHISPER = max(longest(whispered("", language)) for language in prompts.sentences())
