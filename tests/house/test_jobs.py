"""Jobs are written with what asks for them, run at least once, and never forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db import jobs
from helpdesk.db.jobs import LEASE, MOST_ATTEMPTS, Job, NotYet, claim, enqueue, run_due
from helpdesk.db.session import Sessions


def all_jobs(sessions: Sessions) -> list[Job]:
    with sessions() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_a_job_of_a_transaction_that_failed_was_never_asked_for(sessions: Sessions, now: datetime) -> None:
    with sessions() as session:
        enqueue(session, "note", {}, due=now)
        session.rollback()
    assert all_jobs(sessions) == []


def test_a_due_job_is_run_once_and_a_later_one_waits(sessions: Sessions, now: datetime) -> None:
    done: list[object] = []

    def note(_session: Session, payload: Mapping[str, Any], _now: datetime) -> None:
        done.append(payload["n"])

    with sessions.begin() as session:
        enqueue(session, "note", {"n": 1}, due=now)
        enqueue(session, "note", {"n": 2}, due=now + timedelta(hours=1))
    assert run_due(sessions, {"note": note}, now=now) == 1
    assert run_due(sessions, {"note": note}, now=now) == 0
    assert done == [1]
    assert run_due(sessions, {"note": note}, now=now + timedelta(hours=1)) == 1
    assert done == [1, 2]


def test_a_job_with_a_key_is_asked_for_once_while_it_is_open(sessions: Sessions, now: datetime) -> None:
    for _ in range(2):
        with sessions.begin() as session:
            enqueue(session, "note", {}, due=now, key="same")
    assert len(all_jobs(sessions)) == 1
    run_due(sessions, {"note": lambda *_: None}, now=now)
    with sessions.begin() as session:
        enqueue(session, "note", {}, due=now, key="same")
    assert len(all_jobs(sessions)) == 2


def test_the_job_of_a_worker_that_died_is_due_again(sessions: Sessions, now: datetime) -> None:
    with sessions.begin() as session:
        enqueue(session, "note", {}, due=now)
    with sessions.begin() as session:
        assert len(claim(session, now=now)) == 1
    with sessions.begin() as session:
        assert claim(session, now=now) == []
        assert len(claim(session, now=now + LEASE)) == 1


def test_a_failing_job_is_tried_later_and_in_the_end_kept_for_people(sessions: Sessions, now: datetime) -> None:
    def fail(session: Session, _payload: Mapping[str, Any], _now: datetime) -> None:
        enqueue(session, "half-done", {}, due=now)
        raise ValueError("a caller's name")

    with sessions.begin() as session:
        enqueue(session, "fail", {}, due=now)
    at = now
    for _ in range(MOST_ATTEMPTS):
        run_due(sessions, {"fail": fail}, now=at)
        at += LEASE
    [job] = all_jobs(sessions)
    assert (job.attempts, job.error) == (MOST_ATTEMPTS, "ValueError")
    assert job.dead_at is not None
    with sessions() as session:
        assert jobs.dead_jobs(session) == 1


def test_a_job_that_comes_too_early_is_called_again_when_it_is_due(sessions: Sessions, now: datetime) -> None:
    done: list[datetime] = []
    morning = now + timedelta(hours=9)

    def wait(session: Session, _payload: Mapping[str, Any], at: datetime) -> None:
        if at < morning:
            enqueue(session, "half-done", {}, due=at)
            raise NotYet(morning)
        done.append(at)

    with sessions.begin() as session:
        enqueue(session, "wait", {}, due=now, key="one")
    for at in (now, morning - timedelta(minutes=1), morning):
        run_due(sessions, {"wait": wait}, now=at)
    assert done == [morning]
    [job] = all_jobs(sessions)
    assert (job.attempts, job.error) == (1, None)
