"""Hours that can be paid: planned, worked, confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import LAWYERS, Actor, Permission, Profession
from helpdesk.roster import queries
from helpdesk.roster.models import Confirmation, Duty, Worked
from helpdesk.roster.queries.hours import confirmations, first_planned, worked_otherwise
from helpdesk.roster.rules import month as rules
from helpdesk.roster.rules.hours import Hours, Share, fairness, hours_in_month
from helpdesk.roster.rules.month import Held, HoursRefusal, PersonMonth
from helpdesk.roster.rules.spans import LONGEST, Span
from helpdesk.roster.rules.weeks import previous_month
from helpdesk.roster.service import settings


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of the month: as it stands, as it was worked (None while it is not over), its hours in this month and why they differ."""

    duty: Duty
    worked: Span | None
    hours: Hours
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month of the acting desk: everybody's hours, what they confirmed, and every duty behind them."""

    month: date
    people: Mapping[UUID, PersonMonth]
    confirmed: Mapping[UUID, Sequence[Confirmation]]
    lines: Sequence[Line]

    def last_confirmed(self, account_id: UUID) -> Confirmation | None:
        """What a person confirmed last of this month."""
        found = self.confirmed.get(account_id)
        return found[-1] if found else None

    def differs(self, account_id: UUID) -> bool:
        """Whether something changed since the person confirmed."""
        last = self.last_confirmed(account_id)
        return last is not None and rules.from_minutes(last.minutes) != self.people[account_id].worked

    def lines_of(self, account_id: UUID) -> list[Line]:
        """The duties of one person."""
        return [line for line in self.lines if line.duty.account_id == account_id]


def sheet(session: Session, month: date, now: datetime) -> Sheet:
    """The hours of a local month, in five statements. What is not over yet is planned and not worked."""
    first = month.replace(day=1)
    whole, counting = rules.span_of_month(first), settings.hour_rules(session)
    duties = [duty for duty in queries.duties_within(session, whole) if duty.account_id is not None]
    entered = worked_otherwise(session, [duty.id for duty in duties])
    lines = []
    for duty in duties:
        note = entered.get(duty.id)
        worked = (note.when if note else duty.when) if duty.ends_at <= now else None
        hours = hours_in_month(worked or duty.when, first, counting)
        lines.append(Line(duty, worked, hours, note.why if note else ""))
    held = [Held(line.duty.account_id, line.worked) for line in lines if line.duty.account_id and line.worked]
    people = rules.months_of(first, first_planned(session, whole), held, counting)
    confirmed = confirmations(session, first)
    for account_id in confirmed:
        people.setdefault(account_id, PersonMonth(Hours(), Hours()))
    return Sheet(first, people, confirmed, lines)


def record_worked(session: Session, duty: Duty, worked: Span, why: str, *, actor: Actor, now: datetime) -> None:
    """Enter from and until when a duty was really worked, with the reason; entered again, the new times hold.

    The holder does so until the month is confirmed, whoever manages hours also later: then the month differs from what was
    confirmed, and is confirmed again. Raises Refusal.
    """
    manages = actor.may(Permission.HOURS_MANAGE)
    if duty.account_id is None or not duty.is_published:
        raise Refusal(HoursRefusal.NOBODY)
    if duty.account_id != actor.id and not manages:
        raise Refusal(HoursRefusal.NOT_YOURS)
    months = {day_of(at).replace(day=1) for at in (duty.starts_at, worked.start)}
    if not manages and any(confirmations(session, month).get(duty.account_id) for month in months):
        raise Refusal(HoursRefusal.CONFIRMED)
    reason = rules.check_worked(duty.when, worked, _others(session, duty), why, now)
    found = worked_otherwise(session, [duty.id]).get(duty.id)
    if found is None:
        found = Worked(duty_id=duty.id)
        session.add(found)
    found.starts_at, found.ends_at, found.why = worked.start, worked.end, reason
    found.entered_by_id, found.entered_at = actor.id, now
    detail = {"from": worked.start.isoformat(), "to": worked.end.isoformat()}
    _note(session, Tag.HOURS_CHANGED, duty.id, actor, now, detail)


def confirm_month(session: Session, month: date, *, actor: Actor, now: datetime) -> Confirmation:
    """Let a person confirm the hours of a month of their own that is over; what was confirmed before stays beside it.

    Contractors must, so that the hours of their pay can be shown for three years (minimum hourly rate act, art. 8b and 8c).
    Raises Refusal.
    """
    first = month.replace(day=1)
    assert actor.id is not None  # noqa: S101  only people confirm
    found = sheet(session, first, now)
    hours = found.people.get(actor.id, PersonMonth(Hours(), Hours())).worked
    last = found.last_confirmed(actor.id)
    rules.check_confirming(first, hours, rules.from_minutes(last.minutes) if last else None, now)
    confirmation = Confirmation(
        account_id=actor.id,
        month=first,
        number=last.number + 1 if last else 1,
        minutes=rules.minutes(hours),
        confirmed_at=now,
        confirmed_by_id=actor.id,
    )
    session.add(confirmation)
    _note(session, Tag.HOURS_CONFIRMED, actor.id, actor, now, {"month": first.isoformat(), **rules.minutes(hours)})
    return confirmation


def note_export(session: Session, month: date, kind: str, *, actor: Actor, now: datetime) -> None:
    """Keep that the hours of a month left the house, as what, and by whom."""
    _note(session, Tag.HOURS_EXPORTED, None, actor, now, {"month": month.isoformat(), "kind": kind})


def shares(session: Session, last: date, months: int) -> Mapping[Profession, list[Share]]:
    """How evenly duties are spread in so many months up to the one of `last`, planned ones included.

    Compared are those who could stand in for one another: each profession by itself, advocates and legal counsels together.
    """
    found: dict[Profession, dict[UUID, Hours]] = {}
    month, counting = last.replace(day=1), settings.hour_rules(session)
    for _number in range(months):
        whole = rules.span_of_month(month)
        for duty in queries.duties_within(session, whole):
            if duty.account_id is not None:
                hours = hours_in_month(duty.when, month, counting)
                mine = found.setdefault(_kin(duty.profession), {})
                mine[duty.account_id] = mine.get(duty.account_id, Hours()) + hours
        month = previous_month(month)
    return {profession: fairness(rows) for profession, rows in sorted(found.items())}


def _kin(profession: Profession) -> Profession:
    """Those who may stand in for one another go by one of their professions."""
    return Profession.LEGAL_COUNSEL if profession in LAWYERS else profession


def _others(session: Session, duty: Duty) -> list[Span]:
    """What else the holder worked around this duty."""
    near = Span(duty.starts_at - LONGEST, duty.ends_at + LONGEST)
    others = [
        each
        for each in queries.duties_within(session, near)
        if each.account_id == duty.account_id and each.id != duty.id
    ]
    entered = worked_otherwise(session, [each.id for each in others])
    return [entered[each.id].when if each.id in entered else each.when for each in others]


def _note(
    session: Session, tag: Tag, subject: UUID | None, actor: Actor, now: datetime, detail: Mapping[str, Any]
) -> None:
    desk_id = acting_desk(session)
    audit.record(session, actor=actor, tag=tag, subject=subject, desk_id=desk_id, now=now, detail=dict(detail))
