"""Call-backs as work, on a real database: who does it, what the server refuses, and what is kept of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from helpdesk.db.jobs import run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor, Role
from helpdesk.telephony.models import Attempt, CallBack
from helpdesk.telephony.provider import Trouble
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import Asked, CallBackRefusal, DialRefusal, Outcome, Tried
from helpdesk.telephony.rules.instructions import Accept, HangUp, Ring
from helpdesk.telephony.service import call_backs as service
from helpdesk.telephony.service import dialling
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty
from tests.telephony.callers import CALLER, NEUTRAL, Remembering, audited, jobs, make_call, make_call_back

EWA_PHONE = "+48600000001"
MINUTE = timedelta(minutes=1)


@dataclass
class Office:
    """The Blue Line with Ewa, Jan and their coordinator Karol; somebody asked to be called back."""

    session: Session
    desk: Desk
    ewa: Actor
    jan: Actor
    karol: Actor
    asked: CallBack
    now: datetime

    @property
    def id(self) -> UUID:
        return self.asked.id

    def version(self) -> int:
        with acting_at(self.session, BLUE_LINE):
            return queries.call_back(self.session, self.id).version

    def look(self) -> CallBack:
        self.session.flush()
        self.session.expire_all()
        with acting_at(self.session, BLUE_LINE):
            return queries.call_back(self.session, self.id)

    def does(self, deed: Any, who: Actor, **about: Any) -> Any:  # noqa: ANN401  whichever of the service
        if deed is not service.read_note:
            about = {"known_version": self.version(), **about}
        with acting_at(self.session, BLUE_LINE):
            return deed(self.session, self.id, actor=who, now=self.now, **about)

    def ready(self, who: Actor) -> None:
        """Somebody has taken it on and read the safety note."""
        self.does(service.take, who)
        self.does(service.read_note, who)

    def dials(self, who: Actor, **about: Any) -> Attempt:  # noqa: ANN401  whatever else the attempt says
        made: Attempt = self.does(service.dial, who, **{"shown": NEUTRAL, **about})
        return made

    def writes(self, **fields: object) -> None:
        """What stands on the sheet."""
        with acting_at(self.session, BLUE_LINE):
            for name, value in fields.items():
                setattr(self.asked.contact, name, value)


@contextmanager
def refused(code: CallBackRefusal | DialRefusal) -> Iterator[None]:
    with pytest.raises(Refusal) as error:
        yield
    assert error.value.code is code


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    desk = make_desk(session)
    make_desk(session, HELP_POINT)
    ewa = make_account(session, name="Ewa", phone=EWA_PHONE)
    jan = make_account(session, name="Jan", phone="")
    karol = make_account(session, roles=(Role.COORDINATOR,), name="Karol", phone="+48600000003")
    make_duty(session, BLUE_LINE, ewa, now)
    asked = make_call_back(session, desk, now)
    with acting_at(session, BLUE_LINE):
        asked = queries.call_back(session, asked.id)
    return Office(session, desk, actor_of(ewa), actor_of(jan), actor_of(karol), asked, now + MINUTE)


def test_what_one_call_asks_for_is_asked_for_once(office: Office) -> None:
    call = office.asked.call
    assert call is not None
    with acting_at(office.session, BLUE_LINE):
        again = service.ask(office.session, call, Asked.CALL_BACK, office.now)
        message = service.ask(office.session, call, Asked.MESSAGE, office.now)
    assert again is office.asked
    assert message.id != office.asked.id
    assert [tag for tag, _ in audited(office.session, office.asked.contact_id)].count("call-back:asked") == 2


def test_it_is_due_by_the_end_of_the_duty_in_which_it_was_asked_for(office: Office, now: datetime) -> None:
    assert office.asked.due_at == now + timedelta(hours=3)  # the duty of the office began an hour before and has four
    assert office.asked.language == "uk"


def test_asking_sends_few_statements_while_a_caller_waits(office: Office) -> None:
    call = make_call(office.session, office.desk, office.now)
    office.session.flush()
    with acting_at(office.session, BLUE_LINE), statements(office.session) as sent:
        service.ask(office.session, call, Asked.MESSAGE, office.now)
        office.session.flush()
    assert len(sent) == 4, sent  # is it asked for already; the hours; the row; the audit with the word to the screens


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def test_one_takes_it_on_and_a_colleague_takes_it_over(office: Office) -> None:
    office.does(service.take, office.ewa)
    office.does(service.take, office.jan)
    assert office.look().owner_id == office.jan.id


def test_whoever_looked_at_an_older_page_is_told(office: Office) -> None:
    seen = office.version()
    office.does(service.take, office.ewa)
    with refused(CallBackRefusal.CHANGED):
        office.does(service.take, office.jan, known_version=seen)
    assert office.look().owner_id == office.ewa.id


def test_it_is_handed_to_a_colleague_and_back_to_nobody(office: Office) -> None:
    office.does(service.take, office.ewa)
    office.does(service.hand, office.ewa, to_id=office.jan.id)
    assert office.look().owner_id == office.jan.id
    office.does(service.hand, office.jan, to_id=None)
    assert office.look().owner_id is None


def test_it_is_not_handed_to_somebody_who_may_not_call(office: Office) -> None:
    trainer = make_account(office.session, roles=(Role.TRAINER,), name="Tomasz")
    stranger = make_account(office.session, HELP_POINT, name="Iryna")
    for who in (trainer.id, stranger.id, uuid4()):
        with refused(CallBackRefusal.NOT_A_COLLEAGUE):
            office.does(service.hand, office.ewa, to_id=who)


def test_the_system_takes_nothing_on(office: Office) -> None:
    with pytest.raises(Forbidden):
        office.does(service.take, SYSTEM)


def test_a_call_is_ordered_by_whoever_took_it_on_and_read_the_note(office: Office) -> None:
    office.ready(office.ewa)
    attempt = office.dials(office.ewa)
    (job,) = jobs(office.session, service.DIAL)
    assert job.payload == {"desk_id": BLUE_LINE, "attempt_id": str(attempt.id)}
    assert [(each.by_id, each.tried) for each in office.look().attempts] == [(office.ewa.id, None)]
    assert audited(office.session, office.asked.contact_id)[-2:] == [
        ("call-back:read", {}),
        ("call-back:dialled", {"how": "telephone"}),
    ]


def test_nobody_calls_for_a_colleague(office: Office) -> None:
    office.ready(office.jan)
    office.does(service.read_note, office.ewa)
    with refused(CallBackRefusal.NOT_YOURS):
        office.dials(office.ewa)


def test_the_number_waits_until_the_note_is_read(office: Office) -> None:
    office.does(service.take, office.ewa)
    with refused(DialRefusal.NOTE_NOT_READ):
        office.dials(office.ewa)
    assert not service.may_see_number(office.look(), office.ewa, office.now)
    office.does(service.read_note, office.ewa)
    assert service.may_see_number(office.look(), office.ewa, office.now)
    assert not service.may_see_number(office.look(), office.jan, office.now)
    assert not service.may_see_number(office.look(), office.ewa, office.now + timedelta(hours=1))


@pytest.mark.parametrize(
    "fields",
    [{"safe_contact": "only before noon"}, {"safe_ways": ["SPH"]}, {"safety_flags": ["CHI"]}, {"danger": "yes"}],
)
def test_a_note_that_changed_is_read_again(office: Office, fields: dict[str, object]) -> None:
    office.ready(office.ewa)
    office.writes(**fields)
    with refused(DialRefusal.NOTE_NOT_READ):
        office.dials(office.ewa)


def test_what_the_person_said_about_hours_is_read_again_and_kept_to(office: Office) -> None:
    office.ready(office.ewa)
    office.does(service.agree, office.ewa, hours=(9, 15), machine_ok=True)
    with refused(DialRefusal.NOTE_NOT_READ):
        office.dials(office.ewa)
    office.does(service.read_note, office.ewa)
    with refused(DialRefusal.REASON_MISSING):
        office.dials(office.ewa)
    assert not service.may_see_number(office.look(), office.ewa, office.now)
    found = service.verdict(office.look(), office.ewa, office.now)
    assert (found.refused, found.may_leave_message) == ((DialRefusal.OUTSIDE_HOURS,), True)


@pytest.mark.parametrize("hours", [(9, None), (None, 9), (9, 9), (25, 3)])
def test_half_an_agreement_is_none(office: Office, hours: tuple[int | None, int | None]) -> None:
    office.does(service.take, office.ewa)
    with pytest.raises(Refusal):
        office.does(service.agree, office.ewa, hours=hours, machine_ok=False)


def test_a_refusal_is_overridden_with_a_reason_that_the_audit_does_not_tell(office: Office) -> None:
    office.writes(safe_ways=["SNO"])
    office.ready(office.ewa)
    with refused(DialRefusal.REASON_MISSING):
        office.dials(office.ewa, override="   ")
    office.dials(office.ewa, override="The sister says that she is in danger.")
    last = audited(office.session, office.asked.contact_id)[-1]
    assert last == ("call-back:dialled", {"how": "telephone", "overridden": ["dial:do-not-contact"]})
    (attempt,) = office.look().attempts
    assert attempt.override == "The sister says that she is in danger."
    stored = office.session.execute(
        text("SELECT to_jsonb(call_back_attempt)::text FROM call_back_attempt")
    ).scalar_one()
    assert "sister" not in stored
    assert service.may_see_number(office.look(), office.ewa, office.now)


def test_a_reason_that_nothing_asked_for_is_not_kept(office: Office) -> None:
    office.ready(office.ewa)
    assert office.dials(office.ewa, override="just so").override == ""


@pytest.mark.parametrize("number", ["anonymous", "12"])
def test_whoever_hid_the_number_cannot_be_called_for_any_reason(office: Office, number: str) -> None:
    hidden = make_call_back(office.session, office.desk, office.now, Asked.MESSAGE, number)
    with acting_at(office.session, BLUE_LINE):
        office.asked = queries.call_back(office.session, hidden.id)
    office.ready(office.ewa)
    with refused(DialRefusal.NO_NUMBER):
        office.dials(office.ewa, override="It is urgent.")


def test_a_number_that_was_erased_is_not_called(office: Office) -> None:
    office.ready(office.ewa)
    with acting_at(office.session, BLUE_LINE):
        assert office.asked.call is not None
        office.asked.call.caller_number = ""
    with refused(DialRefusal.NUMBER_FORGOTTEN):
        office.dials(office.ewa, override="It is urgent.")


def test_while_one_calls_nobody_else_does(office: Office) -> None:
    office.ready(office.ewa)
    office.dials(office.ewa)
    office.ready(office.jan)
    with refused(DialRefusal.UNDER_WAY):
        office.dials(office.jan, by_hand=True)


def test_without_a_neutral_number_or_an_own_telephone_people_dial_by_hand(office: Office) -> None:
    office.ready(office.ewa)
    with refused(DialRefusal.NO_NEUTRAL_NUMBER):
        office.dials(office.ewa, shown="")
    office.ready(office.jan)
    with refused(DialRefusal.NO_OWN_PHONE):
        office.dials(office.jan)
    office.dials(office.jan, by_hand=True, shown="")
    assert jobs(office.session, service.DIAL) == []
    assert audited(office.session, office.asked.contact_id)[-1] == ("call-back:dialled", {"how": "hand"})


def test_after_three_tries_in_vain_the_coordinator_decides(office: Office) -> None:
    office.ready(office.ewa)
    for tried in (Tried.NO_ANSWER, Tried.NOT_PUT_THROUGH, Tried.MACHINE, Tried.SOMEBODY_ELSE):
        office.dials(office.ewa)
        office.does(service.tell, office.ewa, tried=tried)
    with refused(DialRefusal.ENOUGH_TRIES):
        office.dials(office.ewa, override="once more")
    office.ready(office.karol)
    assert office.dials(office.karol).tried is None


def test_whoever_was_reached_waits_no_longer(office: Office) -> None:
    office.ready(office.ewa)
    office.dials(office.ewa)
    office.does(service.tell, office.ewa, tried=Tried.REACHED)
    found = office.look()
    assert [each.tried for each in found.attempts] == [Tried.REACHED]
    assert (found.outcome, found.done_by_id) == (Outcome.REACHED, office.ewa.id)
    with refused(CallBackRefusal.DONE):
        office.dials(office.ewa)


def test_a_call_dialled_from_elsewhere_is_an_attempt_as_well(office: Office) -> None:
    office.does(service.take, office.ewa)
    office.does(service.tell, office.ewa, tried=Tried.BUSY)
    assert [(each.by_id, each.tried) for each in office.look().attempts] == [(office.ewa.id, Tried.BUSY)]


def test_what_was_ended_too_early_is_opened_again(office: Office) -> None:
    office.does(service.finish, office.ewa, outcome=Outcome.NOT_SAFE)
    with refused(CallBackRefusal.DONE):
        office.does(service.take, office.jan)
    office.does(service.reopen, office.jan)
    found = office.look()
    assert (found.is_open, found.outcome, found.owner_id) == (True, None, office.jan.id)
    with refused(CallBackRefusal.NOT_DONE):
        office.does(service.reopen, office.jan)


def test_it_ends_as_called_again_only_where_the_same_caller_did(office: Office) -> None:
    make_call(office.session, office.desk, office.now, "+48600100201")
    make_call(office.session, office.desk, office.now, "anonymous")
    with refused(CallBackRefusal.NOT_CALLED_AGAIN):
        office.does(service.finish, office.ewa, outcome=Outcome.CALLED_AGAIN)
    later = make_call(office.session, office.desk, office.now, CALLER)
    with acting_at(office.session, BLUE_LINE):
        assert queries.called_again(office.session, [office.id])[office.id].id == later.contact_id
    office.does(service.finish, office.ewa, outcome=Outcome.CALLED_AGAIN)
    assert office.look().outcome is Outcome.CALLED_AGAIN


def test_two_who_hide_their_number_are_never_taken_for_one(office: Office) -> None:
    hidden = make_call_back(office.session, office.desk, office.now, Asked.MESSAGE, "anonymous")
    make_call(office.session, office.desk, office.now + MINUTE, "anonymous")
    with acting_at(office.session, BLUE_LINE):
        assert queries.called_again(office.session, [hidden.id]) == {}


def test_another_desk_finds_nothing_and_counts_nothing(office: Office) -> None:
    with acting_at(office.session, HELP_POINT):
        assert queries.waiting(office.session) == []
        assert queries.how_many(office.session, office.now) == (0, 0)
        with pytest.raises(NotFound):
            service.take(office.session, office.id, known_version=1, actor=office.ewa, now=office.now)


def test_what_is_open_and_what_is_overdue_are_counted(office: Office) -> None:
    with acting_at(office.session, BLUE_LINE):
        assert queries.how_many(office.session, office.now) == (1, 0)
        assert queries.how_many(office.session, office.now + timedelta(days=2)) == (1, 1)
    office.does(service.finish, office.ewa, outcome=Outcome.NOT_NEEDED)
    with acting_at(office.session, BLUE_LINE):
        assert queries.how_many(office.session, office.now + timedelta(days=2)) == (0, 0)


# On the wire.


def run(sessions: Sessions, provider: Remembering, now: datetime) -> int:
    handlers = dialling.handlers(provider, public_url="https://help.example.org", shown=NEUTRAL)
    return run_due(sessions, handlers, now=now)


@pytest.fixture
def ordered(office: Office) -> Attempt:
    """Ewa has ordered the call."""
    office.ready(office.ewa)
    attempt = office.dials(office.ewa)
    office.session.commit()
    return attempt


def test_the_telephone_of_whoever_calls_rings_first_and_no_address_says_whom(
    office: Office, ordered: Attempt, sessions: Sessions
) -> None:
    provider = Remembering()
    run(sessions, provider, office.now)
    ((to, shown, answer, status),) = provider.rung
    assert (to, shown) == (EWA_PHONE, NEUTRAL)
    assert answer == f"https://help.example.org/telephony/back/{ordered.id}"
    assert status == f"{answer}/status"
    assert office.look().attempts[0].sid == "CA1"


def test_an_order_that_is_carried_out_twice_rings_once(office: Office, ordered: Attempt, sessions: Sessions) -> None:
    provider = Remembering()
    handlers = dialling.handlers(provider, public_url="https://help.example.org", shown=NEUTRAL)
    payload = {"desk_id": BLUE_LINE, "attempt_id": str(ordered.id)}
    for _ in range(2):
        with sessions.begin() as session:
            handlers[service.DIAL](session, payload, office.now)
    assert len(provider.rung) == 1


def test_an_old_order_rings_nobody(office: Office, ordered: Attempt, sessions: Sessions) -> None:
    provider = Remembering()
    run(sessions, provider, office.now + timedelta(minutes=5))
    assert provider.rung == []
    assert office.look().attempts[0].tried is Tried.NOT_PUT_THROUGH
    assert ordered.id == office.look().attempts[0].id


@pytest.mark.parametrize(
    "fields", [{"safe_ways": ["SNO"]}, {"safety_flags": ["MON"]}, {"safe_ways": ["SEM"]}, {"safe_ways": ["SHR"]}]
)
def test_what_a_colleague_writes_in_the_meantime_stops_the_call(
    office: Office, ordered: Attempt, sessions: Sessions, fields: dict[str, object]
) -> None:
    office.writes(**fields)
    office.session.commit()
    provider = Remembering()
    run(sessions, provider, office.now)
    assert provider.rung == []
    with sessions.begin() as session:
        assert dialling.put_through(session, ordered.id, "1", shown=NEUTRAL, now=office.now) == [HangUp()]


def test_whoever_left_the_desk_in_the_meantime_calls_nobody(
    office: Office, ordered: Attempt, sessions: Sessions
) -> None:
    office.session.execute(text("DELETE FROM membership WHERE account_id = :id"), {"id": office.ewa.id})
    office.session.commit()
    provider = Remembering()
    run(sessions, provider, office.now)
    assert provider.rung == []
    assert ordered.id == office.look().attempts[0].id
    assert office.look().attempts[0].tried is Tried.NOT_PUT_THROUGH


@pytest.mark.parametrize("trouble", [Trouble.UNKNOWN, Trouble.REFUSED, Trouble.NOT_SET_UP, Trouble.NOT_ALLOWED])
def test_where_nobody_knows_whether_it_rang_it_does_not_ring_again(
    office: Office, ordered: Attempt, sessions: Sessions, trouble: Trouble
) -> None:
    assert run(sessions, Remembering(fails=trouble), office.now) == 1
    assert office.look().attempts[0].tried is Tried.NOT_PUT_THROUGH
    provider = Remembering()
    run(sessions, provider, office.now + MINUTE)
    assert provider.rung == []
    assert ordered.sid is None


def test_a_provider_that_was_not_reached_is_asked_again(office: Office, ordered: Attempt, sessions: Sessions) -> None:
    run(sessions, Remembering(fails=Trouble.UNREACHABLE), office.now)
    assert office.look().attempts[0].tried is None
    provider = Remembering()
    run(sessions, provider, office.now + MINUTE)
    assert len(provider.rung) == 1
    assert ordered.id == office.look().attempts[0].id


def test_only_a_pressed_key_puts_the_call_through(office: Office, ordered: Attempt, sessions: Sessions) -> None:
    with sessions.begin() as session:
        asked, otherwise = dialling.picked_up(session, ordered.id, office.now)
        assert isinstance(asked, Accept)
        assert [each.text for each in asked.sentences] == ["Oddzwanianie. Aby połączyć, naciśnij 1."]
        assert otherwise == HangUp()
        for digits in ("", "2", "11"):
            assert dialling.put_through(session, ordered.id, digits, shown=NEUTRAL, now=office.now) == [HangUp()]
        (ring,) = dialling.put_through(session, ordered.id, "1", shown=NEUTRAL, now=office.now)
    assert isinstance(ring, Ring)
    assert [leg.phone for leg in ring.legs] == [CALLER]
    assert (ring.shown_number, ring.asks) == (NEUTRAL, False)


def test_an_attempt_that_there_is_not_puts_nobody_through(office: Office, sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert dialling.picked_up(session, uuid4(), office.now) == [HangUp()]
        assert dialling.put_through(session, uuid4(), "1", shown=NEUTRAL, now=office.now) == [HangUp()]
        dialling.over(session, uuid4(), "busy", office.now)


@pytest.mark.parametrize(
    ("status", "tried"),
    [
        ("busy", Tried.BUSY),
        ("no-answer", Tried.NO_ANSWER),
        ("failed", Tried.NOT_PUT_THROUGH),
        # Who picked up, a person can tell and a machine cannot.
        ("completed", None),
        ("nonsense", None),
    ],
)
def test_the_provider_says_what_it_can_know(
    office: Office, ordered: Attempt, sessions: Sessions, status: str, tried: Tried | None
) -> None:
    with sessions.begin() as session:
        dialling.over(session, ordered.id, status, office.now)
    assert office.look().attempts[0].tried is tried


def test_what_a_person_said_stands_against_the_provider(office: Office, ordered: Attempt, sessions: Sessions) -> None:
    office.does(service.tell, office.ewa, tried=Tried.SOMEBODY_ELSE)
    office.session.commit()
    with sessions.begin() as session:
        dialling.over(session, ordered.id, "busy", office.now)
    assert office.look().attempts[0].tried is Tried.SOMEBODY_ELSE


def test_an_own_telephone_that_was_not_picked_up_is_no_try_in_vain(
    office: Office, ordered: Attempt, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        dialling.not_picked_up(session, ordered.id, "completed", office.now)
        dialling.not_picked_up(session, ordered.id, "no-answer", office.now)
    assert office.look().attempts[0].tried is Tried.NOT_PUT_THROUGH
