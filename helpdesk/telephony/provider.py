"""Our own calls to the telephony provider: to ring, redirect, end, fetch, delete, list and write.

Nothing here is done while a caller waits for an answer of ours: the provider's interface may take seconds, and what it tells of a call
may be some seconds old. Every address is sent to the one host that the settings name, whatever a library or its environment says.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError
from urllib3.util.retry import Retry

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import gateway
from helpdesk.telephony.rules.reconciling import Listed

# Seconds to connect, and between two packets of an answer.
LIMITS = (3.05, 10.0)
REPEATED = 2
PAGE = 500
LARGEST_RECORDING = 32 * 1024 * 1024
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]

_SID = re.compile(r"[A-Za-z0-9-]{1,64}")
_ABSENT = "-"

# The library writes every address it calls into its log; ours says nothing below an error.
_silent = logging.getLogger("helpdesk.telephony.provider.wire")
_silent.setLevel(logging.ERROR)


class Trouble(StrEnum):
    """Why the provider did not do what it was asked.

    UNREACHABLE: it never heard of it, so it may be asked again. UNKNOWN: it heard and did not answer well, so nobody knows whether it
    was done. All others: it was not done, and asking again changes nothing.
    """

    GONE = "gone"
    NOT_ALLOWED = "not-allowed"
    NOT_SET_UP = "not-set-up"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


class ProviderFailed(Exception):
    """The provider did not do it. `code` is its own number of the error, where it gave one; its text may hold a number and is not kept."""

    def __init__(self, trouble: Trouble, code: int | None = None) -> None:
        super().__init__(f"{trouble.value} {code or ''}".strip())
        self.trouble = trouble
        self.code = code


class Provider(Protocol):
    """What a telephony provider does for us. Everything raises ProviderFailed."""

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:
        """Ring a number, showing one of ours; give the identifier of the call. `answer_url` says what it is to do when answered."""

    def redirect(self, sid: str, url: str) -> None:
        """Let a call that goes on ask at another address what to do now."""

    def hang_up(self, sid: str) -> None:
        """End a call; one that is over stays so."""

    def recording(self, sid: str) -> bytes:
        """Give a recording as WAV."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the provider; one that is not there is deleted already."""

    def calls_between(self, start: datetime, end: datetime) -> Iterable[Listed]:
        """Give the calls to us and from us that began in this span, without any number."""

    def send_text(self, to: str, from_: str, body: str) -> str:
        """Send a text message; give its identifier."""


class RoomProvider(Provider, Protocol):
    """A provider at which more than two can talk in a room. A room is named by the caller's own call."""

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:
        """Ring a number as `call` does, but no longer than `seconds`."""

    def hold(self, room: str, sid: str, music_url: str, *, on: bool) -> None:
        """Let one call in a room hear music instead of the others, or bring it back. Trouble.GONE where it is not in the room."""

    def inside(self, room: str) -> frozenset[str]:
        """The calls that are in a room; none where there is no such room."""


class NoProvider:
    """An office without an account: everything is refused, and why is plain."""

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def redirect(self, sid: str, url: str) -> None:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def hang_up(self, sid: str) -> None:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def recording(self, sid: str) -> bytes:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def delete_recording(self, sid: str) -> None:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def calls_between(self, start: datetime, end: datetime) -> Iterable[Listed]:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def send_text(self, to: str, from_: str, body: str) -> str:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def hold(self, room: str, sid: str, music_url: str, *, on: bool) -> None:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def inside(self, room: str) -> frozenset[str]:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)


