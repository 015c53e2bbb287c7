"""The numbers of directions and actions. They are labels: 1.10 follows 1.9 and is not 1.1 (T-000-04)."""

import re
from dataclasses import dataclass

from helpdesk.indicators.rules.values import Expected, Text
from helpdesk.kernel.errors import Refusal

DIRECTION = re.compile(r"([1-9]\d?)\.", re.ASCII)
ACTION = re.compile(r"([1-9]\d?)\.([1-9]\d?)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class ActionNumber:
    """Two whole numbers with a dot between them; sorted by the numbers, not by the letters."""

    direction: int
    place: int

    def __str__(self) -> str:
        return f"{self.direction}.{self.place}"


def is_direction(raw: str) -> bool:
    return DIRECTION.fullmatch(Text(raw).plain) is not None


def read_direction_number(raw: str) -> int:
    """`2.` as 2, marked bold or not; Refusal(Expected.DIRECTION) for anything else."""
    if match := DIRECTION.fullmatch(Text(raw).plain):
        return int(match[1])
    raise Refusal(Expected.DIRECTION)


def read_action_number(raw: str) -> ActionNumber:
    """`1.10`; Refusal(Expected.ACTION_NUMBER) for anything else."""
    if match := ACTION.fullmatch(Text(raw).plain):
        return ActionNumber(int(match[1]), int(match[2]))
    raise Refusal(Expected.ACTION_NUMBER)
