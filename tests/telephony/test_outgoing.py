"""The provider asks about a call that we make: signed, at each step checked anew, and never a machine that talks to anybody."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.telephony.models import Attempt
from helpdesk.telephony.rules.call_backs import Tried
from helpdesk.telephony.service import call_backs as service
from helpdesk.telephony.simulator import grammar
from tests.factories import BLUE_LINE, actor_of
from tests.telephony.callers import CALLER, NEUTRAL, make_call_back
from tests.telephony.switchboard import EWA_PHONE, Switchboard

OUT = {"Direction": "outbound-api", "CallStatus": "in-progress", "To": EWA_PHONE}


@pytest.fixture(autouse=True)
def neutral(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office has a number that says nothing of it."""
    known = app.extensions["helpdesk.settings"]
    monkeypatch.setitem(app.extensions, "helpdesk.settings", replace(known, neutral_number=NEUTRAL))


@pytest.fixture
def attempt(session: Session, switchboard: Switchboard) -> Attempt:
    """Ewa has taken on a call-back, read the safety note and ordered the call."""
    made = make_call_back(session, session.get_one(Desk, BLUE_LINE), switchboard.now)
    ewa = actor_of(switchboard.ewa)
    with acting_at(session, BLUE_LINE):
        service.take(session, made.id, known_version=made.version, actor=ewa, now=switchboard.now)
        service.read_note(session, made.id, actor=ewa, now=switchboard.now)
        version = service.open_call_back(session, made.id, actor=ewa, now=switchboard.now).version
        ordered = service.dial(session, made.id, known_version=version, actor=ewa, now=switchboard.now, shown=NEUTRAL)
    session.commit()
    return ordered


def _told(switchboard: Switchboard, path: str, **fields: str) -> ET.Element:
    answer = switchboard.post(path, {**OUT, **fields})
    assert answer.status_code == 200
    return grammar.read(answer.text)


def test_whoever_calls_back_presses_a_key_and_only_then_the_other_telephone_rings(
    switchboard: Switchboard, attempt: Attempt
) -> None:
    here = f"/telephony/back/{attempt.id}"
    gather, hangup = _told(switchboard, here)
    assert (gather[0].text, hangup.tag) == ("Oddzwanianie. Aby połączyć, naciśnij 1.", "Hangup")
    assert gather.get("action") == f"http://localhost{here}/accept"
    assert [verb.tag for verb in _told(switchboard, f"{here}/accept", Digits="")] == ["Hangup"]
    (dial,) = _told(switchboard, f"{here}/accept", Digits="1")
    assert [number.text for number in dial] == [CALLER]
    assert dial.get("callerId") == NEUTRAL
    assert dial.get("action") == f"http://localhost{here}/over"
    assert "url" not in dial[0].attrib, "nobody who is called back is asked for a key by a machine"


@pytest.mark.parametrize(
    ("status", "tried"), [("no-answer", Tried.NO_ANSWER), ("busy", Tried.BUSY), ("completed", None)]
)
def test_what_became_of_it_is_kept_as_far_as_a_machine_can_know(
    session: Session, switchboard: Switchboard, attempt: Attempt, status: str, tried: Tried | None
) -> None:
    for _ in range(2):
        assert [
            verb.tag for verb in _told(switchboard, f"/telephony/back/{attempt.id}/over", DialCallStatus=status)
        ] == ["Hangup"]
    session.refresh(attempt)
    assert attempt.tried is tried


def test_our_own_telephone_that_nobody_picks_up_rings_nobody_else(
    session: Session, switchboard: Switchboard, attempt: Attempt
) -> None:
    answer = switchboard.post(f"/telephony/back/{attempt.id}/status", {**OUT, "CallStatus": "no-answer"})
    assert answer.status_code == 204
    session.refresh(attempt)
    assert attempt.tried is Tried.NOT_PUT_THROUGH


def test_an_old_order_and_one_that_there_is_not_put_nobody_through(
    session: Session, switchboard: Switchboard, attempt: Attempt
) -> None:
    with acting_at(session, BLUE_LINE):
        attempt.at = switchboard.now - timedelta(minutes=10)
    session.commit()
    for attempt_id in (attempt.id, uuid4()):
        for path in (f"/telephony/back/{attempt_id}", f"/telephony/back/{attempt_id}/accept"):
            assert [verb.tag for verb in _told(switchboard, path, Digits="1")] == ["Hangup"]


def test_what_the_provider_did_not_sign_is_refused(switchboard: Switchboard, attempt: Attempt) -> None:
    for end in ("", "/accept", "/over", "/status"):
        assert switchboard.post(f"/telephony/back/{attempt.id}{end}", OUT, token="x" * 32).status_code == 403
