"""Stories of the pages of the duties."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Role
from helpdesk.roster import queries
from helpdesk.roster.rules.notices import Told
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_duty, make_post

DUTIES = "/desk/blue-line/duties"
MINE = "/desk/blue-line/my-duties"


@pytest.fixture
def ewa(session: Session) -> Account:
    """A consultant of the Blue Line who reads English."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = make_account(session)
    account.locale = "en"
    session.commit()
    return account


def _visitor(app: Flask, account: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.signs_in(account)
    return visitor


@pytest.fixture
def coordinator(app: Flask, session: Session, ewa: Account) -> Visitor:  # noqa: ARG001  the desks come with her
    account = make_account(session, roles=(Role.COORDINATOR,), name="Karol Coordinator")
    account.locale = "en"
    session.commit()
    return _visitor(app, account)


def _planned(session: Session) -> list[str]:
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        found = queries.duties_between(session, date(2000, 1, 1), date(2100, 1, 1))
        return [f"{duty.account.name} {duty.starts:%H:%M}-{duty.ends:%H:%M}" for duty in found if duty.account]


def test_the_page_shows_who_is_on_duty_now_and_which_days_have_nobody(
    app: Flask, session: Session, ewa: Account
) -> None:
    now = utcnow()
    make_duty(session, BLUE_LINE, ewa, now)
    make_duty(session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), now)
    session.commit()
    page = _visitor(app, ewa).reads(DUTIES)
    assert "Ewa Zięba" in page
    assert "Psychologist" in page
    assert ">now<" in page
    assert page.count("nobody yet") in {7, 8}  # eight, when the duty began yesterday
    assert "Somebody Elsewhere" not in page
    assert "Plan on the roster" not in page


@pytest.mark.parametrize("hour", [1, 13])
def test_a_duty_of_last_night_is_shown_until_it_ends(app: Flask, session: Session, ewa: Account, hour: int) -> None:
    morning = datetime(2023, 10, 6, hour, 30, tzinfo=UTC)
    make_duty(session, BLUE_LINE, ewa, datetime(2023, 10, 5, 22, 0, tzinfo=UTC), hours=8)
    session.commit()
    with time_machine.travel(morning, tick=False):
        page = _visitor(app, ewa).reads(DUTIES)
    assert ("Thursday 5 October" in page) is (hour == 1)


def test_a_duty_that_nobody_holds_is_in_the_list_and_says_so(app: Flask, session: Session, ewa: Account) -> None:
    post = make_post(session, name="Night telephone")
    make_duty(session, BLUE_LINE, None, utcnow() + timedelta(days=1), post=post)
    session.commit()
    page = _visitor(app, ewa).reads(DUTIES)
    assert page.index("Night telephone") < page.index("nobody yet", page.index("Night telephone"))


def test_a_duty_to_come_can_be_cancelled_with_a_reason_and_one_that_runs_cannot(
    coordinator: Visitor, session: Session, ewa: Account
) -> None:
    now = utcnow()
    running = make_duty(session, BLUE_LINE, ewa, now)
    later = make_duty(session, BLUE_LINE, ewa, now + timedelta(days=2))
    session.commit()
    page = coordinator.reads(DUTIES)
    assert f"{later.id}/cancel" in page
    assert f"{running.id}/cancel" not in page
    refused = coordinator.sends(f"{DUTIES}/{running.id}/cancel", {"why": "ill"})
    assert refused.status_code == 409
    assert "has begun and stays in the plan" in words(refused)
    for why in ("", "   "):
        unsaid = coordinator.sends(f"{DUTIES}/{later.id}/cancel", {"why": why})
        assert unsaid.status_code == 422
        assert "Write why." in words(unsaid)
    assert len(_planned(session)) == 2
    assert coordinator.sends(f"{DUTIES}/{later.id}/cancel", {"why": "The hall is closed."}).status_code == 302
    assert len(_planned(session)) == 1
    with acting_at(session, BLUE_LINE):
        assert queries.duty(session, later.id).why == "The hall is closed."
        assert [(each.account_id, each.code) for each in session.query(Notice)] == [(ewa.id, Told.CANCELLED)]


def test_the_duty_of_another_desk_is_not_there_to_be_cancelled(coordinator: Visitor, session: Session) -> None:
    soon = utcnow() + timedelta(days=1)
    theirs = make_duty(session, HELP_POINT, make_account(session, HELP_POINT), soon)
    session.commit()
    assert coordinator.sends(f"{DUTIES}/{theirs.id}/cancel", page=DUTIES).status_code == 404
    assert coordinator.sends(f"/desk/help-point/duties/{theirs.id}/cancel", page=DUTIES).status_code == 404
    with acting_at(session, HELP_POINT):
        assert queries.duty(session, theirs.id)


def test_a_consultant_reads_duties_and_does_not_plan_them(app: Flask, session: Session, ewa: Account) -> None:
    visitor = _visitor(app, ewa)
    later = make_duty(session, BLUE_LINE, ewa, utcnow() + timedelta(days=2))
    session.commit()
    assert "/cancel" not in visitor.reads(DUTIES)
    assert visitor.sends(f"{DUTIES}/{later.id}/cancel", page=DUTIES).status_code == 403
    assert len(_planned(session)) == 1


def test_looking_changes_nothing(coordinator: Visitor, session: Session, ewa: Account) -> None:
    later = make_duty(session, BLUE_LINE, ewa, utcnow() + timedelta(days=2))
    session.commit()
    for path in (DUTIES, f"{DUTIES}/list"):
        assert coordinator.opens(path).status_code == 200
    assert coordinator.opens(f"{DUTIES}/{later.id}/cancel").status_code == 200
    assert len(_planned(session)) == 1


def test_the_part_that_a_page_asks_for_by_itself_is_the_list_alone(coordinator: Visitor) -> None:
    part = coordinator.reads(f"{DUTIES}/list")
    assert "nobody yet" in part
    assert "<html" not in part


def test_a_border_guard_officer_sees_his_own_duties_and_no_others(app: Flask, session: Session, ewa: Account) -> None:
    officer = make_account(session, roles=(Role.DUTY_OFFICER,), name="Jan Straż")
    officer.locale = "en"
    now = utcnow()
    make_duty(session, BLUE_LINE, ewa, now)
    make_duty(session, BLUE_LINE, officer, now + timedelta(days=3))
    session.commit()
    visitor = _visitor(app, officer)
    assert visitor.opens(DUTIES).status_code == 403
    assert visitor.opens(f"{DUTIES}/list").status_code == 403
    page = visitor.reads(MINE)
    assert "Your next duty" in page
    assert "Ewa Zięba" not in page


def test_my_duties_begin_with_the_present_one_and_say_when_there_are_none(
    app: Flask, session: Session, ewa: Account
) -> None:
    visitor = _visitor(app, ewa)
    assert "You have no duties in the plan of this desk." in visitor.reads(MINE)
    now = utcnow()
    make_duty(session, BLUE_LINE, ewa, now)
    make_duty(session, BLUE_LINE, ewa, now + timedelta(days=1))
    session.commit()
    page = visitor.reads(MINE)
    assert "You are on duty now" in page
    assert "Later" in page
