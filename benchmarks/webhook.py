"""The telephone's first request, with many calls in the database, against a bare view that does next to nothing."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from benchmarks.ground import PUBLIC_URL, TOKEN, Ground, environment
from benchmarks.measure import Result
from benchmarks.serving import CALL, TWIML
from helpdesk.demo.office import DESKS
from helpdesk.telephony import gateway, twiml

EARLIER = 100_000
ROUNDS, REQUESTS, THREADS = 7, 400, 8
LONGEST_ROUND, START_SECONDS = 60.0, 60.0
TARGET = 0.5

# What earlier calls have left behind: the call, its finished job, its two entries in the audit.
BEFORE = (
    """
    INSERT INTO call (desk_id, id, sid, contact_id, line_number, caller_kind, caller_key, language, state, flow, considered,
                      legs, started_at, heard_at, ended_at)
    SELECT desk_id, gen_random_uuid(), 'CAearlier' || id, id, '+48520000001', CASE WHEN caller_key IS NULL THEN 'withheld' ELSE 'known' END,
           caller_key, language, 'completed', '{}', '[]', '{}', started_at, ended_at, ended_at
    FROM contact
    WHERE channel = 'PHO' AND ended_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM call WHERE (call.desk_id, call.contact_id) = (contact.desk_id, contact.id))
    ORDER BY started_at DESC LIMIT :number
    """,
    """
    INSERT INTO job (kind, payload, key, due, attempts, done_at)
    SELECT 'telephony.settle', jsonb_build_object('desk_id', desk_id, 'call_id', id), 'telephony.settle:' || id, started_at, 1, started_at FROM call
    """,
    """
    INSERT INTO audit_event (at, actor_name, desk_id, tag, subject, detail)
    SELECT started_at, 'system', desk_id, tag, contact_id::text, '{}' FROM call, unnest(ARRAY['call.arrived', 'contact.created']) AS tag
    """,
    "CREATE TABLE bare_call (sid text PRIMARY KEY, caller text, called text, at timestamptz DEFAULT now())",
)
# What was called for the benchmark is over afterwards, so that it stands in nobody's hand-over.
AFTER = (
    "UPDATE contact SET closed_at = now(), outcome = 'SIL' FROM call WHERE sid LIKE 'CAbench%' AND contact_id = contact.id AND closed_at IS NULL",
    "UPDATE call SET state = 'completed', ended_at = now() WHERE sid LIKE 'CAbench%' AND ended_at IS NULL",
)
ARRIVED = "SELECT count(*) FROM call JOIN contact ON (contact.desk_id, contact.id) = (call.desk_id, call.contact_id) WHERE sid LIKE :run"


@dataclass(slots=True)
class Load:
    """Requests that are signed before the clock starts, and what became of them."""

    run: str
    sent: int = 0
    bad: list[str] = field(default_factory=list)

    def requests(self, number: int) -> list[tuple[str, bytes, dict[str, str]]]:
        made = [self._request(self.sent + each) for each in range(number)]
        self.sent += number
        return made

    def _request(self, number: int) -> tuple[str, bytes, dict[str, str]]:
        lines = [line for desk in DESKS for line in desk.numbers]
        call = f"{self.run}{number:08d}"
        form = {
            "CallSid": call,
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": f"+4860{number % 5000:07d}",
            "To": lines[number % len(lines)],
        }
        signature = gateway.sign(TOKEN, PUBLIC_URL + twiml.VOICE, {name: [value] for name, value in form.items()})
        headers = {"Content-Type": "application/x-www-form-urlencoded", gateway.SIGNATURE_HEADER: signature}
        return call, urlencode(form).encode(), headers


def measure(ground: Ground) -> list[Result]:
    earlier = _earlier_calls(ground.engine)
    run = f"CAbench{secrets.token_hex(4)}"
    load = Load(run)
    with served("real", ground) as real:
        answer = _sample(real, load)
        with served("bare", ground, answer) as bare:
            rates = _rounds(real, bare, load, answer)
    with ground.engine.begin() as connection:
        arrived = connection.scalar(text(ARRIVED), {"run": f"{run}%"}) or 0
        for statement in AFTER:
            connection.execute(text(statement))
    kept = len(list(ground.settings.spool_dir.glob("*")))
    ratio = rates[0] / rates[1]
    lost = load.sent - arrived
    return [
        Result(
            f"Voice webhook with {earlier:,} earlier calls, throughput against a bare view",
            f"{ratio:.2f}",
            f"≥ {TARGET}",
            ratio >= TARGET,
            f"{rates[0]:.0f}/s against {rates[1]:.0f}/s",
        ),
        Result(
            "Contacts lost or answered wrongly under that load",
            str(lost + len(load.bad) + kept),
            "0",
            not (lost or load.bad or kept),
            f"{arrived:,} of {load.sent:,} calls have a contact; {load.bad[:1] or ''}",
        ),
    ]


def _earlier_calls(engine: Engine) -> int:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        if not connection.scalar(text("SELECT to_regclass('bare_call') IS NOT NULL")):
            for statement in BEFORE:
                connection.execute(text(statement), {"number": EARLIER} if ":number" in statement else {})
            connection.execute(text("ANALYZE"))
        return connection.scalar(text("SELECT count(*) FROM call")) or 0


@contextmanager
def served(which: str, ground: Ground, answer: str = "", *, quiet: bool = False) -> Iterator[int]:
    """A server on a free port of this machine, stopped afterwards. `quiet`: it has much to complain of, which is what is measured."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = environment(ground.settings.database_url, ground.settings.spool_dir)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serving", which, str(port)],
        env={**os.environ, **settings, TWIML: answer},
        stderr=subprocess.DEVNULL if quiet else None,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _sample(port: int, load: Load) -> str:
    """The answer to a call, with a mark where the call's identifier stands."""
    [(call, body, headers)] = load.requests(1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", twiml.VOICE, body, headers)
    answer = connection.getresponse()
    words = answer.read().decode()
    if answer.status != http.HTTPStatus.OK or "<Gather" not in words:
        raise SystemExit(f"The webhook answered {answer.status}: {words[:200]}")
    return words.replace(call, CALL)


def _rounds(real: int, bare: int, load: Load, answer: str) -> tuple[float, float]:
    rates: tuple[list[float], list[float]] = ([], [])
    for turn in range(-1, ROUNDS):  # the first is to warm up
        order = ((real, 0), (bare, 1)) if turn % 2 else ((bare, 1), (real, 0))
        for port, which in order:
            requests = (
                load.requests(REQUESTS) if port == real else Load(f"CAbare{secrets.token_hex(6)}").requests(REQUESTS)
            )
            rate = _fire(port, requests, load, answer)
            if turn >= 0:
                rates[which].append(rate)
    return median(rates[0]), median(rates[1])


def _fire(port: int, requests: Sequence[tuple[str, bytes, dict[str, str]]], load: Load, answer: str) -> float:
    """Send all requests from a few threads; answer how many per second were done."""
    until = time.monotonic() + LONGEST_ROUND
    threads = [
        threading.Thread(target=_send, args=(port, requests[number::THREADS], load, answer, until))
        for number in range(THREADS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(requests) / (time.perf_counter() - began)


def _send(
    port: int, requests: Sequence[tuple[str, bytes, dict[str, str]]], load: Load, expected: str, until: float
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for call, body, headers in requests:
        if time.monotonic() > until:
            load.bad.append("out of time")
            return
        connection.request("POST", twiml.VOICE, body, headers)
        answer = connection.getresponse()
        words = answer.read().decode()
        if answer.status != http.HTTPStatus.OK or words != expected.replace(CALL, call):
            load.bad.append(f"{answer.status}: {words[:120]}")
    connection.close()
