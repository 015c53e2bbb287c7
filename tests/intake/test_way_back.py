"""The way back: who has the digits reads the answer, and nobody else does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.sources import warning
from helpdesk.audit.models import AuditEvent
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.files.models import FilePiece, StoredFile
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeMessage, IntakeOffer, ReturnCode
from helpdesk.intake.rules.choices import Reach
from helpdesk.intake.rules.codes import Code
from helpdesk.intake.rules.messages import OfferState, SafetySeen
from helpdesk.intake.rules.waiting import IntakeState
from helpdesk.intake.service import answering, codes, taking
from helpdesk.intake.service.reading import safe_of
from helpdesk.kernel.permissions import Actor, Profession, Role
from tests.factories import HELP_POINT, make_account, make_duty, make_post
from tests.intake.visitors import Visitor

NOW = datetime(2026, 11, 27, 11, tzinfo=UTC)


class Office:
    """The lawyer of the Help Point who answers."""

    def __init__(self, session: Session, desk_id: str) -> None:
        self.session = session
        account = make_account(session, desk_id, profession=Profession.LEGAL_COUNSEL)
        self.actor = Actor(account.id, account.name, HELP_POINT, frozenset({Role.CONSULTANT}), Profession.LEGAL_COUNSEL)
        self.account = account

    def intake(self) -> Intake:
        with acting_at(self.session, HELP_POINT):
            self.session.expire_all()
            return self.session.scalars(select(Intake).order_by(Intake.sent_at.desc())).all()[0]

    def takes(self) -> Contact:
        with acting_at(self.session, HELP_POINT):
            contact = taking.take(self.session, self.intake(), safe_words=lambda _: "", actor=self.actor, now=NOW)
            self.session.commit()
            return contact

    def answers(self, text: str) -> IntakeMessage:
        intake = self.intake()
        with acting_at(self.session, HELP_POINT):
            seen = SafetySeen(intake.safe_version, read=True)
            made = answering.answer(
                self.session, intake, text, key=uuid4(), language="en", seen=seen, actor=self.actor, now=NOW
            )
            self.session.commit()
            return made


@pytest.fixture
def office(session: Session, help_point: Desk) -> Office:
    made = Office(session, help_point.id)
    session.commit()
    return made


@pytest.fixture
def digits(visitor: Visitor) -> str:
    return visitor.sends_all(story={"story": "my story"})


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def returning(app: Flask) -> Visitor:
    """Somebody at another telephone."""
    return Visitor(app.test_client())


def test_an_answer_is_read_with_the_digits_from_any_telephone(office: Office, digits: str, returning: Visitor) -> None:
    office.takes()
    office.answers("You can come on Monday.")
    returning.comes_back(digits)
    assert "There is something new" in returning.page
    assert "Monday" not in returning.page
    returning.sends("open")
    assert "You can come on Monday." in returning.page
    assert office.intake().state is IntakeState.ANSWERED


def test_at_first_glance_nothing_of_the_story_is_shown(digits: str, returning: Visitor) -> None:
    returning.comes_back(digits)
    assert "Nothing new yet" in returning.page
    assert "my story" not in returning.page


def test_what_is_typed_stays_where_an_answer_came_meanwhile(office: Office, digits: str, returning: Visitor) -> None:
    office.takes()
    returning.comes_back(digits)
    returning.sends("open")
    office.answers("An answer came meanwhile.")
    assert "my typed words" in returning.sends("write", text=f"my typed words {digits}", key=str(uuid4())).text
    assert "my@typed" in returning.sends("safe", ways=["email"], mail="my@typed").text
    assert "There is something new" in returning.looks().page


@pytest.mark.parametrize("tag", ["xx", "", "../pl", "PL"])
def test_a_language_that_is_none_is_no_language_switch(digits: str, returning: Visitor, tag: str) -> None:
    assert returning.comes_back(digits).status_code == 303
    assert returning.sends("open", _language=tag).status_code == 303


@pytest.mark.parametrize(
    "change", [lambda each: each.replace(" ", ""), lambda each: f"\u200f{each}".replace(" ", " - ")]
)
def test_digits_are_read_with_whatever_is_between_them(digits: str, returning: Visitor, change: object) -> None:
    assert callable(change)
    assert returning.comes_back(change(digits)).status_code == 303


@pytest.mark.parametrize("script", [0x0660, 0x06F0, 0x0966])
def test_digits_are_read_in_the_scripts_of_our_languages(digits: str, returning: Visitor, script: int) -> None:
    typed = digits.translate({ord(str(each)): chr(script + each) for each in range(10)})
    assert returning.comes_back(typed).status_code == 303


def test_wrong_unknown_malformed_and_dead_digits_get_one_answer(
    office: Office, digits: str, returning: Visitor, session: Session
) -> None:
    right = digits.replace(" ", "")
    wrong_secret = Code(right[:6], "000000000").digits
    dead = right
    with acting_at(session, HELP_POINT):
        codes.give(session, office.intake(), codes.fresh(), actor=office.actor, now=NOW)
        session.commit()
    typed = (
        wrong_secret,
        Code("000000", right[6:15]).digits,
        right[:-1],
        "",
        "x" * 64,
        "x" * 100_000,
        "1" * 129,
        "😀\0",
        dead,
    )
    answers = {
        (returning.comes_back(each).status_code, returning.page.replace(f'value="{each}"', "")) for each in typed
    }
    assert {status for status, _ in answers} == {403}
    assert len({page.split("<form")[1].split("value=")[0] for _, page in answers}) == 1


def test_many_wrong_tries_are_counted_and_lock_nobody_out(
    digits: str, returning: Visitor, session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    right = digits.replace(" ", "")
    for number in range(12):
        assert returning.comes_back(Code(right[:6], f"{number:09}").digits).status_code == 403
    assert waited[-1] > waited[0]
    assert max(waited) <= 4.0
    with acting_at(session, HELP_POINT):
        session.expire_all()
        (code,) = queries.live_codes(session, office.intake().id)
        assert code.wrong_tries == 12
    assert returning.comes_back(digits).status_code == 303


def test_the_code_stands_in_no_address_cookie_title_or_trail(digits: str, returning: Visitor, session: Session) -> None:
    entered = returning.comes_back(digits)
    plain = digits.replace(" ", "")
    for text in (entered.location, returning.page, str(entered.headers)):
        assert plain not in text
        assert digits not in text
    for event in session.scalars(select(AuditEvent)):
        assert plain not in f"{event.subject}{event.detail}"


def test_a_new_message_waits_for_the_desk_and_is_one_however_often_it_is_sent(
    office: Office, digits: str, returning: Visitor
) -> None:
    office.takes()
    office.answers("Please tell us more.")
    returning.comes_back(digits)
    returning.sends("open")
    key = str(uuid4())
    for _ in range(2):
        returning.sends("write", text="More, then.", key=key, files=(BytesIO(b"words"), "a.txt"))
    intake = office.intake()
    assert intake.state is IntakeState.TAKEN
    with acting_at(office.session, HELP_POINT):
        texts = [each.text for each in queries.messages(office.session, intake.id)]
        assert sorted(texts) == ["More, then.", "Please tell us more."]


def test_a_message_with_the_digits_in_it_is_not_sent(digits: str, returning: Visitor) -> None:
    returning.comes_back(digits)
    returning.sends("open")
    answer = returning.sends("write", text=f"my code is {digits}", key=str(uuid4()))
    assert answer.status_code == 409
    assert "Your 16 digits stand in this text" in answer.text
    assert returning.sends("write", text="PL 61 1090 1014 0000 0712 1981 2874", key=str(uuid4())).status_code == 303


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200f", "\n\n"])
def test_a_message_without_words_is_none(digits: str, returning: Visitor, text: str) -> None:
    returning.comes_back(digits)
    returning.sends("open")
    assert "Please write something first" in returning.sends("write", text=text, key=str(uuid4())).text


def test_what_is_safe_can_change_and_the_desk_must_read_it_again(
    office: Office, digits: str, returning: Visitor
) -> None:
    before = office.intake().safe_version
    returning.comes_back(digits)
    returning.sends("open")
    assert "Write an e-mail address" in returning.sends("safe", ways=["email"], mail="x").text
    returning.sends("safe", ways=["email"], mail="safe@example.org", from_hour="9", until_hour="15")
    intake = office.intake()
    assert safe_of(intake).email == "safe@example.org"
    assert intake.safe_version == before + 1
    assert "safe@example.org" not in returning.page


def test_digits_that_are_no_longer_safe_open_nothing_and_nobody_is_contacted(
    office: Office, digits: str, returning: Visitor
) -> None:
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("safe", ways=["email"], mail="safe@example.org")
    returning.sends("replace")
    new = returning.digits()
    assert safe_of(office.intake()).ways == (Reach.BACK,)
    thief = Visitor(returning.client)
    assert thief.comes_back(digits).status_code == 403
    assert thief.comes_back(new).status_code == 303


def test_another_open_window_closes_when_the_digits_are_replaced(
    office: Office, digits: str, returning: Visitor, app: Flask
) -> None:
    other = Visitor(app.test_client())
    other.comes_back(digits)
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("replace")
    assert "Come back with your digits" in other.looks().page
    assert office.intake().unsafe_since is not None


def test_deleting_takes_words_files_and_digits(
    office: Office, digits: str, returning: Visitor, session: Session
) -> None:
    office.takes()
    office.answers("an answer")
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("write", text="and a file", key=str(uuid4()), files=(BytesIO(b"words"), "a.txt"))
    refused = returning.sends("delete")
    assert (refused.status_code, "tick this box first" in refused.text) == (400, True)
    returning.sends("delete", sure="y")
    assert "It is deleted" in returning.page
    intake = office.intake()
    with acting_at(session, HELP_POINT):
        assert (intake.answers_sealed, intake.safe_sealed, queries.messages(session, intake.id)) == (None, None, [])
        assert [*session.scalars(select(StoredFile)), *session.scalars(select(FilePiece))] == []
        assert session.scalars(select(Contact)).one().number
    assert returning.comes_back(digits).status_code == 403


def offers(office: Office, profession: Profession, account: Account) -> IntakeOffer:
    """The desk offers the first of somebody's times this afternoon."""
    session, intake = office.session, office.intake()
    with acting_at(session, HELP_POINT):
        post = make_post(session, HELP_POINT, name=profession.value, professions=[profession])
        post.slot_minutes = 30
        duty = make_duty(session, HELP_POINT, account, NOW.replace(hour=14), 2, post=post)
        seen = SafetySeen(intake.safe_version, read=True)
        made = answering.offer(session, intake, duty, NOW.replace(hour=14), seen=seen, actor=office.actor, now=NOW)
        session.commit()
    return made


