"""What becomes of a call, played by the provider against the whole application with its database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.rules.handover import Left, reasons
from helpdesk.db.jobs import Job, run_due
from helpdesk.db.sealed import blind_index
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony import service
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.simulator import Pickup, Trouble
from tests.telephony.switchboard import (
    BLUE,
    CALLER,
    EWA_PHONE,
    JAN_PHONE,
    OTHER,
    POINT,
    POINT_PHONE,
    SID,
    Switchboard,
    words,
)


def test_a_contact_exists_from_the_first_packet_on(switchboard: Switchboard) -> None:
    answer = switchboard.post("/telephony/voice")
    assert (answer.status_code, answer.content_type) == (200, "text/xml; charset=utf-8")
    (contact,) = switchboard.contacts()
    assert (contact.desk_id, contact.channel, contact.first_contact) == ("blue-line", "PHO", "FST")
    assert contact.is_open
    assert contact.seen_at is None
    assert contact.caller_key == blind_index("blue-line", CALLER)
    assert switchboard.audited(contact) == ["contact:created", "call:arrived"]


@pytest.mark.parametrize(
    "path", ["/telephony/voice", f"/telephony/menu/{SID}?turn=1", f"/telephony/rung/{SID}?turn=2", "/telephony/status"]
)
def test_whichever_request_comes_first_makes_the_contact(switchboard: Switchboard, path: str) -> None:
    assert switchboard.post(path, {"Digits": "2"}).status_code in {200, 204}
    assert len(switchboard.contacts()) == len(switchboard.calls()) == 1


def test_the_first_report_of_a_call_that_is_over_tells_when_it_began(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/status", {"CallStatus": "completed", "CallDuration": "95"})
    call = switchboard.call()
    assert call.ended_at is not None
    assert call.ended_at - call.started_at == timedelta(seconds=95)
    contact = switchboard.contact_of(call)
    assert (contact.started_at, contact.ended_at) == (call.started_at, call.ended_at)


def test_a_caller_who_chooses_ukrainian_talks_with_whoever_speaks_it(switchboard: Switchboard) -> None:
    conversation, call, contact = switchboard.played(press=["2"], answer=True)
    assert conversation.rung == [EWA_PHONE]
    assert conversation.answered_by == EWA_PHONE
    assert (call.state, call.language, call.answered_by_id) == (CallState.COMPLETED, "uk", switchboard.ewa.id)
    assert contact.language == "uk"
    assert contact.ended_at is not None
    assert switchboard.audited(contact) == ["contact:created", "call:arrived", "call:rung", "call:ended"]


def test_the_telephone_takes_no_contact_for_anybody(switchboard: Switchboard) -> None:
    _, _, contact = switchboard.played(press=["2"], answer=True)
    assert contact.seen_at is None
    assert switchboard.count(Advice) == 0


def test_who_was_considered_and_why_is_kept_with_the_call(switchboard: Switchboard) -> None:
    _, call, _ = switchboard.played(press=["2"], answer=JAN_PHONE)
    ewa, jan = str(switchboard.ewa.id), str(switchboard.jan.id)
    first, second = call.considered
    assert [(each["person"], each["rung"], each["why"]) for each in first["people"]] == [
        (ewa, True, "speaks"),
        (jan, False, "other-language"),
    ]
    assert [(each["person"], each["rung"], each["why"]) for each in second["people"]] == [
        (ewa, True, "speaks"),
        (jan, True, "on-duty"),
    ]
    assert call.answered_by_id == switchboard.jan.id
    assert "+48" not in str([call.considered, call.legs])


def test_silence_says_nothing_about_a_language(switchboard: Switchboard) -> None:
    _, call, contact = switchboard.played(answer=JAN_PHONE)
    assert (call.language, contact.language) == ("pl", None)


def test_a_language_that_somebody_wrote_down_stays(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    (contact,) = switchboard.contacts()
    with acting_at(switchboard.session, "blue-line"):
        contact.language = "be"
    switchboard.session.commit()
    switchboard.post(f"/telephony/menu/{SID}?turn=1", {"Digits": "2", "CallStatus": "in-progress"})
    assert switchboard.contacts()[0].language == "be"


def test_nobody_on_duty_says_so_and_where_help_is(switchboard: Switchboard) -> None:
    conversation, call, contact = switchboard.played(to=POINT, press=["3"])
    assert conversation.rung == []
    assert conversation.heard[-1] == ("en-GB", "If you need help at once, please call 112.")
    assert call.state is CallState.NO_ANSWER
    assert contact.desk_id == "help-point"


def test_whoever_may_not_write_the_sheet_is_not_rung(switchboard: Switchboard) -> None:
    switchboard.on_duty(
        "Kamil",
        POINT_PHONE,
        ("pl",),
        "help-point",
        roles=[Role.DUTY_OFFICER],
        profession=Profession.BORDER_GUARD_OFFICER,
    )
    conversation, call, _ = switchboard.played(to=POINT, press=["1"], answer=True)
    assert conversation.rung == []
    assert call.considered == []


def test_whoever_left_is_not_rung(switchboard: Switchboard) -> None:
    switchboard.ewa.active = False
    switchboard.session.commit()
    conversation, _, _ = switchboard.played(press=["1"], answer=True)
    assert conversation.rung == [JAN_PHONE]


def test_a_telephone_that_cannot_be_dialled_does_not_keep_the_others_from_ringing(switchboard: Switchboard) -> None:
    switchboard.ewa.phone = "ring the bell"
    switchboard.session.commit()
    conversation, call, _ = switchboard.played(press=["1"], answer=True)
    assert conversation.rung == [JAN_PHONE]
    assert "no-phone" in str(call.considered)


def test_an_abandoned_call_stays_in_the_hand_over_until_somebody_looks(switchboard: Switchboard) -> None:
    _, call, contact = switchboard.played(hang_up_after=2)
    assert call.state is CallState.ABANDONED
    assert contact.is_open
    assert contact.ended_at == call.ended_at is not None
    with acting_at(switchboard.session, "blue-line"):
        (left,) = consultations.left_over(switchboard.session, switchboard.now + timedelta(hours=1))
    assert Left.UNREAD in reasons(left.state)


def test_a_voicemail_never_takes_a_call(switchboard: Switchboard) -> None:
    conversation, call, _ = switchboard.played(press=["2"], answer={EWA_PHONE: Pickup.VOICEMAIL})
    assert conversation.answered_by is None
    assert (call.state, call.answered_at, call.answered_by_id) == (CallState.NO_ANSWER, None, None)
    assert "112" in words(conversation)


def test_of_two_who_accept_the_one_counts_with_whom_the_caller_was_put_through(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    switchboard.post(f"/telephony/menu/{SID}?turn=1", {"Digits": "1", "CallStatus": "in-progress"})
    legs = {leg["person"]: leg_id for leg_id, leg in switchboard.call().legs.items()}
    for account, sid in ((switchboard.ewa, "CA-ewa"), (switchboard.jan, "CA-jan")):
        path = f"/telephony/accept/{SID}/{legs[str(account.id)]}"
        answer = switchboard.post(path, {"CallSid": sid, "ParentCallSid": SID, "Digits": "1"})
        assert "Hangup" not in answer.text
    assert switchboard.call().answered_by_id == switchboard.ewa.id
    ended = {"CallStatus": "in-progress", "DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": "CA-jan"}
    switchboard.post(f"/telephony/rung/{SID}?turn=2", ended)
    assert switchboard.call().answered_by_id == switchboard.jan.id


def test_who_accepts_when_the_caller_has_just_gone_did_not_answer(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    switchboard.post(f"/telephony/menu/{SID}?turn=1", {"Digits": "2", "CallStatus": "in-progress"})
    (leg,) = switchboard.call().legs
    switchboard.post(f"/telephony/accept/{SID}/{leg}", {"CallSid": "CA-ewa", "Digits": "1"})
    switchboard.post(
        f"/telephony/rung/{SID}?turn=2",
        {"CallStatus": "completed", "DialCallStatus": "completed", "DialBridged": "false"},
    )
    call = switchboard.call()
    assert (call.state, call.answered_by_id) == (CallState.ABANDONED, None)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (CALLER, CALLER, ("FST", "RPT")),
        (CALLER, "600 100 200", ("FST", "RPT")),
        (CALLER, OTHER, ("FST", "FST")),
        ("anonymous", "anonymous", ("UNK", "UNK")),
        ("", "+266696687", ("UNK", "UNK")),
        ("12", "12", ("UNK", "UNK")),
        (CALLER, "anonymous", ("FST", "UNK")),
    ],
)
def test_only_a_known_number_is_first_or_repeated(
    switchboard: Switchboard, first: str, second: str, expected: tuple[str, str]
) -> None:
    contacts = [switchboard.played(from_)[2] for from_ in (first, second)]
    assert tuple(contact.first_contact for contact in contacts) == expected
    assert contacts[0].id != contacts[1].id


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(CALLER, CallerKind.KNOWN), ("anonymous", CallerKind.WITHHELD), ("sip:\u0142@x", CallerKind.MALFORMED)],
)
def test_any_caller_is_read(switchboard: Switchboard, raw: str, kind: CallerKind) -> None:
    _, call, _ = switchboard.played(raw)
    assert call.caller_kind is kind
    assert (call.caller_key is not None) == (kind is CallerKind.KNOWN)


def test_the_lines_of_two_desks_do_not_mix(switchboard: Switchboard) -> None:
    switchboard.on_duty("Iryna", POINT_PHONE, ("pl", "uk"), "help-point")
    blue, _, at_blue = switchboard.played(to=BLUE, press=["2"], answer=True)
    point, _, at_point = switchboard.played(to=POINT, press=["2"], answer=True)
    assert (blue.rung, point.rung) == ([EWA_PHONE], [POINT_PHONE])
    assert (at_blue.desk_id, at_point.desk_id) == ("blue-line", "help-point")
    # The same caller is a first one at each desk: neither may learn of the other.
    assert at_point.first_contact == "FST"
    assert at_blue.caller_key != at_point.caller_key


def test_a_number_of_no_desk_says_so_and_makes_no_contact(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = switchboard.ring(to="+48529999999")
    assert "112" in words(conversation)
    assert switchboard.contacts() == []
    assert "+48529999999" in caplog.text
    assert CALLER not in caplog.text


def test_a_call_whose_end_was_never_reported_is_settled(switchboard: Switchboard, sessions: Sessions) -> None:
    _, call, contact = switchboard.played(press=["2"], answer=True, trouble=Trouble(lost=frozenset({"rung", "status"})))
    assert (call.ended_at, contact.ended_at) == (None, None)
    late = switchboard.now + timedelta(hours=4, minutes=1)
    assert run_due(sessions, service.HANDLERS, now=late) == 1
    call = switchboard.call(call.sid)
    assert call.state is CallState.COMPLETED
    assert switchboard.contact_of(call).ended_at == call.ended_at == call.heard_at
    assert switchboard.contact_of(call).is_open


def test_settling_leaves_a_call_alone_that_has_ended(switchboard: Switchboard, sessions: Sessions) -> None:
    _, call, _ = switchboard.played(press=["2"], answer=True)
    known = (call.state, call.ended_at, call.flow)
    run_due(sessions, service.HANDLERS, now=switchboard.now + timedelta(hours=5))
    call = switchboard.call(call.sid)
    assert (call.state, call.ended_at, call.flow) == known


def test_a_call_that_only_ended_asks_for_no_settling(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/status", {"CallStatus": "completed"})
    assert switchboard.count(Job) == 0
    switchboard.post("/telephony/voice", {"CallSid": "CA-other"})
    assert switchboard.count(Job) == 1


def _close(switchboard: Switchboard, contact: Contact, *ways: str) -> None:
    with acting_at(switchboard.session, "blue-line"):
        contact.closed_at, contact.outcome, contact.safe_ways = switchboard.now, "SIL", list(ways)
    switchboard.session.commit()


@pytest.mark.parametrize(
    ("ways", "closed", "kept"),
    [
        ([], False, True),
        (["UNK"], False, True),
        (["SEM"], False, False),
        (["SEM", "SPH"], False, True),
        (["SNO"], False, False),
        ([], True, False),
        (["SHR"], True, False),
        (["SPH", "SHR"], True, True),
        (["SPH", "SNO"], True, False),
        (["SEM"], True, False),
    ],
)
def test_a_number_is_kept_only_while_it_is_needed(
    switchboard: Switchboard, sessions: Sessions, ways: list[str], *, closed: bool, kept: bool
) -> None:
    _, call, contact = switchboard.played(press=["2"], answer=True)
    assert call.caller_number == CALLER
    with acting_at(switchboard.session, "blue-line"):
        contact.safe_ways = ways
        if closed:
            contact.closed_at, contact.outcome = switchboard.now, "SIL"
    switchboard.session.commit()
    service.forget_numbers(sessions, switchboard.now)
    assert switchboard.call(call.sid).caller_number == (CALLER if kept else "")
    assert switchboard.call(call.sid).caller_key == blind_index("blue-line", CALLER)


def test_the_number_goes_with_the_end_of_a_call_whose_contact_is_closed(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    _close(switchboard, switchboard.contacts()[0])
    assert switchboard.call().caller_number == CALLER
    switchboard.post("/telephony/status", {"CallStatus": "completed"})
    assert switchboard.call().caller_number == ""


def test_a_number_is_nowhere_in_plain_text(switchboard: Switchboard) -> None:
    switchboard.played(press=["2"], answer=True)
    for model in (Call, Contact, Job):
        rows = switchboard.session.connection().execute(select(model.__table__)).all()
        assert CALLER not in str(rows)
        assert CALLER[1:].encode() not in b"".join(value for row in rows for value in row if isinstance(value, bytes))


def test_doctor_names_languages_that_nobody_answers_in(switchboard: Switchboard) -> None:
    found = list(service.examine(switchboard.session))
    assert f"The line {BLUE} rings nobody who speaks en in the coming week." in found
    assert not any("speaks uk" in sentence for sentence in found if BLUE in sentence)
    assert f"The line {POINT} rings nobody who speaks pl in the coming week." in found
