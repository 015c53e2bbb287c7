"""When a position is carried out: Roman months, all the time, or not planned."""

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.indicators.rules.values import Expected, Printed, Text, is_continuous, is_dash
from helpdesk.kernel.errors import Refusal

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
RANGE = re.compile(r"([IVX]+)(?:\s*[-–]\s*([IVX]+))?(\s*[-–])?")


class MonthsKind(StrEnum):
    """How the time is given (R-000-08)."""

    RANGE = "range"
    CONTINUOUS = "continuous"
    NOT_PLANNED = "not-planned"


@dataclass(frozen=True, slots=True)
class Months(Printed):
    """Months 1 to 12, both included; without numbers where no range is printed."""

    kind: MonthsKind
    first: int | None = None
    last: int | None = None

    @property
    def stray_dash(self) -> bool:
        """Whether a dash without meaning follows the range (T-000-16)."""
        return self.kind is MonthsKind.RANGE and self.plain[-1] in "-–"

    @property
    def span(self) -> range:
        """The months to divide a plan by; the whole year where no range is printed."""
        return range(self.first or 1, (self.last or 12) + 1)

    def covers(self, month: int) -> bool:
        """Whether something may happen then; outside is worth a warning, never a refusal."""
        return month in self.span


def months(first: int, last: int) -> Months:
    """A range that we write ourselves."""
    return Months(f"{ROMAN[first - 1]}-{ROMAN[last - 1]}", MonthsKind.RANGE, first, last)


def read_months(raw: str) -> Months:
    """The time of a position; Refusal(Expected.MONTHS) for anything but the three kinds, or a range running back."""
    said = Text(raw).plain
    if is_dash(said):
        return Months(raw, MonthsKind.NOT_PLANNED)
    if is_continuous(said):
        return Months(raw, MonthsKind.CONTINUOUS)
    first, last = _range(said)
    return Months(raw, MonthsKind.RANGE, first, last)


def _range(said: str) -> tuple[int, int]:
    match = RANGE.fullmatch(said)
    if match is None or match[1] not in ROMAN or (match[2] or match[1]) not in ROMAN:
        raise Refusal(Expected.MONTHS)
    first, last = ROMAN.index(match[1]) + 1, ROMAN.index(match[2] or match[1]) + 1
    if first > last:
        raise Refusal(Expected.MONTHS)
    return first, last
