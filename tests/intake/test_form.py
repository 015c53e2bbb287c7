"""The form, as somebody fills it in who is afraid, in a hurry, or playing tricks."""

import html
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.appointments.models import Appointment
from helpdesk.appointments.sources import warning
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeDraft, ReturnCode
from helpdesk.intake.rules.choices import About, Help, Need, Reach, Said
from helpdesk.intake.rules.screening import Suspicion
from helpdesk.intake.service import drafts
from helpdesk.intake.service.reading import answers_of, safe_of
from helpdesk.intake.views.public import times
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.web.sessions import BrowserSession
from tests.factories import HELP_POINT, make_account, make_duty, make_post
from tests.intake.visitors import Visitor


def intakes(session: Session) -> list[Intake]:
    with acting_at(session, HELP_POINT):
        return list(session.scalars(select(Intake).order_by(Intake.sent_at, Intake.id)))


def test_nothing_need_be_answered_to_be_sent(visitor: Visitor, session: Session) -> None:
    digits = visitor.sends_all()
    (sent,) = intakes(session)
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", digits)
    assert safe_of(sent).ways == (Reach.BACK,)
    assert answers_of(sent).danger is Said.UNSAID
    assert sent.suspicion is None


def test_what_was_told_is_kept_as_it_was_told(visitor: Visitor, session: Session) -> None:
    visitor.sends_all(
        need={"needs": ["work", "papers"], "about": "somebody", "minor": "no"},
        story={"story": "Паспорт\r\nзабрали."},
        safety={
            "danger": "no",
            "ways": ["email"],
            "mail": "me@example.org",
            "from_hour": "9",
            "until_hour": "15",
            "called": "Луна",
        },
        help={"helps": ["information"]},
        more={"language": "uk", "interpreter": "yes", "interpreter_sex": "woman"},
    )
    (sent,) = intakes(session)
    told = answers_of(sent)
    assert told.needs == (Need.WORK, Need.PAPERS)
    assert told.about is About.SOMEBODY
    assert told.story == "Паспорт\nзабрали."
    assert (told.safe.email, told.safe.from_hour, told.safe.until_hour) == ("me@example.org", 9, 15)
    assert (sent.language, told.called) == ("uk", "Луна")


def test_no_word_stands_in_the_tables_in_plain(visitor: Visitor, session: Session) -> None:
    visitor.goes_to("story").sends(story="canary of the story")
    visitor.goes_to("safety").sends(ways=["email"], mail="canary@example.org")
    for row in session.scalars(select(IntakeDraft)):
        assert b"canary" not in row.envelope
    for kept in session.scalars(select(BrowserSession)):
        assert "canary" not in str(kept.data)
    digits = visitor.sends_all().replace(" ", "")
    (sent,) = intakes(session)
    assert b"canary" not in (sent.answers_sealed or b"") + (sent.safe_sealed or b"")
    with acting_at(session, HELP_POINT):
        (code,) = session.scalars(select(ReturnCode))
    assert digits[6:15] not in code.hash
    for kept in session.scalars(select(BrowserSession)):
        assert digits not in str(kept.data)


def test_the_same_form_sent_twice_is_one(visitor: Visitor, session: Session) -> None:
    visitor.goes_to("check")
    visitor.sends("send")
    first = visitor.digits()
    visitor.client.post(visitor.address, data={"go": "send", "step": "check"})
    assert visitor.looks().digits() == first
    assert len(intakes(session)) == 1


def test_two_forms_in_two_windows_are_two(visitor: Visitor, session: Session) -> None:
    other = Visitor(visitor.client).begins()
    assert other.address != visitor.address
    visitor.goes_to("story").sends(story="one")
    other.goes_to("story").sends(story="other")
    assert visitor.sends_all() != other.sends_all()
    assert sorted(answers_of(each).story for each in intakes(session)) == ["one", "other"]


