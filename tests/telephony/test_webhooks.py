"""Who may call the telephone's addresses, and what happens to a request that comes twice, late, never, or from somebody else."""

import json
from itertools import product

import pytest
from flask import Flask
from werkzeug.test import Client

from helpdesk.audit.models import AuditEvent
from helpdesk.db.jobs import Job
from helpdesk.telephony import gateway, twiml, webhooks
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.simulator import Trouble
from tests.telephony.switchboard import BLUE, CALLER, EWA_PHONE, PUBLIC, SID, TOKEN, Switchboard

PATHS = [
    "/telephony/voice",
    "/telephony/status",
    f"/telephony/menu/{SID}?turn=1",
    f"/telephony/rung/{SID}?turn=2",
    f"/telephony/whisper/{SID}/2-1",
    f"/telephony/accept/{SID}/2-1",
    f"/telephony/leg/{SID}/2-1",
    f"/telephony/left/{SID}?turn=2",
    f"/telephony/returned/{SID}?turn=2",
    f"/telephony/room/{SID}/2-1",
    f"/telephony/out/{SID}/2-1",
]
FORM = {"CallSid": SID, "From": CALLER, "To": BLUE, "CallStatus": "ringing"}


def nothing_stored(switchboard: Switchboard) -> bool:
    return not any(switchboard.count(model) for model in (Call, Job, AuditEvent))


@pytest.mark.parametrize("path", PATHS)
def test_a_forged_request_is_refused_and_leaves_nothing(switchboard: Switchboard, path: str) -> None:
    before = switchboard.count(AuditEvent)
    assert switchboard.post(path, token="x" * 32).status_code == 403
    assert switchboard.client.post(path, data=FORM).status_code == 403
    assert switchboard.count(AuditEvent) == before
    assert switchboard.calls() == []


@pytest.mark.parametrize("path", PATHS)
def test_no_request_without_a_good_signature_reaches_the_database(
    app: Flask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("A session was made.")

    monkeypatch.setitem(app.extensions, "helpdesk.sessions", refuse)
    client = Client(app.wsgi_app)
    headers = {gateway.SIGNATURE_HEADER: "bm90IGEgc2lnbmF0dXJl", "Cookie": "session=x; helpdesk=x"}
    assert client.post(path, data=FORM, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(FORM).encode(), "application/json"),
        (b"\xff\xfe\x00=", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
        (b"<a/>", "text/xml"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_nonsense_is_refused(switchboard: Switchboard, body: bytes, kind: str) -> None:
    for path in ("/telephony/voice", "/telephony/voice?bodySHA256=0"):
        answer = switchboard.client.post(path, data=body, content_type=kind, headers={gateway.SIGNATURE_HEADER: "eA=="})
        assert answer.status_code == 403
    assert nothing_stored(switchboard)


def test_a_signed_request_about_no_call_is_refused(switchboard: Switchboard) -> None:
    assert switchboard.post("/telephony/voice", {"CallSid": ""}).status_code == 403
    assert nothing_stored(switchboard)


def test_an_oversized_request_is_refused_unread(switchboard: Switchboard) -> None:
    answer = switchboard.post("/telephony/voice", {"X": "x" * webhooks.LARGEST})
    assert answer.status_code == 413
    assert nothing_stored(switchboard)


def test_an_oversized_request_that_does_not_say_so_is_refused(app: Flask) -> None:
    client = Client(app.wsgi_app)
    body = b"CallSid=" + b"x" * (webhooks.LARGEST + 10)
    environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    kind = "application/x-www-form-urlencoded"
    answer = client.post("/telephony/voice", data=body, content_type=kind, environ_overrides=environ)
    assert answer.status_code in {403, 413}  # cut off, its signature fits no more


def test_other_methods_are_refused(switchboard: Switchboard) -> None:
    assert switchboard.client.get("/telephony/voice").status_code == 405


def test_no_cookie_is_given(switchboard: Switchboard) -> None:
    assert "Set-Cookie" not in switchboard.post("/telephony/voice").headers


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"REQUEST_URI": "/telephony/voice?x=%C5%82~"}, "/telephony/voice?x=%C5%82~"),
        ({"REQUEST_URI": "", "RAW_URI": "/telephony/voice?x=%C5%82"}, "/telephony/voice?x=%C5%82"),
        ({"REQUEST_URI": "http://localhost/telephony/voice?a=b://c"}, "/telephony/voice?a=b://c"),
        ({"REQUEST_URI": "/telephony/voice?back=http://x"}, "/telephony/voice?back=http://x"),
        ({"REQUEST_URI": "//evil/telephony/voice"}, "//evil/telephony/voice"),
        ({"REQUEST_URI": "", "RAW_URI": "", "QUERY_STRING": "turn=1"}, "/telephony/voice?turn=1"),
    ],
)
def test_the_target_is_taken_as_it_was_sent(app: Flask, environ: dict[str, str], expected: str) -> None:
    with app.test_request_context("/telephony/voice", environ_overrides=environ):
        assert webhooks.raw_target() == expected


