"""The public form: a page against one that is only a template, a crowd that sends at once, and somebody who guesses codes."""

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import text

from benchmarks.ground import Ground
from benchmarks.measure import Result
from benchmarks.serving import PAGE
from benchmarks.webhook import served

CROWD, VISITORS = 50, 200
ROUNDS, PAGES, THREADS = 7, 400, 8
GUESSES = 2_000
TARGET_PAGE, TARGET_SENT, MOST_SLOWER = 0.5, 40.0, 2.0
FORM = "/en/b/write"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TYPED = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """Somebody at the form, as few bytes and as little work as can be: the measured server has the same cores."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = self.token = self.address = ""

    def begins(self) -> "Visitor":
        answer = self._ask("POST", FORM, {})
        self.cookie = answer[1]["Set-Cookie"].partition(";")[0]
        self.address = answer[1]["Location"]
        found = _TOKEN.search(self.looks())
        self.token = found[1] if found else ""
        return self

    def looks(self) -> str:
        return self._ask("GET", self.address, None)[2]

    def sends(self) -> int:
        """The last page at once: nothing need be answered."""
        return self._ask("POST", self.address, {"step": "check", "go": "send", "csrf_token": self.token})[0]

    def guesses(self) -> int:
        return self._ask("POST", "/en/back", {"go": "enter", "code": f"{secrets.randbelow(10**16):016}"})[0]

    def _ask(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, dict[str, str], str]:
        headers = (TYPED if form is not None else {}) | ({"Cookie": self.cookie} if self.cookie else {})
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def measure(ground: Ground) -> list[Result]:
    with ground.engine.begin() as connection:
        connection.execute(text("UPDATE desk SET place = 'b' WHERE id = 'help-point'"))
    with served("real", ground) as real:
        visitor = Visitor(real).begins()
        os.environ[PAGE] = visitor.looks().replace("{", "(").replace("}", ")")
        with served("bare", ground) as bare:
            rates = _page_rates(real, bare, visitor)
        del os.environ[PAGE]
        sent, errors = _crowd(real)
        before, during, hits = _guessing(real)
    return [
        Result(
            "Page of the form, throughput against a view that renders one template of its size",
            f"{rates[0] / rates[1]:.2f}",
            f"≥ {TARGET_PAGE}",
            rates[0] / rates[1] >= TARGET_PAGE,
            f"{rates[0]:.0f}/s against {rates[1]:.0f}/s",
        ),
        Result(
            f"Forms sent by {CROWD} at once, with hash and sealing",
            f"{sent:.0f}/s",
            f"≥ {TARGET_SENT:.0f}/s",
            sent >= TARGET_SENT and not errors,
            f"{errors} errors",
        ),
        Result(
            f"Pages of others while {GUESSES:,} wrong codes are tried",
            f"{during / before:.2f}",
            f"≤ {MOST_SLOWER}",
            during / before <= MOST_SLOWER and not hits,
            f"{before * 1000:.1f} ms before, {during * 1000:.1f} ms during, {hits} hits",
        ),
    ]


def _page_rates(real: int, bare: int, visitor: Visitor) -> tuple[float, float]:
    rates: tuple[list[float], list[float]] = ([], [])
    for turn in range(-1, ROUNDS):  # the first is to warm up
        order = ((real, 0), (bare, 1)) if turn % 2 else ((bare, 1), (real, 0))
        for port, which in order:
            path, cookie = (visitor.address, visitor.cookie) if port == real else ("/page", "")
            rate = _fetched(port, path, cookie)
            if turn >= 0:
                rates[which].append(rate)
    return median(rates[0]), median(rates[1])


def _fetched(port: int, path: str, cookie: str) -> float:
    def fetch() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(PAGES // THREADS):
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"{path} answered {answer.status}.")

    return PAGES / _all_at_once([fetch] * THREADS)


def _all_at_once(deeds: Sequence[Callable[[], object]]) -> float:
    """The seconds that it takes until all are done."""
    threads = [threading.Thread(target=deed) for deed in deeds]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _crowd(port: int) -> tuple[float, int]:
    """Forms sent in a second by so many at once, and how many were not taken."""
    visitors = [Visitor(port).begins() for _ in range(VISITORS)]
    with ThreadPoolExecutor(CROWD) as pool:
        began = time.perf_counter()
        answers = list(pool.map(lambda each: each.sends(), visitors))
        took = time.perf_counter() - began
    return VISITORS / took, sum(status != HTTPStatus.SEE_OTHER for status in answers)


def _guessing(port: int) -> tuple[float, float, int]:
    """The median seconds of a page for others, without and with somebody who guesses; and how often the guess was right."""
    other = Visitor(port).begins()
    before = median(_seconds(other) for _ in range(100))
    hits: list[bool] = []

    def guess() -> None:
        visitor = Visitor(port)
        hits.extend(visitor.guesses() != HTTPStatus.FORBIDDEN for _ in range(GUESSES // CROWD))

    threads = [threading.Thread(target=guess) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    during: list[float] = []
    while any(thread.is_alive() for thread in threads):
        during.append(_seconds(other))
    return before, median(during), sum(hits)


def _seconds(visitor: Visitor) -> float:
    began = time.perf_counter()
    visitor.looks()
    return time.perf_counter() - began
