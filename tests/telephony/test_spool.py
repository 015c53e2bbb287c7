"""Requests that were kept while the database was gone."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.db.session import Sessions
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import service, spool
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.service import Heard, Kind
from tests.telephony.switchboard import BLUE, CALLER, OTHER, POINT, SID, Switchboard

THEN = utcnow() - timedelta(minutes=20)
VOICE = Heard(Kind.VOICE, SID, THEN, sid=SID, caller=CALLER, called=BLUE, status="ringing")
OVER = replace(VOICE, kind=Kind.STATUS, at=THEN + timedelta(seconds=12), status="completed", seconds=12)

texts = st.text(max_size=20)
heard = st.builds(
    Heard,
    kind=st.sampled_from(Kind),
    call=texts,
    at=st.datetimes().map(lambda at: at.replace(tzinfo=THEN.tzinfo)),
    sid=texts,
    leg=texts,
    caller=texts,
    called=texts,
    status=texts,
    digits=texts,
    turn=st.none() | st.integers(0, 20),
    seconds=st.integers(0, 10**6),
    dial_status=texts,
    dial_bridged=st.none() | texts,
    dial_sid=texts,
)


@given(heard)
def test_a_request_comes_back_as_it_was(request_: Heard) -> None:
    assert Heard.from_json(json.loads(json.dumps(request_.to_json()))) == request_


def test_a_kept_request_is_sealed_and_only_ours_to_read(tmp_path: Path) -> None:
    path = spool.put(tmp_path / "spool", VOICE)
    assert CALLER.encode() not in path.read_bytes()
    assert SID not in path.name
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_kept_call_becomes_a_contact_with_its_own_time(
    switchboard: Switchboard, sessions: Sessions, tmp_path: Path
) -> None:
    spool.put(tmp_path, VOICE)
    assert spool.take_in(sessions, tmp_path, utcnow()) == 1
    (call,) = switchboard.calls()
    contact = switchboard.contact_of(call)
    assert contact.started_at == call.started_at == call.trouble_at == THEN
    assert (call.state, contact.first_contact, contact.is_open) == (CallState.ABANDONED, "FST", True)
    assert contact.seen_at is None
    assert list(tmp_path.iterdir()) == []


def test_taking_in_twice_changes_nothing(switchboard: Switchboard, sessions: Sessions, tmp_path: Path) -> None:
    for _ in range(2):
        spool.put(tmp_path, VOICE)
        spool.put(tmp_path, OVER)
        spool.take_in(sessions, tmp_path, utcnow())
    assert len(switchboard.calls()) == len(switchboard.contacts()) == 1
    assert switchboard.audited(switchboard.contacts()[0]).count("call:ended") == 1


def test_a_call_that_was_known_by_its_end_gets_its_earlier_beginning(
    switchboard: Switchboard, sessions: Sessions, tmp_path: Path
) -> None:
    switchboard.post("/telephony/status", {"CallStatus": "completed", "CallDuration": "12"})
    spool.put(tmp_path, VOICE)
    spool.take_in(sessions, tmp_path, utcnow())
    (call,) = switchboard.calls()
    assert call.started_at == call.trouble_at == switchboard.contact_of(call).started_at == THEN


def test_a_kept_talk_is_a_talk(switchboard: Switchboard, sessions: Sessions, tmp_path: Path) -> None:
    switchboard.post("/telephony/voice")
    switchboard.post(f"/telephony/menu/{SID}?turn=1", {"Digits": "2", "CallStatus": "in-progress"})
    (leg,) = switchboard.call().legs
    now = utcnow()
    spool.put(tmp_path, Heard(Kind.ACCEPT, SID, now, sid="CA-ewa", leg=leg, digits="1"))
    ended = Heard(
        Kind.RUNG,
        SID,
        now + timedelta(seconds=60),
        sid=SID,
        turn=2,
        status="in-progress",
        dial_status="completed",
        dial_bridged="true",
    )
    spool.put(tmp_path, ended)
    assert spool.take_in(sessions, tmp_path, now) == 2
    call = switchboard.call()
    assert (call.state, call.answered_by_id, call.answered_at, call.trouble_at) == (
        CallState.COMPLETED,
        switchboard.ewa.id,
        now,
        None,
    )


def test_repeated_callers_are_known_among_kept_calls(
    switchboard: Switchboard, sessions: Sessions, tmp_path: Path
) -> None:
    for number, caller in enumerate((CALLER, CALLER, OTHER, "anonymous")):
        spool.put(tmp_path, replace(VOICE, call=f"CA{number}", caller=caller, at=THEN + timedelta(seconds=number)))
    spool.take_in(sessions, tmp_path, utcnow())
    assert [contact.first_contact for contact in switchboard.contacts()] == ["FST", "RPT", "FST", "UNK"]


def test_what_cannot_be_opened_is_set_aside_and_not_lost(
    switchboard: Switchboard, sessions: Sessions, tmp_path: Path
) -> None:
    good = spool.put(tmp_path, replace(VOICE, called=POINT))
    damaged = spool.put(tmp_path, VOICE)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    good.rename(good.with_name("20000101T000000000000-moved.request"))
    empty = tmp_path / "19990101T000000000000-empty.request"
    empty.touch()
    nobodys = spool.put(tmp_path, replace(VOICE, called="+48529999999"))
    taken = spool.put(tmp_path, replace(VOICE, call="CA-good"))
    assert spool.take_in(sessions, tmp_path, utcnow()) == 1
    assert not taken.exists()
    aside = {path.name for path in (tmp_path / spool.ASIDE).iterdir()}
    assert aside == {damaged.name, empty.name, nobodys.name, "20000101T000000000000-moved.request"}
    assert [call.sid for call in switchboard.calls()] == ["CA-good"]


def test_one_request_that_fails_stays_and_stops_no_other(
    switchboard: Switchboard, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recover = service.recover

    def fails_once(session: object, heard: Heard) -> None:
        if heard.call == "CA-bad":
            raise TypeError  # a fault of ours, not of the file
        recover(session, heard)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "recover", fails_once)
    bad = spool.put(tmp_path, replace(VOICE, call="CA-bad"))
    spool.put(tmp_path, replace(VOICE, at=THEN + timedelta(seconds=1)))
    assert spool.take_in(sessions, tmp_path, utcnow()) == 1
    assert bad.exists()
    assert len(switchboard.calls()) == 1


def test_a_folder_that_was_never_needed_is_no_error(sessions: Sessions, tmp_path: Path) -> None:
    assert spool.take_in(sessions, tmp_path / "none", utcnow()) == 0


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from helpdesk.db import sealed
from helpdesk.telephony import service, spool
from helpdesk.telephony.service import Heard, Kind
sealed.use(sealed.KeyRing((b"k" * 32,), b"p" * 40))
number = 0
while True:
    number += 1
    call = f"CA{number}"
    spool.put(Path(sys.argv[1]), Heard(Kind.VOICE, call, datetime.now(UTC), sid=call, called="+48520000001"))
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_files_or_none(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(40)]
    writer.send_signal(signal.SIGKILL)
    told += writer.stdout.readlines()
    writer.stdout.close()
    writer.wait()
    kept = [spool._read(path).to_json()["call"] for path in tmp_path.glob(f"*{spool.SUFFIX}")]
    assert {f"CA{line.strip()}" for line in told if line.endswith("\n")} <= set(kept)


def test_what_a_killed_writer_left_unfinished_goes_after_an_hour(sessions: Sessions, tmp_path: Path) -> None:
    old, new = tmp_path / f"old{spool.UNFINISHED}", tmp_path / f"new{spool.UNFINISHED}"
    for path in (old, new):
        path.touch()
    before = (utcnow() - timedelta(hours=2)).timestamp()
    os.utime(old, (before, before))
    spool.take_in(sessions, tmp_path, utcnow())
    assert (old.exists(), new.exists()) == (False, True)


def test_the_order_of_names_is_the_order_of_time(tmp_path: Path) -> None:
    moments = [
        datetime(2026, 1, 1, 9, tzinfo=THEN.tzinfo) + timedelta(microseconds=step) for step in (0, 1, 10**6, 10**9)
    ]
    kept = [spool.put(tmp_path, replace(VOICE, at=at)).name for at in reversed(moments)]
    assert sorted(kept) == kept[::-1]
