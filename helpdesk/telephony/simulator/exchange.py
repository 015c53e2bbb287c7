"""The provider with its rooms: calls that are changed from outside while people talk, by what our server orders.

What is ordered is carried out only by `play`, as a provider also answers first and acts afterwards.
"""

from collections import deque
from collections.abc import Callable, Mapping

from helpdesk.telephony.provider import NoProvider, ProviderFailed
from helpdesk.telephony.provider import Trouble as Failure
from helpdesk.telephony.simulator import parameters
from helpdesk.telephony.simulator.people import Pickup
from helpdesk.telephony.simulator.switch import Switch
from helpdesk.telephony.simulator.telephones import Happens, Line
from helpdesk.telephony.simulator.wire import Poster, Trouble


class Exchange(Switch, NoProvider):
    """Plays a provider at which calls can be rung, redirected, held and ended. `fails` is how every order fails from then on."""

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
        super().__init__(
            base_url, account_sid, token, session, phones, public_url=public_url, trouble=trouble, on_message=on_message
        )
        self.fails: Failure | None = None
        self._ordered: deque[Callable[[], None]] = deque()

    def call(self, to: str, shown: str, answer_url: str, status_url: str) -> str:
        return self.ring(to, shown, answer_url, status_url, 0)

    def ring(self, to: str, shown: str, answer_url: str, status_url: str, seconds: int) -> str:  # noqa: ARG002  time does not pass here
        self._may_fail()
        sid = parameters.new_sid()
        self.rung(sid, to, shown, answer_url, status_url)
        return sid

    def rung(self, sid: str, to: str, shown: str, answer_url: str, status_url: str) -> None:
        """A telephone is to ring, whose call has this identifier."""
        line = self._new(sid, to, shown, answer_url, status_url)
        self._ordered.append(lambda: self._rings(line))

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
        self._say(Happens.MUSIC if on else Happens.BACK, line)

    def inside(self, room: str) -> frozenset[str]:
        self._may_fail()
        return frozenset(each.sid for each in self._in(room))

    def play(self) -> bool:
        """Carry out what was ordered; answer whether there was anything."""
        ordered, self._ordered = self._ordered, deque()
        for carry_out in ordered:
            carry_out()
        return bool(ordered)

    def _may_fail(self) -> None:
        if self.fails is not None:
            raise ProviderFailed(self.fails)

    def _going_on(self, sid: str) -> Line:
        self._may_fail()
        line = self.with_sid(sid)
        if line is None:
            raise ProviderFailed(Failure.GONE)
        if line.is_over:
            raise ProviderFailed(Failure.REFUSED)
        return line
