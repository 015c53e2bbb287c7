"""Our instructions in the provider's markup (TwiML), and the addresses at which the provider comes back.

Every address is absolute and built from the public URL: the provider signs what it calls, so a guess would not verify.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from helpdesk.kernel.phones import BROWSER
from helpdesk.telephony.rules.instructions import (
    Accept,
    Connect,
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
from helpdesk.telephony.rules.prompts import DEFAULT_LANGUAGE, SPOKEN_ONLY

VOICE = "/telephony/voice"
STATUS = "/telephony/status"
TEXT = "/telephony/text"
MENU = "/telephony/menu/<call>"
RUNG = "/telephony/rung/<call>"
WHISPER = "/telephony/whisper/<call>/<leg>"
ACCEPT = "/telephony/accept/<call>/<leg>"
LEG = "/telephony/leg/<call>/<leg>"
RECORDED = "/telephony/recorded/<call>"
RECORDING = "/telephony/recording/<call>"
LEFT = "/telephony/left/<call>"
RETURNED = "/telephony/returned/<call>"
ROOM = "/telephony/room/<call>/<leg>"
OUT = "/telephony/out/<call>/<leg>"
BACK = "/telephony/back/<call>"
BACK_ACCEPTED = "/telephony/back/<call>/accept"
BACK_OVER = "/telephony/back/<call>/over"
BACK_STATUS = "/telephony/back/<call>/status"
SOUND = "/telephony/sound/<name>"

# What the portable profile of a line may not use: other providers do not know it.
SIP = "sip:"

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

    def recorded(self, turn: int) -> str:
        return self._url(RECORDED, query=f"?turn={turn}")

    def recording(self) -> str:
        return self._url(RECORDING)

    def left(self, turn: int) -> str:
        return self._url(LEFT, query=f"?turn={turn}")

    def returned(self, turn: int) -> str:
        return self._url(RETURNED, query=f"?turn={turn}")

    def room(self, leg_id: str) -> str:
        return self._url(ROOM, leg_id=leg_id)

    def out(self, leg_id: str) -> str:
        return self._url(OUT, leg_id=leg_id)

    def music(self) -> str:
        return self.sound(SILENT.sound(Sound.MUSIC))

    def sound(self, name: str) -> str:
        """What is played is fetched again and again, so its address says nothing of the call."""
        return self.public_url.rstrip("/") + SOUND.replace("<name>", quote(name, safe=""))

    def _url(self, pattern: str, *, leg_id: str = "", query: str = "") -> str:
        path = pattern.replace("<call>", quote(self.call, safe="")).replace("<leg>", quote(leg_id, safe=""))
        fragment = f"#{self.overrides}" if self.overrides else ""
        return self.public_url.rstrip("/") + path + query + fragment


@dataclass(frozen=True, slots=True)
class BackAddresses(Addresses):
    """The same of a call that we make ourselves: `call` is our own name for the attempt."""

    def accept(self, leg_id: str) -> str:  # noqa: ARG002  there is one telephone only
        return self._url(BACK_ACCEPTED)

    def rung(self, turn: int) -> str:  # noqa: ARG002  and one ring
        return self._url(BACK_OVER)


@dataclass(frozen=True, slots=True)
class Clips:
    """What is played instead of being said: file names by prompt, language and key ("choose.uk.2"), and of the two sounds.

    Two collections with the same `version` are the same.
    """

    version: str = ""
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def of(self, speak: Speak) -> str:
        """The file of a sentence, or "" where nobody recorded it, or where it says what no recording can."""
        return "" if speak.prompt in SPOKEN_ONLY else self.names.get(clip(speak.prompt, speak.language, speak.key), "")

    def sound(self, sound: Sound) -> str:
        return self.names.get(sound.value, f"{sound.value}.wav")


SILENT = Clips()


def clip(prompt: str, language: str, key: str) -> str:
    """Under which name a recording is known."""
    return ".".join(part for part in (prompt, language, key) if part)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The markup, and the sentences that were said in Polish because their own language has neither voice nor recording."""

    xml: str
    unspoken: tuple[Speak, ...]


def overrides(edge: str) -> str:
    """How the provider is to reach us: from its place near us and not from overseas, and again when that fails."""
    return "" if edge == "-" else f"rc=2&rp=ct,rt,5xx&ct=2000&rt=4000&e={edge}"


def voiceless(languages: Iterable[str]) -> tuple[str, ...]:
    """Name those of the languages that no voice can say; they need recordings."""
    return tuple(language for language in languages if language not in VOICES)


