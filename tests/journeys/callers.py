"""The provider's side of one call, request by request, for calls during which machines fail."""

import threading
import time
from dataclasses import dataclass, field

import requests

from helpdesk.telephony import twiml
from helpdesk.telephony.simulator import parameters
from helpdesk.telephony.simulator.wire import Kind, Trouble, Unreachable, Wire
from tests.journeys.office import LINE, Office, eventually


@dataclass
class Caller:
    """Somebody who calls the Blue Line. The provider asks again when it gets no answer, with the same identifier."""

    office: Office
    number: str
    sid: str = field(default_factory=parameters.new_sid)

    def __post_init__(self) -> None:
        settings = self.office.settings
        self.http = requests.Session()
        self.http.trust_env = False
        self.wire = Wire(settings.public_url, settings.public_url, settings.twilio_auth_tokens[0], self.http, Trouble())
        self.fields = parameters.incoming(settings.twilio_account_sid, self.sid, self.number, LINE)

    def rings(self) -> str:
        """One attempt; what the caller is to hear. Raises Unreachable."""
        ringing = self.fields | {"CallStatus": "ringing"}
        return self.wire.ask(Kind.VOICE, self.office.url + twiml.VOICE, ringing) or ""

    def rings_until_answered(self) -> str:
        return eventually(self.rings, what=f"{self.number} is answered")

    def hangs_up(self) -> None:
        ended = self.fields | parameters.ended("completed", 1, 4.0)
        eventually(lambda: self._tells(ended), what=f"the end of {self.number} is heard")

    def _tells(self, fields: dict[str, str]) -> bool:
        try:
            self.wire.tell(Kind.STATUS, self.office.url + twiml.STATUS, fields)
        except Unreachable:
            return False
        return True


@dataclass
class Attempt:
    """A first request that is under way while something else happens."""

    caller: Caller
    heard: str | None = None
    took: float = 0.0

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ring)
        self.thread.start()

    def _ring(self) -> None:
        began = time.monotonic()
        try:
            self.heard = self.caller.rings()
        except Unreachable:
            self.heard = None
        self.took = time.monotonic() - began

    def is_over(self) -> None:
        self.thread.join(30)
        assert not self.thread.is_alive()
