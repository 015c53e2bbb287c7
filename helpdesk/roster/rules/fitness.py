"""Whether a person may hold a duty, and if not, every reason why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, day_of
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.rules.rest import Finding, Limit, Severity, findings
from helpdesk.roster.rules.spans import Span


class Unfit(StrEnum):
    """Why somebody cannot hold a duty, from what they are to what they do at that time."""

    NOT_A_MEMBER = "unfit:not-a-member"
    PROFESSION = "unfit:profession"
    LANGUAGE = "unfit:language"
    QUALIFICATION = "unfit:qualification"
    QUALIFICATION_ENDED = "unfit:qualification-ended"
    ABSENT = "unfit:absent"
    OVERLAP = "unfit:overlap"
    REST = "unfit:rest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a post asks of a person: one of the professions (none means any), all languages and all qualifications."""

    professions: frozenset[Profession] = frozenset()
    languages: frozenset[str] = frozenset()
    qualifications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules need to know of a person. `qualifications` say until which day they hold, that day included; None is for ever.

    `duties` are those of all desks, without the one in question.
    """

    account_id: UUID
    profession: Profession
    languages: frozenset[str] = frozenset()
    qualifications: Mapping[str, date | None] = field(default_factory=dict)
    absences: tuple[Span, ...] = ()
    duties: tuple[Span, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why somebody cannot hold a duty, empty if they can, and what rest and limits of work say, warnings included."""

    unfit: tuple[Unfit, ...]
    findings: tuple[Finding, ...]

    @classmethod
    def of_stranger(cls) -> Self:
        """Somebody who does not work at the desk cannot hold its duties, whatever else they are."""
        return cls((Unfit.NOT_A_MEMBER,), ())

    @property
    def is_fit(self) -> bool:
        return not self.unfit

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What does not forbid the duty, but should be known before it is given."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARN)


def judge(
    candidate: Candidate, wanted: Wanted, span: Span, day: date, *, period_start: date, zone: ZoneInfo = WARSAW
) -> Judgement:
    """Whether this person may hold a duty of this span that begins on the local `day`; all reasons, not the first one.

    A qualification must hold to the last day of the duty. `period_start` is the first day of the settlement period.
    """
    found = tuple(findings(candidate.duties, span, candidate.limits, period_start=period_start, zone=zone))
    last_day = max(day, day_of(span.end - datetime.resolution, zone))
    unfit = [*_lacks(candidate, wanted, last_day), *_hindered(candidate, span)]
    if any(finding.severity is Severity.BLOCK for finding in found):
        unfit.append(Unfit.REST)
    return Judgement(tuple(unfit), found)


def unfitness(
    candidate: Candidate, wanted: Wanted, span: Span, day: date, *, period_start: date, zone: ZoneInfo = WARSAW
) -> list[Unfit]:
    """Why this person may not hold this duty; empty if they may."""
    return list(judge(candidate, wanted, span, day, period_start=period_start, zone=zone).unfit)


def _lacks(candidate: Candidate, wanted: Wanted, day: date) -> Iterator[Unfit]:
    """What the person is not."""
    if wanted.professions and candidate.profession not in wanted.professions:
        yield Unfit.PROFESSION
    if not wanted.languages <= candidate.languages:
        yield Unfit.LANGUAGE
    if not wanted.qualifications <= candidate.qualifications.keys():
        yield Unfit.QUALIFICATION
    untils = [candidate.qualifications[each] for each in wanted.qualifications & candidate.qualifications.keys()]
    if any(until is not None and until < day for until in untils):
        yield Unfit.QUALIFICATION_ENDED


def _hindered(candidate: Candidate, span: Span) -> Iterator[Unfit]:
    """What the person does at that time."""
    if any(absence.overlaps(span) for absence in candidate.absences):
        yield Unfit.ABSENT
    if any(duty.overlaps(span) for duty in candidate.duties):
        yield Unfit.OVERLAP
