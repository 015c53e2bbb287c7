"""Invented contacts and advices: the same seed gives the same ones. Plain rows, so that a million of them are copied in within minutes."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any
from uuid import UUID

from helpdesk.consultations.models import found_by
from helpdesk.db import sealed
from helpdesk.kernel.clock import day_of, first_instant
from helpdesk.kernel.permissions import Profession
from helpdesk.kernel.teryt import county_of, gminas
from helpdesk.kernel.text import fold

REMARKS = (
    "Oddzwonić tylko w godzinach pracy.",
    "Prosi o informację o najbliższym punkcie pomocy.",
    "Rozmowa przerwana na chwilę, wznowiona.",
    "Woli rozmawiać z kobietą.",
    "Pyta o przebieg procedury „Niebieskie Karty”.",
)
NOTES = (
    "Silny lęk, trudności ze snem; omówiono sposoby uspokojenia oddechu i plan na najbliższą noc.",
    "Wyczerpanie, poczucie winy; normalizacja reakcji, umówiono ponowny kontakt.",
    "Omówiono nakaz opuszczenia lokalu i wniosek o alimenty; wskazano dokumenty do zebrania.",
    "Wyjaśniono prawa osoby pokrzywdzonej i przebieg zawiadomienia.",
    "Konsultacja w sprawie rodziny objętej procedurą, bez danych osób.",
)
OUTCOMES = (("ADV", 78), ("SIL", 8), ("DRP", 5), ("WRN", 4), ("JOK", 2), ("CBK", 3))
ROLES = (("VIC", 62), ("REL", 12), ("WIT", 8), ("PRO", 10), ("PER", 3), ("INS", 3), ("CHV", 2))
ROLES_POINT = (("FVC", 80), ("REL", 8), ("PRO", 6), ("INS", 6))
FORMS = ("PSY", "PHY", "ECO", "SEX", "DIG", "STK", "NEG")
RELATIONS = (("SPO", 38), ("XSP", 14), ("PAR", 18), ("XPA", 10), ("PRT", 6), ("CHA", 8), ("INL", 3), ("OFM", 3))
KINDS = {Profession.PSYCHOLOGIST: ("PSY", "INF", "CRI", "SOC"), Profession.SUPERVISOR: ("SUP", "INF")}
LEGAL_KINDS = ("LEG", "INF", "DOC")
GROUPS = ("SOC", "POL", "EDU", "ZI", "KUR", "NGO")
AGES = (("A17", 2), ("A29", 18), ("A44", 38), ("A59", 24), ("A60", 12), ("UNK", 6))
HOURS = (17, 17, 18, 18, 18, 19, 19, 19, 20, 20, 9, 10, 12, 14, 22)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody whose contacts are invented."""

    id: UUID
    profession: Profession


@dataclass(slots=True)
class Rows:
    """What is copied in: rows of each table, in the order of its columns."""

    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    advices: list[tuple[Any, ...]] = field(default_factory=list)
    referrals: list[tuple[Any, ...]] = field(default_factory=list)


CONTACT_COLUMNS = (
    "desk_id,id,number,channel,outcome,first_contact,started_at,ended_at,served_on,language,interpreter,caller_key,sex,age,"
    "children_home,child_witnesses,gmina,nk_state,danger,safety_flags,safe_ways,remarks_sealed,seen_at,closed_at,closed_by_id,search,"
    "version,field_versions,found_by"
)
ADVICE_COLUMNS = "desk_id,id,contact_id,consultant_id,profession,role,professional_group,forms,relation,kinds,note_sealed,served_on,closed_at"
_CONSULTANT, _KINDS = (ADVICE_COLUMNS.split(",").index(name) for name in ("consultant_id", "kinds"))
REFERRAL_COLUMNS = "desk_id,id,contact_id,kind,institution_id,state,made_by_id,made_at"


