"""Invented people who wrote through the public form: in danger, under 18, waiting too long, answered, and one that no person wrote."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE, HELP_POINT
from helpdesk.desks import service as desks
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import PublicFace
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.answers import Answers
from helpdesk.intake.rules.choices import Help, Need, Reach, Said
from helpdesk.intake.rules.messages import SafetySeen
from helpdesk.intake.rules.safe import Safe
from helpdesk.intake.rules.screening import Suspicion
from helpdesk.intake.rules.waiting import urgency
from helpdesk.intake.service import answering, taking
from helpdesk.kernel.permissions import SYSTEM

FACES = {
    BLUE_LINE: PublicFace(
        "n",
        24,
        "pl. Przykładowy 1, 87-100 Toruń",
        "iod-n@example.org",
        "art. 6 ust. 1 lit. e, art. 9 ust. 2 lit. g RODO",
        keep_years=5,
    ),
    HELP_POINT: PublicFace(
        "p",
        24,
        "ul. Przykładowa 2, 85-066 Bydgoszcz",
        "iod-p@example.org",
        "art. 6 ust. 1 lit. e, art. 9 ust. 2 lit. g RODO",
        keep_years=5,
    ),
}
LAWYER = "iryna@example.org"


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody invented has written, and how long ago."""

    language: str
    ago: timedelta
    answers: Answers
    suspicion: Suspicion | None = None
    answer: str = ""


WRITTEN = (
    Written(
        "uk",
        timedelta(hours=2),
        Answers(
            needs=(Need.WORK, Need.PAPERS),
            story="Роботодавець забрав мій паспорт і не платить уже два місяці.",
            danger=Said.NO,
            called="Луна",
            safe=Safe((Reach.EMAIL,), email="luna@example.org", from_hour=9, until_hour=15),
            helps=(Help.LAWYER,),
            language="uk",
        ),
    ),
    Written(
        "ar",
        timedelta(minutes=25),
        Answers(
            needs=(Need.HOME, Need.SAFE_PLACE),
            story="لا أشعر بالأمان في البيت.",
            danger=Said.YES,
            children=Said.YES,
            language="ar",
            interpreter=Said.YES,
        ),
    ),
    Written(
        "es",
        timedelta(hours=30),
        Answers(needs=(Need.CHEATED,), story="Pagué por un trabajo que no existe.", danger=Said.UNKNOWN, language="es"),
    ),
    Written(
        "en",
        timedelta(hours=5),
        Answers(minor=Said.YES, needs=(Need.TALK,), story="I cannot tell anybody at home.", language="en"),
    ),
    Written(
        "ka",
        timedelta(days=2),
        Answers(needs=(Need.PAPERS,), danger=Said.NO, helps=(Help.LAWYER,), language="ka"),
        answer="გმადლობთ. ორშაბათს შეგვიძლია საუბარი.",
    ),
    Written(
        "en",
        timedelta(hours=1),
        Answers(story="www.example.org www.example.net www.example.com www.example.info"),
        suspicion=Suspicion.LINKS,
    ),
)


def add_intakes(session: Session, now: datetime) -> None:
    """Open the public forms of two desks, and let six people write to the Help Point. Asked last: the contact of the one answered continues the numbers."""
    for desk_id, face in FACES.items():
        desks.open_to_public(session, session.get_one(Desk, desk_id), face, actor=SYSTEM, now=now)
    with acting_at(session, HELP_POINT):
        for number, each in enumerate(WRITTEN):
            intake = _intake(each, number, now)
            session.add(intake)
            session.flush()  # a contact may refer to it
            if each.answer:
                _answer(session, intake, each, now)


def _intake(each: Written, number: int, now: datetime) -> Intake:
    sent_at = now - each.ago
    intake = Intake(
        desk_id=HELP_POINT,
        key=uuid5(NAMESPACE_URL, f"demo-intake-{number}"),
        language=each.language,
        sent_at=sent_at,
        danger=each.answers.danger,
        minor=each.answers.minor is Said.YES,
        urgency=urgency(each.answers.danger, minor=each.answers.minor),
        waiting_since=sent_at,
        suspicion=each.suspicion,
    )
    intake.answers = json.dumps(each.answers.to_json())
    intake.safe = json.dumps(each.answers.safe.to_json())
    return intake


def _answer(session: Session, intake: Intake, each: Written, now: datetime) -> None:
    lawyer = accounts.account_by_login(session, LAWYER)
    actor = lawyer.actor_at(HELP_POINT) if lawyer else None
    if actor is None:
        return
    taking.take(session, intake, safe_words=lambda _intake: "", actor=replace(actor), now=now - timedelta(hours=20))
    answering.answer(
        session,
        intake,
        each.answer,
        key=uuid5(NAMESPACE_URL, "demo-answer"),
        language=each.language,
        seen=SafetySeen(intake.safe_version, read=True),
        actor=actor,
        now=now - timedelta(hours=20),
    )