def at_half_past(offer: IntakeOffer) -> str:
    return f"{offer.duty_id}~20261127T1430Z"


def test_a_time_that_was_offered_is_taken_moved_and_called_off(
    office: Office, digits: str, returning: Visitor, session: Session
) -> None:
    office.takes()
    offer = offers(office, Profession.LEGAL_COUNSEL, office.account)
    returning.comes_back(digits)
    assert "There is something new" in returning.page
    returning.sends("open")
    assert "A time for you" in returning.page
    assert returning.sends("accept", slot="nonsense").status_code == 409
    returning.sends("accept", slot=at_half_past(offer))
    assert "15:30" in returning.page
    with acting_at(session, HELP_POINT):
        session.expire_all()
        assert session.scalars(select(IntakeOffer)).one().state is OfferState.ACCEPTED
    returning.sends("move", slot=at_half_past(offer).replace("1430", "1400"))
    assert "15:00" in returning.page
    returning.sends("cancel")
    assert "Your time" not in returning.page
    assert office.intake().state is IntakeState.TAKEN


def test_a_time_that_does_not_suit_waits_for_another_answer(office: Office, digits: str, returning: Visitor) -> None:
    office.takes()
    offers(office, Profession.LEGAL_COUNSEL, office.account)
    assert office.intake().state is IntakeState.ANSWERED
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("decline")
    assert "A time for you" not in returning.page
    assert office.intake().state is IntakeState.TAKEN


