"""Whoever is not answered at once: waits, is called back, leaves a message, hears when the next duty is. Never rings for ever."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.telephony.models import Call, DeskHelp
from helpdesk.telephony.rules.flow import longest_wait
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Circle, Help, Order, Plan
from helpdesk.telephony.rules.state import Ending, Stage
from helpdesk.telephony.simulator import Conversation, Pickup, Trouble
from tests.factories import make_account, make_duty
from tests.telephony.lines import plans
from tests.telephony.switchboard import (
    BLUE,
    CALLER,
    EWA_PHONE,
    JAN_PHONE,
    OTHER,
    POINT,
    POINT_PHONE,
    Switchboard,
    words,
)

PATIENT = Plan(waiting_seconds=60)


@pytest.fixture(autouse=True)
def patient(switchboard: Switchboard) -> None:
    switchboard.set(PATIENT)


def why(call: Call) -> list[set[str]]:
    """For each decision, why each person was rung or was not."""
    return [{each["why"] for each in decision["people"]} for decision in call.considered]


def test_nobody_answers_so_the_caller_waits_is_offered_a_message_and_speaks(switchboard: Switchboard) -> None:
    conversation, call, contact = switchboard.played(press=["2", "", "", "1"], message=25)
    assert call.now_at.ending is Ending.MESSAGE
    assert call.state is CallState.NO_ANSWER
    assert contact.is_open
    assert conversation.rung == [EWA_PHONE, EWA_PHONE, EWA_PHONE, JAN_PHONE]
    assert "Ваше місце в черзі: 1." in words(conversation)
    assert why(call)[1] == {"did-not-answer", "other-language"}


def test_a_caller_who_asks_to_be_called_back_while_waiting_says_that_it_is_safe(switchboard: Switchboard) -> None:
    conversation, call, _ = switchboard.played(press=["2", "1", "1"])
    assert call.now_at.ending is Ending.CALL_BACK
    assert words(conversation).count("112") == 1


def test_a_withheld_number_is_not_offered_to_be_called_back(switchboard: Switchboard) -> None:
    conversation, call, _ = switchboard.played("anonymous", press=["2", "1", "", "2"])
    assert "зателефонували" not in words(conversation)
    assert call.now_at.ending is Ending.NOBODY


def test_whoever_cannot_talk_leaves_a_contact_and_nothing_is_said(switchboard: Switchboard) -> None:
    conversation, call, contact = switchboard.played(press=["*"])
    assert call.now_at.ending is Ending.CANNOT_TALK
    assert contact.is_open
    assert conversation.heard[-1] == ("", "http://localhost/telephony/sound/tone.wav")
    assert conversation.rung == []


def test_the_second_caller_waits_behind_the_first_and_no_telephone_rings_twice(switchboard: Switchboard) -> None:
    switchboard.set(Plan(waiting_seconds=60, circles=(Circle.ANYONE,)))
    for sid in ("CA-1", "CA-2"):
        switchboard.post("/telephony/voice", {"CallSid": sid, "From": CALLER if sid == "CA-1" else OTHER})
    pressed = {"Digits": "1", "CallStatus": "in-progress"}
    first = switchboard.post("/telephony/menu/CA-1?turn=1", {"CallSid": "CA-1", **pressed}).text
    second = switchboard.post("/telephony/menu/CA-2?turn=1", {"CallSid": "CA-2", "From": OTHER, **pressed}).text
    assert EWA_PHONE in first
    assert "<Dial" not in second
    assert "Miejsce w kolejce: 2." in second
    assert why(switchboard.call("CA-2")) == [{"busy"}]


def test_a_telephone_that_hung_up_is_free_though_the_end_of_its_call_was_never_reported(
    switchboard: Switchboard,
) -> None:
    switchboard.post("/telephony/voice", {"CallSid": "CA-1"})
    switchboard.post("/telephony/menu/CA-1?turn=1", {"CallSid": "CA-1", "Digits": "2", "CallStatus": "in-progress"})
    (leg,) = switchboard.call("CA-1").legs
    switchboard.post(f"/telephony/accept/CA-1/{leg}", {"CallSid": "CA-ewa", "Digits": "1"})
    assert str(switchboard.ewa.id) in switchboard.call("CA-1").people
    switchboard.post(f"/telephony/leg/CA-1/{leg}", {"CallSid": "CA-ewa", "CallStatus": "completed"})
    assert switchboard.call("CA-1").people == frozenset()


def test_outside_the_hours_the_caller_hears_when_the_next_duty_begins(
    session: Session, switchboard: Switchboard
) -> None:
    iryna = make_account(session, "help-point", name="Iryna", phone=POINT_PHONE, languages=("pl", "en"))
    make_duty(session, "help-point", iryna, switchboard.now + timedelta(days=3))
    session.commit()
    conversation, call, _ = switchboard.played(to=POINT, press=["3"])
    assert "Nobody is on duty now. The next duty begins on " in words(conversation)
    assert call.now_at.closed
    assert conversation.rung == []


def test_a_post_that_nobody_holds_now_is_no_closed_line(switchboard: Switchboard) -> None:
    """The roster says that somebody should be there: the caller hears that nobody can answer, and not that it is closed."""
    switchboard.needs_somebody("help-point")
    conversation, call, _ = switchboard.played(to=POINT, press=["3"])
    assert "nobody can answer" in words(conversation)
    assert not call.now_at.closed


def test_the_coordinator_is_asked_before_the_machine(session: Session, switchboard: Switchboard) -> None:
    phone = "+48600000009"
    make_account(session, roles=[Role.COORDINATOR], name="Beata", phone=phone, languages=("pl",))
    session.commit()
    switchboard.set(Plan(waiting_seconds=0, circles=(Circle.SPEAKERS, Circle.COORDINATORS)))
    conversation, call, _ = switchboard.played(press=["1"], answer=phone)
    assert conversation.rung == [EWA_PHONE, JAN_PHONE, phone]
    assert call.state is CallState.COMPLETED
    assert why(call)[-1] == {"speaks"}


def test_a_desk_that_agreed_helps_out_and_the_contact_stays_where_it_was_called(
    session: Session, switchboard: Switchboard
) -> None:
    switchboard.set(Plan(waiting_seconds=0, circles=(Circle.SPEAKERS, Circle.OTHER_DESK), other_desk="blue-line"))
    conversation, call, contact = switchboard.played(to=POINT, press=["1"], answer=True)
    # Nobody is on duty at the Help Point, so it is closed: helping out is for whoever is open and cannot answer.
    assert conversation.rung == []
    switchboard.needs_somebody("help-point")
    conversation, call, contact = switchboard.played(to=POINT, press=["1"], answer=True)
    assert conversation.rung == [], "the Blue Line has not said that it helps out"
    session.add(DeskHelp(helper_id="blue-line", helped_id="help-point", agreed_at=switchboard.now))
    session.commit()
    conversation, call, contact = switchboard.played(to=POINT, press=["1"], answer=True)
    assert conversation.answered_by == EWA_PHONE
    assert (contact.desk_id, call.answered_by_id) == ("help-point", switchboard.ewa.id)


def test_the_lawyer_is_rung_where_the_caller_asks_about_the_law(session: Session, switchboard: Switchboard) -> None:
    ada: Account = make_account(
        session, profession=Profession.ADVOCATE, name="Ada", phone="+48600000008", languages=("pl",)
    )
    make_duty(session, "blue-line", ada, switchboard.now)
    session.commit()
    switchboard.set(Plan(helps=tuple(Help)))
    conversation, call, _ = switchboard.played(press=["1", "2"], answer=True)
    assert conversation.rung == ["+48600000008"]
    assert call.answered_by_id == ada.id


def test_whoever_took_fewer_calls_today_is_rung_first(switchboard: Switchboard) -> None:
    switchboard.set(Plan(order=Order.LEAST_BUSY, waiting_seconds=60))
    first, _, _ = switchboard.played(press=["1"], answer=True)
    second, _, _ = switchboard.played(press=["1"], answer=True)
    assert {first.answered_by, second.answered_by} == {EWA_PHONE, JAN_PHONE}


# The law, over the real application: whatever goes wrong on the way, and whoever does what.

KINDS = ("voice", "menu", "rung", "whisper", "accept", "leg", "recorded", "recording", "status")
trouble = st.builds(
    Trouble,
    lost=st.frozensets(st.sampled_from([f"{kind}.{number}" for kind in KINDS for number in (1, 2, 3)]), max_size=2),
    doubled=st.frozensets(st.sampled_from(KINDS), max_size=3),
    late=st.frozensets(st.sampled_from(KINDS), max_size=2),
    forged=st.frozensets(st.sampled_from(KINDS), max_size=1),
)
behaviours = st.fixed_dictionaries(
    {EWA_PHONE: st.sampled_from(Pickup), JAN_PHONE: st.sampled_from(Pickup), POINT_PHONE: st.just(Pickup.RINGS_ON)}
)
keys = st.lists(st.sampled_from(["", "0", "1", "2", "3", "*", "9"]), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=plans.filter(lambda plan: Circle.OTHER_DESK not in plan.circles),
    press=keys,
    answer=behaviours,
    message=st.sampled_from([None, 12.0]),
    hang_up_after=st.sampled_from([None, 0, 3, 30, 90, 200]),
    to=st.sampled_from([BLUE, POINT]),
    disturbed=trouble,
)
def test_every_call_ends_in_time_in_something_good_and_leaves_one_contact(  # each is a fact of a schedule
    switchboard: Switchboard,
    plan: Plan,
    press: list[str],
    answer: dict[str, Pickup],
    message: float | None,
    hang_up_after: float | None,
    to: str,
    disturbed: Trouble,
) -> None:
    switchboard.set(plan)
    before = len(switchboard.contacts())
    conversation = switchboard.ring(
        to=to, press=press, answer=answer, message=message, hang_up_after=hang_up_after, trouble=disturbed
    )
    calls = [call for call in switchboard.calls() if call.sid == conversation.call_sid]
    heard_of = any(sent.how != "lost" and sent.status in {200, 204} for sent in conversation.sent)
    assert len(calls) == len(switchboard.contacts()) - before == int(heard_of)
    assert conversation.seconds <= longest_wait(plan) + conversation.talked + 60
    if not calls:
        return
    (call,) = calls
    told_the_end = any(sent.kind == "status" and sent.status == 204 for sent in conversation.sent)
    if told_the_end:
        assert call.state.is_terminal
        assert call.ended_at is not None
        assert call.now_at.stage is Stage.ENDED
    if hang_up_after is None and not disturbed.lost and "*" not in press:
        assert is_good(conversation, call)


def is_good(conversation: Conversation, call: Call) -> bool:
    """A human, a recording, a call back, or where there is help at once."""
    ending = call.now_at.ending
    return (
        (ending is Ending.ANSWERED and conversation.answered_by is not None)
        or ending in {Ending.MESSAGE, Ending.CALL_BACK}
        or (ending is Ending.NOBODY and "112" in words(conversation))
    )
