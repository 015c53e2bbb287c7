"""The front door, for anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from helpdesk.kernel.languages import LANGUAGES, Language
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.premises.models import Place
from helpdesk.roster.models import DutyState
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_duty, make_post

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOST_STATEMENTS = 4


@pytest.fixture
def public(settings: Settings, sessions: Sessions) -> Flask:
    """The public face alone, as it runs beside the others."""
    made = create_app(settings, faces=("public",), sessions=sessions)
    made.testing = True
    return made


def test_the_best_language_is_offered_first(public: Flask) -> None:
    for wanted, tag in (("pl", "pl"), ("en-GB,en;q=0.9", "en"), ("", "pl"), ("ka", "ka"), ("de", "en")):
        assert public.test_client().get("/", headers={"Accept-Language": wanted}).location == f"/{tag}/"


def test_every_line_is_shown_with_its_languages_and_the_emergency_number(public: Flask, session: Session) -> None:
    make_desk(session, lines=["+48520000001"])
    make_desk(session, HELP_POINT, lines=["+48520000002"], languages=["pl", "uk"])
    session.commit()
    page = public.test_client().get("/pl/")
    assert page.status_code == 200
    assert 'lang="pl"' in page.text
    for words in ("52 000 00 01", "52 000 00 02", "українська", "112"):
        assert words in page.text


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.tag)
def test_everybody_reads_in_their_own_language_what_a_desk_is_for(
    public: Flask, session: Session, language: Language
) -> None:
    desk = make_desk(session, HELP_POINT, lines=["+48520000002"])
    desk.name_pl, desk.name_en, desk.place = "Punkt Pomocy", "Help Point", "p"
    session.commit()
    own = {"pl": "Punkt Pomocy", "en": "Help Point"}
    for path in ("", "p/"):
        page = public.test_client().get(f"/{language.tag}/{path}").text
        shown = [name for name in own.values() if name in page]
        assert shown == [own[language.tag]] if language.tag in own else not shown


def test_the_public_face_leaves_no_cookie_and_knows_no_staff_door(public: Flask) -> None:
    client = public.test_client()
    for path in ("/", "/pl/", "/en/", "/xx/"):
        assert "Set-Cookie" not in client.get(path).headers
    assert client.get("/xx/").status_code == 404
    for path in ("/desk/", "/desk/login", "/desk/blue-line/contacts", "/telephony/voice"):
        assert client.get(path).status_code == 404
    assert not [
        rule for rule in public.url_map.iter_rules() if rule.rule.startswith(("/desk", "/telephony", "/calendar"))
    ]


def test_the_front_door_of_all_faces_is_the_public_one(client: FlaskClient) -> None:
    assert client.get("/").location == "/en/"


def reads(public: Flask, at: datetime = NOON, tag: str = "en") -> str:
    """The page as it is at an instant, its words without markup around them."""
    with time_machine.travel(at, tick=False):
        page = public.test_client().get(f"/{tag}/")
    assert page.status_code == 200
    return " ".join(page.text.replace("<strong>", "").replace("</strong>", "").split())


@pytest.fixture
def blue(session: Session) -> Session:
    make_desk(session, lines=["+48520000001"], languages=("pl", "uk"))
    return session


def at(hour: int, ahead: int = 0) -> datetime:
    """An hour of the wall of the office, so many days ahead."""
    return datetime(2026, 11, 25, hour - 1, tzinfo=UTC) + timedelta(days=ahead)


def helper(session: Session, profession: Profession, *languages: str, **facts: Any) -> Any:  # noqa: ANN401  of the factory
    return make_account(session, profession=profession, name="Olga Tajna", languages=languages or ("pl",), **facts)


def test_everybody_reads_when_the_next_lawyer_and_psychologist_and_the_next_speaker_of_a_language_are_there(
    public: Flask, blue: Session
) -> None:
    make_duty(blue, BLUE_LINE, helper(blue, Profession.PSYCHOLOGIST), at(11), hours=4)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.PSYCHOLOGIST), at(15), hours=3)  # goes on until five
    make_duty(blue, BLUE_LINE, helper(blue, Profession.LEGAL_COUNSEL, "pl", "uk"), at(11, ahead=1), hours=4)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.ADVOCATE, "pl", "uk"), at(11, ahead=3), hours=4)
    blue.commit()
    page = reads(public)
    assert "Psychologist: now, until 17:00" in page
    assert "Lawyer: tomorrow, 10:00–14:00" in page
    assert "українська</bdi>: tomorrow, 10:00–14:00" in page
    assert "polski</bdi>: now, until 17:00" in page
    assert "Lawyer: today, 10:00–14:00" in reads(public, at(9, ahead=1))
    assert "Lawyer: Saturday 28 November, 10:00–14:00" in reads(public, at(15, ahead=1))


def test_no_name_no_place_no_officer_and_nothing_unpublished_is_told(public: Flask, blue: Session) -> None:
    place = Place(name="Hidden House", address="ul. Cicha 1")
    blue.add(place)
    blue.flush()
    post = make_post(blue, name="Secret post", place_id=place.id)
    inward = make_post(blue, name="Archive", public=False)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.PSYCHOLOGIST), at(13), post=post)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.BORDER_GUARD_OFFICER, "uk", roles=(Role.DUTY_OFFICER,)), at(13))
    make_duty(blue, BLUE_LINE, helper(blue, Profession.ADVOCATE, "uk"), at(13), post=inward)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.ADVOCATE, "uk"), at(13)).state = DutyState.CANCELLED
    make_duty(blue, BLUE_LINE, None, at(13), post=post)
    make_duty(blue, BLUE_LINE, helper(blue, Profession.ADVOCATE, "uk"), at(8))  # over at eleven
    make_desk(blue, HELP_POINT, lines=["+48520000002"], languages=("pl",))
    make_duty(blue, HELP_POINT, make_account(blue, HELP_POINT, profession=Profession.ADVOCATE), at(14))
    blue.commit()
    line, _, point = reads(public).partition("Help Point")
    assert "Psychologist: today, 12:00–16:00" in line or "Psychologist: now, until 16:00" in line
    assert "Lawyer" not in line
    assert "українська</bdi> <" in line or "українська</bdi></li>" in line
    assert "Lawyer: today, 13:00–17:00" in point
    for hidden in ("Olga", "Tajna", "Hidden", "Cicha", "Secret", "Archive"):
        assert hidden not in line + point


def test_a_duty_over_midnight_and_a_long_chain_are_told_with_their_end(public: Flask, blue: Session) -> None:
    night = helper(blue, Profession.PSYCHOLOGIST)
    make_duty(blue, BLUE_LINE, night, at(23), hours=8)
    blue.commit()
    assert "Psychologist: today, 22:00–06:00" in reads(public)
    assert "Psychologist: now, until 06:00" in reads(public, at(24))
    for part in range(4):
        make_duty(blue, BLUE_LINE, night, at(7, ahead=1) + 8 * HOUR * part, hours=8)
    blue.commit()
    assert "Psychologist: now, until Friday 27 November, 14:00" in reads(public, at(24))


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, _values: object, _context: object, _many: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def test_the_page_asks_the_database_only_a_few_times_however_many_desks_there_are(public: Flask, blue: Session) -> None:
    for number in range(5):
        desk = f"desk-{number}"
        make_desk(blue, desk, lines=[f"+4852000010{number}", f"+4852000020{number}"])
        make_duty(blue, desk, make_account(blue, desk), at(14))
    blue.commit()
    with counted(blue) as seen:
        page = reads(public)
    assert page.count("today, 13:00–17:00") >= 10
    assert 0 < len(seen) <= MOST_STATEMENTS