class TrialProvider:
    """The provider of a demonstration: what it was asked lies in a folder, one JSON file each, until whoever plays the telephone takes it.

    It knows no list of calls. A recording is there if somebody put it there, as `<sid>.wav`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:
        sid = f"CA{uuid4().hex}"
        return self._keep("call", sid, to=to, shown=shown, answer_url=answer_url, status_url=status_url)

    def redirect(self, sid: str, url: str) -> None:
        self._keep("redirect", sid, url=url)

    def hang_up(self, sid: str) -> None:
        self._keep("hang-up", sid)

    def recording(self, sid: str) -> bytes:
        try:
            return self._sound(sid).read_bytes()
        except FileNotFoundError:
            raise ProviderFailed(Trouble.GONE) from None

    def leave_recording(self, sid: str, sound: bytes) -> None:
        """Have a recording for whoever fetches it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sound(sid).write_bytes(sound)

    def delete_recording(self, sid: str) -> None:
        self._sound(sid).unlink(missing_ok=True)
        self._keep("delete-recording", sid)

    def calls_between(self, start: datetime, end: datetime) -> Iterable[Listed]:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def send_text(self, to: str, from_: str, body: str) -> str:
        return self._keep("text", f"SM{uuid4().hex}", to=to, from_=from_, body=body)

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:
        return self._keep(
            "ring",
            f"CA{uuid4().hex}",
            to=to,
            shown=shown,
            answer_url=answer_url,
            status_url=status_url,
            seconds=str(seconds),
        )

    def hold(self, room: str, sid: str, music_url: str, *, on: bool) -> None:
        self._keep("hold" if on else "resume", sid, room=room, music_url=music_url)

    def inside(self, room: str) -> frozenset[str]:  # noqa: ARG002
        raise ProviderFailed(Trouble.NOT_SET_UP)

    def asked(self) -> list[dict[str, str]]:
        """Everything it was asked and nobody took, oldest first."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*.json"))]

    def taken(self) -> Iterator[dict[str, str]]:
        """Everything it was asked, oldest first, and since when; each once, to be carried out."""
        for path in sorted(self.folder.glob("*.json")):
            order = json.loads(path.read_text(encoding="utf-8"))
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
            path.rename(path.with_suffix(".taken"))
            yield {**order, "at": at}

    def _keep(self, what: str, sid: str, **facts: str) -> str:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{utcnow():%Y%m%dT%H%M%S%f}-{uuid4().hex}.json"
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"what": what, "sid": sid, **facts}), encoding="utf-8")
        unfinished.rename(path)
        return sid

    def _sound(self, sid: str) -> Path:
        return self.folder / f"{_checked(sid)}.wav"


class RestProvider:
    """The provider by its REST interface, and any platform that speaks the same."""

    def __init__(
        self, host: str, account: str, tokens: tuple[str, ...], session: requests.Session | None = None
    ) -> None:
        self.wire = _Wire(host, account, tokens, session or _session())
        self.client = Client(account, tokens[0], http_client=self.wire)
        self.account = account

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:
        return self._ring(to, shown, answer_url, status_url)

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:
        return self._ring(to, shown, answer_url, status_url, timeout=seconds)

    def _ring(self, to: str, shown: str, answer_url: str, status_url: str, **limits: int) -> str:
        with _told():
            made = self.client.calls.create(
                to=to,
                from_=shown,
                url=answer_url,
                method="POST",
                status_callback=status_url,
                status_callback_method="POST",
                status_callback_event=CALL_EVENTS,
                **limits,
            )
            return str(made.sid)

    def hold(self, room: str, sid: str, music_url: str, *, on: bool) -> None:
        with _told():
            for conference in self._rooms(room):
                told = {"hold": on, **({"hold_url": music_url, "hold_method": "GET"} if on else {})}
                conference.participants(_checked(sid)).update(**told)
                return
        raise ProviderFailed(Trouble.GONE)

    def inside(self, room: str) -> frozenset[str]:
        with _told():
            found = [each for conference in self._rooms(room) for each in conference.participants.list(page_size=PAGE)]
            return frozenset(str(each.call_sid) for each in found)

    def _rooms(self, room: str) -> Iterator[Any]:
        """The room that goes on under this name: the provider has its own identifier for it, and ends it with its last participant."""
        for each in self.client.conferences.list(friendly_name=_checked(room), status="in-progress", limit=1):
            yield self.client.conferences(str(each.sid))

    def redirect(self, sid: str, url: str) -> None:
        with _told():
            self.client.calls(_checked(sid)).update(url=url, method="POST")

    def hang_up(self, sid: str) -> None:
        with _told():
            self.client.calls(_checked(sid)).update(status="completed")

    def recording(self, sid: str) -> bytes:
        with _told():
            return self.wire.download(f"/2010-04-01/Accounts/{self.account}/Recordings/{_checked(sid)}.wav")

    def delete_recording(self, sid: str) -> None:
        try:
            with _told():
                self.client.recordings(_checked(sid)).delete()
        except ProviderFailed as failed:
            if failed.trouble is not Trouble.GONE or self._has_recording(sid):
                raise

    def _has_recording(self, sid: str) -> bool:
        """A platform that cannot delete answers as if there were nothing; whether that is true, only asking for it tells."""
        try:
            with _told():
                self.client.recordings(sid).fetch()
        except ProviderFailed as failed:
            if failed.trouble is Trouble.GONE:
                return False
            raise
        return True

    def calls_between(self, start: datetime, end: datetime) -> Iterator[Listed]:
        with _told():
            for call in self.client.calls.stream(start_time_after=start, start_time_before=end, page_size=PAGE):
                # It may list whole days.
                if call.start_time and start <= call.start_time < end:
                    ours = call.direction != "inbound"
                    yield Listed(str(call.sid), str(call.status), call.start_time, call.end_time, ours)

    def send_text(self, to: str, from_: str, body: str) -> str:
        with _told():
            return str(self.client.messages.create(to=to, from_=from_, body=body).sid)


def provider_of(settings: Settings) -> RoomProvider:
    """The provider of this office: none without an account, a folder in a demonstration."""
    if settings.demo:
        return TrialProvider(trial_folder(settings))
    if settings.twilio_account_sid == _ABSENT or not settings.twilio_auth_tokens:
        return NoProvider()
    return RestProvider(api_host(settings), settings.twilio_account_sid, settings.twilio_auth_tokens)


def trial_folder(settings: Settings) -> Path:
    """Where a demonstration keeps what its provider was asked."""
    return settings.spool_dir / "trial"


def api_host(settings: Settings) -> str:
    """The only host to which our own calls go. Raises gateway.WrongHost for a region without an edge."""
    if settings.twilio_api_host != _ABSENT:
        return settings.twilio_api_host
    place = (settings.twilio_region, settings.twilio_edge)
    return gateway.rest_host(*("" if each == _ABSENT else each for each in place))


def examine(settings: Settings) -> Iterator[str]:
    """Say, in English sentences, what is missing or unsafe about our way to the provider; nothing in a demonstration."""
    if settings.demo:
        return
    if settings.twilio_account_sid == _ABSENT:
        yield "HELPDESK_TWILIO_ACCOUNT_SID is missing: nobody can be called back, and recordings stay at the provider."
    elif api_host(settings) == gateway.DEFAULT_HOST:
        yield "HELPDESK_TWILIO_REGION and HELPDESK_TWILIO_EDGE are missing: calls are processed in the United States."


def _checked(sid: str) -> str:
    """An identifier as it may stand in an address: it comes from outside."""
    if not _SID.fullmatch(sid):
        raise ProviderFailed(Trouble.GONE)
    return sid


def _session() -> requests.Session:
    """Asked again is only what may be done twice, and what never left this machine."""
    session = requests.Session()
    retries = Retry(
        total=REPEATED,
        allowed_methods=frozenset({"DELETE", "GET"}),
        status_forcelist=(502, 503, 504),
        backoff_factor=0.5,
        raise_on_status=False,
    )
    session.mount("https://", HTTPAdapter(max_retries=retries))
    return session


class _Wire(HttpClient):
    """Carries the library's requests to the one host, within the limits, with whichever of our tokens is good."""

    def __init__(self, host: str, account: str, tokens: tuple[str, ...], session: requests.Session) -> None:
        super().__init__(_silent, is_async=False, timeout=LIMITS[1])
        self.host, self.account, self.tokens, self.session = host, account, tokens, session

    def request(  # the library's own signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: object = None,  # noqa: ARG002  ours is told below
        timeout: float | None = None,  # noqa: ARG002  likewise
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002  never: another host may be elsewhere
    ) -> Response:
        answer = self._send(method, uri, params=params, data=data, headers=headers)
        return Response(answer.status_code, answer.text, answer.headers)

    def download(self, path: str) -> bytes:
        """What lies at a path, at most LARGEST_RECORDING bytes."""
        with self._send("GET", path, stream=True) as answer:
            if not answer.ok:
                raise TwilioRestException(answer.status_code, path)
            sound = b""
            for piece in answer.iter_content(64 * 1024):
                sound += piece
                if len(sound) > LARGEST_RECORDING:
                    raise ProviderFailed(Trouble.REFUSED)
            return sound

    def _send(self, method: str, uri: str, **what: Any) -> requests.Response:  # noqa: ANN401  whatever a request may have
        address = urlsplit(uri)._replace(scheme="https", netloc=self.host).geturl()
        for token in self.tokens:
            # While tokens are being changed, one of the two is refused; what was refused was not done.
            answer = self.session.request(
                method,
                address,
                auth=HTTPBasicAuth(self.account, token),
                timeout=LIMITS,
                allow_redirects=False,
                **what,
            )
            if answer.status_code != requests.codes.unauthorized:
                break
        if answer.is_redirect:
            raise ProviderFailed(Trouble.REFUSED)
        return answer


@contextmanager
def _told() -> Iterator[None]:
    """Say in our own words what went wrong. The library's own texts hold addresses and numbers, so none is passed on."""
    try:
        yield
    except TwilioRestException as error:
        raise ProviderFailed(_trouble(error.status), error.code) from None
    except (ConnectTimeout, SSLError):
        raise ProviderFailed(Trouble.UNREACHABLE) from None
    except RequestException as error:
        raise ProviderFailed(Trouble.UNREACHABLE if _never_left(error) else Trouble.UNKNOWN) from None
    except (TwilioException, ValueError):  # an answer that is none
        raise ProviderFailed(Trouble.UNKNOWN) from None


def _trouble(status: int) -> Trouble:
    match status:
        case 401 | 403:
            return Trouble.NOT_ALLOWED
        case 404:
            return Trouble.GONE
        case 429:
            return Trouble.UNREACHABLE
        case _ if status < requests.codes.server_error:
            return Trouble.REFUSED
        case _:
            return Trouble.UNKNOWN


def _never_left(error: RequestException) -> bool:
    """Whether no connection came about at all."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
