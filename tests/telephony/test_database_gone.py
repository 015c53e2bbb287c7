"""A PostgreSQL that is killed, hangs, or is asked twice at once. A cluster of its own, since it does not survive this."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.db import schema
from helpdesk.db.embedded import Cluster, cluster_at
from helpdesk.db.notify import CHANNEL
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import spool
from helpdesk.telephony.deadline import TooLate, in_time
from helpdesk.telephony.rules.lattice import CallState
from tests.telephony.switchboard import SID, Switchboard

QUICK = ("-c fsync=off",)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = cluster_at(tmp_path_factory.mktemp("own") / "pg")
    made.start(QUICK)
    yield made
    made.stop()
    shutil.rmtree(made.home, ignore_errors=True)  # it may lie elsewhere, where the user who owns it can reach it


@pytest.fixture
def own(cluster: Cluster, settings: Settings, tmp_path: Path) -> Iterator[tuple[Switchboard, Sessions, Engine]]:
    """A switchboard whose rows are really committed, and thrown away afterwards."""
    engine = make_engine(cluster.url())
    schema.upgrade(engine)
    sessions = make_sessions(engine)
    app = create_app(replace(settings, spool_dir=tmp_path / "spool"), faces=("telephony",), sessions=sessions)
    with sessions() as session:
        yield Switchboard(session, app), sessions, engine
    schema.downgrade(engine, "base")
    engine.dispose()


def processes_of(cluster: Cluster) -> list[int]:
    """The server and all that it started."""
    main = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    found = [main]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == main:
            found.append(int(lines["Pid"]))
    return found


def send(cluster: Cluster, what: signal.Signals) -> None:
    for process in processes_of(cluster):
        os.kill(process, what)


def kept(switchboard: Switchboard) -> list[Path]:
    folder: Path = switchboard.app.extensions["helpdesk.settings"].spool_dir
    return sorted(folder.glob(f"*{spool.SUFFIX}"))


def call_while_gone(switchboard: Switchboard) -> None:
    """The provider asks and tells; each answer comes in time and is a good one."""
    for path, fields in (
        ("/telephony/voice", {}),
        ("/telephony/status", {"CallStatus": "completed", "CallDuration": "9"}),
    ):
        began = time.monotonic()
        answer = switchboard.post(path, fields)
        assert time.monotonic() - began < 2
        assert answer.status_code == (200 if path.endswith("voice") else 204)
        assert "112" in answer.text or path.endswith("status")


def take_in(switchboard: Switchboard, sessions: Sessions) -> None:
    folder = switchboard.app.extensions["helpdesk.settings"].spool_dir
    assert spool.take_in(sessions, folder, utcnow()) == 2
    assert spool.take_in(sessions, folder, utcnow()) == 0
    (call,) = switchboard.calls()
    assert call.sid == SID
    assert call.trouble_at == call.started_at
    assert call.state is CallState.ABANDONED
    assert len(switchboard.contacts()) == 1
    assert switchboard.audited(switchboard.contacts()[0]) == ["contact:created", "call:arrived", "call:ended"]


def test_a_killed_database_costs_an_apology_and_no_call(
    cluster: Cluster, own: tuple[Switchboard, Sessions, Engine]
) -> None:
    switchboard, sessions, engine = own
    switchboard.post(
        "/telephony/voice", {"CallSid": "CA-before", "To": "+48529999999"}
    )  # a connection stands in the pool
    kill(cluster)
    call_while_gone(switchboard)
    with pytest.raises(OperationalError):
        spool.take_in(sessions, switchboard.app.extensions["helpdesk.settings"].spool_dir, utcnow())
    assert len(kept(switchboard)) == 2
    cluster.start(QUICK)
    switchboard.session.rollback()
    engine.dispose()
    take_in(switchboard, sessions)


def kill(cluster: Cluster) -> None:
    """End the server as a failing machine would, and wait until it is gone."""
    processes = processes_of(cluster)
    for process in processes:
        os.kill(process, signal.SIGKILL)
    while any(is_alive(process) for process in processes):
        time.sleep(0.02)
    # What it leaves behind names a process that nobody may have buried yet.
    for left in (cluster.data / "postmaster.pid", cluster.home / ".s.PGSQL.5432.lock"):
        left.unlink()


def is_alive(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_a_caller_who_was_answered_is_on_the_disk(cluster: Cluster, own: tuple[Switchboard, Sessions, Engine]) -> None:
    switchboard, _, engine = own
    for number in range(20):
        assert "Gather" in switchboard.post("/telephony/voice", {"CallSid": f"CA{number}"}).text
    kill(cluster)
    cluster.start(QUICK)
    switchboard.session.rollback()
    engine.dispose()
    assert {call.sid for call in switchboard.calls()} == {f"CA{number}" for number in range(20)}
    assert len({contact.number for contact in switchboard.contacts()}) == 20


def test_a_hanging_database_costs_an_apology_and_no_call(
    cluster: Cluster, own: tuple[Switchboard, Sessions, Engine]
) -> None:
    switchboard, sessions, _ = own
    switchboard.session.rollback()
    send(cluster, signal.SIGSTOP)
    try:
        call_while_gone(switchboard)
    finally:
        send(cluster, signal.SIGCONT)
    assert len(kept(switchboard)) == 2
    time.sleep(0.5)  # what hung goes on now, and must notice that it is too late
    assert switchboard.calls() == []
    take_in(switchboard, sessions)


def test_after_a_hang_the_next_call_goes_its_way(cluster: Cluster, own: tuple[Switchboard, Sessions, Engine]) -> None:
    switchboard, _, _ = own
    switchboard.session.rollback()
    send(cluster, signal.SIGSTOP)
    try:
        for number in range(3):
            switchboard.post("/telephony/voice", {"CallSid": f"CA{number}"})
    finally:
        send(cluster, signal.SIGCONT)
    conversation, call, _ = switchboard.played(press=["2"], answer=True)
    assert conversation.answered_by is not None
    assert call.state is CallState.COMPLETED


def test_first_requests_that_come_at_once_make_one_contact(own: tuple[Switchboard, Sessions, Engine]) -> None:
    switchboard, _, _ = own
    paths = ["/telephony/voice", "/telephony/voice", f"/telephony/menu/{SID}?turn=1", "/telephony/status"] * 2
    barrier, answers = Barrier(len(paths)), []

    def post(path: str) -> None:
        barrier.wait()
        answers.append(switchboard.post(path).status_code)

    threads = [Thread(target=post, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 6 + [204] * 2
    assert len(switchboard.calls()) == len(switchboard.contacts()) == 1
    assert kept(switchboard) == []


def test_work_that_is_too_late_is_not_written(own: tuple[Switchboard, Sessions, Engine]) -> None:
    switchboard, sessions, _ = own

    def slow(session: object) -> None:
        switchboard.ewa.name = "Too late"
        session.merge(switchboard.ewa)  # type: ignore[attr-defined]
        time.sleep(0.4)

    name = switchboard.ewa.name
    with pytest.raises(TooLate):
        in_time(sessions, slow, 0.2)
    time.sleep(0.5)
    switchboard.session.rollback()
    switchboard.session.refresh(switchboard.ewa)
    assert switchboard.ewa.name == name


def test_the_screens_are_told_of_a_call_as_soon_as_it_is_written(
    cluster: Cluster, own: tuple[Switchboard, Sessions, Engine]
) -> None:
    switchboard, _, _ = own
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        switchboard.post("/telephony/voice")
        told = {json.loads(notice.payload)["topic"] for notice in listening.notifies(timeout=2, stop_after=2)}
    assert told == {"calls", "contacts"}
