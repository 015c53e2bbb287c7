"""The telephones of an exchange, what happens to them, and both as plain values that can be kept from one step to the next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from helpdesk.telephony.simulator.people import Pickup


class Happens(StrEnum):
    """What can happen to a telephone."""

    CALLS = "calls"
    RINGS = "rings"
    PICKS_UP = "picks-up"
    HEARS = "hears"
    PRESSES = "presses"
    SPEAKS = "speaks"
    SAYS_NOTHING = "says-nothing"
    TALKS = "talks"
    ENTERS = "enters"
    LEAVES = "leaves"
    MUSIC = "music"
    BACK = "back"
    HANGS_UP = "hangs-up"
    OVER = "over"
    WRITES = "writes"
    IS_WRITTEN_TO = "is-written-to"


_SAID: Mapping[Happens, str] = {
    Happens.CALLS: "{who} calls {what}",
    Happens.RINGS: "{who} rings",
    Happens.PICKS_UP: "{who} picks up",
    Happens.HEARS: "{who} hears: {what}",
    Happens.PRESSES: "{who} presses {what}",
    Happens.SPEAKS: "{who} speaks for {what} s",
    Happens.SAYS_NOTHING: "{who} says nothing",
    Happens.TALKS: "{who} and {what} talk",
    Happens.ENTERS: "{who} is in the room",
    Happens.LEAVES: "{who} is out of the room",
    Happens.MUSIC: "{who} hears music",
    Happens.BACK: "{who} is back",
    Happens.HANGS_UP: "{who} hangs up",
    Happens.OVER: "{who} is over: {what}",
    Happens.WRITES: "{who} writes: {what}",
    Happens.IS_WRITTEN_TO: "{who} reads: {what}",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to the telephone `who`; `what` is a number, a key, seconds, a status or words, these in `language`."""

    how: Happens
    who: str
    what: str = ""
    language: str = ""

    def __str__(self) -> str:
        return _SAID[self.how].format(who=self.who or "a withheld number", what=self.what or "nothing")


@dataclass(slots=True, eq=False)
class Line:
    """One telephone in a call. `other` is whom it is put through to, `room` where it is; `action` hears of the end of either.

    `by_hand`: a person says what it does; otherwise it does by itself what `behaviour` and `keys` say. `is_rung`: it rings for somebody's
    call, or hears whose, and is not put through yet. `asks` is who hears which key is pressed, `records` and `recording` who hears of
    a message; empty where nothing is asked.
    """

    sid: str
    number: str
    fields: dict[str, str]
    behaviour: Pickup = Pickup.RINGS_ON
    by_hand: bool = False
    keys: list[str] = field(default_factory=list)
    status: str = "ringing"
    callback: str = ""
    answers: str = ""
    action: str = ""
    asks: str = ""
    records: str = ""
    recording: str = ""
    other: "Line | None" = None
    rung_by: "Line | None" = None
    is_rung: bool = False
    is_ours: bool = False
    room: str = ""
    ends_room: bool = False
    hears_music: bool = False
    is_over: bool = False
    heard: list[tuple[str, str]] = field(default_factory=list)
    sequence: int = 0

    @property
    def rings(self) -> bool:
        """Whether it can be picked up now."""
        return self.is_ours and not self.is_over and self.status == "ringing"


def to_json(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Plain values of these telephones, which name one another by their identifiers."""
    kept = []
    for line in lines:
        bare = {name: getattr(line, name) for name in Line.__slots__ if name not in {"other", "rung_by"}}
        sids = {name: each.sid if each else "" for name, each in (("other", line.other), ("rung_by", line.rung_by))}
        kept.append(bare | sids)
    return kept


def from_json(kept: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The telephones of which `to_json` gave the values."""
    rows = list(kept)
    lines = {
        row["sid"]: Line(
            **{name: value for name, value in row.items() if name not in {"other", "rung_by", "behaviour", "heard"}},
            behaviour=Pickup(row["behaviour"]),
            heard=[(language, text) for language, text in row["heard"]],
        )
        for row in rows
    }
    for row in rows:
        lines[row["sid"]].other, lines[row["sid"]].rung_by = lines.get(row["other"]), lines.get(row["rung_by"])
    return list(lines.values())


def happened_to_json(happened: Iterable[Happened]) -> list[dict[str, str]]:
    return [asdict(each) for each in happened]


def happened_from_json(kept: Iterable[Mapping[str, str]]) -> list[Happened]:
    return [Happened(**{**row, "how": Happens(row["how"])}) for row in kept]  # type: ignore[arg-type]  # one of the words is an enum
