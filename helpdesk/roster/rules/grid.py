"""The roster as a coordinator sees it: bars, gaps, holidays and conflicts by post and day. Plain values in, plain values out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from helpdesk.kernel.holidays import Holiday, holiday_on
from helpdesk.roster.rules.coverage import Gap, Need, Supply, gaps
from helpdesk.roster.rules.fitness import Judgement
from helpdesk.roster.rules.overlay import Mark, Planned, has_begun
from helpdesk.roster.rules.spans import Span

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Head:
    """A day above its column: the public holiday and the planned closing that fall on it, if any."""

    day: date
    holiday: Holiday | None
    closing: str
    is_today: bool

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= SATURDAY

    @property
    def is_free(self) -> bool:
        """Whether the column is tinted."""
        return self.holiday is not None or bool(self.closing)


@dataclass(frozen=True, slots=True)
class Bar:
    """One duty of the plan in its cell, and what stands against it."""

    planned: Planned
    judgement: Judgement | None
    has_begun: bool

    @property
    def clashes(self) -> bool:
        """Whether it could not be published as it is."""
        return self.judgement is not None and not self.judgement.is_fit

    @property
    def is_drafted(self) -> bool:
        return self.planned.mark is not Mark.KEPT

    @property
    def is_unheld(self) -> bool:
        """Whether it will be a duty that nobody holds."""
        return self.planned.stands and self.planned.account_id is None

    @property
    def real_length(self) -> timedelta | None:
        """How long it really lasts, where the change of clocks makes that another length than the wall times say."""
        return real_length(self.planned.starts, self.planned.ends, self.planned.span)


Item: TypeAlias = Bar | Gap


@dataclass(frozen=True, slots=True)
class Cell:
    """What one post has on one day, in order of time: duties, and the time that no duty covers."""

    day: date
    items: tuple[Item, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        return tuple(item for item in self.items if isinstance(item, Bar))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(item for item in self.items if isinstance(item, Gap))


@dataclass(frozen=True, slots=True)
class Line:
    """One post with a cell for each day."""

    post_id: UUID
    cells: tuple[Cell, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        return tuple(bar for cell in self.cells for bar in cell.bars)


def days_of(first: date, last: date) -> list[date]:
    """The days from `first` to `last`, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def heads(days: Iterable[date], closings: Mapping[date, str], today: date) -> list[Head]:
    """What stands above each day; `closings` names the planned closing of a day."""
    return [Head(day, holiday_on(day), closings.get(day, ""), day == today) for day in days]


def lay_out(
    post_ids: Sequence[UUID],
    days: Sequence[date],
    plan: Sequence[Planned],
    needs: Iterable[Need],
    judgements: Mapping[UUID, Judgement],
    now: datetime,
) -> list[Line]:
    """A line for each post that is needed on one of these days or has a duty on one, in the order of `post_ids`.

    A duty stands in the column of its local day, whenever it ends. A duty that nobody holds is a bar and no gap beside it; time
    for which there is no bar at all is a gap. `plan` and `needs` should reach a day further on both sides, for the nights.
    """
    wanted = set(days)
    cells: dict[tuple[UUID, date], list[Item]] = defaultdict(list)
    needs = list(needs)
    shown = {need.post_id for need in needs if need.day in wanted}
    for each in plan:
        if each.day in wanted:
            shown.add(each.post_id)
            cells[each.post_id, each.day].append(Bar(each, judgements.get(each.key), has_begun(each.span, now)))
    for gap in gaps(needs, [Supply(each.post_id, each.span) for each in plan if each.stands]):
        cells[gap.post_id, gap.day].append(gap)
    return [
        Line(post_id, tuple(Cell(day, tuple(sorted(cells[post_id, day], key=_order))) for day in days))
        for post_id in post_ids
        if post_id in shown
    ]


def conflicts(lines: Iterable[Line]) -> list[Bar]:
    """The bars against which something stands, in order of time: what rules the person out, and warnings."""
    found = [bar for line in lines for bar in line.bars if bar.judgement is not None]
    return sorted(found, key=lambda bar: (bar.planned.span.start, bar.planned.key))


def real_length(starts: time, ends: time, span: Span) -> timedelta | None:
    """The real length of a span between two wall times, where it differs from what the wall says; else None."""
    on_the_wall = timedelta(hours=ends.hour - starts.hour, minutes=ends.minute - starts.minute)
    if on_the_wall <= timedelta():
        on_the_wall += timedelta(days=1)
    return None if span.length == on_the_wall else span.length