def render(instructions: Iterable[Instruction], addresses: Addresses, clips: Clips = SILENT) -> Rendered:
    """Put the instructions into markup. A talk is never recorded. Never fails for a language without a voice."""
    renderer = _Renderer(VoiceResponse(), addresses, clips, [])
    for instruction in instructions:
        renderer.add(instruction)
    return Rendered(str(renderer.response), tuple(renderer.unspoken))


@dataclass(frozen=True, slots=True)
class _Renderer:
    response: VoiceResponse
    addresses: Addresses
    clips: Clips
    unspoken: list[Speak]

    def add(self, instruction: Instruction) -> None:
        added: Mapping[type[Instruction], Callable[[Any], None]] = {
            Accept: self._accept,
            Connect: self._connect,
            HangUp: self._hang_up,
            Hold: self._hold,
            Join: self._join,
            Menu: self._menu,
            Play: self._play,
            Record: self._record,
            Ring: self._ring,
            Speak: self._speak,
        }
        added[type(instruction)](instruction)

    def _speak(self, speak: Speak) -> None:
        self._say(self.response, speak)

    def _say(self, parent: VoiceResponse | Gather, speak: Speak) -> None:
        if name := self.clips.of(speak):
            parent.play(self.addresses.sound(name))
            return
        if speak.language not in VOICES:
            self.unspoken.append(speak)
            speak = Speak(speak.prompt, DEFAULT_LANGUAGE, speak.key, speak.value)
        language, voice = VOICES[speak.language]
        parent.say(speak.text, language=language, voice=voice)

    def _play(self, play: Play) -> None:
        self.response.play(self.addresses.sound(self.clips.sound(play.sound)))

    def _menu(self, menu: Menu) -> None:
        self._ask(self._gather(menu.sentences, menu.seconds, self.addresses.menu(menu.turn)))

    def _hold(self, hold: Hold) -> None:
        gather = self._gather(hold.sentences, 1, self.addresses.menu(hold.turn))
        gather.play(self.addresses.sound(self.clips.sound(Sound.MUSIC)))
        self._ask(gather)

    def _ask(self, gather: Gather) -> None:
        self.response.append(gather)
        # Reached only at a provider that does not report silence: then this is the report.
        self.response.redirect(gather.attrs["action"], method="POST")

    def _accept(self, accept: Accept) -> None:
        self.response.append(self._gather(accept.sentences, accept.seconds, self.addresses.accept(accept.leg_id)))

    def _gather(self, sentences: Iterable[Speak], seconds: int, address: str) -> Gather:
        gather = Gather(
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            timeout=seconds,
            action=address,
            method="POST",
            action_on_empty_result=True,
        )
        for sentence in sentences:
            self._say(gather, sentence)
        return gather

    def _record(self, record: Record) -> None:
        self.response.record(
            action=self.addresses.recorded(record.turn),
            method="POST",
            max_length=record.seconds,
            timeout=10,
            finish_on_key="#",
            play_beep=True,
            recording_status_callback=self.addresses.recording(),
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
        )

    def _join(self, join: Join) -> None:
        action = self.addresses.out(join.leg_id) if join.leg_id else self.addresses.left(join.turn)
        dial = Dial(action=action, method="POST")
        dial.conference(
            self.addresses.call,
            start_conference_on_enter=True,
            end_conference_on_exit=not join.leg_id,
            beep="false",
            wait_url=self.addresses.sound(self.clips.sound(Sound.MUSIC)),
            wait_method="GET",
        )
        self.response.append(dial)

    def _ring(self, ring: Ring) -> None:
        shown = {"caller_id": ring.shown_number, "timeout": ring.seconds, "time_limit": ring.talk_seconds}
        own = {"answer_on_bridge": True, "ring_tone": "pl"} if ring.asks else {}
        dial = Dial(action=self.addresses.rung(ring.turn), method="POST", **shown, **own)
        for leg in ring.legs:
            self._telephone(dial, leg, asks=ring.asks)
        self.response.append(dial)

    def _telephone(self, dial: Dial, leg: Leg, *, asks: bool) -> None:
        told: dict[str, Any] = {}
        if asks:
            told = {
                "url": self.addresses.whisper(leg.leg_id),
                "method": "POST",
                "status_callback": self.addresses.leg(leg.leg_id),
                "status_callback_method": "POST",
                "status_callback_event": LEG_EVENTS,
            }
        if leg.phone.startswith(BROWSER):
            dial.client(leg.phone.removeprefix(BROWSER), **told)
        elif leg.phone.startswith(SIP):
            dial.sip(leg.phone, **told)
        else:
            dial.number(leg.phone, **told)

    def _hang_up(self, _: HangUp) -> None:
        self.response.hangup()

    def _connect(self, _: Connect) -> None:
        """The end of the document puts the caller through."""
