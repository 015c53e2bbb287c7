"""Calls that go on side by side, each by what our server says to it, until a person does something.

Nothing here waits. A call goes as far as it can by itself, and then until somebody presses a key, picks up or puts down a telephone.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from helpdesk.kernel.phones import BROWSER
from helpdesk.telephony import twiml
from helpdesk.telephony.simulator import grammar, parameters
from helpdesk.telephony.simulator.people import PICKS_UP, Pickup, key_of
from helpdesk.telephony.simulator.ringing import spoken
from helpdesk.telephony.simulator.telephones import Happened, Happens, Line
from helpdesk.telephony.simulator.wire import Kind, Poster, Trouble, Wire

_AT_ONCE = {Pickup.BUSY: "busy", Pickup.FAILS: "failed"}
_TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60"}
_NOT_TALKED = {"DialCallStatus": "no-answer", "DialBridged": "false"}
_GIVEN_UP = {"DialCallStatus": "canceled", "DialBridged": "false"}


class Switch:
    """Plays calls against a server of ours.

    `phones` says what each telephone does when it rings; whoever stands not there lets it ring. Without it, and for a caller without
    keys, a person decides at each step. `on_message` hears of each recording before the server does, so that there is something to fetch.
    """

    def __init__(  # each is a fact of the network
        self,
        base_url: str,
        account_sid: str,
        token: str,
        session: Poster,
        phones: Mapping[str, Pickup] | None,
        *,
        public_url: str | None = None,
        trouble: Trouble | None = None,
        on_message: Callable[[str], None] = lambda _sid: None,
    ) -> None:
        self.public_url = (public_url or base_url).rstrip("/")
        self.account_sid = account_sid
        self.phones = dict(phones or {})
        self.by_hand = phones is None
        self.wire = Wire(base_url, self.public_url, token, session, trouble or Trouble())
        self.on_message = on_message
        self.lines: list[Line] = []
        self.happened: list[Happened] = []

    @property
    def story(self) -> list[str]:
        """What happened, in English sentences."""
        return [str(each) for each in self.happened]

    # What people do.

    def calls(self, from_: str, to: str, press: tuple[str, ...] | None = ()) -> Line:
        """Somebody calls a line of ours and presses these keys, one for each menu; None: a person presses them."""
        sid = parameters.new_sid()
        fields = parameters.incoming(self.account_sid, sid, from_, to)
        caller = Line(sid, from_, fields, by_hand=press is None, keys=list(press or ()))
        self.lines.append(caller)
        self._say(Happens.CALLS, caller, to)
        self._follow(caller, self._ask(caller, self.public_url + twiml.VOICE))
        return caller

    def presses(self, line: Line, digits: str) -> None:
        """Somebody presses a key where one is asked for, or none at all."""
        address, line.asks = line.asks, ""
        if address:
            self._say(Happens.PRESSES, line, digits)
            self._follow(line, self._ask(line, address, parameters.pressed(digits)))

    def speaks(self, line: Line, seconds: int) -> None:
        """Somebody speaks after the tone, or says nothing. The sound is there before our server hears of it."""
        action, callback, line.records, line.recording = line.records, line.recording, "", ""
        if not action:
            return
        self._say(Happens.SPEAKS if seconds else Happens.SAYS_NOTHING, line, str(seconds))
        sid = parameters.new_recording_sid()
        if seconds:
            self.on_message(sid)
        told, said = parameters.recorded(sid, seconds)
        if callback:
            self._tell(line, callback, told)
        self._follow(line, self._ask(line, action, said))

    def picks_up(self, line: Line) -> None:
        """Somebody, or a machine, picks up a telephone that rings."""
        if not line.rings:
            return
        self._say(Happens.PICKS_UP, line)
        line.status = "in-progress"
        self._report(line, "in-progress")
        if line.answers:
            self._follow(line, self._ask(line, line.answers))
        else:
            self._put_through(line)

    def rings_out(self, line: Line) -> None:
        """Time goes by until whatever rings is given up: this telephone, or all that ring for its call."""
        for each in self.ringing(line) or ([line] if line.rings else []):
            self._over(each, "no-answer")

    def puts_down(self, line: Line) -> None:
        """Somebody puts the telephone down."""
        self._say(Happens.HANGS_UP, line)
        self._over(line)

    def writes(self, from_: str, to: str, words: str) -> None:
        """Somebody writes to a line of ours."""
        self.happened.append(Happened(Happens.WRITES, from_, words))
        fields = parameters.text(self.account_sid, from_, to, words)
        self.wire.ask(Kind.TEXT, self.public_url + twiml.TEXT, fields)

    def is_written_to(self, to: str, words: str) -> None:
        """A message of ours arrives."""
        self.happened.append(Happened(Happens.IS_WRITTEN_TO, to, words))

    def with_number(self, number: str) -> Line:
        """The newest telephone of this number that is not over."""
        return next(each for each in reversed(self.lines) if each.number == number and not each.is_over)

    def with_sid(self, sid: str) -> Line | None:
        return next((each for each in self.lines if each.sid == sid), None)

    def ringing(self, line: Line) -> list[Line]:
        """The telephones that ring for this call, or hear whose it is."""
        return [each for each in self.lines if each.is_rung and each.rung_by is line and not each.is_over]

    def talks_with(self, line: Line) -> set[str]:
        """The numbers of everybody whom this one hears; nobody while there is music."""
        if line.hears_music:
            return set()
        if line.other is not None:
            return {line.other.number}
        inside = (each for each in self._in(line.room) if each is not line and not each.hears_music)
        return {each.number for each in inside} if line.room else set()

    # How calls go.

    def _in(self, room: str) -> list[Line]:
        return [each for each in self.lines if room and each.room == room and not each.is_over]

    def _new(self, sid: str, number: str, shown: str, answers: str, callback: str, parent: Line | None = None) -> Line:
        fields = parameters.outgoing(self.account_sid, sid, parent.sid if parent else "", shown, number)
        line = Line(
            sid,
            number,
            fields,
            self.phones.get(number, Pickup.RINGS_ON),
            by_hand=self.by_hand,
            callback=callback,
            answers=answers,
            rung_by=parent,
            is_rung=parent is not None,
            is_ours=True,
        )
        self.lines.append(line)
        return line

    def _rings(self, line: Line) -> None:
        """A telephone begins to ring. Whoever does not pick up goes on ringing until it is given up."""
        self._say(Happens.RINGS, line)
        for event in ("initiated", "ringing"):
            self._report(line, event)
        if line.behaviour in _AT_ONCE:
            self._over(line, _AT_ONCE[line.behaviour])
        elif line.behaviour in PICKS_UP and not line.is_rung:
            self.picks_up(line)

    def _follow(self, line: Line, markup: str | None) -> None:
        """Play a document until something is asked, or the call is over. The end of a whisper puts the caller through."""
        if line.is_over:
            return
        played: Mapping[str, Callable[[Line, ET.Element], None]] = {
            "Dial": self._dial,
            "Gather": self._gather,
            "Record": self._record,
            "Redirect": lambda line, verb: self._follow(line, self._ask(line, verb.text or "")),
        }
        for verb in grammar.read(markup, whispered=line.is_rung) if markup is not None else ():
            if verb.tag in played:
                played[verb.tag](line, verb)
                return
            if verb.tag in grammar.LAST:
                self._over(line)
                return
            self._hears(line, [verb])
        if line.is_rung and markup is not None:
            self._put_through(line)
        else:
            self._over(line)

    def _gather(self, line: Line, gather: ET.Element) -> None:
        self._hears(line, list(gather))
        line.asks = gather.attrib["action"]
        if not line.by_hand:
            self.presses(line, key_of(line.behaviour) if line.is_ours else (line.keys.pop(0) if line.keys else ""))

    def _record(self, line: Line, record: ET.Element) -> None:
        line.status = "in-progress"
        line.records, line.recording = record.attrib["action"], record.get("recordingStatusCallback", "")
        if not line.by_hand:
            self.speaks(line, 0)

    def _dial(self, line: Line, dial: ET.Element) -> None:
        line.status, line.action = "in-progress", dial.attrib["action"]
        if dial[0].tag == "Conference":
            self._say(Happens.ENTERS, line)
            line.room, line.ends_room = dial[0].text or "", dial[0].get("endConferenceOnExit") == "true"
            return
        shown = dial.attrib["callerId"]
        rung = [
            self._new(
                parameters.new_sid(), _number(each), shown, each.get("url", ""), each.get("statusCallback", ""), line
            )
            for each in dial
        ]
        for each in rung:
            self._rings(each)
        for each in rung:
            if each.behaviour in PICKS_UP:
                self.picks_up(each)
        for each in rung:
            if each.is_rung and not each.is_over and not each.by_hand:
                self._over(each, "no-answer")

    def _put_through(self, line: Line) -> None:
        caller, line.is_rung = line.rung_by, False
        if caller is None or caller.is_over or caller.other is not None:
            self._over(line)
            return
        line.other, caller.other = caller, line
        for each in self.ringing(caller):
            self._over(each, "canceled")
        self._say(Happens.TALKS, line, caller.number)

    def _redirected(self, line: Line, url: str) -> None:
        """Take a call out of whatever it is in. The end of that is told as well, and what we answer to it is not followed."""
        if line.is_over:
            return
        other, was = line.other, line.rung_by
        self._leave(line, is_followed=False)
        self._follow(line, self._ask(line, url))
        if other is not None and was is other:
            # Our own telephone was taken away: the caller goes on with what we say to the end of the talk.
            self._go_on(other, _TALKED | {"DialCallSid": line.sid})

    def _leave(self, line: Line, *, is_followed: bool) -> None:
        other, room, ends, ringing = line.other, line.room, line.ends_room, self.ringing(line)
        action, line.action, line.room, line.hears_music = line.action, "", "", False
        line.asks = line.records = line.recording = ""
        if ringing:
            self._tell(line, action, _GIVEN_UP)
            for each in ringing:
                self._over(each, "canceled")
        if other is not None:
            line.other = other.other = None
            if other.rung_by is line:
                self._tell(line, action, _TALKED | {"DialCallSid": other.sid})
                self._over(other)
            elif is_followed:
                self._go_on(other, _TALKED | {"DialCallSid": line.sid})
        if room:
            self._say(Happens.LEAVES, line)
            self._tell(line, action, {"DialCallStatus": "answered"})
            for each in self._in(room) if ends else ():
                each.room = ""
                self._go_on(each, {"DialCallStatus": "answered"})

    def _go_on(self, line: Line, told: Mapping[str, str]) -> None:
        """What a telephone was in is over for it, and it asks what to do next."""
        if not line.is_over:
            action, line.action = line.action, ""
            self._follow(line, self._ask(line, action, told))

    def _over(self, line: Line, status: str = "") -> None:
        if line.is_over:
            return
        line.is_over = True
        line.status = status or ("completed" if line.status == "in-progress" else "no-answer")
        self._leave(line, is_followed=True)
        self._report(line, line.status)
        self._say(Happens.OVER, line, line.status)
        caller = line.rung_by if line.is_rung else None
        if caller is not None and caller.action and caller.other is None and not self.ringing(caller):
            self._go_on(caller, _NOT_TALKED)

    def _report(self, line: Line, status: str) -> None:
        """Tell how far a telephone came, where anybody wants to know."""
        over = line.is_over
        about = parameters.ended(status, line.sequence, 60) if over else parameters.progress(status, line.sequence)
        line.sequence += 1
        if line.callback:
            self.wire.tell(Kind.LEG, line.callback, line.fields | about)
        elif over and not line.is_ours:
            self.wire.tell(Kind.STATUS, self.public_url + twiml.STATUS, line.fields | about)

    def _ask(self, line: Line, address: str, told: Mapping[str, str] | None = None) -> str | None:
        fields = line.fields | {"CallStatus": line.status} | dict(told or {})
        return self.wire.ask(_kind(address), address, fields)

    def _tell(self, line: Line, address: str, told: Mapping[str, str]) -> None:
        """Ask, as a provider does, without following the answer."""
        self.wire.tell(_kind(address), address, line.fields | {"CallStatus": line.status} | dict(told))

    def _hears(self, line: Line, verbs: list[ET.Element]) -> None:
        line.status = "in-progress"
        for language, text in spoken(verbs):
            line.heard.append((language, text))
            self._say(Happens.HEARS, line, text, language)

    def _say(self, how: Happens, line: Line, what: str = "", language: str = "") -> None:
        self.happened.append(Happened(how, line.number, what, language))


def _number(rung: ET.Element) -> str:
    """What is rung, as our server names it elsewhere too."""
    return (BROWSER if rung.tag == "Client" else "") + (rung.text or "")


def _kind(address: str) -> Kind:
    """Which of our addresses this is: the word after the first."""
    return Kind(urlsplit(address).path.split("/")[2])