def _order(item: Item) -> tuple[datetime, int, str]:
    if isinstance(item, Bar):
        return item.planned.span.start, 0, str(item.planned.key)
    return item.span.start, 1, ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap of the published plan; `is_drafted` if the draft leaves nothing of it open."""

    gap: Gap
    is_drafted: bool


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A post at which nobody at all is on duty in the whole time: so many gaps, so long together in person-time."""

    post_id: UUID
    number: int
    length: timedelta
    is_drafted: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What is missing: posts without anybody first, then the gaps of the others in order of time. `gaps` are all of them in order."""

    uncovered: tuple[Uncovered, ...]
    missing: tuple[Missing, ...]
    gaps: tuple[Gap, ...]

    @property
    def number(self) -> int:
        """How many gaps there are in all; a post without anybody has one for each of its days."""
        return len(self.gaps)

    @property
    def drafted(self) -> int:
        """How many of them are gone when the draft is published."""
        single = sum(each.is_drafted for each in self.missing)
        return single + sum(each.number for each in self.uncovered if each.is_drafted)


def report(
    needs: Sequence[Need], published: Sequence[Supply], drafted: Iterable[Supply], last: date, now: datetime
) -> Report:
    """The gaps up to a day, that day included, that are not over yet; `needs` should begin a day before today, for last night.

    `published` is what people hold now, `drafted` what they will hold once the draft is published.
    """
    coming_needs = [need for need in needs if need.day <= last and need.span.end > now]
    coming = [gap for gap in gaps(needs, published) if gap.day <= last and gap.span.end > now]
    left = [gap for gap in gaps(needs, drafted) if gap.span.end > now]
    by_post: dict[UUID, list[Gap]] = defaultdict(list)
    for gap in coming:
        by_post[gap.post_id].append(gap)
    empty = by_post.keys() - _held(coming_needs, published)
    open_at = {gap.post_id for gap in left if gap.day <= last}
    uncovered = [
        Uncovered(post_id, len(found), _length(found), post_id not in open_at)
        for post_id, found in by_post.items()
        if post_id in empty
    ]
    missing = [
        Missing(gap, not any(other.post_id == gap.post_id and other.span.overlaps(gap.span) for other in left))
        for gap in coming
        if gap.post_id not in empty
    ]
    longest_first = sorted(uncovered, key=lambda each: (-each.length, each.post_id))
    return Report(tuple(longest_first), tuple(missing), tuple(coming))


def _held(needs: Iterable[Need], supply: Iterable[Supply]) -> set[UUID]:
    """The posts at which somebody is there for at least a part of what is needed."""
    needed: dict[UUID, list[Span]] = defaultdict(list)
    for need in needs:
        needed[need.post_id].append(need.span)
    return {each.post_id for each in supply if any(each.span.overlaps(span) for span in needed[each.post_id])}


def _length(found: Iterable[Gap]) -> timedelta:
    return sum((gap.span.length * gap.missing for gap in found), timedelta())


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing would do: duties that are new, changed (before and after), and cancelled."""

    added: tuple[Planned, ...]
    changed: tuple[tuple[Planned, Planned], ...]
    removed: tuple[Planned, ...]

    @property
    def concerned(self) -> frozenset[UUID]:
        """Everybody who gains, keeps with a change, or loses a duty."""
        both = [each for pair in self.changed for each in pair]
        return frozenset(each.account_id for each in (*self.added, *both, *self.removed) if each.account_id is not None)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def changes(published: Mapping[UUID, Planned], drafts: Sequence[Planned]) -> Changes:
    """The drafts by what they do, in order of time. `published` holds the duties, by their ids, that drafts name."""
    ordered = sorted(drafts, key=lambda each: (each.span.start, each.key))
    return Changes(
        tuple(each for each in ordered if each.mark is Mark.ADDED),
        tuple((published[each.key], each) for each in ordered if each.mark is Mark.CHANGED and each.key in published),
        tuple(each for each in ordered if each.mark is Mark.REMOVED),
    )


def short_names(names: Mapping[UUID, str]) -> dict[UUID, str]:
    """A few letters for each person, none twice: initials, and where two share them, more letters of the last name."""
    wanted = sorted(names, key=lambda account_id: (names[account_id], account_id))
    found: dict[UUID, str] = {}
    taken: set[str] = set()
    for account_id in wanted:
        found[account_id] = next(short for short in _shorter(names[account_id]) if short not in taken)
        taken.add(found[account_id])
    return found


def _shorter(name: str) -> Iterable[str]:
    parts = name.split() or ["?"]
    stem, last = (parts[0][0], parts[-1]) if len(parts) > 1 else ("", parts[0])
    for length in range(1, len(last) + 1):
        yield stem + last[:length]
    number = 2
    while True:
        yield f"{stem}{last[:1]}{number}"
        number += 1
