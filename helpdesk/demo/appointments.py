"""Invented appointments at the Help Point: with lawyers, one with an officer, and one whose duty was changed under it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.appointments import queries, service
from helpdesk.appointments.models import offered_by
from helpdesk.appointments.rules import Heard, free_slots
from helpdesk.appointments.service import Details, Wish
from helpdesk.appointments.sources import warning
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import HELP_POINT
from helpdesk.kernel.permissions import LAWYERS, SYSTEM, Profession
from helpdesk.outreach.rules import SafeContact, Way, when_to_remind
from helpdesk.roster import queries as roster
from helpdesk.roster import service as roster_service
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import writing

AHEAD = timedelta(days=28)
OFFICERS = frozenset({Profession.BORDER_GUARD_OFFICER})
LATER = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invented who comes; `slot` counts the free slots of the duty, `duty` the coming duties."""

    duty: int
    slot: int
    language: str
    alias: str
    question: str
    interpreter: bool = False
    address: str = ""


TO_LAWYERS = (
    Guest(0, 0, "es", "Luna", "Mi jefe se quedó con mi pasaporte. ¿Qué puedo hacer?", interpreter=True),
    Guest(0, 1, "uk", "Калина", "Роботодавець не платить уже два місяці.", address="kalyna@example.org"),
    Guest(0, 3, "en", "Sunny", "Somebody sold me a job that does not exist."),
    Guest(1, 2, "pl", "Jaskółka", "Jak zgłosić, że ktoś posługuje się moim dokumentem?"),
)
TO_MOVE = Guest(2, 0, "ru", "Ветер", "Хозяин квартиры не возвращает залог и угрожает.")
TO_OFFICERS = (Guest(0, 1, "be", "Бусел", "Згубіў пашпарт, ім нехта карыстаецца."),)


def add_appointments(session: Session, now: datetime) -> None:
    """Book some slots of the coming published duties of the Help Point, as far as there are any."""
    with acting_at(session, HELP_POINT):
        span = Span(now + timedelta(hours=1), now + AHEAD)
        lawyers = [each for each in queries.bookable_duties(session, span, LAWYERS) if each.starts_at > now]
        officers = [each for each in queries.bookable_duties(session, span, OFFICERS) if each.starts_at > now]
        for guest in (*TO_LAWYERS, TO_MOVE):
            _book(session, lawyers, guest, now)
        for guest in TO_OFFICERS:
            _book(session, officers, guest, now)
        session.flush()
        if len(lawyers) > TO_MOVE.duty:
            _begin_later(session, lawyers[TO_MOVE.duty], now)


def _book(session: Session, duties: list[Duty], guest: Guest, now: datetime) -> None:
    if len(duties) <= guest.duty:
        return
    duty = duties[guest.duty]
    taken = queries.taken_of(session, duty.id)
    free = free_slots(offered_by(duty), taken, now)
    if len(free) > guest.slot:
        start = free[guest.slot].start
        service.book(session, duty, start, _details(guest, duty, start, now), actor=SYSTEM, now=now)


def _details(guest: Guest, duty: Duty, start: datetime, now: datetime) -> Details:
    text = warning(guest.language)
    heard = Heard(text.version, text.language, now) if duty.profession in OFFICERS else None
    safe = SafeContact(Way.EMAIL, has_address=True, from_hour=9, until_hour=15)
    wish = Wish(safe, guest.address) if guest.address and when_to_remind(safe, start) else None
    return Details(guest.language, guest.interpreter, guest.alias, guest.question, wish, heard)


def _begin_later(session: Session, duty: Duty, now: datetime) -> None:
    """The lawyer comes an hour later that day, so whoever was booked first must be moved."""
    held = roster.duty_held(session, duty.id)
    plan = writing.plan_of(held, session)
    starts = (datetime.combine(plan.day, plan.starts) + LATER).time()
    roster_service.change_duty(
        session,
        held,
        replace(plan, starts=starts),
        known_version=held.version,
        why="Rozprawa w sądzie do południa",
        actor=SYSTEM,
        now=now,
    )
