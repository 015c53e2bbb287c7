"""The slots of a week, free and taken, and the appointments that need somebody: to be moved, or to be settled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.appointments import queries
from helpdesk.appointments.forms import slot_text, spoken
from helpdesk.appointments.labels import STATES, TROUBLES
from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import free_slots
from helpdesk.appointments.views.blueprint import staff
from helpdesk.kernel.clock import day_bounds, day_of, utcnow
from helpdesk.kernel.permissions import LAWYERS, Permission, Profession
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span
from helpdesk.web.access import requires
from helpdesk.web.transaction import session

WEEK = timedelta(days=7)
FURTHEST = timedelta(days=90)
LAWYERS_ONLY = "lawyers"


@dataclass(frozen=True, slots=True)
class Free:
    """A slot that can be booked, with its text for addresses."""

    slot: Span
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An appointment in one line: no alias and no question, so that the list needs no trace of who read it."""

    appointment: Appointment
    language: str
    state: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Line:
    """A duty with its slots."""

    duty: Duty
    profession: str
    is_officer: bool
    free: Sequence[Free]
    taken: Sequence[Taken]


@staff.get("/appointments")
@requires(Permission.APPOINTMENT_READ)
def week(desk_id: str) -> ResponseReturnValue:
    """Free and taken slots of seven days, and what is to be moved or settled."""
    return render_template("appointments/week.html", desk_id=desk_id, **_page(utcnow()))


@staff.get("/appointments/list")
@requires(Permission.APPOINTMENT_READ, passive=True)
def week_list(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself."""
    return render_template("appointments/_week.html", desk_id=desk_id, **_page(utcnow()))


def to_week(desk_id: str, appointment: Appointment) -> ResponseReturnValue:
    """Back to the list, at the day of an appointment."""
    days: dict[str, Any] = {"from": appointment.duty.day.isoformat()}
    return redirect(url_for("appointments.week", desk_id=desk_id, **days))


def lines_of(duties: Sequence[Duty], now: datetime) -> list[Line]:
    """Each duty with its free and its taken slots."""
    live = queries.live_at(session(), [each.id for each in duties])
    return [_line(duty, live.get(duty.id, ()), now) for duty in duties]


def taken_line(appointment: Appointment) -> Taken:
    trouble = appointment.trouble
    return Taken(
        appointment,
        spoken(appointment.language),
        str(STATES[appointment.state]),
        str(TROUBLES[trouble]) if trouble else "",
    )


def next_free_day(professions: Collection[Profession], now: datetime) -> date | None:
    """The first day on which one of these professions has a free slot."""
    duties = queries.bookable_duties(session(), Span(now, now + FURTHEST), professions)
    return next((line.duty.day for line in lines_of(duties, now) if line.free), None)


def _line(duty: Duty, live: Sequence[Appointment], now: datetime) -> Line:
    free = free_slots(offered_by(duty), [each.when for each in live], now)
    return Line(
        duty,
        str(PROFESSIONS[duty.profession]),
        duty.profession is Profession.BORDER_GUARD_OFFICER,
        [Free(slot, slot_text(slot.start)) for slot in free],
        [taken_line(each) for each in live],
    )


def _page(now: datetime) -> dict[str, object]:
    only = LAWYERS if request.args.get("for") == LAWYERS_ONLY else frozenset[Profession]()
    first = _day(request.args.get("from", "")) or (next_free_day(only, now) if only else None) or day_of(now)
    span = Span(day_bounds(first)[0], day_bounds(first + WEEK)[0])
    lines = lines_of(queries.bookable_duties(session(), span, only), now)
    return {
        "days": [(day, list(of_day)) for day, of_day in groupby(lines, key=lambda line: line.duty.day)],
        "first": first,
        "last": first + WEEK - timedelta(days=1),
        "before": first - WEEK,
        "after": first + WEEK,
        "today": day_of(now),
        "only": LAWYERS_ONLY if only else None,
        "to_move": [taken_line(each) for each in queries.to_move(session())],
        "unsettled": [taken_line(each) for each in queries.unsettled(session(), now)],
    }


def _day(text: str) -> date | None:
    """A day of an address, far enough from the ends of the calendar to have a week around it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None