def test_a_signature_over_escapes_verifies(switchboard: Switchboard) -> None:
    assert switchboard.post("/telephony/voice?x=%C5%82%7E&y=", {"ToCity": "Toruń", "Digits": " 1 "}).status_code == 200


def test_both_tokens_are_good_while_they_are_changed(switchboard: Switchboard) -> None:
    settings = switchboard.app.extensions["helpdesk.settings"]
    assert settings.twilio_auth_tokens == (TOKEN,)
    assert gateway.verify(
        ("new", TOKEN), PUBLIC, "/telephony/voice", {}, gateway.sign(TOKEN, PUBLIC + "/telephony/voice", {})
    )


KINDS = ("voice", "menu", "rung", "whisper", "accept", "leg", "status")


@pytest.mark.parametrize(("kind", "trouble"), list(product(KINDS, ("doubled", "late", "forged"))))
def test_a_request_that_comes_twice_late_or_forged_does_no_harm(
    switchboard: Switchboard, kind: str, trouble: str
) -> None:
    how = Trouble(**{trouble: frozenset({kind})})
    conversation, call, contact = switchboard.played(press=["2"], answer=True, trouble=how)
    assert conversation.answered_by == EWA_PHONE
    assert (call.state, call.answered_by_id, call.language) == (CallState.COMPLETED, switchboard.ewa.id, "uk")
    assert len(switchboard.contacts()) == len(switchboard.calls()) == 1
    assert contact.ended_at == call.ended_at is not None
    audited = switchboard.audited(contact)
    assert audited == ["contact:created", "call:arrived", "call:rung", "call:ended"]


@pytest.mark.parametrize(("kind", "answer"), list(product(KINDS, (True, False))))
def test_a_lost_request_still_leaves_one_contact_that_ends(
    switchboard: Switchboard, kind: str, *, answer: bool
) -> None:
    _, call, contact = switchboard.played(press=["2"], answer=answer, trouble=Trouble(lost=frozenset({kind})))
    assert len(switchboard.contacts()) == len(switchboard.calls()) == 1
    assert call.state.is_terminal or kind == "status"
    assert contact.is_open


@pytest.mark.parametrize("seconds", [0, 1, 10, 20, 30, 40, 60])
def test_a_caller_may_hang_up_at_any_time(switchboard: Switchboard, seconds: float) -> None:
    everything = frozenset(KINDS)
    _, call, contact = switchboard.played(
        press=["9", "2"], hang_up_after=seconds, trouble=Trouble(doubled=everything, late=everything)
    )
    assert call.state.is_terminal
    assert contact.ended_at is not None
    assert switchboard.audited(contact).count("call:ended") == 1


def test_everything_doubled_late_and_forged_at_once(switchboard: Switchboard) -> None:
    everything = frozenset(KINDS)
    trouble = Trouble(doubled=everything, late=everything, forged=everything)
    _, call, contact = switchboard.played(press=["2"], answer=True, trouble=trouble)
    assert call.state is CallState.COMPLETED
    assert switchboard.audited(contact).count("call:ended") == 1
    assert len(switchboard.contacts()) == 1


def test_a_telephone_that_was_never_rung_changes_nothing(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    for name in ("leg", "whisper", "accept"):
        switchboard.post(f"/telephony/{name}/{SID}/9-9", {"CallStatus": "completed", "Digits": "1", "CallSid": "CA9"})
    assert (switchboard.call().legs, switchboard.call().answered_at) == ({}, None)


def test_a_leg_of_an_unknown_call_is_hung_up_on(switchboard: Switchboard) -> None:
    assert "Hangup" in switchboard.post(f"/telephony/accept/{SID}/2-1", {"Digits": "1"}).text
    assert switchboard.post(f"/telephony/leg/{SID}/2-1").status_code == 204
    assert switchboard.calls() == []


def test_a_report_on_the_way_does_not_end_a_call(switchboard: Switchboard) -> None:
    switchboard.post("/telephony/voice")
    for word in ("in-progress", "ringing", "no such word"):
        assert switchboard.post("/telephony/status", {"CallStatus": word}).status_code == 204
    assert (switchboard.call().state, switchboard.call().ended_at) == (CallState.IN_PROGRESS, None)


def test_our_own_fault_still_answers_the_caller(switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("helpdesk.telephony.service.greet", fail)
    monkeypatch.setattr("helpdesk.telephony.service.handle", fail)
    answer = switchboard.post("/telephony/voice")
    assert answer.status_code == 200
    assert "112" in answer.text
    assert "Google.uk-UA-Standard-A" in answer.text
    assert switchboard.post("/telephony/status", {"CallStatus": "completed"}).status_code == 204
    assert switchboard.post(f"/telephony/leg/{SID}/1-1").status_code == 204


def test_the_provider_is_told_to_come_from_near_us() -> None:
    assert twiml.overrides("-") == ""
    assert twiml.overrides("dublin").endswith("e=dublin")
