"""The Help Point with an officer, a lawyer and those who book, and the Tuesday of the story: 17 October 2023, from 10 to 12."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.appointments import service
from helpdesk.appointments.forms import slot_text
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import Heard
from helpdesk.appointments.service import Details, Wish
from helpdesk.appointments.sources import warning
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.outreach.rules import SafeContact, Way
from helpdesk.roster.models import Duty, Post
from tests.accounts.visitor import Visitor
from tests.factories import HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

TEN = datetime(2023, 10, 17, 8, tzinfo=UTC)  # 10:00 in Poland
HALF_HOUR = timedelta(minutes=30)
TEN_THIRTY, ELEVEN, ELEVEN_THIRTY, NOON = (TEN + number * HALF_HOUR for number in (1, 2, 3, 4))
WEEK_BEFORE = TEN - timedelta(days=7)
PATH = f"/desk/{HELP_POINT}"
# What the form says of a warning that was read out in Belarusian.
HEARD = f"{warning('be').version}:be"
SAFE = SafeContact(Way.EMAIL, has_address=True, from_hour=9, until_hour=15)
LUNA = Wish(SAFE, "luna@example.org")


@dataclass(frozen=True, slots=True)
class Office:
    """Who works at the Help Point, and two duties with slots of half an hour."""

    desk: Desk
    officer: Account
    other_officer: Account
    lawyer: Account
    consultant: Account
    coordinator: Account
    post: Post
    duty: Duty
    lawyers_duty: Duty


def make_office(session: Session) -> Office:
    desk = make_desk(session, HELP_POINT, kind=DeskKind.HELP_POINT, languages=("pl", "uk", "en"))
    guard = Profession.BORDER_GUARD_OFFICER
    officer = make_account(session, HELP_POINT, (Role.DUTY_OFFICER,), guard, name="Konrad Straż")
    other = make_account(session, HELP_POINT, (Role.DUTY_OFFICER,), guard, name="Olga Straż")
    lawyer = make_account(session, HELP_POINT, profession=Profession.ADVOCATE, name="Maria Prawna")
    consultant = make_account(session, HELP_POINT, name="Ewa Zięba")
    coordinator = make_account(session, HELP_POINT, (Role.COORDINATOR,), name="Karol Coordinator")
    post = make_post(session, HELP_POINT, name="Officers", slot_minutes=30)
    lawyers = make_post(session, HELP_POINT, name="Lawyers", slot_minutes=30, pause_minutes=10)
    duty = make_duty(session, HELP_POINT, officer, TEN + timedelta(hours=1), hours=2, post=post)
    lawyers_duty = make_duty(session, HELP_POINT, lawyer, NOON + timedelta(hours=1), hours=2, post=lawyers)
    session.commit()
    return Office(desk, officer, other, lawyer, consultant, coordinator, post, duty, lawyers_duty)


def heard(language: str = "be", at: datetime = WEEK_BEFORE) -> Heard:
    text = warning(language)
    return Heard(text.version, text.language, at)


def details(language: str = "be", **facts: Any) -> Details:  # noqa: ANN401  whatever a story is about
    """Somebody who was warned, as an officer's slot needs it."""
    return Details(
        **{"language": language, "alias": "Luna", "question": "Paszport?", "heard": heard(language), **facts}
    )


def book(
    session: Session,
    office: Office,
    start: datetime = TEN,
    duty: Duty | None = None,
    *,
    now: datetime = WEEK_BEFORE,
    **facts: Any,  # noqa: ANN401  likewise
) -> Appointment:
    """A booked slot, by the consultant."""
    with acting_at(session, HELP_POINT):
        booked = service.book(
            session,
            duty or office.duty,
            start,
            details(**facts),
            actor=actor_of(office.consultant, HELP_POINT),
            now=now,
        )
        session.flush()
    return booked


def typed(**changes: str) -> dict[str, str]:
    """What a consultant types on the page of the booking."""
    return {"language": "be", "heard": HEARD, "alias": "Luna", "question": "Paszport?", "remind": "no", **changes}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """It is this moment, for everybody."""
    with time_machine.travel(moment, tick=False):
        yield


def visitor(app: Flask, account: Account) -> Visitor:
    """Somebody who has signed in just now."""
    found = Visitor(app)
    found.signs_in(account)
    return found


def booking_page(office: Office, start: datetime = TEN) -> str:
    return f"{PATH}/appointments/duties/{office.duty.id}/book?slot={slot_text(start)}&language=be&heard={HEARD}"


def books(somebody: Visitor, office: Office, start: datetime = TEN, **changes: str) -> Any:  # noqa: ANN401  a test's answer
    path = f"{PATH}/appointments/duties/{office.duty.id}/book"
    return somebody.sends(path, typed(slot=slot_text(start), **changes), page=f"{PATH}/appointments")
