"""Agreements with gminas on the Blue Line: what one must be, when it is in force, how many there are (R-000-39, CR-8).

An agreement says who pays for further services and is told of them. It never decides whether somebody is helped (B.8).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from helpdesk.kernel import teryt
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.teryt import Level

# 78.000 PLN came from 131 gminas (R-000-54); a thousand times as much from one of them is a typing error.
MOST_GROSZ = 100_000_000
LONGEST_TEXT = 2000
_MONEY = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


class AgreementRefusal(StrEnum):
    """Why an agreement or an annex cannot be saved so."""

    CONTRIBUTION = "agreement:contribution"
    DAYS = "agreement:days"
    GMINA = "agreement:gmina"
    NUMBER = "agreement:number"
    NUMBER_TAKEN = "agreement:number-taken"
    OVERLAPS = "agreement:overlaps"
    REASON = "agreement:reason"
    SIGNED_LATER = "agreement:signed-later"
    WHAT = "agreement:what"


class State(StrEnum):
    """What an agreement is on a day. It follows from its days and is never stored."""

    TO_COME = "to-come"
    IN_FORCE = "in-force"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """An agreement as somebody writes it down.

    `gmina` is its TERYT code of 7 digits, never a name: many a name belongs to two gminas. Both days are included, and an
    agreement without a last day is open. `contribution` is in grosz, or None where nothing is recorded.
    """

    gmina: str
    number: str
    signed_on: date
    first_day: date
    last_day: date | None = None
    contribution: int | None = None
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class AnnexEntry:
    """What was changed by an annex. It is no agreement of its own and counts for nothing."""

    number: str
    signed_on: date
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a gmina has an agreement on a day: since when, or None where it has none."""

    since: date | None


def check(entry: AgreementEntry, today: date) -> None:
    """Raise Refusal unless it names a gmina of the region and a number, was signed by today, and its days and its money are possible."""
    if not _is_gmina(entry.gmina):
        raise Refusal(AgreementRefusal.GMINA, field="gmina")
    if not entry.number.strip():
        raise Refusal(AgreementRefusal.NUMBER, field="number")
    if entry.signed_on > today:
        raise Refusal(AgreementRefusal.SIGNED_LATER, field="signed_on")
    if entry.last_day is not None and entry.last_day < entry.first_day:
        raise Refusal(AgreementRefusal.DAYS, field="last_day")
    if entry.contribution is not None and not 0 <= entry.contribution <= MOST_GROSZ:
        raise Refusal(AgreementRefusal.CONTRIBUTION, field="contribution")


def check_annex(entry: AnnexEntry, today: date) -> None:
    """Raise Refusal unless an annex has a number, says what it changes, and was signed by today."""
    if not entry.number.strip():
        raise Refusal(AgreementRefusal.NUMBER, field="annex_number")
    if not entry.what.strip():
        raise Refusal(AgreementRefusal.WHAT, field="what")
    if entry.signed_on > today:
        raise Refusal(AgreementRefusal.SIGNED_LATER, field="annex_signed_on")


def check_reason(why: str) -> str:
    """The reason of a change without needless blanks, or Refusal where there is none: what is counted must not change silently."""
    if not (said := " ".join(why.split())):
        raise Refusal(AgreementRefusal.REASON, field="why")
    return said


def state_on(first_day: date, last_day: date | None, on: date) -> State:
    """What an agreement of these days, both included, is on a day."""
    if on < first_day:
        return State.TO_COME
    return State.ENDED if last_day is not None and last_day < on else State.IN_FORCE


def in_force(entry: AgreementEntry, on: date) -> bool:
    """Whether an agreement holds on a day; it still does on its last one."""
    return state_on(entry.first_day, entry.last_day, on) is State.IN_FORCE


def stock(entries: Iterable[AgreementEntry], on: date) -> int:
    """How many gminas have an agreement in force on a day, each once (CR-8). A stock is never added over years (T-000-19)."""
    return len({entry.gmina for entry in entries if in_force(entry, on)})


def overlapping(entry: AgreementEntry, others: Iterable[AgreementEntry]) -> AgreementEntry | None:
    """Another agreement of the same gmina with a day in common, or None."""
    return next((each for each in others if each.gmina == entry.gmina and _share_a_day(each, entry)), None)


def gminas_meant(words: str) -> frozenset[str]:
    """The codes of the gminas that somebody may mean by words: by the code itself, by their name, or, where none is named so, by their county."""
    most = len(teryt.areas())
    named = {each.code for each in teryt.search(words, most, level=Level.GMINA)}
    counties = [] if named else [each.code for each in teryt.search(words, most, level=Level.COUNTY)]
    return frozenset(
        each.code
        for each in teryt.gminas()
        if each.code in {words, *named} or any(teryt.within(each.code, county) for county in counties)
    )


def read_money(text: str) -> int:
    """An amount in PLN, "595", "1 595,50" or "595.5", as grosz; or Refusal."""
    found = _MONEY.fullmatch("".join(text.split()))
    if found is None:
        raise Refusal(AgreementRefusal.CONTRIBUTION, field="contribution")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def money_text(grosz: int) -> str:
    """The amount in PLN as a table holds it and `read_money` reads it: "595" or "595.50"."""
    whole, rest = divmod(grosz, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _share_a_day(one: AgreementEntry, other: AgreementEntry) -> bool:
    return one.first_day <= (other.last_day or date.max) and other.first_day <= (one.last_day or date.max)


def _is_gmina(code: str) -> bool:
    found = teryt.areas().get(code)
    return found is not None and found.level is Level.GMINA
