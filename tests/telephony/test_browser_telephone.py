"""The browser as somebody's own telephone: who gets a token for which, what else the page may reach, and where it is not there at all."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.accounts.service import people
from helpdesk.app import create_app, examine
from helpdesk.audit.models import AuditEvent
from helpdesk.config import Settings, SettingsError, read_settings
from helpdesk.db.session import Sessions
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony.simulator import grammar
from helpdesk.telephony.views import browser
from helpdesk.web.security import POLICY
from tests.factories import make_account, make_desk, sign_in
from tests.telephony.switchboard import BLUE, CALLER, Switchboard

PAGE = "/desk/telephone"
KEY, SECRET = "SK" + "1" * 32, "s" * 32


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, twilio_api_key=KEY, twilio_api_secret=SECRET, twilio_region="ie1", twilio_edge="dublin")


class Reader:
    """Somebody signed in, in English."""

    def __init__(self, client: FlaskClient, account: Account) -> None:
        self.client = client
        sign_in(client, account)
        client.get("/desk/account", query_string={"lang": "en"}, follow_redirects=True)

    def presses(self, address: str, **fields: str) -> str:
        answer = self.client.post(address, data={"csrf_token": self._csrf(), **fields}, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    def token(self) -> Any:  # noqa: ANN401
        return self.client.post(f"{PAGE}/token", headers={"X-CSRFToken": self._csrf(), "X-Requested-With": "telephone"})

    def _csrf(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/desk/account").text)
        assert found
        return found[1]


@pytest.fixture
def ewa(session: Session) -> Account:
    make_desk(session, "blue-line")
    made = make_account(session, name="Ewa", phone="+48600000001")
    session.commit()
    return made


@pytest.fixture
def reader(client: FlaskClient, ewa: Account) -> Reader:
    return Reader(client, ewa)


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a token says, as anybody can read it."""
    parts = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in token.split(".")[:2]]
    return parts[0], parts[1]


def test_a_token_is_for_my_own_telephone_and_for_a_short_while(reader: Reader, ewa: Account) -> None:
    page = reader.presses(f"{PAGE}/here")
    assert "Calls ring in your browser now" in page
    head, claims = opened(reader.token().get_json()["token"])
    assert head["twr"] == "ie1"
    assert claims["grants"] == {"identity": ewa.id.hex, "voice": {"incoming": {"allow": True}}}
    assert claims["exp"] - claims["nbf"] == browser.TOKEN_SECONDS <= 15 * 60
    assert (claims["iss"], claims["sub"]) == (KEY, "AC" + "0" * 32)


def test_whose_calls_ring_elsewhere_gets_no_token(reader: Reader) -> None:
    assert reader.token().status_code == 409


def test_nobody_gets_a_token_without_signing_in_or_without_the_word_of_the_page(reader: Reader, app: Flask) -> None:
    reader.presses(f"{PAGE}/here")
    assert reader.client.post(f"{PAGE}/token").status_code == 400
    stranger = app.test_client()
    assert stranger.post(f"{PAGE}/token").status_code in {302, 400, 401}


def test_a_locked_screen_goes_on_ringing(reader: Reader) -> None:
    reader.presses(f"{PAGE}/here")
    word = {"X-CSRFToken": reader._csrf()}
    with time_machine.travel(utcnow() + timedelta(hours=2), tick=True):
        assert reader.client.get(PAGE).status_code == 302
        assert reader.client.post(f"{PAGE}/token", headers=word).status_code == 200


def test_the_flow_rings_the_very_browser_for_which_the_token_is(switchboard: Switchboard, client: FlaskClient) -> None:
    reader = Reader(client, switchboard.ewa)
    reader.presses(f"{PAGE}/here")
    _, claims = opened(reader.token().get_json()["token"])
    fields = {"CallSid": "CA" + "7" * 32, "From": CALLER, "To": BLUE}
    switchboard.post("/telephony/voice", fields)
    menu = switchboard.post(f"/telephony/menu/{fields['CallSid']}?turn=1", {**fields, "Digits": "2"})
    rung = grammar.read(menu.text).find("Dial/Client")
    assert rung is not None
    assert rung.text == claims["grants"]["identity"]
    assert rung.get("url", "").startswith("http://localhost/telephony/whisper/")


def test_the_page_may_use_the_microphone_and_reach_one_host_and_no_other_page_may(reader: Reader) -> None:
    answer = reader.client.get(PAGE)
    policy = answer.headers["Content-Security-Policy"]
    assert policy == POLICY.replace("connect-src 'self'", "connect-src 'self' wss://voice-js.dublin.twilio.com")
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]
    elsewhere = reader.client.get("/desk/account")
    assert elsewhere.headers["Content-Security-Policy"] == POLICY
    assert "microphone=()" in elsewhere.headers["Permissions-Policy"]
    assert 'target="telephone"' in elsewhere.text
    assert "twilio-voice.js" not in elsewhere.text