class Inventor:
    """Invents the contacts of one desk, one after the other in time."""

    def __init__(  # what a desk's contacts are made of
        self,
        desk_id: str,
        prefix: str,
        workers: Sequence[Worker],
        institutions: Sequence[tuple[UUID, str, str]],
        languages: Sequence[str],
        rng: random.Random,
    ) -> None:
        self.desk_id, self.prefix, self.workers, self.institutions = desk_id, prefix, workers, institutions
        self.languages, self.rng = languages, rng
        self.last: dict[int, int] = {}
        self.roles = ROLES_POINT if prefix == "PP" else ROLES
        self.callers = [rng.randbytes(32) for _ in range(400)]
        self.envelopes = [(text, text) for text in (*REMARKS, *NOTES)]

    def add(self, rows: Rows, at: datetime, *, open_now: bool = False) -> None:
        """Invent one contact that began at `at`, with its advices and referrals."""
        rng = self.rng
        contact_id = self._id(at)
        outcome = None if open_now else self._one(OUTCOMES)
        place = rng.choice(_places()) if outcome in {"ADV", "CBK", None} and rng.random() < 0.8 else None
        worker = rng.choice(self.workers)
        ended = at + timedelta(minutes=rng.randint(1, 45))
        referred = rng.sample(self.institutions, rng.choice((0, 0, 1, 1, 2))) if outcome == "ADV" else []
        contact = self._contact(contact_id, at, ended, outcome, place, worker, [name for _, _, name in referred])
        given = self._advise(contact_id, at, ended, worker) if outcome == "ADV" else []
        rows.contacts.append((*contact, _found_by(given)))
        rows.advices.extend(given)
        for institution_id, kind, _name in referred:
            made = (
                self.desk_id,
                self._id(at),
                contact_id,
                kind,
                institution_id,
                rng.choice(("INFO", "INFO", "CONS")),
                worker.id,
                ended,
            )
            rows.referrals.append(made)

    def _contact(
        self,
        contact_id: UUID,
        at: datetime,
        ended: datetime,
        outcome: str | None,
        place: tuple[str, str] | None,
        worker: Worker,
        names: Sequence[str],
    ) -> tuple[Any, ...]:
        rng, number = self.rng, self._number(at)
        helped = outcome in {"ADV", "CBK", None}
        children = rng.choice((0, 0, 1, 1, 2, 3)) if helped else 0
        search = f"{_plain(number)} {place[1] if place else ''} {' '.join(map(_folded, names))}".strip()
        remarks = (
            self._sealed("contact", "remarks_sealed", contact_id, rng.choice(REMARKS))
            if helped and rng.random() < 0.3
            else None
        )
        return (
            self.desk_id, contact_id, number, rng.choice(("PHO", "PHO", "PHO", "PHO", "EML", "VIS", "WEB")), outcome,
            rng.choice(("FST", "RPT", "UNK")), at, ended if outcome else None, _day(at), rng.choice(self.languages) if helped else None, False,
            rng.choice(self.callers) if rng.random() < 0.7 else None, rng.choice("KKKKM") if helped else None, self._one(AGES) if helped else None,
            children, rng.randint(0, children), place[0] if place else None, rng.choice(("NON", "OPN", "INF", None)) if helped else None,
            rng.choice(("no", "no", "no", "unknown", "yes")) if helped else None, rng.sample(("CHI", "ESC", "MON", "DEP", "SUI"), rng.randint(0, 2)) if helped else [],
            rng.choice(([], ["SPH"], ["SEM"], ["SNO"])) if helped else [], remarks, at if outcome else None, ended if outcome else None,
            worker.id if outcome else None, search, 1, "{}",
        )  # fmt: skip

    def _advise(self, contact_id: UUID, at: datetime, ended: datetime, worker: Worker) -> list[tuple[Any, ...]]:
        rng = self.rng
        role = self._one(self.roles)
        given = [self._advice(contact_id, at, ended, worker, role)]
        if rng.random() < 0.15:
            joined = rng.choice(self.workers)
            if joined.id != worker.id:
                given.append(self._advice(contact_id, at, ended, joined, role))
        elif role == "PRO" and rng.random() < 0.1:
            given.append(self._advice(contact_id, at, ended, worker, "VIC"))
        return given

    def _advice(self, contact_id: UUID, at: datetime, ended: datetime, worker: Worker, role: str) -> tuple[Any, ...]:
        rng = self.rng
        kinds = KINDS.get(worker.profession, LEGAL_KINDS)
        advice_id = self._id(at)
        violent = role in {"VIC", "CHV", "REL", "WIT", "FVC"}
        return (
            self.desk_id, advice_id, contact_id, worker.id, worker.profession.value, role, rng.choice(GROUPS) if role == "PRO" else None,
            rng.sample(FORMS, rng.choice((1, 1, 2, 2, 3))) if violent else [], self._one(RELATIONS) if violent else None,
            rng.sample(kinds, rng.choice((1, 1, 2))), self._sealed("advice", "note_sealed", advice_id, rng.choice(NOTES)) if rng.random() < 0.5 else None,
            _day(at), ended,
        )  # fmt: skip

    def _number(self, at: datetime) -> str:
        year = _day(at).year
        self.last[year] = self.last.get(year, 0) + 1
        return f"{self.prefix}/{year}/{self.last[year]:06d}"

    def _id(self, at: datetime) -> UUID:
        """An identifier that lies in time like a real one, from the seed."""
        millis = int(at.timestamp() * 1000)
        return UUID(
            int=(millis << 80)
            | (0x7 << 76)
            | (self.rng.getrandbits(12) << 64)
            | (0b10 << 62)
            | self.rng.getrandbits(62)
        )

    def _one(self, weighted: Sequence[tuple[str, int]]) -> str:
        codes, sums = _summed(tuple(weighted))
        return self.rng.choices(codes, cum_weights=sums)[0]

    @staticmethod
    def _sealed(table: str, column: str, row_id: UUID, text: str) -> bytes:
        return sealed.ring().seal(text, f"{table}:{column}:{row_id}", pad=256)


