"""A template of an answer is put into the answer, below what was typed, and nothing typed is lost."""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Role
from helpdesk.texts import service
from helpdesk.texts.service import Entry
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk
from tests.intake.offices import Colleague
from tests.intake.visitors import Visitor


@pytest.fixture
def lawyer(app: Flask, session: Session, visitor: Visitor) -> Colleague:
    """She has taken the newest intake."""
    visitor.sends_all()
    made = Colleague(app, session, name="Iryna Prawnik")
    assert made.presses("take").status_code == 302
    return made


def written(session: Session, desk_id: str, name: str, language: str, text: str) -> UUID:
    """A template that the coordinator of the desk wrote."""
    coordinator = actor_of(make_account(session, desk_id, [Role.COORDINATOR]), desk_id)
    with acting_at(session, desk_id):
        kept = service.save_template(session, Entry(name, language, text), actor=coordinator, now=utcnow())
    session.commit()
    return kept.id


def text_on(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert found, page
    return found[1]


def test_a_template_is_added_below_what_was_typed_and_all_of_that_is_kept(lawyer: Colleague, session: Session) -> None:
    thanks = written(session, HELP_POINT, "Thanks", "en", "Thank you for writing.\nWe will answer on Monday.")
    page = lawyer.opens().text
    assert f'value="insert:{thanks}"' in page
    assert page.index('value="preview"') < page.index(f'value="insert:{thanks}"')  # Enter still means to look at it
    typed = {"text": "Good morning!\n", "language": "pl", "read": "y", "key": str(uuid4()), "safe_version": "1"}
    again = lawyer.presses("answer", go=f"insert:{thanks}", **typed)
    assert again.status_code == 200
    assert text_on(again.text) == "Good morning!\n\nThank you for writing.\nWe will answer on Monday."
    assert re.search(r'<option value="pl"[^>]* selected', again.text)
    assert typed["key"] in again.text
    assert re.search(r'name="read"[^>]* checked', again.text)
    assert "error-summary" not in again.text
    with acting_at(session, HELP_POINT):
        assert lawyer.intake().messages == []


def test_into_an_empty_answer_the_template_comes_alone(lawyer: Colleague, session: Session) -> None:
    thanks = written(session, HELP_POINT, "Thanks", "en", "Thank you.")
    assert text_on(lawyer.presses("answer", go=f"insert:{thanks}", text="").text) == "Thank you."


def test_a_template_of_another_desk_or_none_changes_nothing(
    lawyer: Colleague, session: Session, help_point: Desk
) -> None:
    assert help_point.place
    make_desk(session, BLUE_LINE)
    theirs = written(session, BLUE_LINE, "Theirs", "en", "secret of the neighbours")
    for wanted in (theirs, uuid4(), "x"):
        page = lawyer.presses("answer", go=f"insert:{wanted}", text="typed").text
        assert text_on(page) == "typed"
        assert "secret of the neighbours" not in page
