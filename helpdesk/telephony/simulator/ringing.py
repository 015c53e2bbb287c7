"""One Dial as the provider does it: all telephones at once, a whisper on each that picks up, reports about all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from helpdesk.telephony.simulator import grammar, parameters
from helpdesk.telephony.simulator.people import PICKS_UP, Clock, HungUp, Pace, Pickup, key_of
from helpdesk.telephony.simulator.wire import Kind, Wire

# Providers ring a little longer than they are told to.
GRACE = 5
_AT_ONCE = {Pickup.BUSY: "busy", Pickup.FAILS: "failed"}


@dataclass(slots=True)
class Telephone:
    """One rung telephone, with what the markup says about it; `fields` go with every request about it."""

    number: str
    behaviour: Pickup
    fields: dict[str, str]
    whisper: str | None
    callback: str | None
    events: frozenset[str]
    sequence: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a Dial ended, in the provider's words."""

    status: str
    bridged: bool = False
    answered_by: str | None = None
    seconds: float = 0.0
    leg_sid: str = ""

    @property
    def fields(self) -> dict[str, str]:
        known = {"DialCallStatus": self.status, "DialBridged": str(self.bridged).lower()}
        return known | (
            {"DialCallSid": self.leg_sid, "DialCallDuration": str(round(self.seconds))} if self.leg_sid else {}
        )


def telephone(element: ET.Element, behaviour: Pickup, fields: dict[str, str]) -> Telephone:
    """Read a checked <Number>."""
    events = frozenset(element.get("statusCallbackEvent", "completed").split())
    number, whisper, callback = element.text or "", element.get("url"), element.get("statusCallback")
    return Telephone(number, behaviour, fields, whisper, callback, events)


@dataclass(slots=True)
class Ringing:
    """The telephones of one Dial while they ring; `on_line` hears what happens."""

    telephones: list[Telephone]
    wire: Wire
    clock: Clock
    pace: Pace
    on_line: Callable[[str], None]
    on_bridge: Callable[[], None]
    really: float = field(default=0.0, init=False)
    # What there is to report if the caller hangs up now.
    outcome: Outcome = field(default=Outcome("canceled"), init=False)

    def play(self, timeout: int) -> Outcome:
        """Ring for `timeout` seconds; talk if somebody accepts. Raises HungUp when the caller hangs up meanwhile."""
        for each in self.telephones:
            self.on_line(f"{each.number} rings")
            self._report(each, "initiated", "initiated")
            self._report(each, "ringing", "ringing")
        for each in self.telephones:
            if each.behaviour in _AT_ONCE:
                self._over(each, _AT_ONCE[each.behaviour])
        try:
            return self._ring(timeout)
        except HungUp:
            self._end_all("canceled")
            raise

    def _ring(self, timeout: int) -> Outcome:
        accepted = self._first_to_accept()
        if accepted is not None:
            return self._talk(accepted)
        if self._ringing():
            self.clock.spend(timeout + GRACE, really=max(self.pace.ring_seconds - self.really, 0.0))
            self._end_all("no-answer")
        self.on_line("nobody answers")
        return self._unanswered()

    def _first_to_accept(self) -> Telephone | None:
        picking_up = [each for each in self._ringing() if each.behaviour in PICKS_UP]
        if picking_up:
            self.really = min(self.pace.answer_after, self.pace.ring_seconds)
            self.clock.spend(self.really, really=self.really)
        return next((each for each in picking_up if self._accepts(each)), None)

    def _accepts(self, each: Telephone) -> bool:
        self.on_line(f"{each.number} picks up")
        self._report(each, "answered", "in-progress")
        if each.whisper is None:
            return True  # nobody is asked for a key: whatever picks up has the caller
        markup = self.wire.ask(Kind.WHISPER, each.whisper, each.fields | {"CallStatus": "in-progress"})
        accepted = markup is not None and self._follow(each, markup)
        if not accepted:
            self.on_line(f"{each.number} is hung up on")
            self._over(each, "completed")
        return accepted

    def _follow(self, each: Telephone, markup: str) -> bool:
        """Play a whisper; the end of its document puts the caller through."""
        for verb in grammar.read(markup, whispered=True):
            if verb.tag == "Hangup":
                return False
            if verb.tag == "Gather":
                return self._gather(each, verb)
            self.on_line(f"{each.number} hears: {(verb.text or '').strip()}")
        return True

    def _gather(self, each: Telephone, gather: ET.Element) -> bool:
        for spoken in gather:
            self.on_line(f"{each.number} hears: {(spoken.text or '').strip()}")
        digits = key_of(each.behaviour)
        self.on_line(f"{each.number} presses {digits or 'nothing'}")
        answer = {"CallStatus": "in-progress"} | parameters.pressed(digits)
        markup = self.wire.ask(Kind.ACCEPT, gather.attrib["action"], each.fields | answer)
        return markup is not None and self._follow(each, markup)

    def _talk(self, accepted: Telephone) -> Outcome:
        for each in self._ringing(but=accepted):
            self._over(each, "canceled")
        self.on_bridge()
        self.on_line(f"{accepted.number} and the caller talk")
        begun, sid = self.clock.now, accepted.fields["CallSid"]
        try:
            self.clock.spend(self.pace.talk_seconds, really=self.pace.talk_seconds)
        finally:
            talked = self.clock.now - begun
            self._over(accepted, "completed", talked)
            self.outcome = Outcome("completed", bridged=True, answered_by=accepted.number, seconds=talked, leg_sid=sid)
        return self.outcome

    def _unanswered(self) -> Outcome:
        behaviours = {each.behaviour for each in self.telephones}
        if Pickup.RINGS_ON in behaviours:
            return Outcome("no-answer")
        if Pickup.VOICEMAIL in behaviours or Pickup.ANSWERS in behaviours:
            # Somebody picked up and did not accept: completed, but not bridged.
            return Outcome("completed")
        return Outcome("busy" if Pickup.BUSY in behaviours else "failed")

    def _ringing(self, but: Telephone | None = None) -> list[Telephone]:
        return [each for each in self.telephones if not each.over and each is not but]

    def _end_all(self, status: str) -> None:
        for each in self._ringing():
            self._over(each, status)

    def _over(self, each: Telephone, status: str, seconds: float = 0.0) -> None:
        each.over = True
        self._report(each, "completed", status, parameters.ended(status, each.sequence, seconds))

    def _report(self, each: Telephone, event: str, status: str, fields: dict[str, str] | None = None) -> None:
        if each.callback is None or event not in each.events:
            return
        told = fields or parameters.progress(status, each.sequence)
        self.wire.tell(Kind.LEG, each.callback, each.fields | told)
        each.sequence += 1


def spoken(verbs: Iterable[ET.Element]) -> list[tuple[str, str]]:
    """Give language and text of everything that is said or played among the verbs."""
    return [(verb.get("language", ""), (verb.text or "").strip()) for verb in verbs if verb.tag in {"Say", "Play"}]
