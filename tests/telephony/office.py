"""A small office without a database: the webhooks over the flow, in memory."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from helpdesk.telephony import gateway, twiml
from helpdesk.telephony.rules import flow, lattice
from helpdesk.telephony.rules.instructions import Instruction
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.ringing import LineNow
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Ending,
    Event,
    FlowState,
    Pressed,
    Recorded,
    RingEnded,
    RoomLeft,
    Started,
)

PUBLIC = "https://help.example.org"
TOKEN = "a-token-for-tests"
NO_CONTENT, FORBIDDEN = 204, 403


@dataclass
class Call:
    state: FlowState = field(default_factory=FlowState)
    talked: bool = False
    reports: list[CallState | None] = field(default_factory=list)
    legs: Counter[str] = field(default_factory=Counter)

    @property
    def settled(self) -> CallState:
        return lattice.settle(self.reports)


class Office:
    """A WSGI application: one line, its calls by the provider's identifier."""

    def __init__(self, line: LineNow) -> None:
        self.line = line
        self.calls: dict[str, Call] = {}
        self.answer: Callable[[str], Response] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        form = {name: request.form.getlist(name) for name in request.form}
        target = urlsplit(str(environ["REQUEST_URI"]))
        raw = target.path + (f"?{target.query}" if target.query else "")
        signature = request.headers.get(gateway.SIGNATURE_HEADER)
        if not gateway.verify((TOKEN,), PUBLIC, raw, form, signature):
            return Response("forbidden", FORBIDDEN)(environ, start_response)
        kind, *rest = request.path.removeprefix("/telephony/").split("/")
        answer = self.answer(kind) if self.answer else self._answer(kind, rest, request)
        return answer(environ, start_response)

    def _answer(self, kind: str, rest: list[str], request: Request) -> Response:
        sid = rest[0] if rest else request.form["CallSid"]
        call = self.calls.setdefault(sid, Call())
        if kind in {"whisper", "accept"}:
            pressed = request.form.get("Digits", "")
            told = flow.whisper(call.state, rest[1]) if kind == "whisper" else flow.accept(call.state, pressed)
            return _markup(sid, told)
        if kind in {"leg", "status"}:
            self._hear(call, kind, request.form.get("CallStatus", ""))
            return Response(status=NO_CONTENT)
        answer = self._step(sid, call, _event(kind, call, request))
        return answer if kind != "recording" else Response(status=NO_CONTENT)

    def _hear(self, call: Call, kind: str, status: str) -> None:
        if kind == "leg":
            call.legs[status] += 1
        else:
            self._end(call, status)

    def _step(self, sid: str, call: Call, event: Event) -> Response:
        call.state, instructions, _ = flow.step(call.state, event, self.line)
        self._report(call, "in-progress")
        return _markup(sid, instructions)

    def _end(self, call: Call, status: str) -> None:
        call.state, _, _ = flow.step(call.state, CallerHungUp(), self.line)
        self._report(call, status)

    def _report(self, call: Call, status: str) -> None:
        told = call.state.ending is Ending.NOBODY
        call.reports.append(lattice.incoming(status, talked=call.talked, told=told))
        if call.talked:
            call.reports.append(CallState.COMPLETED)


def _event(kind: str, call: Call, request: Request) -> Event:
    turn, gone = request.args.get("turn", type=int), lattice.is_gone(request.form.get("CallStatus", ""))
    match kind:
        case "voice":
            return Started()
        case "menu":
            return Pressed(request.form.get("Digits", ""), turn)
        case "rung":
            answered = lattice.was_answered(request.form["DialCallStatus"], request.form.get("DialBridged"))
            call.talked = call.talked or answered
            return CallerHungUp() if gone and not answered else RingEnded(answered=answered, turn=turn)
        case "recorded" | "recording":
            kept = int(request.form.get("RecordingDuration", 0)) > 0
            return CallerHungUp() if gone and not kept else Recorded(kept=kept, turn=turn)
        case _:
            return RoomLeft(turn)


def _markup(sid: str, instructions: list[Instruction]) -> Response:
    return Response(twiml.render(instructions, twiml.Addresses(PUBLIC, sid)).xml, content_type="text/xml")
