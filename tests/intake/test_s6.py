"""S6 of the domain report, exactly: opened three times, left twice, sent once; answered by two, counted as two."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.consultations import counts
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.service import closing
from helpdesk.db.wall import acting_at
from helpdesk.intake.models import Intake, IntakeDraft
from helpdesk.intake.rules.messages import SafetySeen
from helpdesk.intake.service import answering, taking
from helpdesk.intake.service.reading import safe_of
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession
from helpdesk.outreach import sources
from tests.factories import BLUE_LINE, make_account, make_desk
from tests.intake.test_desk import send_notices
from tests.intake.visitors import Visitor


@pytest.fixture
def blue_line(session: Session) -> None:
    make_desk(session, BLUE_LINE, lines=["+48520000001"]).place = "n"
    session.commit()


def _opens_and_leaves(app: Flask) -> None:
    visitor = Visitor(app.test_client(), place="n", tag="uk").begins()
    visitor.goes_to("story").sends(story="canary")
    visitor.client.get(f"/{visitor.tag}/leave")
    assert visitor.client.get_cookie("p") is None


def _advise(session: Session, contact: Contact, profession: Profession, login: str, *, interpreter: bool) -> None:
    """One advice by somebody of this profession, and the sheet is closed."""
    account = make_account(session, BLUE_LINE, profession=profession, login=login)
    contact.interpreter = interpreter
    contact.advices.append(
        Advice(
            contact_id=contact.id,
            consultant_id=account.id,
            profession=profession,
            role="VIC",
            kinds=["PSY" if profession is Profession.PSYCHOLOGIST else "LEG"],
            served_on=contact.served_on,
        )
    )
    actor = account.actor_at(BLUE_LINE)
    assert actor is not None
    closing.close(session, contact, "ADV", actor=actor, now=utcnow())


@pytest.mark.usefixtures("blue_line")
def test_s6(app: Flask, session: Session) -> None:
    with time_machine.travel("2023-10-12 12:00+02:00", tick=False) as clock:
        _opens_and_leaves(app)
        _opens_and_leaves(app)
        visitor = Visitor(app.test_client(), place="n", tag="uk").begins()
        clock.shift(60)
        digits = visitor.sends_all(
            safety={"ways": ["email"], "mail": "sender@example.org", "from_hour": "9", "until_hour": "15"}
        )
        pages = visitor.page
    assert session.scalar(select(func.count()).select_from(IntakeDraft)) == 1  # the one whose digits are still shown
    assert "canary" not in pages

    def answers(login: str, profession: Profession, text: str, *, interpreter: bool) -> None:
        account = make_account(session, BLUE_LINE, profession=profession, login=f"answers-{login}")
        actor = account.actor_at(BLUE_LINE)
        assert actor is not None
        with acting_at(session, BLUE_LINE):
            (intake,) = session.scalars(select(Intake))
            intake.owner_id = None
            contact = taking.take(session, intake, safe_words=lambda _: "", actor=actor, now=utcnow())
            seen = SafetySeen(intake.safe_version, read=True)
            answering.answer(session, intake, text, key=uuid4(), language="uk", seen=seen, actor=actor, now=utcnow())
            session.flush()
            _advise(session, contact, profession, login, interpreter=interpreter)
            session.commit()

    with time_machine.travel("2023-10-13 11:00+02:00", tick=False):
        answers("psychologist@example.org", Profession.PSYCHOLOGIST, "Ми поруч.", interpreter=True)
        sent = send_notices(app, session, utcnow())
    with time_machine.travel("2023-10-16 10:00+02:00", tick=False):
        back = Visitor(app.test_client(), place="n", tag="uk")
        back.comes_back(digits)
        back.sends("open")
        assert "Ми поруч." in back.page
        back.sends("write", text="Дякую. Ще запитання.", key=str(uuid4()))
    with time_machine.travel("2023-10-18 12:00+02:00", tick=False):
        answers("lawyer@example.org", Profession.ADVOCATE, "Так, можна.", interpreter=False)
        sent = send_notices(app, session, utcnow())

    with acting_at(session, BLUE_LINE):
        assert session.scalar(select(func.count(Intake.id))) == 1
        contacts = session.scalars(select(Contact).order_by(Contact.started_at)).all()
        assert [(each.language, each.interpreter) for each in contacts] == [("uk", True), ("uk", False)]
        assert session.scalar(select(func.count(Advice.id))) == 2
        assert safe_of(session.scalars(select(Intake)).one()).until_hour == 15
    assert _counted(session) == 2
    words = sources.notice("uk")
    assert {(each.subject, each.body) for each in sent} == {(words.subject, words.body)}
    assert "helpdesk" not in words.body.lower()


def _counted(session: Session) -> int:
    """Line 3.1.b of the programme for October 2023: advices to people affected by violence."""
    october = Period(date(2023, 10, 1), date(2023, 11, 1))
    return counts.advices(session, desk_id=BLUE_LINE, roles=["VIC", "CHV", "REL"], period=october)