_day = lru_cache(maxsize=8)(day_of)  # of the contact just being invented


@cache
def _summed(weighted: tuple[tuple[str, int], ...]) -> tuple[list[str], list[int]]:
    return [code for code, _ in weighted], list(accumulate(weight for _, weight in weighted))


@cache
def _places() -> Sequence[tuple[str, str]]:
    return [(place.code, fold(f"{place.name} {county_of(place.code).name}")) for place in gminas()]


def _plain(number: str) -> str:
    """A demonstration number as it is searched; its letters need no more folding than this."""
    return number.lower().replace("/", " ")


@cache
def _folded(name: str) -> str:
    return fold(name)


def _found_by(advices: Sequence[tuple[Any, ...]]) -> list[str]:
    """What the mapped classes would keep for these rows."""
    pairs = [(row[_CONSULTANT], row[_KINDS]) for row in advices]
    words = {found_by(consultant, kind) for consultant, kinds in pairs for kind in (None, *kinds)}
    return sorted(words | {kind for _, kinds in pairs for kind in kinds})


def moments(rng: random.Random, first: date, last: date, number: int) -> Iterator[datetime]:
    """So many instants between two days, in order, most of them in the evening."""
    days = (last - first).days + 1
    offsets = sorted(
        (rng.randrange(days), rng.choice(HOURS), rng.randrange(60), rng.randrange(60)) for _ in range(number)
    )
    for day, hour, minute, second in offsets:
        yield _at(first + timedelta(days=day), hour, minute, second)


@cache
def _hour(day: date, hour: int) -> datetime:
    return first_instant(day, time(hour))


def _at(day: date, hour: int, minute: int, second: int) -> datetime:
    return (_hour(day, hour) + timedelta(minutes=minute, seconds=second)).astimezone(UTC)


def copy_in(connection: Any, rows: Rows) -> None:  # noqa: ANN401  a psycopg connection, which the engine hands out untyped
    """Copy the rows in, in three statements."""
    targets: Mapping[str, tuple[str, list[tuple[Any, ...]]]] = {
        "contact": (CONTACT_COLUMNS, rows.contacts),
        "advice": (ADVICE_COLUMNS, rows.advices),
        "referral": (REFERRAL_COLUMNS, rows.referrals),
    }
    for table, (columns, values) in targets.items():
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
