"""The front door, for anybody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from tests.factories import HELP_POINT, make_desk


@pytest.fixture
def public(settings: Settings, sessions: Sessions) -> Flask:
    """The public face alone, as it runs beside the others."""
    made = create_app(settings, faces=("public",), sessions=sessions)
    made.testing = True
    return made


def test_the_best_language_is_offered_first(public: Flask) -> None:
    for wanted, tag in (("pl", "pl"), ("en-GB,en;q=0.9", "en"), ("", "pl"), ("ka", "en")):
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


def test_the_public_face_leaves_no_cookie_and_knows_no_staff_door(public: Flask) -> None:
    client = public.test_client()
    for path in ("/", "/pl/", "/en/", "/xx/"):
        assert "Set-Cookie" not in client.get(path).headers
    assert client.get("/xx/").status_code == 404
    for path in ("/desk/", "/desk/login", "/desk/blue-line/contacts", "/telephony/voice"):
        assert client.get(path).status_code == 404
    assert not [rule for rule in public.url_map.iter_rules() if rule.rule.startswith(("/desk", "/telephony"))]


def test_the_front_door_of_all_faces_is_the_public_one(client: FlaskClient) -> None:
    assert client.get("/").location == "/en/"
