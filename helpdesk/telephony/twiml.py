"""Our instructions in the provider's markup (TwiML), and the addresses at which the provider comes back.

Every address is absolute and built from the public URL: the provider signs what it calls, so a guess would not verify.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from helpdesk.telephony.rules.instructions import Accept, Connect, HangUp, Instruction, Leg, Menu, Ring, Speak
from helpdesk.telephony.rules.prompts import DEFAULT_LANGUAGE

VOICE = "/telephony/voice"
STATUS = "/telephony/status"
MENU = "/telephony/menu/<call>"
RUNG = "/telephony/rung/<call>"
WHISPER = "/telephony/whisper/<call>/<leg>"
ACCEPT = "/telephony/accept/<call>/<leg>"
LEG = "/telephony/leg/<call>/<leg>"

# Language tag and voice, which must belong together or nothing is said. There is no voice for Belarusian (be) and
# Georgian (ka), nor a dependable one for the others that are absent here. Source: the provider's list of Say voices.
VOICES: Mapping[str, tuple[str, str]] = {
    "pl": ("pl-PL", "Polly.Ola-Neural"),
    "en": ("en-GB", "Polly.Amy-Neural"),
    "uk": ("uk-UA", "Google.uk-UA-Standard-A"),
    "ru": ("ru-RU", "Polly.Tatyana"),
    "ar": ("arb", "Polly.Zeina"),
    "es": ("es-ES", "Polly.Lucia"),
    "hi": ("hi-IN", "Polly.Aditi"),
    "ro": ("ro-RO", "Polly.Carmen"),
    "vi": ("vi-VN", "Google.vi-VN-Standard-A"),
}

LEG_EVENTS = "initiated ringing answered completed"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The webhook addresses of one call. `call` is our own identifier; no address holds a number or a name.

    `overrides` are the provider's connection overrides for each address ("rc=2&e=dublin"), empty for its defaults.
    """

    public_url: str
    call: str
    overrides: str = ""

    def menu(self, turn: int) -> str:
        return self._url(MENU, query=f"?turn={turn}")

    def rung(self, turn: int) -> str:
        return self._url(RUNG, query=f"?turn={turn}")

    def whisper(self, leg_id: str) -> str:
        return self._url(WHISPER, leg_id=leg_id)

    def accept(self, leg_id: str) -> str:
        return self._url(ACCEPT, leg_id=leg_id)

    def leg(self, leg_id: str) -> str:
        return self._url(LEG, leg_id=leg_id)

    def _url(self, pattern: str, *, leg_id: str = "", query: str = "") -> str:
        path = pattern.replace("<call>", quote(self.call, safe="")).replace("<leg>", quote(leg_id, safe=""))
        fragment = f"#{self.overrides}" if self.overrides else ""
        return self.public_url.rstrip("/") + path + query + fragment


@dataclass(frozen=True, slots=True)
class Rendered:
    """The markup, and the sentences that were said in Polish because their own language has no voice."""

    xml: str
    unspoken: tuple[Speak, ...]


def voiceless(languages: Iterable[str]) -> tuple[str, ...]:
    """Name those of the languages that no voice can say; they must not be offered on a line."""
    return tuple(language for language in languages if language not in VOICES)


def render(instructions: Iterable[Instruction], addresses: Addresses) -> Rendered:
    """Put the instructions into markup. Nothing is recorded, ever. Never fails for a language without a voice."""
    response = VoiceResponse()
    unspoken: list[Speak] = []
    for instruction in instructions:
        _add(response, instruction, addresses, unspoken)
    return Rendered(str(response), tuple(unspoken))


def _add(response: VoiceResponse, instruction: Instruction, addresses: Addresses, unspoken: list[Speak]) -> None:
    match instruction:
        case Speak():
            _say(response, instruction, unspoken)
        case Menu():
            _menu(response, instruction, addresses.menu(instruction.turn), unspoken)
        case Ring():
            response.append(_dial(instruction, addresses))
        case Accept():
            response.append(_gather(instruction, addresses.accept(instruction.leg_id), unspoken))
        case HangUp():
            response.hangup()
        case Connect():
            # The end of the document puts the caller through.
            pass
        case _:
            assert_never(instruction)


def _say(parent: VoiceResponse | Gather, speak: Speak, unspoken: list[Speak]) -> None:
    if speak.language not in VOICES:
        unspoken.append(speak)
        speak = Speak(speak.prompt, DEFAULT_LANGUAGE, key=speak.key)
    language, voice = VOICES[speak.language]
    parent.say(speak.text, language=language, voice=voice)


def _menu(response: VoiceResponse, menu: Menu, address: str, unspoken: list[Speak]) -> None:
    response.append(_gather(menu, address, unspoken))
    # Reached only at a provider that does not report silence: then this is the report.
    response.redirect(address, method="POST")


def _gather(asking: Menu | Accept, address: str, unspoken: list[Speak]) -> Gather:
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=asking.seconds,
        action=address,
        method="POST",
        action_on_empty_result=True,
    )
    for sentence in asking.sentences:
        _say(gather, sentence, unspoken)
    return gather


def _dial(ring: Ring, addresses: Addresses) -> Dial:
    dial = Dial(
        action=addresses.rung(ring.turn),
        method="POST",
        timeout=ring.seconds,
        time_limit=ring.talk_seconds,
        answer_on_bridge=True,
        caller_id=ring.shown_number,
        ring_tone="pl",
    )
    for leg in ring.legs:
        _number(dial, leg, addresses)
    return dial


def _number(dial: Dial, leg: Leg, addresses: Addresses) -> None:
    dial.number(
        leg.phone,
        url=addresses.whisper(leg.leg_id),
        method="POST",
        status_callback=addresses.leg(leg.leg_id),
        status_callback_method="POST",
        status_callback_event=LEG_EVENTS,
    )
