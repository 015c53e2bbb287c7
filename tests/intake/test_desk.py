"""The desk that answers: who waits, who takes it, and what goes out."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact
from helpdesk.db import jobs
from helpdesk.db.jobs import Job
from helpdesk.db.wall import across, acting_at
from helpdesk.desks.models import Desk
from helpdesk.files.models import FilePiece, StoredFile
from helpdesk.intake.models import Intake, IntakeMessage, ReturnCode
from helpdesk.intake.rules.waiting import IntakeState
from helpdesk.intake.service import notices, retention
from helpdesk.intake.views.public import times
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.outreach import sources
from helpdesk.outreach.models import Outgoing
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_duty, make_post, sign_in
from tests.intake.offices import Colleague
from tests.intake.visitors import TOKEN, Visitor

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)


@pytest.fixture
def lawyer(app: Flask, session: Session, help_point: Desk) -> Colleague:
    assert help_point.place
    with time_machine.travel("2026-11-27 09:55+01:00", tick=False):
        return Colleague(app, session, name="Iryna Prawnik")


@pytest.fixture
def coordinator(app: Flask, session: Session, help_point: Desk) -> Colleague:
    assert help_point.place
    with time_machine.travel("2026-11-27 09:55+01:00", tick=False):
        return Colleague(app, session, [Role.COORDINATOR], name="Natalia Koordynator", login="natalia@example.org")


@pytest.fixture
def colleague(app: Flask, session: Session, help_point: Desk) -> Colleague:
    assert help_point.place
    with time_machine.travel("2026-11-27 09:55+01:00", tick=False):
        return Colleague(app, session, name="Marek Prawnik", login="marek@example.org")


def events(session: Session, tag: Tag) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.tag == tag)))


def test_who_is_in_danger_stands_first_and_no_word_stands_in_the_list(lawyer: Colleague, app: Flask) -> None:
    with time_machine.travel("2026-11-27 10:00+01:00", tick=False) as clock:
        for danger, story in (("no", "calm words"), ("yes", "urgent words")):
            visitor = Visitor(app.test_client()).begins()
            clock.shift(timedelta(minutes=1))
            visitor.sends_all(story={"story": story}, safety={"danger": danger})
        page = lawyer.reads().text
    rows = page.split("<tbody", 1)[1].split("<tr")[1:]
    assert ["danger" in row for row in rows] == [True, False]
    assert "urgent words" not in page
    assert "calm words" not in page


def test_the_desk_says_who_waits_and_for_whom_it_is_late(lawyer: Colleague, app: Flask) -> None:
    with time_machine.travel("2026-11-27 10:00+01:00", tick=False) as clock:
        for hours in (2, 23):
            visitor = Visitor(app.test_client()).begins()
            clock.shift(timedelta(minutes=1))
            visitor.sends_all()
            clock.shift(timedelta(hours=hours))
        sign_in(lawyer.client, lawyer.account)
        page = lawyer.client.get(f"/desk/{HELP_POINT}/contacts/desk").text
    assert "1 intake waits longer than we promise." in page
    assert "2 intakes wait for an answer." in page


def test_opening_shows_both_languages_and_is_recorded(lawyer: Colleague, visitor: Visitor, session: Session) -> None:
    visitor.sends_all(need={"needs": ["work"]}, more={"language": "pl"})
    page = lawyer.opens().text
    assert "Trouble at work" in page
    assert "Kłopoty w pracy" in page
    assert [each.actor_name for each in events(session, Tag.INTAKE_OPENED)] == ["Iryna Prawnik"]


def test_no_other_door_shows_an_intake_without_a_trace(lawyer: Colleague, visitor: Visitor, session: Session) -> None:
    visitor.sends_all(story={"story": "words of the story"})
    token = TOKEN.search(lawyer.opens().text)
    assert token
    path = f"/desk/{HELP_POINT}/intakes/{lawyer.intake().id}"
    before = len(events(session, Tag.INTAKE_OPENED))
    for door in ("answer", "offer"):
        page = lawyer.client.post(f"{path}/{door}", data={"csrf_token": token[1], "go": "edit"})
        assert "words of the story" in page.text
    assert len(events(session, Tag.INTAKE_OPENED)) == before + 2


def test_a_free_time_is_offered_and_one_that_is_gone_is_not(
    lawyer: Colleague, visitor: Visitor, session: Session
) -> None:
    visitor.sends_all()
    post = make_post(session, HELP_POINT, professions=[Profession.LEGAL_COUNSEL])
    post.slot_minutes = 30
    duty = make_duty(session, HELP_POINT, lawyer.account, NOON + timedelta(hours=3), 2, post=post)
    session.commit()
    lawyer.presses("take")
    typed = {"safe_version": str(lawyer.intake().safe_version), "read": "y"}
    gone = lawyer.presses("offer", slot=times.choice(duty.id, NOON - timedelta(days=1)), **typed)
    assert gone.status_code == 409
    assert "This time is no longer offered" in gone.text
    assert "Not a valid choice" not in gone.text
    free = times.choice(duty.id, NOON + timedelta(hours=2))
    unread = lawyer.presses("offer", slot=free, **(typed | {"read": ""}))
    assert unread.status_code == 409
    assert "Confirm that you have read" in unread.text
    half = lawyer.presses("offer", slot=free, text="half written", **(typed | {"read": ""}))
    assert "half written" in half.text
    offered = lawyer.presses("offer", slot=free, text="half written", **typed)
    for each in ("The time is offered", "half written", "Offered and not answered yet"):
        assert each in offered.text
    assert lawyer.presses("offer", slot=free, **typed).status_code == 302
    assert "half written" not in lawyer.opens().text


def test_taking_makes_a_contact_once_and_nobody_else_can_take_it(
    lawyer: Colleague, coordinator: Colleague, visitor: Visitor, session: Session
) -> None:
    visitor.sends_all(safety={"danger": "yes", "ways": ["email"], "mail": "me@example.org"}, more={"children": "yes"})
    lawyer.presses("take")
    lawyer.presses("take")
    with acting_at(session, HELP_POINT):
        (contact,) = session.scalars(select(Contact))
        assert (contact.channel, contact.danger, contact.safety_flags) == ("WEB", "yes", ["CHI"])
        assert contact.safe_ways == ["SEM"]
        assert "me@example.org" in contact.safe_contact
    assert coordinator.presses("take").status_code == 302
    assert "Iryna Prawnik has taken this meanwhile." in coordinator.opens().text
    assert lawyer.intake().owner_id == lawyer.account.id


def test_an_answer_is_seen_before_it_is_sent_and_needs_the_note_on_safety(lawyer: Colleague, visitor: Visitor) -> None:
    visitor.sends_all()
    lawyer.presses("take")
    refused = lawyer.answers("Come on Monday.", read="")
    assert refused.status_code == 409
    assert "Confirm that you have read" in refused.text
    assert "Come on Monday." in refused.text
    assert lawyer.answers("Come on Monday.").status_code == 302
    assert lawyer.intake().state is IntakeState.ANSWERED


def test_what_changes_meanwhile_is_told_and_the_text_stays(lawyer: Colleague, visitor: Visitor, app: Flask) -> None:
    digits = visitor.sends_all()
    lawyer.presses("take")
    known = lawyer.intake().safe_version
    returning = Visitor(app.test_client())
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("safe", ways=["email"], mail="me@example.org")
    refused = lawyer.answers("written before", safe_version=str(known))
    assert refused.status_code == 409
    assert "has just changed what is safe" in refused.text
    assert "written before" in refused.text


def test_nobody_answers_takes_away_or_closes_what_somebody_else_has(
    lawyer: Colleague, colleague: Colleague, coordinator: Colleague, visitor: Visitor
) -> None:
    visitor.sends_all()
    lawyer.presses("take")
    typed = {"key": str(uuid4()), "safe_version": "1", "language": "en", "read": "y", "text": "mine", "go": "send"}
    for deed in ("give-back", "close"):
        colleague.presses(deed)
        assert "Take this intake first" in colleague.opens().text
        assert lawyer.intake().state is IntakeState.TAKEN
    assert colleague.presses("answer", **typed).status_code == 409
    coordinator.presses("give-back")
    assert lawyer.intake().state is IntakeState.NEW
    assert lawyer.presses("answer", **typed).status_code == 409
    colleague.presses("take")
    assert colleague.answers("mine").status_code == 302


def test_what_was_set_apart_is_let_in_or_closed_by_a_person(
    lawyer: Colleague, coordinator: Colleague, visitor: Visitor
) -> None:
    visitor.goes_to("check").sends("send", website="x")
    assert lawyer.intake().state is IntakeState.APART
    assert str(lawyer.intake().id) not in lawyer.reads().text
    assert str(lawyer.intake().id) not in lawyer.reads("?show=apart").text
    assert str(lawyer.intake().id) in coordinator.reads("?show=apart").text
    assert lawyer.presses("let-in").status_code == 403
    for deed in ("take", "close"):
        lawyer.presses(deed)
        assert lawyer.intake().state is IntakeState.APART
        assert lawyer.intake().contact_id is None
    coordinator.presses("let-in")
    assert str(lawyer.intake().id) in lawyer.reads().text


def test_a_new_message_after_the_first_contact_is_another_contact(
    lawyer: Colleague, visitor: Visitor, app: Flask, session: Session
) -> None:
    digits = visitor.sends_all()
    lawyer.presses("take")
    lawyer.answers("first")
    with acting_at(session, HELP_POINT):
        contact = session.scalars(select(Contact)).one()
        contact.closed_at, contact.outcome, contact.ended_at = NOON, "TEC", NOON
        session.commit()
    returning = Visitor(app.test_client())
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("write", text="one thing more", key=str(uuid4()))
    lawyer.presses("take")
    with acting_at(session, HELP_POINT):
        assert len(session.scalars(select(Contact)).all()) == 2


def test_a_colleague_of_another_desk_finds_nothing(
    lawyer: Colleague, visitor: Visitor, app: Flask, session: Session
) -> None:
    visitor.sends_all(story={"files": (BytesIO(b"words"), "a.txt")})
    make_desk(session, BLUE_LINE)
    stranger = app.test_client()
    sign_in(stranger, make_account(session, BLUE_LINE, login="else@example.org"))
    for desk in (HELP_POINT, BLUE_LINE):
        for path in ("", "/answer", "/take", "/close"):
            address = f"/desk/{desk}/intakes/{lawyer.intake().id}{path}"
            assert stranger.get(address).status_code in {404, 405}
            assert stranger.post(address).status_code in {400, 404, 405}


def test_a_border_guard_officer_sees_no_intake(
    lawyer: Colleague, visitor: Visitor, app: Flask, session: Session
) -> None:
    visitor.sends_all()
    officer = Colleague(
        app, session, [Role.DUTY_OFFICER], profession=Profession.BORDER_GUARD_OFFICER, login="officer@example.org"
    )
    for path in ("", f"/{lawyer.intake().id}"):
        assert officer.reads(path).status_code == 403


def test_a_photograph_is_saved_without_its_place_and_the_original_by_the_coordinator_alone(
    lawyer: Colleague, coordinator: Colleague, visitor: Visitor, session: Session
) -> None:
    picture = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Maker canary"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG", exif=exif)
    assert b"Maker canary" in picture.getvalue()
    visitor.goes_to("story").sends(files=(BytesIO(picture.getvalue()), "home.jpg"))
    visitor.sends_all()
    page = lawyer.opens().text
    address = page.split('href="', 1)[1] and next(
        part.split('"')[0] for part in page.split('href="') if "/files/" in part.split('"')[0]
    )
    copy = lawyer.client.get(address)
    assert b"Maker canary" not in copy.data
    assert copy.headers["X-Content-Type-Options"] == "nosniff"
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in copy.headers["Content-Security-Policy"]
    assert lawyer.client.get(f"{address}?original=").status_code == 403
    assert coordinator.client.get(f"{address}?original=").data == picture.getvalue()
    assert len(events(session, Tag.FILE_ORIGINAL_OPENED)) == 1


def test_a_way_back_is_opened_by_telephone_and_read_once(
    lawyer: Colleague, visitor: Visitor, session: Session, app: Flask
) -> None:
    visitor.sends_all()
    lawyer.presses("take")
    with acting_at(session, HELP_POINT):
        contact = session.scalars(select(Contact)).one()
    sheet = lawyer.client.get(f"/desk/{HELP_POINT}/contacts/{contact.id}").text
    assert "Give new digits" in sheet
    token = sheet.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    page = lawyer.client.post(f"/desk/{HELP_POINT}/contacts/{contact.id}/way-back", data={"csrf_token": token}).text
    digits = page.split('class="digits" dir="ltr">', 1)[1].split("<", 1)[0].strip()
    assert Visitor(app.test_client()).comes_back(digits).status_code == 303


def test_the_open_sheet_follows_what_the_person_says_is_safe(
    lawyer: Colleague, visitor: Visitor, session: Session, app: Flask
) -> None:
    digits = visitor.sends_all(safety={"ways": ["email"], "mail": "old@example.org"})
    lawyer.presses("take")

    def sheet() -> Contact:
        session.expire_all()
        return session.scalars(select(Contact)).one()

    with acting_at(session, HELP_POINT):
        assert (sheet().safe_ways, "old@example.org" in sheet().safe_contact) == (["SEM"], True)
        sheet().safe_contact += "\nnever on a Friday"
        session.commit()
        returning = Visitor(app.test_client())
        returning.comes_back(digits)
        returning.sends("open")
        returning.sends("safe", ways=["phone"], number="+48601100200", voicemail="no", may_name_us="no")
        words = sheet().safe_contact
        assert (sheet().safe_ways, "old@example.org" in words, "601 100 200" in words) == (["SPH"], False, True)
        assert words.endswith("\nnever on a Friday")
        returning.sends("replace")
        assert (sheet().safe_ways, "601" in sheet().safe_contact) == (["SNO"], False)
        returning.sends("kept")
        returning.sends("safe", ways=["email"], mail="new@example.org")
        assert "new@example.org" in sheet().safe_contact
        returning.sends("delete", sure="y")
        words = sheet().safe_contact
        assert (sheet().safe_ways, "@" in words, "never on a Friday" in words) == (["SNO"], False, True)


def test_digits_given_by_telephone_never_open_what_was_taken_back(
    lawyer: Colleague, visitor: Visitor, session: Session, app: Flask
) -> None:
    digits = visitor.sends_all()
    lawyer.presses("take")
    first = lawyer.intake().id
    with acting_at(session, HELP_POINT):
        contact_id = session.scalars(select(Contact.id)).one()
    returning = Visitor(app.test_client())
    returning.comes_back(digits)
    returning.sends("open")
    returning.sends("delete", sure="y")
    sheet = lawyer.client.get(f"/desk/{HELP_POINT}/contacts/{contact_id}").text
    token = TOKEN.search(sheet)
    assert token
    address = f"/desk/{HELP_POINT}/contacts/{contact_id}/way-back"
    assert lawyer.client.post(address, data={"csrf_token": token[1]}).status_code == 200
    with acting_at(session, HELP_POINT):
        assert session.scalars(select(Intake.id).where(Intake.withdrawn_at.is_(None))).one() != first
        contact = session.get_one(Contact, (HELP_POINT, contact_id))
        contact.closed_at, contact.outcome, contact.ended_at = NOON, "ADV", NOON
        session.commit()
    assert lawyer.client.post(address, data={"csrf_token": token[1]}).status_code == 302
    assert "Give new digits" not in lawyer.client.get(f"/desk/{HELP_POINT}/contacts/{contact_id}").text


@pytest.fixture
def reachable(visitor: Visitor) -> Visitor:
    visitor.sends_all(safety={"ways": ["email"], "mail": "me@example.org", "from_hour": "9", "until_hour": "15"})
    return visitor


def send_notices(app: Flask, session: Session, at: datetime) -> list[Outgoing]:
    """What the worker does with the jobs that are due, and all that has gone out."""
    jobs.run_due(app.extensions["helpdesk.sessions"], notices.handlers(app.extensions["helpdesk.settings"]), now=at)
    session.expire_all()
    return list(session.scalars(select(Outgoing), execution_options=across("public")))


def test_a_notice_goes_out_in_a_safe_hour_and_says_nothing(
    lawyer: Colleague, reachable: Visitor, app: Flask, session: Session
) -> None:
    assert reachable
    lawyer.presses("take")
    lawyer.answers("Come on Monday.")
    (sent,) = send_notices(app, session, NOON)
    words = sources.notice("en")
    assert (sent.address, sent.subject, sent.body) == ("me@example.org", words.subject, words.body)


def test_a_notice_waits_for_the_morning(lawyer: Colleague, reachable: Visitor, app: Flask, session: Session) -> None:
    assert reachable
    lawyer.presses("take")
    with time_machine.travel("2026-11-27 20:00+01:00", tick=False):
        sign_in(lawyer.client, lawyer.account)
        lawyer.answers("late")
    assert send_notices(app, session, datetime(2026, 11, 28, 7, 59, tzinfo=UTC)) == []
    assert len(send_notices(app, session, datetime(2026, 11, 28, 8, 0, tzinfo=UTC))) == 1


def test_a_worker_that_comes_too_late_waits_for_the_next_safe_hour(
    lawyer: Colleague, reachable: Visitor, app: Flask, session: Session
) -> None:
    assert reachable
    lawyer.presses("take")
    lawyer.answers("Come on Monday.")
    assert send_notices(app, session, datetime(2026, 11, 27, 16, tzinfo=UTC)) == []
    assert send_notices(app, session, datetime(2026, 11, 28, 7, 59, tzinfo=UTC)) == []
    assert len(send_notices(app, session, datetime(2026, 11, 28, 8, 0, tzinfo=UTC))) == 1
    assert len(send_notices(app, session, datetime(2026, 11, 28, 9, 0, tzinfo=UTC))) == 1


def test_nothing_goes_out_once_the_person_has_read_it(
    lawyer: Colleague, reachable: Visitor, app: Flask, session: Session
) -> None:
    lawyer.presses("take")
    lawyer.answers("read already")
    returning = Visitor(app.test_client())
    returning.comes_back(reachable.digits_known)
    returning.sends("open")
    assert send_notices(app, session, NOON) == []


@pytest.mark.parametrize(
    ("safe", "address"),
    [
        ({"ways": ["email"], "mail": "other@example.org"}, ["other@example.org"]),
        ({"ways": ["back"]}, []),
        ({"ways": ["email"], "mail": "me@example.org", "from_hour": "20", "until_hour": "22"}, []),
    ],
)
def test_what_is_safe_when_it_goes_out_decides(
    lawyer: Colleague, reachable: Visitor, app: Flask, session: Session, safe: dict[str, Any], address: list[str]
) -> None:
    lawyer.presses("take")
    lawyer.answers("first")
    returning = Visitor(app.test_client())
    returning.comes_back(reachable.digits_known)
    returning.sends("open")
    returning.sends("safe", **safe)
    lawyer.answers("second")
    assert [each.address for each in send_notices(app, session, NOON)] == address


def test_whoever_comes_back_alone_is_sent_nothing(
    lawyer: Colleague, visitor: Visitor, app: Flask, session: Session
) -> None:
    visitor.sends_all()
    lawyer.presses("take")
    lawyer.answers("for whoever comes back")
    assert session.scalars(select(Job).where(Job.kind == notices.NOTICE)).all() == []
    assert send_notices(app, session, NOON) == []


@pytest.mark.parametrize("language", sources.reminder_languages())
def test_a_notice_names_nobody_and_fits_one_text_message(language: str) -> None:
    words = sources.notice(language)
    text = f"{words.subject} {words.body}"
    assert not any(sign.isdigit() for sign in text)
    assert "http" not in text
    assert len(words.body) <= (160 if words.body.isascii() else 70)


def test_the_coordinator_gives_the_desk_its_place(
    coordinator: Colleague, lawyer: Colleague, visitor: Visitor, session: Session
) -> None:
    assert visitor  # it is ten o'clock
    address = f"/desk/{HELP_POINT}/intakes/settings"
    assert lawyer.client.get(address).status_code == 403
    page = coordinator.client.get(address).text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    for place, status in (("Not Neutral", 200), ("q7", 302)):
        data = {"csrf_token": token, "place": place, "answer_hours": "48"}
        assert coordinator.client.post(address, data=data).status_code == status
    session.expire_all()
    assert session.get_one(Desk, HELP_POINT).place == "q7"
    with acting_at(session, HELP_POINT):
        assert session.scalars(select(Intake)).all() == []


def test_the_information_says_what_the_office_has_to_say(
    coordinator: Colleague, visitor: Visitor, client: FlaskClient
) -> None:
    assert visitor  # it is ten o'clock
    path = f"/desk/{HELP_POINT}/intakes/settings"
    page = coordinator.client.get(path).text
    assert "Something is missing that has to be said" in page
    token = TOKEN.search(page)
    assert token
    typed = {
        "csrf_token": token[1],
        "place": "p",
        "answer_hours": "24",
        "address": "ul. Jasna 1, Toruń",
        "data_officer": "iod@example.org",
        "legal_basis": "art. 6 ust. 1 lit. e RODO",
        "keep_years": "60",
    }
    refused = coordinator.client.post(path, data=typed)
    assert ("from 1 to 50" in refused.text, "ul. Jasna 1" in refused.text) == (True, True)
    assert coordinator.client.post(path, data=typed | {"keep_years": "5"}).status_code == 302
    assert "Something is missing" not in coordinator.client.get(path).text
    said = client.get("/uk/p/data").text
    for each in ("ul. Jasna 1, Toruń", "iod@example.org", "art. 6 ust. 1 lit. e RODO", "5 років"):
        assert each in said
    assert not [each.tag for each in LANGUAGES if "duration" in client.get(f"/{each.tag}/p/data").text]
    assert "5 वर्ष" in client.get("/hi/p/data").text


def test_what_nobody_wrote_to_for_years_is_deleted_and_the_contact_stays(
    lawyer: Colleague, visitor: Visitor, session: Session, app: Flask
) -> None:
    sessions = app.extensions["helpdesk.sessions"]
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    visitor.goes_to("story").sends(story="old words", files=(BytesIO(picture.getvalue()), "a.png"))
    visitor.sends_all()
    lawyer.presses("take")
    lawyer.answers("an answer")
    retention.sweep(sessions, NOON + timedelta(days=3000))
    assert lawyer.intake().answers  # the desk has not said how long it keeps anything
    session.get_one(Desk, HELP_POINT).keep_years = 5
    session.commit()
    with time_machine.travel(NOON + timedelta(days=365), tick=False):
        returning = Visitor(app.test_client())
        returning.comes_back(visitor.digits_known)
        returning.sends("open")
        returning.sends("write", text="I am still here", key=str(uuid4()))
    retention.sweep(sessions, NOON + timedelta(days=5 * 365 + 30))
    assert lawyer.intake().answers  # somebody wrote a year later
    retention.sweep(sessions, NOON + timedelta(days=6 * 365 + 30))
    session.expire_all()
    with acting_at(session, HELP_POINT):
        for model in (Intake, IntakeMessage, ReturnCode, StoredFile, FilePiece):
            assert session.scalars(select(model)).all() == []
        assert session.scalars(select(Contact)).one().number
    assert len(events(session, Tag.INTAKE_FORGOTTEN)) == 1
    assert returning.comes_back(visitor.digits_known).status_code == 403
