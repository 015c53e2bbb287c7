"""What follows the telephone's first request: the choice of a language, waiting, the end; fifty calls at a time, against the bare view."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import text

from benchmarks import webhook
from benchmarks.ground import PUBLIC_URL, TOKEN, Ground
from benchmarks.measure import Result
from helpdesk.demo.office import DESKS
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.telephony import gateway, twiml

AT_ONCE, ROUNDS, THREADS = 50, 12, 8
TARGET, SLOWEST_MS = 0.5, 250
BARE = "bare"
PHASES = ("first request", "choice of a language", "waiting", "end of the call")

ON_DUTY = """
INSERT INTO duty (desk_id, id, post_id, profession, state, day, starts, ends, zone, starts_at, ends_at, version, changed_at, changed_by_name, why, account_id)
SELECT post.desk_id, gen_random_uuid(), post.id, member.profession, 'published', :day, '08:00', '12:00', 'UTC', :first, :last, 1, :first, '', 'benchmark',
       member.account_id
FROM (SELECT DISTINCT ON (desk_id) desk_id, id FROM post WHERE rung ORDER BY desk_id, id) AS post
CROSS JOIN LATERAL (
    SELECT membership.account_id, membership.profession FROM membership JOIN account ON account.id = membership.account_id
    WHERE membership.desk_id = post.desk_id AND 'consultant' = ANY (membership.roles) AND account.phone_sealed IS NOT NULL
      AND NOT EXISTS (SELECT FROM duty WHERE duty.account_id = account.id AND duty.state = 'published'
                      AND duty.span && tstzrange(:first, :last))
    ORDER BY account.id LIMIT 2
) AS member
"""


class Asked(NamedTuple):
    """One signed request."""

    path: str
    body: bytes
    headers: dict[str, str]


class Fired(NamedTuple):
    """What became of some requests: how long they took together and each by itself, in seconds, and how many failed."""

    whole: float
    each: list[float]
    failed: int


def measure(ground: Ground) -> list[Result]:
    run = f"CAcalls{secrets.token_hex(4)}"
    with _somebody_on_duty(ground), webhook.served("real", ground) as real:
        answer = fire(real, [signed(twiml.VOICE, form(f"{run}sample", 0))])
        with webhook.served("bare", ground, "<Response/>") as bare:
            fired = _rounds(real, bare, run)
    assert not answer.failed  # noqa: S101  or nothing was measured
    with ground.engine.begin() as connection:
        counted = "SELECT count(*), count(ended_at) FROM call WHERE sid LIKE :run AND sid NOT LIKE '%sample'"
        kept, over = connection.execute(text(counted), {"run": f"{run}%"}).one()
        for statement in webhook.AFTER:
            connection.execute(text(statement.replace("CAbench", "CAcalls")))
    return [*_rates(fired), *_kept(fired, kept, over)]


def _rates(fired: dict[str, list[Fired]]) -> Iterator[Result]:
    floor = median(AT_ONCE / each.whole for each in fired[BARE])
    for phase in PHASES:
        rate = median(AT_ONCE / each.whole for each in fired[phase])
        what = f"Telephone, {phase}: throughput against a bare view"
        yield Result(
            what, f"{rate / floor:.2f}", f"≥ {TARGET}", rate / floor >= TARGET, f"{rate:.0f}/s against {floor:.0f}/s"
        )


def _kept(fired: dict[str, list[Fired]], kept: int, over: int) -> Iterator[Result]:
    calls, failed = AT_ONCE * ROUNDS, sum(each.failed for every in fired.values() for each in every)
    wrong = abs(calls - kept) + abs(calls - over) + failed
    yield Result("Calls lost, doubled, left open or answered wrongly", str(wrong), "0", not wrong, f"of {calls} calls")
    every = [took for phase in PHASES for each in fired[phase] for took in each.each]
    slowest = quantiles(every, n=100)[-1] * 1000
    what = f"The slowest in a hundred requests, {THREADS} at a time"
    yield Result(what, f"{slowest:.0f} ms", f"< {SLOWEST_MS} ms", slowest < SLOWEST_MS)


def _rounds(real: int, bare: int, run: str) -> dict[str, list[Fired]]:
    fired: dict[str, list[Fired]] = {phase: [] for phase in (*PHASES, BARE)}
    for turn in range(ROUNDS):
        sids = [f"{run}{turn:03d}{number:03d}" for number in range(AT_ONCE)]
        asked = {
            PHASES[0]: [signed(twiml.VOICE, form(sid, number)) for number, sid in enumerate(sids)],
            PHASES[1]: [menu(sid, number, 1, "1") for number, sid in enumerate(sids)],
            PHASES[2]: [menu(sid, number, 2, "") for number, sid in enumerate(sids)],
            PHASES[3]: [end(sid, number) for number, sid in enumerate(sids)],
        }
        for phase, requests in asked.items():
            fired[phase].append(fire(real, requests))
        fired[BARE].append(
            fire(bare, [signed(twiml.VOICE, form(f"{sid}bare", number)) for number, sid in enumerate(sids)])
        )
    return fired


@contextmanager
def _somebody_on_duty(ground: Ground) -> Iterator[None]:
    """Two people at each desk, from an hour ago for four hours; taken away afterwards."""
    now = utcnow()
    with ground.engine.begin() as connection:
        connection.execute(
            text(ON_DUTY), {"first": now - timedelta(hours=1), "last": now + timedelta(hours=3), "day": day_of(now)}
        )
    try:
        yield
    finally:
        with ground.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE duty SET state = 'cancelled', version = version + 1 WHERE why = 'benchmark' AND state = 'published'"
                )
            )


def form(sid: str, number: int, **more: str) -> dict[str, str]:
    """What the provider says of a call."""
    lines = [line for desk in DESKS for line in desk.numbers]
    facts = {"CallSid": sid, "AccountSid": "AC" + "0" * 32, "ApiVersion": "2010-04-01", "CallStatus": "in-progress"}
    return {**facts, "Direction": "inbound", "From": f"+4860{number:07d}", "To": lines[number % len(lines)], **more}


def menu(sid: str, number: int, turn: int, digits: str) -> Asked:
    """The caller has pressed these keys, or none."""
    return signed(twiml.MENU.replace("<call>", sid) + f"?turn={turn}", form(sid, number, Digits=digits))


def end(sid: str, number: int) -> Asked:
    """The caller has hung up."""
    return signed(twiml.STATUS, form(sid, number, CallStatus="completed", CallDuration="95"))


def signed(path: str, form: dict[str, str]) -> Asked:
    """A request with the provider's signature."""
    signature = gateway.sign(TOKEN, PUBLIC_URL + path, {name: [value] for name, value in form.items()})
    headers = {"Content-Type": "application/x-www-form-urlencoded", gateway.SIGNATURE_HEADER: signature}
    return Asked(path, urlencode(form).encode(), headers)


def fire(port: int, requests: Sequence[Asked]) -> Fired:
    """Send them, some at a time."""
    done: list[tuple[float, bool]] = []
    threads = [
        threading.Thread(target=_send, args=(port, requests[number::THREADS], done.append)) for number in range(THREADS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    return Fired(whole, [took for took, _ in done], len(requests) - sum(is_good for _, is_good in done))


def _send(port: int, requests: Sequence[Asked], note: Callable[[tuple[float, bool]], None]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for asked in requests:
        began = time.perf_counter()
        connection.request("POST", asked.path, asked.body, asked.headers)
        answer = connection.getresponse()
        answer.read()
        note((time.perf_counter() - began, answer.status in {200, 204}))
    connection.close()
