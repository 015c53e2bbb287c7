"""What must be covered against who is there. An empty plan is the largest gap; a planned closing is none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, first_instant, last_instant
from helpdesk.roster.rules.days import Days, days_between
from helpdesk.roster.rules.spans import Span


@dataclass(frozen=True, slots=True)
class Need:
    """So many people must be at this post for this long. `day` is the local day on which the need begins."""

    post_id: UUID
    day: date
    span: Span
    people: int


@dataclass(frozen=True, slots=True)
class Supply:
    """One person is at this post for this long."""

    post_id: UUID
    span: Span


@dataclass(frozen=True, slots=True)
class Gap:
    """So many people are missing at this post for this long. `day` is the day of the need."""

    post_id: UUID
    day: date
    span: Span
    missing: int


def needs_of(  # noqa: PLR0913 - a post says all of this
    post_id: UUID,
    days: Days,
    starts: time,
    ends: time,
    people: int,
    first: date,
    last: date,
    *,
    closed: frozenset[date] = frozenset(),
    zone: ZoneInfo = WARSAW,
) -> Iterator[Need]:
    """What a post needs on the days from `first` to `last`, both included, in order; nothing on days in `closed`.

    A need may be longer than any one duty: an end that is not after the start belongs to the next day, and the same time
    twice is the whole day round. In a night of the change of clocks it is as long as the duty between the same times. An
    hour that does not exist needs nobody.
    """
    for day in days_between(days, first, last, closed):
        last_day = day if ends > starts else day + timedelta(days=1)
        span = Span(first_instant(day, starts, zone), last_instant(last_day, ends, zone))
        if span.start < span.end:
            yield Need(post_id, day, span, people)


def gaps(needs: Iterable[Need], supply: Iterable[Supply]) -> list[Gap]:
    """Where people are missing, in the order of start and post.

    A duty covers every instant that it lasts, no matter of which day it is. Where two needs of one post
    overlap, as those of neighbouring days may, the post needs the most that one of them asks. Pieces of one need that
    touch and lack the same number are one gap.
    """
    found: list[Gap] = []
    for piece in _pieces(needs, supply):
        if piece.missing <= 0:
            continue
        gap = Gap(piece.post_id, piece.day, piece.span, piece.missing)
        if found and _goes_on(found[-1], gap):
            found[-1] = replace(gap, span=Span(found[-1].span.start, gap.span.end))
        else:
            found.append(gap)
    return sorted(found, key=lambda gap: (gap.span.start, gap.post_id))


def covered_share(needs: Iterable[Need], supply: Iterable[Supply]) -> Fraction:
    """The share of the person-time needed that is covered, from 0 to 1; 1 where nothing is needed.

    Two people where one is needed do not make up for an hour in which nobody is there.
    """
    needed, covered = timedelta(), timedelta()
    for piece in _pieces(needs, supply):
        needed += piece.span.length * piece.people
        covered += piece.span.length * min(piece.people, piece.there)
    moment = timedelta.resolution
    return Fraction(covered // moment, needed // moment) if needed else Fraction(1)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of time in which neither the need nor the supply of a post changes."""

    post_id: UUID
    day: date
    span: Span
    people: int
    there: int

    @property
    def missing(self) -> int:
        return self.people - self.there


def _goes_on(before: Gap, after: Gap) -> bool:
    touching = before.span.end == after.span.start
    return touching and (before.post_id, before.day, before.missing) == (after.post_id, after.day, after.missing)


def _pieces(needs: Iterable[Need], supply: Iterable[Supply]) -> Iterator[_Piece]:
    """The time in which something is needed, post by post and in order, cut wherever anything changes."""
    needed: dict[UUID, list[Need]] = defaultdict(list)
    for need in needs:
        needed[need.post_id].append(need)
    there: dict[UUID, list[Span]] = defaultdict(list)
    for each in supply:
        there[each.post_id].append(each.span)
    for post_id, of_post in needed.items():
        yield from _sweep(of_post, there[post_id])


def _sweep(needs: Sequence[Need], supply: Sequence[Span]) -> Iterator[_Piece]:
    change: dict[datetime, int] = defaultdict(int)
    for span in supply:
        change[span.start] += 1
        change[span.end] -= 1
    edges = sorted({*change, *(edge for need in needs for edge in (need.span.start, need.span.end))})
    waiting = sorted(needs, key=lambda need: (need.span.start, need.day), reverse=True)
    running: list[Need] = []
    there = 0
    for start, end in pairwise(edges):
        there += change.get(start, 0)
        while waiting and waiting[-1].span.start <= start:
            running.append(waiting.pop())
        running = [need for need in running if start in need.span]
        if running:
            most = max(running, key=lambda need: need.people)
            yield _Piece(most.post_id, most.day, Span(start, end), most.people, there)
