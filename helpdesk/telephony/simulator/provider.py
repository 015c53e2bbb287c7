"""The provider itself: a call comes in, its markup is followed to the letter, and the end is reported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import requests

from helpdesk.telephony import twiml
from helpdesk.telephony.simulator import grammar, parameters
from helpdesk.telephony.simulator.people import Answer, Clock, HungUp, Pace, pickup
from helpdesk.telephony.simulator.ringing import Outcome, Ringing, Telephone, spoken, telephone
from helpdesk.telephony.simulator.wire import Kind, Poster, Sent, Trouble, Wire

DEFAULT_GATHER_SECONDS = 5
MUSIC_SECONDS = 20


@dataclass(slots=True)
class Conversation:
    """What happened in one call: what was heard (language, text), who was rung, who answered, how it ended."""

    call_sid: str
    lines: list[str] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    answered_by: str | None = None
    status: str = "ringing"
    seconds: float = 0.0
    talked: float = 0.0
    sent: list[Sent] = field(default_factory=list)


class Provider:
    """Plays calls against a server at `base_url`, which believes to be at `public_url`.

    `on_message` hears the identifier of each recording before the server does, so that there is something to fetch.
    """

    def __init__(
        self,
        base_url: str,
        account_sid: str,
        token: str,
        session: Poster | None = None,
        *,
        public_url: str | None = None,
        pace: Pace | None = None,
        on_line: Callable[[str], None] = lambda _line: None,
        on_message: Callable[[str], None] = lambda _sid: None,
    ) -> None:
        self.base_url = base_url
        self.public_url = public_url or base_url
        self.account_sid = account_sid
        self.token = token
        self.session = session or direct()
        self.pace = pace or Pace()
        self.on_line = on_line
        self.on_message = on_message

    def ring(
        self,
        from_: str,
        to: str,
        *,
        press: Sequence[str] = (),
        hang_up_after: float | None = None,
        answer: Answer = False,
        message: float | None = None,
        trouble: Trouble | None = None,
    ) -> Conversation:
        """Play one call from the first ring to the last report.

        `press` holds the keys for each menu in turn; none left is silence. `hang_up_after` is in seconds of played
        time. `answer`: True, the first rung telephone answers; a number, that one; a table, each its own way. `message`: for how
        many seconds the caller speaks after the tone, if asked to; None is silence.
        Raises SimulatorError or InvalidMarkup where the server misbehaves.
        """
        wire = Wire(self.base_url, self.public_url, self.token, self.session, trouble or Trouble())
        call = _Call(self, wire, Clock(self.pace, hang_up_after), list(press), answer, message)
        return call.play(from_, to)


def direct() -> requests.Session:
    """Make a session that no proxy of the environment gets between: the server is our own."""
    session = requests.Session()
    session.trust_env = False
    return session


def _is_music(verb: ET.Element) -> bool:
    return verb.tag == "Play" and (verb.text or "").endswith("music.wav")


class _Call:
    def __init__(
        self, provider: Provider, wire: Wire, clock: Clock, keys: list[str], answer: Answer, message: float | None
    ) -> None:
        self.provider = provider
        self.wire = wire
        self.clock = clock
        self.keys = keys
        self.answer = answer
        self.message = message
        self.talk = Conversation(parameters.new_sid(), sent=wire.sent)
        self.fields: dict[str, str] = {}

    def play(self, from_: str, to: str) -> Conversation:
        self.fields = parameters.incoming(self.provider.account_sid, self.talk.call_sid, from_, to)
        self._note(f"{from_ or 'a withheld number'} calls {to}")
        try:
            markup = self._ask(Kind.VOICE, self.provider.public_url.rstrip("/") + twiml.VOICE)
            self.clock.spend(0)
            while markup is not None:
                markup = self._follow(markup)
        except HungUp:
            self._note("the caller hangs up")
        self._finish()
        return self.talk

    def _follow(self, markup: str) -> str | None:
        """Play one document; give the next one, or None at the end of the call."""
        played = {
            "Gather": self._gather,
            "Dial": self._dial,
            "Record": self._record,
            "Redirect": self._redirect,
            "Reject": self._reject,
            "Hangup": self._hang_up,
        }
        for verb in grammar.read(markup):
            if verb.tag in played:
                return played[verb.tag](verb)
            self._hear([verb])
        return None

    def _redirect(self, redirect: ET.Element) -> str | None:
        return self._ask(Kind.REDIRECT, redirect.text or "")

    def _reject(self, _reject: ET.Element) -> None:
        self.talk.status = "busy"

    def _hang_up(self, _hang_up: ET.Element) -> None:
        self._pick_up()

    def _hear(self, verbs: Sequence[ET.Element]) -> None:
        self._pick_up()
        for language, text in spoken(verbs):
            self.talk.heard.append((language, text))
            self._note(f"the caller hears ({language or 'recording'}): {text}")

    def _gather(self, gather: ET.Element) -> str | None:
        self._hear(list(gather))
        self._pick_up()
        digits = self.keys.pop(0) if self.keys else ""
        music = MUSIC_SECONDS if any(_is_music(each) for each in gather) else 0
        silence = music + float(gather.get("timeout", DEFAULT_GATHER_SECONDS))
        self.clock.spend(self.provider.pace.press_after if digits else silence)
        self._note(f"the caller presses {digits or 'nothing'}")
        return self._ask(Kind.MENU, gather.attrib["action"], parameters.pressed(digits))

    def _dial(self, dial: ET.Element) -> str | None:
        if dial[0].tag == "Conference":
            return self._room(dial)
        telephones = [self._telephone(dial, number, place) for place, number in enumerate(dial)]
        self.talk.rung.extend(each.number for each in telephones)
        ringing = Ringing(
            telephones, self.wire, self.clock, self.provider.pace, on_line=self._note, on_bridge=self._pick_up
        )
        if dial.get("answerOnBridge") != "true":
            self._pick_up()
        try:
            outcome = ringing.play(int(dial.attrib["timeout"]))
        except HungUp:
            self.talk.answered_by = ringing.outcome.answered_by
            self._report_hang_up(dial, ringing.outcome)
            raise
        self.talk.answered_by, self.talk.talked = outcome.answered_by, outcome.seconds
        return self._ask(Kind.RUNG, dial.attrib["action"], outcome.fields)

    def _record(self, record: ET.Element) -> str | None:
        """The caller speaks, or is silent until the provider gives up; the sound is reported a little later, or that there is none."""
        self._pick_up()
        sid, longest = parameters.new_recording_sid(), float(record.attrib["maxLength"])
        lasted = min(self.message or 0, longest)
        self._note(f"the caller speaks for {lasted:.0f} s" if lasted else "the caller says nothing")
        reported, said = parameters.recorded(sid, lasted)
        callback = record.get("recordingStatusCallback")
        if lasted:
            self.provider.on_message(sid)
        try:
            self.clock.spend(lasted or float(record.get("timeout", DEFAULT_GATHER_SECONDS)))
        finally:
            if callback is not None:
                self.wire.tell(Kind.RECORDING, callback, self.fields | reported)
        return self._ask(Kind.RECORDED, record.attrib["action"], said)

    def _room(self, dial: ET.Element) -> str | None:
        self._pick_up()
        self._note("the caller talks in a room")
        self.clock.spend(self.provider.pace.room_seconds, really=self.provider.pace.room_seconds)
        return self._ask(Kind.LEFT, dial.attrib["action"], {"DialCallStatus": "completed"})

    def _telephone(self, dial: ET.Element, number: ET.Element, place: int) -> Telephone:
        to, shown = number.text or "", dial.attrib["callerId"]
        sid, parent = parameters.new_sid(), self.talk.call_sid
        fields = parameters.outgoing(self.provider.account_sid, sid, parent, shown, to)
        return telephone(number, pickup(self.answer, to, place), fields)

    def _report_hang_up(self, dial: ET.Element, outcome: Outcome) -> None:
        # The action is requested all the same; nobody is left to hear the answer.
        over = {"CallStatus": "completed"} | outcome.fields
        self.wire.tell(Kind.RUNG, dial.attrib["action"], self.fields | over)

    def _pick_up(self) -> None:
        self.talk.status = "in-progress"

    def _ask(self, kind: Kind, address: str, fields: dict[str, str] | None = None) -> str | None:
        markup = self.wire.ask(kind, address, self.fields | {"CallStatus": self.talk.status} | (fields or {}))
        if markup is None:
            self._note("the server cannot be reached; the call breaks off")
        return markup

    def _finish(self) -> None:
        over = {"in-progress": "completed", "ringing": "no-answer"}
        self.talk.status = over.get(self.talk.status, self.talk.status)
        self.talk.seconds = self.clock.now
        ended = parameters.ended(self.talk.status, 0, self.clock.now)
        self.wire.tell(Kind.STATUS, self.provider.public_url.rstrip("/") + twiml.STATUS, self.fields | ended)
        self.wire.finish()
        self._note(f"the call is over: {self.talk.status}, {self.talk.seconds:.0f} s")

    def _note(self, line: str) -> None:
        self.talk.lines.append(line)
        self.provider.on_line(line)