def test_only_who_is_rung_here_loads_the_script_and_it_comes_from_us(reader: Reader) -> None:
    assert "twilio-voice.js" not in reader.client.get(PAGE).text
    page = reader.presses(f"{PAGE}/here")
    (script,) = re.findall(r'src="([^"]+twilio-voice\.js)"', page)
    assert script.startswith("/static/")
    sounds = re.findall(r'data-telephone-(?:ring|quiet)="([^"]+)"', page)
    assert len(sounds) == 2
    for address in (script, *sounds):
        with reader.client.get(address) as answer:
            assert answer.status_code == 200


def test_a_number_typed_again_rings_instead_of_the_browser(reader: Reader, ewa: Account, session: Session) -> None:
    reader.presses(f"{PAGE}/here")
    page = reader.client.get("/desk/account").text
    assert "Calls ring in your browser" in page
    assert "client:" not in page
    details = {"name": "Ewa", "locale": "en", "languages": "pl"}
    reader.presses("/desk/account", **details, phone="")
    session.refresh(ewa)
    assert people.rings_in_browser(ewa)
    reader.presses("/desk/account", **details, phone="600 000 009")
    session.refresh(ewa)
    assert ewa.phone == "+48600000009"


def test_it_is_written_down_who_rings_where(reader: Reader, ewa: Account, session: Session) -> None:
    reader.presses(f"{PAGE}/here")
    reader.presses(f"{PAGE}/not-here")
    session.refresh(ewa)
    assert ewa.phone == ""
    events = [each.detail for each in session.query(AuditEvent).order_by(AuditEvent.id) if "on" in each.detail]
    assert events == [{"what": "browser-telephone", "on": True}, {"what": "browser-telephone", "on": False}]


@pytest.fixture
def without_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "SCRIPT", "vendor/nothing-of-that-name.js")


@pytest.mark.usefixtures("without_script")
def test_where_the_script_is_missing_the_page_and_doctor_say_so(
    reader: Reader, session: Session, settings: Settings
) -> None:
    page = reader.presses(f"{PAGE}/here")
    assert "The telephone is not installed on this server." in page
    assert "nothing-of-that-name" not in page
    assert [each for each in examine(session, settings) if "nothing-of-that-name.js is missing" in each]


def test_where_everything_is_there_doctor_is_silent(settings: Settings) -> None:
    static = Path(browser.__file__).parents[2] / "web" / "static"
    assert list(browser.examine(settings, static)) == []
    off = replace(settings, twilio_api_key="", twilio_api_secret="")
    assert list(browser.examine(off, Path("/nowhere"))) == []


def test_without_a_key_there_is_no_such_page(settings: Settings, sessions: Sessions, ewa: Account) -> None:
    off = create_app(replace(settings, twilio_api_key="", twilio_api_secret=""), sessions=sessions)
    assert "browser" not in off.blueprints
    client = off.test_client()
    sign_in(client, ewa)
    assert "twilio" not in client.get("/desk/account").text
    public = create_app(settings, faces=("public", "telephony"), sessions=sessions)
    assert "browser" not in public.blueprints


ENVIRONMENT = {
    "HELPDESK_DATABASE_URL": "postgresql://localhost/x",
    "HELPDESK_SECRET_KEY": "s" * 40,
    "HELPDESK_SEALING_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "HELPDESK_PEPPER": "p" * 40,
    "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
    "HELPDESK_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TWILIO_API_KEY": KEY}, "HELPDESK_TWILIO_API_SECRET is missing"),
        ({"TWILIO_API_SECRET": SECRET}, "HELPDESK_TWILIO_API_KEY is missing"),
        ({"TWILIO_API_KEY": "AC12", "TWILIO_API_SECRET": SECRET}, "HELPDESK_TWILIO_API_KEY must be"),
        (
            {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET, "TWILIO_ACCOUNT_SID": "-"},
            "HELPDESK_TWILIO_ACCOUNT_SID is missing",
        ),
        (
            {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET, "TWILIO_API_HOST": "calls.example.org"},
            "HELPDESK_TWILIO_API_KEY and HELPDESK_TWILIO_API_HOST do not go together",
        ),
    ],
)
def test_half_a_setting_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(named)):
        read_settings(ENVIRONMENT | {f"HELPDESK_{name}": value for name, value in given.items()})


def test_a_whole_one_switches_it_on() -> None:
    key = {"HELPDESK_TWILIO_API_KEY": KEY, "HELPDESK_TWILIO_API_SECRET": SECRET}
    assert read_settings(ENVIRONMENT | key).rings_browsers
    assert SECRET not in repr(read_settings(ENVIRONMENT | key))
    assert not read_settings(ENVIRONMENT).rings_browsers
