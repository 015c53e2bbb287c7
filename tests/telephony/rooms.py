"""An evening at the Blue Line with a provider that has rooms: Ewa answers, and more people may come into the talk."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.jobs import Handler, Job, run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import across, acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.rules.rooms import GuestKind
from helpdesk.telephony.service import room_jobs, rooms
from helpdesk.telephony.simulator import Exchange, Line, Pickup, Trouble
from helpdesk.telephony.simulator.inside import Inside
from tests.factories import actor_of, make_account
from tests.telephony.switchboard import ACCOUNT, BLUE, CALLER, EWA_PHONE, PUBLIC, TOKEN, Switchboard

OLHA_PHONE, MAREK_PHONE, JAN_PHONE = "+48600000011", "+48600000012", "+48600000002"
EMERGENCY = "112"
EVERYBODY = dict.fromkeys((EWA_PHONE, OLHA_PHONE, MAREK_PHONE, JAN_PHONE, EMERGENCY), Pickup.ANSWERS)


class Evening:
    """Ewa and Jan are on duty, and so is the lawyer Marek; Olha interprets and is called when she is needed."""

    def __init__(self, switchboard: Switchboard, sessions: Sessions) -> None:
        self.switchboard, self.sessions = switchboard, sessions
        self.session, self.ewa, self.jan = switchboard.session, switchboard.ewa, switchboard.jan
        self.marek = switchboard.on_duty("Marek", MAREK_PHONE, ("pl",), profession=Profession.ADVOCATE)
        self.olha = make_account(
            self.session,
            roles=[Role.INTERPRETER],
            profession=Profession.INTERPRETER,
            name="Olha",
            phone=OLHA_PHONE,
            languages=["pl", "uk"],
        )
        self.session.commit()
        self.exchange = self._exchange(Trouble())
        self.later = timedelta()

    def _exchange(self, trouble: Trouble) -> Exchange:
        wire = Inside(self.switchboard.app)
        return Exchange(PUBLIC, ACCOUNT, TOKEN, wire, EVERYBODY, trouble=trouble)

    def suffers(self, trouble: Trouble) -> None:
        """From now on this goes wrong on the wire."""
        self.exchange.wire._trouble = trouble

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return room_jobs.handlers(self.exchange, public_url=PUBLIC, overrides="")

    def talk(self) -> Line:
        """A Ukrainian caller whom Ewa has answered."""
        caller = self.exchange.calls(CALLER, BLUE, ("2",))
        assert caller.other is not None
        assert caller.other.number == EWA_PHONE
        return caller

    def goes_on(self, *, seconds: int = 0) -> None:
        """Let the worker and the provider do what was asked for, and so many seconds go by."""
        self.later += timedelta(seconds=seconds)
        for _ in range(20):
            ran = run_due(self.sessions, {**ELSEWHERE, **self.handlers}, now=utcnow() + self.later)
            if not (self.exchange.play() or ran):
                return
        raise AssertionError("It never comes to rest.")

    def phone(self, number: str) -> Line:
        return self.exchange.with_number(number)

    def hears(self, number: str) -> set[str]:
        return self.exchange.talks_with(self.phone(number))

    def call(self) -> Call:
        return self.switchboard.calls()[-1]

    def guests(self) -> list[RoomGuest]:
        self.session.expire_all()
        statement = select(RoomGuest).order_by(RoomGuest.asked_at, RoomGuest.id)
        return list(self.session.scalars(statement, execution_options=across("telephony")))

    def guest(self) -> RoomGuest:
        (only,) = self.guests()
        return only

    def asks_in(self, kind: GuestKind, who: Account | None = None, *, by: Account | None = None) -> None:
        call_id, now = self.call().id, utcnow()
        with self.sessions.begin() as session, acting_at(session, "blue-line"):
            rooms.ask_in(session, call_id, kind, who.id if who else None, actor=self._actor(by), now=now)

    def hands_over(self, to: Account, *, warm: bool, by: Account | None = None) -> None:
        call_id, now = self.call().id, utcnow()
        with self.sessions.begin() as session, acting_at(session, "blue-line"):
            rooms.hand_over(session, call_id, to.id, warm=warm, actor=self._actor(by), now=now)

    def does(self, act: Callable[..., object], *, by: Account | None = None, **how: object) -> None:
        """One of ours does something in the talk that names nobody, such as `rooms.leave`."""
        call_id, now = self.call().id, utcnow()
        with self.sessions.begin() as session, acting_at(session, "blue-line"):
            act(session, call_id, actor=self._actor(by), now=now, **how)

    def _actor(self, account: Account | None) -> Actor:
        return actor_of(account or self.ewa)

    def open_jobs(self) -> set[str]:
        still = select(Job.kind).where(Job.done_at.is_(None), Job.dead_at.is_(None))
        with self.sessions() as session:
            return set(session.scalars(still)) - {"telephony.settle"}

    def audited(self) -> list[str]:
        statement = select(AuditEvent.tag).where(AuditEvent.subject == str(self.call().contact_id))
        return list(self.session.scalars(statement.order_by(AuditEvent.id)))


def _nothing(*_: object) -> None:
    """What other parts of the telephone ask for is no part of these stories."""


ELSEWHERE: Mapping[str, Handler] = {"telephony.settle": _nothing}
