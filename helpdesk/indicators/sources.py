"""Which counting definition is answered by which counts of which domain. What is not here is entered by hand.

Other domains are read through their `counts.py` and nowhere else; a register that comes to life is one more line in `REGISTERS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.activities import counts as activities
from helpdesk.activities.counts import AgreementRecord
from helpdesk.consultations import counts as consultations
from helpdesk.consultations.counts import AdviceRecord
from helpdesk.indicators.rules.counting import CountingSettings, Definition, Origin, Register, roles_counted
from helpdesk.kernel.periods import Period

Record = AdviceRecord | AgreementRecord
Place = tuple[date, UUID]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a register: how one counts, what the office has decided, and for which days."""

    definition: Definition
    settings: CountingSettings
    period: Period

    @property
    def roles(self) -> frozenset[str]:
        return roles_counted(self.definition, self.settings)

    @property
    def reporting_day(self) -> date | None:
        """The day on which a stock is counted (CR-8): the last one of the period, or none before the schedule's year."""
        return self.period.last_day if self.period.start < self.period.end else None


class Source(Protocol):
    """A register that the application counts itself."""

    def count(self, session: Session, question: Question) -> int | None:
        """How many, or None where nobody keeps the register for these days. It reads a handful of rows, however many records there are."""
        ...

    def records(self, session: Session, question: Question, *, after: Place | None, limit: int) -> Sequence[Record]:
        """The records behind the number, newest first, without names."""
        ...


class Advices:
    """Advices of the named desks with one of the counted roles, by date of service (CR-2 to CR-7)."""

    def count(self, session: Session, question: Question) -> int:
        roles, period = question.roles, question.period
        return sum(
            consultations.advices(session, desk_id=desk_id, roles=roles, period=period)
            for desk_id in question.definition.desks
        )

    def records(self, session: Session, question: Question, *, after: Place | None, limit: int) -> Sequence[Record]:
        # Asked for each role by itself, the index gives the rows in their order; asked for all at once, it sorts them all.
        found = [
            record
            for desk_id in question.definition.desks
            for role in question.roles
            for record in consultations.advice_records(
                session, desk_id=desk_id, roles=(role,), period=question.period, after=after, limit=limit
            )
        ]
        return sorted(found, key=lambda record: (record.served_on, record.id), reverse=True)[:limit]


class Agreements:
    """Gminas with an agreement in force on the reporting day, each once (CR-8), at the desk that carries the programme."""

    def count(self, session: Session, question: Question) -> int | None:
        on = question.reporting_day
        return activities.agreements_in_force(session, on) if on else None

    def records(self, session: Session, question: Question, *, after: Place | None, limit: int) -> Sequence[Record]:
        on = question.reporting_day
        return activities.agreement_records(session, on, after=after, limit=limit) if on else ()


REGISTERS: Mapping[Register, Source] = {Register.ADVICES: Advices(), Register.AGREEMENTS: Agreements()}


def origin_of(definition: Definition) -> Origin:
    """Whether the application can count this today."""
    return Origin.COUNTED if definition.register in REGISTERS else Origin.ENTERED


def count(session: Session, question: Question) -> int | None:
    return REGISTERS[question.definition.register].count(session, question)


def records(session: Session, question: Question, *, after: Place | None, limit: int) -> Sequence[Record]:
    return REGISTERS[question.definition.register].records(session, question, after=after, limit=limit)


def place_of(record: Record) -> Place:
    """Where a record stands in its list, newest first."""
    day = record.first_day if isinstance(record, AgreementRecord) else record.served_on
    return day, record.id
