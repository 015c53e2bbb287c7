"""S8 of the domain report, played through the pages: an officer's four slots on Tuesday, 17 October 2023."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from threading import Thread
from time import monotonic, sleep
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from helpdesk.accounts import gateway
from helpdesk.app import create_app
from helpdesk.appointments import counts as appointment_counts
from helpdesk.appointments import queries, service
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import State
from helpdesk.config import Settings
from helpdesk.consultations import counts
from helpdesk.consultations.models import Advice, Contact
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.indicators import sources
from helpdesk.indicators.rules.counting import CountingSettings, definition_of
from helpdesk.indicators.sources import Question
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession
from tests.accounts.visitor import Visitor, words
from tests.appointments.office import (
    ELEVEN,
    ELEVEN_THIRTY,
    HALF_HOUR,
    NOON,
    PATH,
    TEN,
    TEN_THIRTY,
    WEEK_BEFORE,
    Office,
    at,
    books,
    make_office,
    visitor,
)
from tests.conftest import EnglishClient, make_database
from tests.factories import BLUE_LINE, HELP_POINT, make_desk

YEAR = Period.of_year(2023)
DAY = Period(date(2023, 10, 17), date(2023, 10, 18))
DAY_BEFORE = TEN - timedelta(days=1)
REMINDED = {"remind": "email", "from_hour": "9", "until_hour": "15"}


@dataclass(slots=True)
class Real:
    """An application over a database of its own, in which everybody has a connection of their own."""

    app: Flask
    engine: Engine
    sessions: Sessions
    settings: Settings
    office: Office


@pytest.fixture
def real(settings: Settings) -> Iterator[Real]:
    address = make_database("appointments_story")
    engine = make_engine(address)
    schema.upgrade(engine)
    sessions = make_sessions(engine)
    own = replace(
        settings,
        database_url=address,
        smtp_url="smtp://localhost:2525",
        mail_from="office@example.org",
        neutral_mail_from="post@example.net",
    )
    with sessions() as session, at(WEEK_BEFORE - timedelta(days=30)):
        office = make_office(session)
        make_desk(session, BLUE_LINE)
        session.commit()
    app = create_app(own, sessions=sessions)
    app.testing = True
    app.test_client_class = EnglishClient
    yield Real(app, engine, sessions, own, office)
    engine.dispose()


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    monkeypatch.setattr(gateway, "_hand_in", lambda _server, message, _to, _own_name: found.append(message))
    return found


def at_the_same_second(real: Real, deeds: list[tuple[Visitor, dict[str, str]]]) -> list[TestResponse]:
    """Send all of this while the duty is held by somebody else, and let go when every one of them waits for it.

    They come one after the other, within the same second, so of two it is the first one who gets what both want.
    """
    answers: list[TestResponse | None] = [None] * len(deeds)

    def send(number: int) -> None:
        somebody, fields = deeds[number]
        answers[number] = books(somebody, real.office, TEN, **fields)

    threads = [Thread(target=send, args=(number,)) for number in range(len(deeds))]
    with real.engine.connect() as holding, holding.begin():
        holding.execute(text("SELECT id FROM duty WHERE id = :id FOR UPDATE"), {"id": real.office.duty.id})
        for number, thread in enumerate(threads, start=1):
            thread.start()
            _wait_for_waiting(real.engine, number)
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


def _wait_for_waiting(engine: Engine, number: int) -> None:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        until = monotonic() + 4
        while connection.scalar(asked) != number:
            assert monotonic() < until, "nobody waits"
            sleep(0.01)


def appointment_at(session: Session, start: datetime, state: State | None = None) -> Appointment:
    with acting_at(session, HELP_POINT):
        live = queries.live_at(session, list(session.scalars(select(Appointment.duty_id))))
        found = [each for of_duty in live.values() for each in of_duty if each.starts_at == start]
    assert len(found) == 1
    assert state is None or found[0].state is state
    return found[0]


def numbers(real: Real) -> dict[str, int]:
    with real.sessions() as session:
        guard = Profession.BORDER_GUARD_OFFICER
        tally = appointment_counts.appointments(session, desk_id=HELP_POINT, period=DAY, profession=guard)
        marshal = [
            sources.count(session, Question(definition_of(key), CountingSettings(count_witness=True), YEAR))
            for key in ("1.10.a", "3.1.b")
        ]
        assert None not in marshal  # both are counted by the application itself
        with acting_at(session, HELP_POINT):
            advices = session.scalar(select(func.count(Advice.id)).where(Advice.closed_at.is_not(None))) or 0
        return {
            "bookings": tally.booked,
            "refused attempts": tally.refused,
            "attended": tally.attended,
            "no-show": tally.no_show,
            "cancelled": tally.cancelled,
            "free": tally.free,
            "Punkt contacts": counts.contacts(session, desk_id=HELP_POINT, period=YEAR),
            "SG consultations": counts.advices_by(session, desk_id=HELP_POINT, profession=guard, period=YEAR),
            "advices": advices,
            "marshal": sum(each or 0 for each in marshal),
        }


def test_the_slots_of_an_officer(real: Real, mails: list[EmailMessage]) -> None:
    """A books 10:00; B 10:30 and does not come; C tries 10:00 at the same second, is refused and takes 11:00; D books 11:30 and cancels."""
    assert numbers(real) == dict.fromkeys(numbers(real), 0) | {"free": 4}
    with at(WEEK_BEFORE):
        _everybody_books(real)
    with at(DAY_BEFORE):
        _the_fourth_cancels(real)
    for minute in (-1, 0, 1, 59, 61):  # 14:00 is the last safe hour of those who wanted a reminder
        service.follow(real.sessions, real.settings, DAY_BEFORE + timedelta(hours=4, minutes=minute))
    assert [(mail["To"], mail["From"], mail.get_content().strip()) for mail in mails] == [
        ("a@example.org", "post@example.net", "Заўтра, аў, 17 кастрычніка, 10:00.")
    ]
    with at(NOON):
        _the_officer_writes_down_who_came(real)
    assert numbers(real) == {
        "bookings": 4,
        "refused attempts": 1,
        "attended": 2,
        "no-show": 1,
        "cancelled": 1,
        "free": 1,
        "Punkt contacts": 2,
        "SG consultations": 2,
        "advices": 2,
        "marshal": 0,
    }


def _everybody_books(real: Real) -> None:
    first, second = visitor(real.app, real.office.consultant), visitor(real.app, real.office.coordinator)
    assert books(first, real.office, TEN_THIRTY, alias="B").status_code == 302
    third = {"alias": "C", "question": "Umowa?"}
    answers = at_the_same_second(
        real, [(first, {"alias": "A", "address": "a@example.org", **REMINDED}), (second, third)]
    )
    assert [answer.status_code for answer in answers] == [302, 409]
    page = words(answers[1])
    assert "Somebody else has taken this time meanwhile." in page
    assert "Book 11:00 instead" in page
    assert 'value="C"' in page
    assert "Umowa?" in page
    assert books(second, real.office, TEN, **third, instead="20231017T0900Z").status_code == 302
    assert books(second, real.office, ELEVEN_THIRTY, alias="D", address="d@example.org", **REMINDED).status_code == 302


def _the_fourth_cancels(real: Real) -> None:
    with real.sessions() as session:
        fourth = appointment_at(session, ELEVEN_THIRTY)
    coordinator = visitor(real.app, real.office.coordinator)
    path = f"{PATH}/appointments/{fourth.id}/cancel"
    assert "11:30" in coordinator.reads(path)
    assert coordinator.sends(path).status_code == 302


def _the_officer_writes_down_who_came(real: Real) -> None:
    officer = visitor(real.app, real.office.officer)
    page = officer.reads(f"{PATH}/my-appointments")
    for said in ("10:00", "10:30", "11:00", "Belarusian", "Paszport?", "Umowa?"):
        assert said in page
    with real.sessions() as session:
        came = [appointment_at(session, start, State.BOOKED) for start in (TEN, ELEVEN)]
        missed = appointment_at(session, TEN_THIRTY, State.BOOKED)
    for each in came:
        path = f"{PATH}/my-appointments/{each.id}/attended"
        assert officer.sends(path, {"role": "FVC", "kinds": ["INF"]}).status_code == 302
        assert officer.sends(path, {"role": "FVC", "kinds": ["INF"]}).status_code == 302  # pressed twice
    no_show = f"{PATH}/my-appointments/{missed.id}/no-show"
    assert officer.sends(no_show, page=f"{PATH}/my-appointments").status_code == 302
    _the_contacts_are_whole(real, [each.id for each in came])


def _the_contacts_are_whole(real: Real, appointment_ids: list[UUID]) -> None:
    with real.sessions() as session, acting_at(session, HELP_POINT):
        contacts = session.scalars(select(Contact).order_by(Contact.started_at)).all()
        assert [each.appointment_id for each in contacts] == appointment_ids
        assert [(each.started_at, each.ended_at) for each in contacts] == [
            (TEN, TEN + HALF_HOUR),
            (ELEVEN, ELEVEN + HALF_HOUR),
        ]
        assert {(each.channel, each.outcome, each.language, each.served_on) for each in contacts} == {
            ("VIS", "ADV", "be", date(2023, 10, 17))
        }
        assert [each.number for each in contacts] == ["HELP-POINT/2023/000001", "HELP-POINT/2023/000002"]
        advices = session.scalars(select(Advice)).all()
        guard = Profession.BORDER_GUARD_OFFICER
        assert {(each.consultant_id, each.profession, each.role, tuple(each.kinds)) for each in advices} == {
            (real.office.officer.id, guard, "FVC", ("INF",))
        }


@pytest.mark.parametrize("number", [2, 5])
def test_of_any_number_at_the_same_second_one_gets_the_slot(real: Real, number: int) -> None:
    with at(WEEK_BEFORE):
        people = [visitor(real.app, real.office.consultant) for _ in range(number)]
        answers = at_the_same_second(real, [(each, {"alias": str(n)}) for n, each in enumerate(people)])
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (number - 1)
    assert all("Book 10:30 instead" in words(answer) for answer in answers if answer.status_code == 409)
    assert numbers(real)["bookings"] == 1
    assert numbers(real)["refused attempts"] == number - 1


def test_a_duty_that_is_cancelled_at_the_same_second_leaves_nobody_forgotten(real: Real) -> None:
    """Whoever books waits for the change of the duty, and is refused once it stands."""
    with at(WEEK_BEFORE):
        somebody = visitor(real.app, real.office.consultant)
        answers: list[TestResponse] = []
        thread = Thread(target=lambda: answers.append(books(somebody, real.office, TEN)))
        with real.engine.connect() as roster, roster.begin():
            statement = "UPDATE duty SET state = 'cancelled', version = version + 1, changed_at = now() WHERE id = :id"
            roster.execute(text(statement), {"id": real.office.duty.id})
            thread.start()
            _wait_for_waiting(real.engine, 1)
        thread.join()
    assert answers[0].status_code == 409
    assert "No appointments can be booked in this duty." in words(answers[0])
    assert numbers(real)["bookings"] == 0
