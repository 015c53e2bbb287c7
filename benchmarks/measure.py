"""Ratios within one run: A and B take turns, so that what drifts on the machine drifts for both, and medians are compared."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: what was measured, what it had to be, and whether it was."""

    what: str
    measured: str
    target: str
    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of A and of B, and how many of B one A costs."""

    a: float
    b: float

    @property
    def ratio(self) -> float:
        return self.a / self.b

    @property
    def in_milliseconds(self) -> str:
        return f"{self.a * 1000:.1f} ms against {self.b * 1000:.1f} ms"


def seconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alternate(a: Work, b: Work, *, rounds: int, warm_up: int = 2) -> Pair:
    """Run A and B in turn, each first as often as the other, and take the median of each."""
    for _ in range(warm_up):
        a()
        b()
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        order = ((a, 0), (b, 1)) if turn % 2 else ((b, 1), (a, 0))
        for work, which in order:
            times[which].append(seconds(work))
    return Pair(median(times[0]), median(times[1]))
