"""The wire between provider and server: signed requests, bounded in time and number, and what goes wrong on a wire."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urldefrag

import requests

from helpdesk.telephony import gateway

# The provider's hard limit for a call, in seconds.
TIMEOUT = 15
MOST_REQUESTS = 200
_MARKUP = frozenset({"text/xml", "application/xml"})
_OK = range(200, 300)
_FORBIDDEN = 403


class Kind(StrEnum):
    VOICE = "voice"
    MENU = "menu"
    RUNG = "rung"
    WHISPER = "whisper"
    ACCEPT = "accept"
    LEG = "leg"
    RECORDED = "recorded"
    RECORDING = "recording"
    LEFT = "left"
    RETURNED = "returned"
    ROOM = "room"
    OUT = "out"
    BACK = "back"
    TEXT = "text"
    STATUS = "status"
    REDIRECT = "redirect"


class SimulatorError(Exception):
    """The server did not behave as a server of ours must."""


class Unreachable(SimulatorError):
    """Nobody listens there, or not in time."""


class Unwelcome(SimulatorError):
    """The server refused a genuine request, sent us elsewhere, or answered with what is not markup."""


class ForgeryAccepted(SimulatorError):
    """The server answered a request with a wrong signature."""


class Endless(SimulatorError):
    """The call makes one request after the other and does not end."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong: requests by kind ("leg": each of them) or by kind and number ("leg.2": the second).

    lost: never arrives. doubled: arrives twice, and the second answer counts. late: a report arrives after everything
    else; a question is asked in time and repeated at the very end. forged: somebody else sends it first, with a wrong
    signature.
    """

    lost: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    forged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was made: `how` is "sent", "again", "late", "forged" or "lost" (then `status` is 0)."""

    kind: Kind
    number: int
    path: str
    how: str
    status: int


class Reply(Protocol):
    """The part of an HTTP answer that we read."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...


class Poster(Protocol):
    """Whoever can post a form: a `requests.Session`, or a test's client in its shape."""

    def post(
        self,
        url: str,
        data: dict[str, str],
        *,
        headers: dict[str, str],
        timeout: int,
        allow_redirects: bool,
    ) -> Reply: ...


class Wire:
    """All requests of one call. `base_url` is where we connect, `public_url` what the server believes to be."""

    def __init__(self, base_url: str, public_url: str, token: str, session: Poster, trouble: Trouble) -> None:
        self.sent: list[Sent] = []
        self._base_url = base_url.rstrip("/")
        self._public_url = public_url.rstrip("/")
        self._token = token
        self._session = session
        self._trouble = trouble
        self._counted: Counter[Kind] = Counter()
        self._late: list[Callable[[], object]] = []

    def ask(self, kind: Kind, address: str, fields: Mapping[str, str]) -> str | None:
        """Ask for markup; None if the request is lost. Raises SimulatorError."""
        request = self._prepare(kind, address, fields)
        if request.suffers(self._trouble.late):
            self._late.append(lambda: self._markup(request, "late"))
        if request.suffers(self._trouble.lost):
            self._note(request, "lost", 0)
            return None
        markup = self._markup(request, "sent")
        return self._markup(request, "again") if request.suffers(self._trouble.doubled) else markup

    def tell(self, kind: Kind, address: str, fields: Mapping[str, str]) -> None:
        """Report something; whatever the server answers, it must welcome it. Raises SimulatorError."""
        request = self._prepare(kind, address, fields)
        if request.suffers(self._trouble.lost):
            self._note(request, "lost", 0)
            return
        if request.suffers(self._trouble.late):
            self._late.append(lambda: self._deliver(request, "late"))
        else:
            self._deliver(request, "sent")
        if request.suffers(self._trouble.doubled):
            self._deliver(request, "again")

    def finish(self) -> None:
        """Deliver what is late, the last first: nothing about its order can be relied on."""
        for deliver in reversed(self._late):
            deliver()

    def _prepare(self, kind: Kind, address: str, fields: Mapping[str, str]) -> "_Request":
        self._counted[kind] += 1
        request = _Request(kind, self._counted[kind], self._path(address), dict(fields))
        if request.suffers(self._trouble.forged):
            self._forge(request)
        return request

    def _path(self, address: str) -> str:
        bare = urldefrag(address).url
        if not bare.startswith(self._public_url + "/"):
            raise Unwelcome(f"The server sends us to {bare}, which is not below {self._public_url}.")
        return bare.removeprefix(self._public_url)

    def _forge(self, request: "_Request") -> None:
        signature = gateway.sign("not-" + self._token, self._public_url + request.path, _listed(request.fields))
        reply = self._post(request, "forged", signature)
        if reply.status_code != _FORBIDDEN:
            raise ForgeryAccepted(f"{request.path} answered {reply.status_code} to a wrong signature.")

    def _markup(self, request: "_Request", how: str) -> str:
        reply = self._deliver(request, how)
        kind = reply.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind not in _MARKUP:
            raise Unwelcome(f"{request.path} answered with {kind or 'no content type'}, not with markup.")
        return reply.text

    def _deliver(self, request: "_Request", how: str) -> Reply:
        signature = gateway.sign(self._token, self._public_url + request.path, _listed(request.fields))
        reply = self._post(request, how, signature)
        if reply.status_code not in _OK:
            raise Unwelcome(f"{request.path} answered {reply.status_code} to a genuine request.")
        return reply

    def _post(self, request: "_Request", how: str, signature: str) -> Reply:
        if len(self.sent) >= MOST_REQUESTS:
            raise Endless(f"The call does not end after {MOST_REQUESTS} requests.")
        try:
            reply = self._session.post(
                self._base_url + request.path,
                data=request.fields,
                headers={gateway.SIGNATURE_HEADER: signature},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(f"{self._base_url} does not answer: {error}") from error
        self._note(request, how, reply.status_code)
        return reply

    def _note(self, request: "_Request", how: str, status: int) -> None:
        self.sent.append(Sent(request.kind, request.number, request.path, how, status))


@dataclass(frozen=True, slots=True)
class _Request:
    kind: Kind
    number: int
    path: str
    fields: dict[str, str]

    def suffers(self, trouble: frozenset[str]) -> bool:
        return self.kind in trouble or f"{self.kind}.{self.number}" in trouble


def _listed(fields: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in fields.items()}
