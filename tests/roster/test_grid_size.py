"""How often the roster of a large desk asks the database, and how much it sends: thirty people, twelve posts of every day."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.roster.models import Absence, Draft, Duty, RuleSetting
from helpdesk.roster.rules.rest import Engagement, Rule, Severity
from helpdesk.roster.rules.spans import span_of
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, make_account, make_desk, make_post
from tests.roster.planning import GRID, NOW, ROSTER, WEEK, a_coordinator, browser_of

PEOPLE, POSTS = 30, 12
FIRST, LAST = date(2026, 11, 16), date(2027, 1, 10)
# Of every page six are for the session, the person, the desk's name, who is on duty and which calls ring.
MOST = {"month": 12, "month part": 11, "week": 22, "part": 16}
LIMIT = 5
HEAVIEST = 60_000


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def browser(app: Flask, session: Session) -> Visitor:
    """A coordinator of a desk whose coming weeks are half published and half drafted."""
    make_desk(session)
    karol = a_coordinator(session)
    people = [make_account(session, name=f"Person {chr(65 + n % 26)}{n} Name{n}") for n in range(PEOPLE)]
    posts = [
        make_post(session, name=f"Post number {n}", starts=time(8 + n), ends=time((12 + n) % 24)) for n in range(POSTS)
    ]
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    with acting_at(session, BLUE_LINE):
        for number, post in enumerate(posts):
            for day in days:
                holder = people[(number * 5 + day.toordinal()) % PEOPLE]
                span = span_of(day, post.starts, post.ends)
                facts = {
                    "post_id": post.id,
                    "account_id": holder.id,
                    "day": day,
                    "starts": post.starts,
                    "ends": post.ends,
                    "starts_at": span.start,
                    "ends_at": span.end,
                }
                if day < date(2026, 12, 16):
                    session.add(Duty(profession="psychologist", changed_at=NOW, **facts))
                else:
                    session.add(Draft(**facts))
        for number, person in enumerate(people):
            away = NOW + timedelta(days=number)
            session.add(_absence(person.id, away))
        # So that of nearly every duty there is something to say.
        session.add(
            RuleSetting(engagement=Engagement.EMPLOYEE, rule=Rule.WEEK_HOURS, severity=Severity.WARN, hours=LIMIT)
        )
    session.commit()
    return browser_of(app, karol)


def _absence(account_id: object, start: datetime) -> Absence:
    return Absence(
        account_id=account_id,
        kind="leave",
        first_day=start.date(),
        last_day=start.date(),
        starts_at=start,
        ends_at=start + timedelta(hours=8),
        entered_at=NOW,
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("month", f"{ROSTER}?month=2026-12"),
        ("month part", f"{ROSTER}/week?month=2026-12"),
        ("week", GRID),
        ("part", f"{ROSTER}/week?week={WEEK}"),
    ],
)
def test_the_roster_of_a_large_desk_asks_seldom_and_is_light(
    browser: Visitor, connection: Connection, name: str, path: str
) -> None:
    asked: list[str] = []
    browser.reads(path)  # the first page of a person also notes that she is there
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    answer = browser.opens(path)
    questions = [each for each in asked if "SAVEPOINT" not in each]
    assert answer.status_code == 200
    assert answer.text.count("Name7") >= 4
    assert len(questions) <= MOST[name], "\n".join(questions)
    assert len(gzip.compress(answer.data)) < HEAVIEST
    assert answer.text.count(f"hours of duty in a week; the rules allow {LIMIT}.") > 100
