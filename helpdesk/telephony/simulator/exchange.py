"""The provider with its rooms: calls that go on side by side, and that are changed from outside while people talk.

Nothing here waits. A call goes as far as it can by itself, and then until somebody puts a telephone down, or our server orders something.
What is ordered is carried out only by `play`, as a provider also answers first and acts afterwards.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from helpdesk.telephony import twiml
from helpdesk.telephony.provider import NoProvider, ProviderFailed
from helpdesk.telephony.provider import Trouble as Failure
from helpdesk.telephony.simulator import grammar, parameters
from helpdesk.telephony.simulator.people import PICKS_UP, Pickup, key_of
from helpdesk.telephony.simulator.wire import Kind, Poster, Trouble, Wire

_AT_ONCE = {Pickup.BUSY: "busy", Pickup.FAILS: "failed"}
_TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60"}
_NOT_TALKED = {"DialCallStatus": "no-answer", "DialBridged": "false"}


@dataclass(slots=True, eq=False)
class Line:
    """One telephone in a call. `other` is whom it is put through to, `room` where it is; `action` hears of the end of either."""

    sid: str
    number: str
    fields: dict[str, str]
    behaviour: Pickup = Pickup.RINGS_ON
    keys: list[str] = field(default_factory=list)
    status: str = "ringing"
    callback: str = ""
    answers: str = ""
    action: str = ""
    other: "Line | None" = None
    rung_by: "Line | None" = None
    room: str = ""
    ends_room: bool = False
    hears_music: bool = False
    is_over: bool = False
    heard: list[str] = field(default_factory=list)
    sequence: int = 0


class Exchange(NoProvider):
    """Plays a provider at which calls can be rung, redirected, held and ended, against a server of ours.

    `phones` says what each telephone does when it rings; whoever stands not there lets it ring. `fails` is how every order fails from
    then on.
    """

    def __init__(  # each is a fact of the network
        self,
        base_url: str,
        account_sid: str,
        token: str,
        session: Poster,
        phones: Mapping[str, Pickup],
        *,
        public_url: str | None = None,
        trouble: Trouble | None = None,
    ) -> None:
        self.public_url = public_url or base_url
        self.account_sid = account_sid
        self.phones = dict(phones)
        self.wire = Wire(base_url, self.public_url, token, session, trouble or Trouble())
        self.lines: list[Line] = []
        self.story: list[str] = []
        self.fails: Failure | None = None
        self._ordered: deque[Callable[[], None]] = deque()

    # What people do.

    def calls(self, from_: str, to: str, press: tuple[str, ...] = ()) -> Line:
        """Somebody calls a line of ours and presses these keys, one for each menu."""
        sid = parameters.new_sid()
        caller = Line(sid, from_, parameters.incoming(self.account_sid, sid, from_, to), keys=list(press))
        self.lines.append(caller)
        self._say(f"{from_} calls {to}")
        self._follow_or_end(caller, self._ask(caller, self.public_url.rstrip("/") + twiml.VOICE))
        return caller

    def puts_down(self, line: Line) -> None:
        """Somebody puts the telephone down."""
        self._say(f"{line.number} hangs up")
        self._over(line)

    def with_number(self, number: str) -> Line:
        """The newest telephone of this number that is not over."""
        return next(each for each in reversed(self.lines) if each.number == number and not each.is_over)

    def talks_with(self, line: Line) -> set[str]:
        """The numbers of everybody whom this one hears; nobody while there is music."""
        if line.hears_music:
            return set()
        if line.other is not None:
            return {line.other.number}
        inside = (each for each in self._in(line.room) if each is not line and not each.hears_music)
        return {each.number for each in inside} if line.room else set()

    # What our server orders.

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:  # noqa: ARG002  time does not pass here
        self._may_fail()
        line = self._rung(to, shown, answer_url, status_url)
        self._ordered.append(lambda: self._rings_alone(line))
        return line.sid

    def redirect(self, sid: str, url: str) -> None:
        line = self._going_on(sid)
        self._ordered.append(lambda: self._redirected(line, url))

    def hang_up(self, sid: str) -> None:
        line = self._going_on(sid)
        self._ordered.append(lambda: self._over(line))

    def hold(self, room: str, sid: str, music_url: str, *, on: bool) -> None:  # noqa: ARG002  nobody listens to it
        line = self._going_on(sid)
        if line.room != room:
            raise ProviderFailed(Failure.GONE)
        line.hears_music = on
        self._say(f"{line.number} hears music" if on else f"{line.number} is back")

    def inside(self, room: str) -> frozenset[str]:
        self._may_fail()
        return frozenset(each.sid for each in self._in(room))

    def play(self) -> bool:
        """Carry out what was ordered; answer whether there was anything."""
        ordered, self._ordered = self._ordered, deque()
        for carry_out in ordered:
            carry_out()
        return bool(ordered)

    # How calls go.

    def _may_fail(self) -> None:
        if self.fails is not None:
            raise ProviderFailed(self.fails)

    def _going_on(self, sid: str) -> Line:
        self._may_fail()
        line = next((each for each in self.lines if each.sid == sid), None)
        if line is None:
            raise ProviderFailed(Failure.GONE)
        if line.is_over:
            raise ProviderFailed(Failure.REFUSED)
        return line

    def _in(self, room: str) -> list[Line]:
        return [each for each in self.lines if room and each.room == room and not each.is_over]

    def _rung(self, number: str, shown: str, answers: str, callback: str, parent: Line | None = None) -> Line:
        sid = parameters.new_sid()
        fields = parameters.outgoing(self.account_sid, sid, parent.sid if parent else "", shown, number)
        behaviour = self.phones.get(number, Pickup.RINGS_ON)
        line = Line(sid, number, fields, behaviour, callback=callback, answers=answers, rung_by=parent)
        self.lines.append(line)
        return line

    def _rings_alone(self, line: Line) -> None:
        """A telephone that our server called by itself. Whoever does not pick up goes on ringing until it is given up."""
        if self._picks_up(line) and not self._follow(line, self._ask(line, line.answers)):
            self._over(line)

    def _picks_up(self, line: Line) -> bool:
        self._say(f"{line.number} rings")
        for event in ("initiated", "ringing"):
            self._report(line, event)
        if line.behaviour in _AT_ONCE:
            self._over(line, _AT_ONCE[line.behaviour])
        if line.is_over or line.behaviour not in PICKS_UP:
            return False
        self._say(f"{line.number} picks up")
        line.status = "in-progress"
        self._report(line, "in-progress")
        return True

    def _follow(self, line: Line, markup: str | None, *, whispered: bool = False) -> bool:
        """Play a document, and answer whether the call goes on after it; for a whisper, whether the caller is put through."""
        for verb in grammar.read(markup, whispered=whispered) if markup is not None else ():
            if line.is_over:
                return False
            match verb.tag:
                case "Say" | "Play":
                    self._hears(line, [verb])
                case "Gather":
                    self._hears(line, list(verb))
                    return self._follow(
                        line, self._ask(line, verb.attrib["action"], self._keyed(line)), whispered=whispered
                    )
                case "Redirect":
                    return self._follow(line, self._ask(line, verb.text or ""))
                case "Dial":
                    self._dial(line, verb)
                    return not line.is_over
                case _:
                    self._over(line)
                    return False
        return whispered and markup is not None

    def _keyed(self, line: Line) -> dict[str, str]:
        is_ours = bool(line.answers)
        digits = key_of(line.behaviour) if is_ours else (line.keys.pop(0) if line.keys else "")
        self._say(f"{line.number} presses {digits or 'nothing'}")
        return {"Digits": digits, "FinishedOnKey": "", "msg": "Gather End"}

    def _dial(self, line: Line, dial: ET.Element) -> None:
        line.status, line.action = "in-progress", dial.attrib["action"]
        if dial[0].tag == "Conference":
            self._say(f"{line.number} is in the room")
            line.room, line.ends_room = dial[0].text or "", dial[0].get("endConferenceOnExit") == "true"
            return
        rung = [
            self._rung(
                each.text or "", dial.attrib["callerId"], each.get("url", ""), each.get("statusCallback", ""), line
            )
            for each in dial
        ]
        answered = next((each for each in rung if self._accepts(each)), None)
        for each in rung:
            if each is not answered:
                self._over(each, "canceled" if answered else "no-answer")
        if answered is None:
            self._go_on(line, _NOT_TALKED)
        elif not line.is_over:
            line.other, answered.other = answered, line
            self._say(f"{answered.number} and {line.number} talk")

    def _accepts(self, line: Line) -> bool:
        if not self._picks_up(line):
            return False
        accepted = self._follow(line, self._ask(line, line.answers), whispered=True)
        if not accepted:
            self._over(line)
        return accepted

    def _redirected(self, line: Line, url: str) -> None:
        """Take a call out of whatever it is in. The end of that is told as well, and what we answer to it is not followed."""
        if line.is_over:
            return
        other, was = line.other, line.rung_by
        self._leave(line, is_followed=False)
        self._follow_or_end(line, self._ask(line, url))
        if other is not None and was is other:
            # Our own telephone was taken away: the caller goes on with what we say to the end of the talk.
            self._go_on(other, _TALKED | {"DialCallSid": line.sid})

    def _leave(self, line: Line, *, is_followed: bool) -> None:
        other, room, ends = line.other, line.room, line.ends_room
        action, line.action, line.room, line.hears_music = line.action, "", "", False
        if other is not None:
            line.other = other.other = None
            if other.rung_by is line:
                self._tell(line, action, _TALKED | {"DialCallSid": other.sid})
                self._over(other)
            elif is_followed:
                self._go_on(other, _TALKED | {"DialCallSid": line.sid})
        if room:
            self._say(f"{line.number} is out of the room")
            self._tell(line, action, {"DialCallStatus": "answered"})
            for each in self._in(room) if ends else ():
                each.room = ""
                self._go_on(each, {"DialCallStatus": "answered"})

    def _go_on(self, line: Line, told: Mapping[str, str]) -> None:
        """What a telephone was in is over for it, and it asks what to do next."""
        if not line.is_over:
            action, line.action = line.action, ""
            self._follow_or_end(line, self._ask(line, action, told))

    def _follow_or_end(self, line: Line, markup: str | None) -> None:
        if not self._follow(line, markup):
            self._over(line)

    def _over(self, line: Line, status: str = "") -> None:
        if line.is_over:
            return
        line.is_over = True
        line.status = status or ("completed" if line.status == "in-progress" else "no-answer")
        self._leave(line, is_followed=True)
        self._report(line, line.status)

    def _report(self, line: Line, status: str) -> None:
        """Tell how far a telephone came, where anybody wants to know."""
        over = line.is_over
        about = parameters.ended(status, line.sequence, 60) if over else parameters.progress(status, line.sequence)
        line.sequence += 1
        if line.callback:
            self.wire.tell(Kind.LEG, line.callback, line.fields | about)
        elif over and not line.answers:
            self.wire.tell(Kind.STATUS, self.public_url.rstrip("/") + twiml.STATUS, line.fields | about)

    def _ask(self, line: Line, address: str, told: Mapping[str, str] | None = None) -> str | None:
        fields = line.fields | {"CallStatus": line.status} | dict(told or {})
        return self.wire.ask(_kind(address), address, fields)

    def _tell(self, line: Line, address: str, told: Mapping[str, str]) -> None:
        """Ask, as a provider does, without following the answer."""
        self.wire.tell(_kind(address), address, line.fields | {"CallStatus": line.status} | dict(told))

    def _hears(self, line: Line, verbs: list[ET.Element]) -> None:
        line.status = "in-progress"
        for text in _spoken(verbs):
            line.heard.append(text)
            self._say(f"{line.number} hears: {text}")

    def _say(self, what: str) -> None:
        self.story.append(what)


def _spoken(verbs: list[ET.Element]) -> Iterator[str]:
    for verb in verbs:
        if verb.tag in {"Say", "Play"}:
            yield (verb.text or "").strip()


def _kind(address: str) -> Kind:
    """Which of our addresses this is: the word after the first."""
    return Kind(urlsplit(address).path.split("/")[2])
