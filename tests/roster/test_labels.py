"""Who is on duty, in one line."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.db.wall import act_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.labels import LABELS, SHORT, TABLES, on_duty_line
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.web import labels
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_duty


@pytest.fixture(autouse=True)
def reader(app: Flask) -> Iterator[None]:
    """Somebody who reads English."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def test_every_refusal_and_every_profession_has_words() -> None:
    kinds = {type(code) for code in LABELS}
    assert {DutyRefusal, Unfit} <= kinds
    assert all(code in LABELS for kind in kinds for code in kind)
    assert set(SHORT) == set(Profession)


def test_no_two_codes_of_the_roster_are_spelt_alike() -> None:
    assert len(LABELS) == sum(len(table) for table in TABLES)


def test_a_refusal_says_the_number_it_is_about() -> None:
    assert "at most 16 hours" in labels.sentence(Refusal(DutyRefusal.TOO_LONG, hours=16))


def test_the_header_says_who_is_on_duty_and_until_when(session: Session, now: datetime) -> None:
    make_desk(session)
    make_desk(session, HELP_POINT)
    marek = make_account(session, profession=Profession.LEGAL_COUNSEL, name="Marek Lis")
    make_duty(session, BLUE_LINE, make_account(session), now)
    make_duty(session, BLUE_LINE, marek, now, hours=5)
    make_duty(session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), now)
    act_at(session, BLUE_LINE)
    assert on_duty_line(session, now) == "On duty: legal Marek Lis (until 22:10) · psych. Ewa Zięba (until 21:10)"


def test_the_header_says_when_nobody_is_on_duty(session: Session, now: datetime) -> None:
    make_desk(session)
    act_at(session, BLUE_LINE)
    assert on_duty_line(session, now) == "Nobody is on duty now."
