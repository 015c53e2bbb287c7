"""What no register counts is entered by hand, with evidence. Nothing is overwritten: a later entry replaces an earlier one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.indicators import queries
from helpdesk.indicators.models import Execution, Indicator, Schedule
from helpdesk.indicators.rules import plain
from helpdesk.indicators.rules.entering import Entry, EntryDoubt, EntryRefusal, Line, check_entry, entered_value
from helpdesk.indicators.rules.lines import is_others
from helpdesk.indicators.rules.values import Empty, Text, Value
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor


def rows_of(schedule: Schedule, key: str) -> dict[str, Indicator]:
    """An indicator and its groups by key, or NotFound. A group is entered together with what it divides."""
    head = next((each for each in schedule.indicators if each.key == key and each.parent_id is None), None)
    if head is None:
        raise NotFound(key)
    return {each.key: each for each in schedule.indicators if head.id in {each.id, each.parent_id}}


def line_of(schedule: Schedule, key: str) -> Line:
    """The same as the rules know it."""
    rows = rows_of(schedule, key)
    position = next(
        each for direction in schedule.directions for each in direction.positions if rows[key] in each.indicators
    )
    lines = {each.key: each.said([]) for each in rows.values()}
    return Line(key, lines, rows[key].aggregation, rows[key].origin, position.span, schedule.year)


def enter_execution(
    session: Session, schedule: Schedule, key: str, entry: Entry, *, actor: Actor, now: datetime
) -> tuple[EntryDoubt, ...]:
    """Keep what somebody enters for an indicator and its groups; an entry for the same day is replaced.

    Raises Refusal where the rules forbid it; answers what is doubtful.
    """
    line = line_of(schedule, key)
    doubts = check_entry(line, entry, today=day_of(now))
    rows = rows_of(schedule, key)
    queries.lock_indicator(session, rows[key].id)
    replaced = _replaced(session, rows, entry)
    values = {**entry.values, key: entered_value(line, entry.values.get(key, Empty("")))}
    for each, row in rows.items():
        _add(session, row, values.get(each, Empty("")), entry, replaced.get(row.id), actor, now)
    _record(session, schedule, key, entry, actor, now, corrected=entry.corrects is not None)
    return doubts


def take_back(
    session: Session, schedule: Schedule, key: str, as_of: date, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Say that the entry of a day does not hold. It stays to be read, with the reason."""
    if not reason.strip():
        raise Refusal(EntryRefusal.EVIDENCE_MISSING, field="evidence")
    rows = rows_of(schedule, key)
    queries.lock_indicator(session, rows[key].id)
    entry = Entry({}, as_of, reason)
    replaced = _replaced(session, rows, entry)
    if not replaced:
        raise Refusal(EntryRefusal.NOTHING_THERE)
    for row in rows.values():
        _add(session, row, Empty(""), entry, replaced.get(row.id), actor, now)
    _record(session, schedule, key, entry, actor, now, taken_back=True)


def count_witnesses(session: Session, schedule: Schedule, *, wanted: bool, actor: Actor, now: datetime) -> None:
    """Whether advices to witnesses count as advices to persons affected (CR-3). It changes figures, so it is written down."""
    if schedule.count_witness == wanted:
        return
    schedule.count_witness = wanted
    detail = {"year": schedule.year, "count_witness": wanted}
    audit.record(session, actor=actor, tag=Tag.SCHEDULE_VALUE_ENTERED, subject=schedule.id, now=now, detail=detail)


def _replaced(session: Session, rows: dict[str, Indicator], entry: Entry) -> dict[UUID, Execution]:
    """The entries that this one replaces, by indicator: those of the day it corrects, or of its own day."""
    assert entry.as_of is not None  # noqa: S101  the rules have checked it
    ids = [each.id for each in rows.values()]
    own = {each.indicator_id: each for each in queries.standing_of(session, ids, entry.as_of)}
    if entry.corrects is None or entry.corrects == entry.as_of:
        return own
    if own:
        raise Refusal(EntryRefusal.AS_OF_TAKEN, field="as_of")
    found = {each.indicator_id: each for each in queries.standing_of(session, ids, entry.corrects)}
    if not found:
        raise Refusal(EntryRefusal.NOTHING_THERE)
    return found


def _add(
    session: Session,
    row: Indicator,
    value: Value,
    entry: Entry,
    replaced: Execution | None,
    actor: Actor,
    now: datetime,
) -> None:
    """One row; nothing is written where nothing was known and nothing is."""
    if isinstance(value, Empty) and replaced is None:
        return
    session.add(
        Execution(
            indicator_id=row.id,
            value=plain.plain_value(value),
            done_on=entry.done_on,
            as_of=entry.as_of,
            evidence=entry.evidence.strip(),
            note=(entry.note.strip() or None) if is_others(Text(row.name)) else None,
            replaces_id=replaced.id if replaced else None,
            entered_at=now,
            entered_by=actor.name,
            entered_by_id=actor.id,
        )
    )


def _record(
    session: Session, schedule: Schedule, key: str, entry: Entry, actor: Actor, now: datetime, **more: bool
) -> None:
    detail = {"year": schedule.year, "key": key, "as_of": entry.as_of.isoformat() if entry.as_of else None}
    audit.record(
        session, actor=actor, tag=Tag.SCHEDULE_VALUE_ENTERED, subject=schedule.id, now=now, detail=detail | more
    )
