"""What the desk hands in to its controller: numbers of its own, of which nobody can be recognised."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations import counts
from helpdesk.consultations.rules.statistics import Breakdown
from helpdesk.consultations.service import closing
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.permissions import Profession, Role
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_contact, make_desk, sign_in

SPRING = datetime(2023, 4, 3, 10, tzinfo=UTC)


@pytest.fixture
def help_point(session: Session) -> Desk:
    """The Help Point of 2023: seven talks in Ukrainian and two in Georgian in spring, nine in Ukrainian in autumn; one at the Blue Line."""
    point, line = make_desk(session, HELP_POINT), make_desk(session, BLUE_LINE)
    lawyer = make_account(session, HELP_POINT, profession=Profession.LEGAL_COUNSEL, login="lawyer@example.org")
    other = make_account(session, BLUE_LINE, login="other@example.org")
    for number, tag in enumerate(["uk"] * 7 + ["ka"] * 2):
        _talk(session, point, lawyer, SPRING + timedelta(hours=number), tag)
    for number in range(9):
        _talk(session, point, lawyer, SPRING + timedelta(days=200, hours=number), "uk")
    _talk(session, line, other, SPRING, "uk")
    session.commit()
    return point


def _talk(session: Session, desk: Desk, account: Account, at: datetime, tag: str) -> None:
    contact = make_contact(session, desk, at, by=account)
    with acting_at(session, desk.id):
        contact.language = tag
        (advice,) = contact.advices
        advice.role, advice.kinds = "VIC", ["LEG"]
        closing.close(session, contact, "ADV", actor=actor_of(account, desk.id), now=at + timedelta(hours=1))
        session.flush()


def _visitor(app: Flask, session: Session, role: Role) -> Visitor:
    account = make_account(session, HELP_POINT, roles=[role], login=f"{role}@example.org")
    session.commit()
    visitor = Visitor(app)
    sign_in(visitor.client, account)
    return visitor


def test_each_desk_counts_its_own_by_quarters(session: Session, help_point: Desk) -> None:
    found = counts.by_quarter(session, desk_id=help_point.id, by=Breakdown.LANGUAGE, year=2023)
    assert found == {"uk": [0, 7, 0, 9], "ka": [0, 2, 0, 0]}
    assert counts.by_quarter(session, desk_id=help_point.id, by=Breakdown.HELP, year=2023) == {"LEG": [0, 9, 0, 9]}
    assert counts.by_quarter(session, desk_id=help_point.id, by=Breakdown.PROFESSION, year=2022) == {}


def test_the_two_georgians_can_be_computed_from_no_page_and_no_file(
    app: Flask, session: Session, help_point: Desk
) -> None:
    coordinator = _visitor(app, session, Role.COORDINATOR)
    page = coordinator.reads(f"/desk/{help_point.id}/statistics?year=2023")
    assert "Georgian" in page
    table = page.split("Contacts by language", 1)[1].split("</table>", 1)[0]
    assert table.count("hidden") >= 4
    answer = coordinator.opens(f"/desk/{help_point.id}/statistics.xlsx?year=2023")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert rows["Georgian"] == (0, "hidden", 0, 0, "hidden")
    assert rows["Ukrainian"] == (0, "hidden", 0, 9, "hidden")
    event = session.query(AuditEvent).filter_by(tag=Tag.STATISTICS_EXPORTED).one()
    assert event.detail == {"year": 2023}


@pytest.mark.parametrize("year", ["", "x", "1999", "9" * 30, "-1", "٢٠٢٣"])
def test_a_year_that_is_none_is_the_present_one(app: Flask, session: Session, help_point: Desk, year: str) -> None:
    coordinator = _visitor(app, session, Role.COORDINATOR)
    assert "Nothing was closed in this year" in coordinator.reads(f"/desk/{help_point.id}/statistics?year={year}")


def test_a_consultant_reads_no_statistics(app: Flask, session: Session, help_point: Desk) -> None:
    consultant = _visitor(app, session, Role.CONSULTANT)
    for path in ("statistics", "statistics.xlsx"):
        assert consultant.opens(f"/desk/{help_point.id}/{path}").status_code == 403
