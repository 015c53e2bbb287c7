"""The telephone while the database answers late or not at all; and how soon a call stands on fifty screens."""

import json
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks import calls, webhook
from benchmarks.between import between
from benchmarks.calls import Fired
from benchmarks.ground import Ground
from benchmarks.measure import Result
from benchmarks.visitor import visitor
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import spool, twiml

CALLS, SLOW_ROUNDS = 16, 3
LATE, STOPPED = 0.2, 60.0
MOST_SECONDS = 2.0
SCREENS, MANY_SCREENS, RUNG = 50, 200, 20
SOON_MS, MOST_MEGABYTES = 200, 150
COUNTED = (
    "SELECT count(*), count(DISTINCT contact_id) FROM call WHERE sid LIKE :run",
    "UPDATE contact SET closed_at = now(), outcome = 'SIL' FROM call WHERE sid LIKE :run AND contact_id = contact.id AND closed_at IS NULL",
    "UPDATE call SET state = 'completed', ended_at = now() WHERE sid LIKE :run AND ended_at IS NULL",
)


def measure(ground: Ground) -> list[Result]:
    return [*_unwell(ground), *_screens(ground)]


def _unwell(ground: Ground) -> list[Result]:
    with between(ground.settings.database_url) as (database, through):
        ill = replace(ground, settings=replace(ground.settings, database_url=through))
        with webhook.served("real", ill, quiet=True) as port:
            run = f"CAslow{secrets.token_hex(4)}"
            _calls(port, run, 0)  # the first ones find no connection open
            database.late = LATE
            slow = [fired for turn in range(1, SLOW_ROUNDS + 1) for fired in _calls(port, run, turn)]
            database.late = 0.0
            results = [_answered("answers 200 ms late", slow), _kept(ground, run, SLOW_ROUNDS + 1, "it was slow")]
            run = f"CAstop{secrets.token_hex(4)}"
            stopped, rounds = list(_calls(port, run, 0)), 1
            database.stop()
            until = time.monotonic() + STOPPED
            while time.monotonic() < until:
                stopped += _calls(port, run, rounds)
                rounds += 1
            database.go_on()
            stopped += _calls(port, run, rounds)
            return [*results, _answered("is gone for a minute", stopped), _kept(ground, run, rounds + 1, "it was gone")]


def _calls(port: int, run: str, turn: int) -> list[Fired]:
    """So many calls from the first request to the end, whatever becomes of them."""
    sids = [f"{run}{turn:03d}{number:03d}" for number in range(CALLS)]
    phases = (
        [calls.signed(twiml.VOICE, calls.form(sid, number)) for number, sid in enumerate(sids)],
        [calls.menu(sid, number, 1, "1") for number, sid in enumerate(sids)],
        [calls.menu(sid, number, 2, "") for number, sid in enumerate(sids)],
        [calls.end(sid, number) for number, sid in enumerate(sids)],
    )
    return [calls.fire(port, requests) for requests in phases]


def _answered(what: str, fired: Sequence[Fired]) -> Result:
    slowest = max(took for each in fired for took in each.each)
    failed = sum(each.failed for each in fired)
    asked = sum(len(each.each) for each in fired)
    return Result(
        f"Slowest answer while the database {what}",
        f"{slowest:.2f} s",
        f"< {MOST_SECONDS:.0f} s",
        slowest < MOST_SECONDS and not failed,
        f"{asked} requests, {failed} without an answer",
    )


def _kept(ground: Ground, run: str, rounds: int, what: str) -> Result:
    """What lies in the spool is taken in, as the worker does; then each call must be there once."""
    while spool.take_in(ground.sessions, ground.settings.spool_dir, utcnow()):
        pass
    with ground.engine.begin() as connection:
        counted, contacts = connection.execute(text(COUNTED[0]), {"run": f"{run}%"}).one()
        for statement in COUNTED[1:]:
            connection.execute(text(statement), {"run": f"{run}%"})
    wrong = abs(rounds * CALLS - counted) + abs(counted - contacts)
    note = f"of {rounds * CALLS} calls"
    return Result(f"Calls lost or doubled while {what}", str(wrong), "0", not wrong, note)


class Screen(threading.Thread):
    """A browser that listens: when it was told of each call."""

    def __init__(self, port: int, cookie: str) -> None:
        super().__init__(daemon=True)
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/desk/live", headers={"Cookie": cookie})
        self.answer = self.connection.getresponse()
        self.heard: list[float] = []

    def run(self) -> None:
        with suppress(OSError, HTTPException, ValueError, AttributeError):
            while line := self.answer.readline():
                if line.startswith(b"data:") and json.loads(line[5:]).get("topic") == "calls":
                    self.heard.append(time.perf_counter())


def _screens(ground: Ground) -> list[Result]:
    client = visitor(ground, "karolina@example.org")
    cookie = client.get_cookie("d", path="/desk") or client.get_cookie("d")
    if cookie is None:
        raise SystemExit("Nobody is signed in.")
    run = f"CAseen{secrets.token_hex(4)}"
    with webhook.served("real", ground) as port:
        screens = [Screen(port, f"d={cookie.value}") for _ in range(SCREENS)]
        for each in screens:
            each.start()
        time.sleep(2)
        took = [_seen_after(port, screens, f"{run}{number:03d}") for number in range(RUNG)]
        before = _memory(port)
        screens += [Screen(port, f"d={cookie.value}") for _ in range(MANY_SCREENS)]
        time.sleep(2)
        grown = (_memory(port) - before) / 1024
        _kept(ground, run, 0, "")
    soon = median(took) * 1000
    return [
        Result(f"From a call to {SCREENS} screens, median", f"{soon:.0f} ms", f"< {SOON_MS} ms", soon < SOON_MS),
        Result(
            f"Memory of {MANY_SCREENS} more open screens",
            f"{grown:.0f} MB",
            f"< {MOST_MEGABYTES} MB",
            grown < MOST_MEGABYTES,
        ),
    ]


def _seen_after(port: int, screens: Sequence[Screen], sid: str) -> float:
    """The median of the seconds after which the screens were told."""
    for each in screens:
        each.heard.clear()
    began = time.perf_counter()
    calls.fire(port, [calls.signed(twiml.VOICE, calls.form(sid, 0))])
    time.sleep(0.5)
    return median(each.heard[0] - began if each.heard else float("inf") for each in screens)


def _memory(port: int) -> int:
    """What the processes of a server hold, in kilobytes."""
    held = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if str(port).encode() in (status.parent / "cmdline").read_bytes().split(b"\0"):
                held += sum(
                    int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("RssAnon")
                )
    return held