def test_back_and_another_language_lose_nothing(visitor: Visitor) -> None:
    visitor.goes_to("story").sends("back", story="half a sent")
    assert 'value="need"' in visitor.page
    visitor.sends()
    assert "half a sent" in visitor.page
    visitor.sends(_language="pl", story="half a sentence")
    assert visitor.address.startswith("/pl/")
    assert 'lang="pl"' in visitor.page
    assert "half a sentence" in visitor.page


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("safety", {"ways": ["email"], "mail": "nowhere"}, "Write an e-mail address"),
        ("safety", {"ways": ["phone"], "number": "12"}, "Write a phone number"),
        ("safety", {"ways": ["phone"], "number": "601100200", "from_hour": "9"}, "Choose both hours"),
        ("story", {"story": "a" * 20_001}, "This is too long"),
        ("more", {"care": "a" * 201}, "This is too long"),
    ],
)
def test_what_cannot_stay_is_said_beside_the_field_and_stays(
    visitor: Visitor, step: str, typed: dict[str, str], sentence: str
) -> None:
    answer = visitor.goes_to(step).sends(**typed)
    assert answer.status_code == 409
    assert sentence in answer.text
    assert f'name="step" value="{step}"' in answer.text
    for value in typed.values():
        if isinstance(value, str):
            assert value in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"is_admin": "1", "suspicion": "", "withdrawn_at": "2020", "desk_id": "blue-line"},
        {"needs": "no-such-need", "minor": "perhaps", "about": ["me", "work"]},
        {"slot": "not~one", "helps": ["king"]},
        {"language": "xx", "from_hour": "99"},
    ],
)
def test_what_the_form_does_not_ask_is_not_trusted(visitor: Visitor, session: Session, typed: dict[str, str]) -> None:
    for step in ("need", "help", "more"):
        visitor.goes_to(step).sends(**typed)
    visitor.sends_all()
    (sent,) = intakes(session)
    assert sent.desk_id == HELP_POINT
    assert sent.withdrawn_at is None
    assert answers_of(sent).needs == ()
    assert sent.language == "en"


