"""Who answers at an instant, and why the others do not; and when the next duty is. Plain values in, an explanation out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.clock import first_instant
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.rules.spans import Span

# The years of which anybody may ask; in others neither zones nor holidays are known.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# How far a coming duty is looked for.
AHEAD = timedelta(days=28)
# The offices plan the next year in autumn.
OCTOBER = 10
_FORMATS = ("%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M")


class PresentRefusal(StrEnum):
    """Why nothing can be answered."""

    INSTANT = "present:not-an-instant"


class Reason(StrEnum):
    """Why the telephone rings for somebody at an instant, or why it does not."""

    ANSWERS = "answers"
    OTHER_LANGUAGE = "other-language"
    NO_PHONE = "no-phone"
    WRITES_NO_SHEET = "writes-no-sheet"
    NOT_RUNG = "not-rung"
    ABSENT = "absent"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Held:
    """A duty of a person: at which post, from when until when, and whether calls ring there."""

    duty_id: UUID
    post: str
    span: Span
    rung: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at the desk. `duties` are those that touch the time asked about, in order.

    Only who may write the sheet of a call is rung (`may_answer`), and only who has a telephone.
    """

    account_id: UUID
    name: str
    profession: Profession
    languages: tuple[str, ...]
    may_answer: bool = True
    has_phone: bool = True
    duties: tuple[Held, ...] = ()
    absences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one person: the duty that runs, if any, the next one that is known, and whether an absence was entered."""

    person: Person
    reason: Reason
    duty: Held | None = None
    next: Held | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Everybody of a desk at an instant. `known_at` is the instant of which the knowledge is, None for the present one."""

    at: datetime
    known_at: datetime | None
    language: str | None
    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def answering(self) -> tuple[Verdict, ...]:
        """Those whom a call rings."""
        return tuple(each for each in self.verdicts if each.reason is Reason.ANSWERS)

    @property
    def others(self) -> tuple[Verdict, ...]:
        """Those who were considered too, and are not rung."""
        return tuple(each for each in self.verdicts if each.reason is not Reason.ANSWERS)


def explain(people: Iterable[Person], at: datetime, *, language: str | None = None) -> tuple[Verdict, ...]:
    """What holds for each person at an instant: who answers first, then the nearest to answering; within that the longest on duty.

    An absence does not take anybody off a published duty: until the duty is handed over, the telephone rings.
    With a language only those who speak it answer.
    """
    order = list(Reason)
    found = [_verdict(person, at, language) for person in people]
    return tuple(sorted(found, key=lambda each: (order.index(each.reason), _since(each), each.person.name)))


def _verdict(person: Person, at: datetime, language: str | None) -> Verdict:
    running = [duty for duty in person.duties if at in duty.span]
    # Nobody is on two duties at once; if the plan of another time says so, the one that rings counts.
    duty = next(iter(sorted(running, key=lambda each: not each.rung)), None)
    coming = next((each for each in person.duties if each.span.start > at), None)
    absent = any(at in absence for absence in person.absences)
    if duty is None:
        return Verdict(person, Reason.ABSENT if absent else Reason.OFF, None, coming, absent)
    return Verdict(person, _reason(person, duty, language), duty, coming, absent)


def _reason(person: Person, duty: Held, language: str | None) -> Reason:
    """The first thing that keeps a telephone from ringing, of what cannot change quickly to what a caller chose."""
    hindrances = (
        (not duty.rung, Reason.NOT_RUNG),
        (not person.may_answer, Reason.WRITES_NO_SHEET),
        (not person.has_phone, Reason.NO_PHONE),
        (language is not None and language not in person.languages, Reason.OTHER_LANGUAGE),
    )
    return next((reason for holds, reason in hindrances if holds), Reason.ANSWERS)


def _since(verdict: Verdict) -> datetime:
    """What orders people of one kind: since when on duty, else from when on."""
    duty = verdict.duty or verdict.next
    return duty.span.start if duty else LATEST


def read_instant(text: str) -> datetime:
    """The instant that was typed, in UTC, or Refusal: "2026-11-28 18:00", "2026-11-28T18:00" or "28.11.2026 18:00".

    Without an offset it is the time on the wall of the office; one that comes twice is its first occurrence, one that does not
    exist the first instant after it. An offset, as in "2026-10-25T02:30+01:00", says which of the two is meant.
    """
    typed = _typed(" ".join(text.split()))
    try:
        at = first_instant(typed.date(), typed.time()) if typed.tzinfo is None else typed.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Refusal(PresentRefusal.INSTANT, field="at") from None
    if not EARLIEST <= at < LATEST:
        raise Refusal(PresentRefusal.INSTANT, field="at")
    return at


def _typed(text: str) -> datetime:
    for shape in _FORMATS:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007  the time on the wall, whose zone is known
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(PresentRefusal.INSTANT, field="at") from None


@dataclass(frozen=True, slots=True)
class Advertised:
    """A published duty of which anybody may know: whose profession, in which languages, when. Never who or where."""

    desk_id: str
    profession: Profession
    languages: tuple[str, ...]
    span: Span


def next_span(spans: Iterable[Span], now: datetime) -> Span | None:
    """The first time that is not over, made of all duties that follow one another without a gap."""
    found: Span | None = None
    for span in sorted((each for each in spans if each.end > now), key=lambda each: each.start):
        if found is None:
            found = span
        elif span.start <= found.end:
            found = Span(found.start, max(found.end, span.end))
        else:
            break
    return found


def next_of(duties: Sequence[Advertised], professions: frozenset[Profession], now: datetime) -> Span | None:
    """When the next duty of one of these professions is."""
    return next_span((each.span for each in duties if each.profession in professions), now)


def next_in(duties: Sequence[Advertised], language: str, now: datetime) -> Span | None:
    """When the next duty of somebody who speaks this language is."""
    return next_span((each.span for each in duties if language in each.languages), now)


def needs_confirming(confirmed: Iterable[int], now_year: int, month: int) -> int | None:
    """The coming year, from October on while nobody has confirmed its holidays and closings; else None."""
    return now_year + 1 if month >= OCTOBER and now_year + 1 not in set(confirmed) else None
