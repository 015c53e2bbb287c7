"""A Ukrainian caller at 20:55 on 24 December, who waits over the end of a duty. `docs/telephony.md` prints what she hears."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.kernel.clock import local
from helpdesk.telephony import webhooks
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.state import Ending
from helpdesk.telephony.simulator import Pace, Provider
from helpdesk.telephony.simulator.inside import Inside
from tests.factories import make_duty
from tests.telephony.switchboard import ACCOUNT, BLUE, CALLER, OTHER, PUBLIC, TOKEN, Switchboard

DOCS = Path(__file__).resolve().parents[2] / "docs" / "telephony.md"
EVENING = datetime.fromisoformat("2025-12-24T17:00+01:00")
ENDS = EVENING + timedelta(hours=4)
CALLED = datetime.fromisoformat("2025-12-24T20:55+01:00")


class Time:
    """What the clock of the server shows while a call is played."""

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start

    def passes(self, seconds: float) -> None:
        self.now = self.start + timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time(CALLED)
    monkeypatch.setattr(webhooks, "utcnow", lambda: clock.now)
    return clock


def test_a_caller_waits_over_the_end_of_a_duty_and_is_promised_a_call(
    session: Session, app: Flask, switchboard: Switchboard, clock: Time
) -> None:
    """Ewa alone speaks Ukrainian, and talks with somebody else until her duty ends at 21:00. The next one is on the next day."""
    for day in (0, 1):
        make_duty(session, "blue-line", switchboard.ewa, EVENING + timedelta(days=day, hours=1), hours=4)
    session.commit()
    switchboard.set(Plan(waiting_seconds=600))
    _ewa_talks(switchboard)
    lines: list[str] = []
    pace = Pace(sleep=lambda _seconds: None, passes=clock.passes)
    provider = Provider(
        PUBLIC,
        ACCOUNT,
        TOKEN,
        Inside(app),
        pace=pace,
        on_line=lambda line: lines.append(f"{local(clock.now):%H:%M:%S} {line}"),
    )
    conversation = provider.ring(CALLER, BLUE, press=["2", *[""] * 15, "2", "1"])
    call = switchboard.call(conversation.call_sid)
    assert call.now_at.ending is Ending.CALL_BACK
    assert conversation.rung == []
    assert {each["why"] for decision in call.considered for each in decision["people"]} == {"busy"}
    assert all(datetime.fromisoformat(decision["at"]) < ENDS for decision in call.considered)
    assert clock.now > ENDS
    assert _shortened(lines) in DOCS.read_text(encoding="utf-8"), _shortened(lines)


def _shortened(lines: list[str]) -> str:
    """The conversation without the rounds of waiting that are all alike."""
    silent = [number for number, line in enumerate(lines) if line.endswith("presses nothing")]
    return "\n".join([*lines[: silent[0] + 1], "…", *lines[silent[-1] :]])


def _ewa_talks(switchboard: Switchboard) -> None:
    """With a caller of before, and she does not hang up."""
    first = {"CallSid": "CA-before", "From": OTHER, "CallStatus": "in-progress"}
    switchboard.post("/telephony/voice", first)
    switchboard.post("/telephony/menu/CA-before?turn=1", {**first, "Digits": "2"})
    (leg,) = switchboard.call("CA-before").legs
    switchboard.post(f"/telephony/accept/CA-before/{leg}", {"CallSid": "CA-ewa", "Digits": "1"})