@pytest.mark.parametrize(
    "story",
    [
        "<script>alert(1)</script>",
        "{{7*7}} %(x)s {0.__class__}",
        "'; DROP TABLE intake; --",
        '=HYPERLINK("x")',
        "a\u202eb\u0000c\ud800d",
        "\u0301" * 200,
    ],
)
def test_tricks_are_only_text(visitor: Visitor, session: Session, story: str) -> None:
    visitor.goes_to("story").sends(story=story.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    visitor.goes_to("check")
    assert "<script>alert" not in visitor.page
    visitor.sends("send")
    kept = answers_of(intakes(session)[0]).story
    assert "\u202e" not in kept
    assert "\0" not in kept


def test_a_field_that_nobody_sees_sets_apart_and_says_nothing(visitor: Visitor, session: Session) -> None:
    visitor.goes_to("check").sends("send", website="http://buy.example")
    assert visitor.digits()
    assert intakes(session)[0].suspicion is Suspicion.HIDDEN_FIELD


def test_what_comes_too_fast_is_set_apart_and_not_lost(app: Flask, help_point: Desk, session: Session) -> None:
    assert help_point.place == "p"
    with time_machine.travel("2026-11-27 10:00+01:00", tick=False):
        Visitor(app.test_client()).begins().sends_all(story={"story": "quick"})
    (sent,) = intakes(session)
    assert sent.suspicion is Suspicion.TOO_FAST
    assert answers_of(sent).story == "quick"


def test_a_wrong_token_loses_nothing(visitor: Visitor) -> None:
    answer = visitor.goes_to("story").sends(csrf_token="wrong", story="still here")
    assert answer.status_code == 400
    assert "still here" in answer.text
    assert "Please send this page once more" in answer.text


def test_a_visit_that_has_run_out_loses_nothing_and_says_nothing(visitor: Visitor) -> None:
    visitor.goes_to("story")
    visitor.client.delete_cookie("p")
    visitor.sends(story="typed for an hour")
    assert "typed for an hour" in visitor.page
    assert "expired" not in visitor.page


@pytest.mark.parametrize("error", [psycopg.errors.DiskFull, psycopg.errors.AdminShutdown, RuntimeError])
def test_what_was_typed_outlives_a_full_disk_and_is_sent_again_with_one_button(
    visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    visitor.goes_to("story")

    def fails(*_arguments: object, **_more: object) -> None:
        if issubclass(error, psycopg.Error):
            raise OperationalError("UPDATE intake_draft", {}, error())
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(drafts, "save", fails)
        answer = visitor.sends(story='typed "words" <b>for</b> an hour\nand more', step="story")
    assert answer.status_code in {500, 503}
    assert "What you wrote is still here" in answer.text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    again = visitor.client.post(visitor.address, data={name: html.unescape(value) for name, value in fields})
    assert again.status_code == 303
    visitor.looks().sends("back")
    assert 'typed "words" <b>for</b> an hour' in html.unescape(visitor.page)


def test_leaving_forgets_the_form_and_the_visit(visitor: Visitor, session: Session) -> None:
    visitor.goes_to("story").sends(story="gone", files=(BytesIO(b"some words"), "note.txt"))
    old_cookie = visitor.client.get_cookie("p")
    assert old_cookie is not None
    left = visitor.client.get(f"/{visitor.tag}/leave")
    assert left.status_code == 303
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert left.headers["Cache-Control"] == "no-store"
    assert visitor.client.get_cookie("p") is None
    assert session.scalars(select(IntakeDraft)).all() == []
    visitor.client.set_cookie("p", old_cookie.value)
    again = visitor.client.get(visitor.address)
    assert again.status_code == 303
    assert again.location.endswith("/en/p/write")


def test_drafts_that_nobody_came_back_to_are_forgotten(visitor: Visitor, session: Session, app: Flask) -> None:
    visitor.goes_to("story").sends(story="left behind")
    others = [IntakeDraft(id=uuid4(), desk_id=HELP_POINT, envelope=b"", expires_at=utcnow()) for _ in range(120)]
    session.add_all(others)
    session.commit()
    drafts.sweep(app.extensions["helpdesk.sessions"], utcnow() + timedelta(hours=1))
    assert session.scalars(select(IntakeDraft)).all()
    drafts.sweep(app.extensions["helpdesk.sessions"], utcnow() + timedelta(hours=2))
    session.expire_all()
    assert session.scalars(select(IntakeDraft)).all() == []


def test_the_digits_are_typed_back_in_any_script_and_then_gone(visitor: Visitor, session: Session) -> None:
    digits = visitor.sends_all()
    assert visitor.looks().digits() == digits
    wrong = visitor.sends("check", code="1" * 16)
    assert wrong.status_code == 409
    arabic = digits.translate({ord(str(each)): chr(0x0660 + each) for each in range(10)})
    visitor.sends("check", code=arabic.replace(" ", "-"))
    assert digits not in visitor.page
    assert "All done" in visitor.page
    assert session.scalars(select(IntakeDraft)).all() == []
    assert digits not in visitor.looks().page


def test_files_are_kept_shown_by_name_and_sent_along(visitor: Visitor, session: Session) -> None:
    visitor.goes_to("story").sends("forget:none", files=(BytesIO(b"some words"), "../../note.txt"))
    assert "note.txt" in visitor.page
    assert "../" not in visitor.page
    visitor.sends_all()
    (sent,) = intakes(session)
    with acting_at(session, HELP_POINT):
        (kept,) = queries.files(session, sent.id)
        assert kept.name == "note.txt"


def test_the_one_cookie_begins_with_the_form_and_ends_with_the_window(app: Flask, help_point: Desk) -> None:
    client = app.test_client()
    for path in ("/en/", f"/en/{help_point.place}/", "/en/p/write", "/en/back", "/en/near", "/en/p/data"):
        assert "Set-Cookie" not in client.get(path).headers, path
    cookie = client.post("/en/p/write").headers["Set-Cookie"]
    assert cookie.startswith("p=")
    assert "HttpOnly" in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


def test_the_form_asks_nothing_about_residence(visitor: Visitor) -> None:
    pages = ""
    for step in ("need", "story", "safety", "help", "more", "check"):
        pages += visitor.goes_to(step).page
    for word in ("residence", "visa", "PESEL", "citizen", "nationality"):
        assert word not in pages


def test_no_page_offers_a_field_that_browsers_fill_in(visitor: Visitor) -> None:
    for step in ("need", "story", "safety", "help", "more", "check"):
        page = visitor.goes_to(step).page
        assert not re.search(r'name="(email|tel|phone|name|address)"', page)
        for tag in re.findall(r"<(?:input|textarea|select)[^>]+>", page):
            assert 'autocomplete="off"' in tag or 'type="hidden"' in tag or 'type="file"' in tag, tag


OFFICER_AT = datetime(2026, 11, 28, 10, tzinfo=UTC)


@pytest.fixture
def officer(session: Session, visitor: Visitor) -> str:
    """An officer who has times tomorrow; the choice of the first of them."""
    assert visitor.address
    account = make_account(session, HELP_POINT, [Role.DUTY_OFFICER], Profession.BORDER_GUARD_OFFICER)
    post = make_post(session, HELP_POINT, professions=[Profession.BORDER_GUARD_OFFICER])
    post.slot_minutes = 30
    duty = make_duty(session, HELP_POINT, account, OFFICER_AT, 2, post=post)
    session.commit()
    return times.choice(duty.id, OFFICER_AT)


def booked(session: Session) -> list[Appointment]:
    with acting_at(session, HELP_POINT):
        return list(session.scalars(select(Appointment)))


def test_an_officer_is_met_only_after_the_warning_in_the_language_of_the_talk(
    visitor: Visitor, officer: str, session: Session
) -> None:
    visitor.goes_to("help").sends(helps=["officer"])
    assert warning("en").text in visitor.page
    visitor.sends("heard", helps=["officer"])
    visitor.goes_to("time").sends(slot=officer)
    visitor.goes_to("more").sends(language="ru")
    assert warning("ru").text in visitor.page
    visitor.sends("heard", helps=["officer"])
    visitor.sends(slot=officer)
    visitor.sends(language="ru")
    visitor.sends("send")
    assert visitor.digits()
    (appointment,) = booked(session)
    assert (appointment.language, appointment.warning_language) == ("ru", "ru")
    assert appointment.warning_version == warning("ru").version
    assert intakes(session)[0].appointment_id == appointment.id
    assert answers_of(intakes(session)[0]).heard_language == "ru"


def test_whoever_wants_a_lawyer_first_meets_no_officer(visitor: Visitor, officer: str, session: Session) -> None:
    visitor.goes_to("help").sends(helps=["officer"])
    visitor.sends("stay", helps=["officer"])
    assert 'name="step" value="help"' in visitor.page
    visitor.sends(helps=["officer"])
    visitor.sends("lawyer", helps=["officer"])
    assert officer not in visitor.page
    visitor.sends_all()
    assert answers_of(intakes(session)[0]).helps == (Help.LAWYER,)
    assert booked(session) == []


def test_no_trick_books_an_officer_without_the_warning(visitor: Visitor, officer: str, session: Session) -> None:
    visitor.sends("back", step="time", slot=officer)
    visitor.sends("back", step="help", helps=["officer"], heard_version="1", heard_at="2026-11-27T10:00:00+00:00")
    refused = visitor.sends("send", step="check")
    assert refused.status_code == 409
    assert booked(session) == []
    assert intakes(session) == []


def test_a_time_that_somebody_else_took_is_said_and_nothing_is_lost(
    visitor: Visitor, officer: str, app: Flask, session: Session
) -> None:
    for each in (visitor, other := Visitor(app.test_client()).begins()):
        each.goes_to("story").sends(story="still here")
        each.goes_to("help").sends(helps=["officer"])
        each.sends("heard", helps=["officer"])
        each.goes_to("time").sends(slot=officer)
        each.goes_to("check")
    visitor.sends("send")
    refused = other.sends("send")
    assert refused.status_code == 409
    assert "This time is taken now" in refused.text
    assert officer not in refused.text
    other.sends_all()
    assert [answers_of(each).story for each in intakes(session)] == ["still here"] * 2
    assert len(booked(session)) == 1


def test_somebody_elses_draft_does_not_open(visitor: Visitor, app: Flask, session: Session) -> None:
    visitor.goes_to("story").sends(story="mine alone")
    thief = app.test_client()
    thief.post("/en/p/write")
    (row,) = [each for each in session.scalars(select(BrowserSession)) if len(each.data.get("drafts", {})) == 1][-1:]
    row.data = {**row.data, "drafts": {"1": str(session.scalars(select(IntakeDraft.id)).first())}}
    session.commit()
    assert UUID(row.data["drafts"]["1"])
    assert "mine alone" not in thief.get("/en/p/write/1", follow_redirects=True).text