def test_an_officer_that_was_offered_comes_after_the_warning_in_whichever_language_it_is_read(
    office: Office, digits: str, returning: Visitor, session: Session
) -> None:
    office.takes()
    officer = make_account(
        session, HELP_POINT, [Role.DUTY_OFFICER], Profession.BORDER_GUARD_OFFICER, login="officer@example.org"
    )
    offer = offers(office, Profession.BORDER_GUARD_OFFICER, officer)
    returning.comes_back(digits, tag="pl")
    returning.sends("open")
    assert warning("en").text in returning.page
    assert returning.sends("accept", slot=at_half_past(offer)).status_code == 409
    assert returning.sends("accept", slot=at_half_past(offer), heard="yes").status_code == 303
    with acting_at(session, HELP_POINT):
        assert session.scalars(select(Appointment)).one().warning_language == "en"


def test_the_digits_are_dead_in_all_windows_once_the_desk_gives_new_ones(
    office: Office, digits: str, returning: Visitor, session: Session
) -> None:
    returning.comes_back(digits)
    with acting_at(session, HELP_POINT):
        codes.give(session, office.intake(), codes.fresh(), actor=office.actor, now=NOW)
        session.commit()
        assert len(session.scalars(select(ReturnCode)).all()) == 2
    assert returning.looks().last is not None
    assert "Come back with your digits" in returning.page
