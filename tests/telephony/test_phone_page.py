"""The telephone of the demonstration: one clicks through a call as the caller and as everybody whose telephone rings."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.app import create_app, handlers
from helpdesk.cli import playing
from helpdesk.config import Settings
from helpdesk.consultations.models import Contact
from helpdesk.db.jobs import run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.telephony.models import Recording, TextMessage
from helpdesk.telephony.provider import TrialProvider, trial_folder
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.state import Ending
from helpdesk.telephony.service import sounding
from helpdesk.telephony.simulator.inside import Inside
from tests.factories import make_account, sign_in
from tests.telephony.rooms import OLHA_PHONE
from tests.telephony.switchboard import BLUE, CALLER, POINT, Switchboard

PAGE = "/desk/phone"


class Played:
    """Somebody plays at the page, in English."""

    def __init__(self, switchboard: Switchboard, client: FlaskClient) -> None:
        self.switchboard, self.client = switchboard, client
        sign_in(client, switchboard.ewa)
        client.get("/desk/account", query_string={"lang": "en"}, follow_redirects=True)

    def reads(self) -> str:
        answer = self.client.get(PAGE)
        assert answer.status_code == 200
        return answer.text

    def does(self, address: str, **fields: str) -> str:
        """Press a button and read what comes of it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.reads())
        assert found
        answer = self.client.post(f"{PAGE}/{address}", data={"csrf_token": found[1], **fields})
        assert answer.status_code == 302, answer.text
        return self.reads()

    def calls(self, caller: str = CALLER, to: str = BLUE) -> str:
        return self.does("call", **{"call-line": to, "call-caller": caller})

    def at(self, who: str, act: str, **fields: str) -> str:
        """Do something at the telephone of this name."""
        found = re.search(rf'aria-labelledby="telephone-(\w+)"[^§]*?<bdi>{re.escape(who)}', self._sections())
        assert found, who
        return self.does(f"{found[1]}/{act}", **fields)

    def at_call(self, sid: str, act: str) -> str:
        return self.does(f"{sid}/{act}")

    def _sections(self) -> str:
        return self.reads().replace("<section", "§<section")


EWA, JAN, OLHA, MARIA = "Ewa", "Jan", "Olha", "600 100 200"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A network of its own for each story."""
    return replace(settings, spool_dir=tmp_path)


@pytest.fixture
def played(switchboard: Switchboard, client: FlaskClient) -> Played:
    return Played(switchboard, client)


def test_a_call_is_played_from_the_ring_to_the_end(played: Played) -> None:
    page = played.calls()
    assert "Для української натисніть 2." in page
    assert 'lang="uk-UA"' in page
    page = played.at(MARIA, "press", key="2")
    assert f"{EWA}: the telephone rings." in page
    page = played.at(EWA, "pick-up")
    assert "Ktoś dzwoni na linię. Aby odebrać, naciśnij 1." in page
    page = played.at(EWA, "press", key="1")
    assert f"talks with: {EWA}" in page
    page = played.at(MARIA, "hang-up")
    assert "Nobody calls." in page
    (call,) = played.switchboard.calls()
    assert (call.state, call.now_at.ending) == (CallState.COMPLETED, Ending.ANSWERED)
    assert "no longer in a call" in played.at_call(call.sid, "hang-up")


def test_whoever_is_not_answered_leaves_a_message_that_can_be_fetched(played: Played, settings: Settings) -> None:
    played.switchboard.set(Plan())
    played.calls(to=POINT)
    played.at(MARIA, "press", key="1")
    page = played.at(MARIA, "press", key="1")
    assert "may leave a message" in page
    page = played.at(MARIA, "speak")
    assert "leaves a message (12 s)" in page
    (call,) = played.switchboard.calls()
    assert call.now_at.ending is Ending.MESSAGE
    assert len(list(trial_folder(settings).glob("RE*.wav"))) == 1


def test_silence_a_mailbox_and_a_ring_that_nobody_hears_are_played_too(played: Played) -> None:
    played.calls()
    assert played.at(MARIA, "silence").count("Dla języka polskiego naciśnij 1.") > 1
    played.at(MARIA, "press", key="1")
    played.at(JAN, "pick-up")
    page = played.at(JAN, "silence")  # a mailbox presses nothing
    assert f"{JAN}: the call is over." in page
    page = played.at(MARIA, "ring-out")
    assert f"{EWA}: nobody answered." in page
    (call,) = played.switchboard.calls()
    assert not call.state.is_terminal


def test_whoever_gives_up_while_it_rings_is_an_abandoned_call(played: Played) -> None:
    played.calls()
    played.at(MARIA, "press", key="2")
    page = played.at(MARIA, "hang-up")
    assert f"{EWA}: the ring was given up." in page
    (call,) = played.switchboard.calls()
    assert call.state is CallState.ABANDONED


def interpreter(switchboard: Switchboard) -> None:
    make_account(
        switchboard.session,
        roles=[Role.INTERPRETER],
        profession=Profession.INTERPRETER,
        name="Olha",
        phone=OLHA_PHONE,
        languages=["pl", "uk"],
    )
    switchboard.session.commit()


def ask_interpreter_in(played: Played) -> None:
    """Ewa clicks on the sheet of her call."""
    (call,) = played.switchboard.calls()
    sheet = f"/desk/blue-line/contacts/{call.contact_id}"
    page = played.client.get(sheet).text
    chosen = re.search(r'name="interpreter-who"[^§]*?<option value="([^"]+)"[^>]*>Olha', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert chosen
    assert token
    address = f"/desk/blue-line/calls/{call.id}/ask/interpreter"
    answer = played.client.post(address, data={"csrf_token": token[1], "interpreter-who": chosen[1]})
    assert answer.status_code == 302


def test_an_interpreter_joins_and_the_three_talk_in_a_room(
    played: Played, sessions: Sessions, settings: Settings
) -> None:
    interpreter(played.switchboard)
    played.calls()
    played.at(MARIA, "press", key="2")
    played.at(EWA, "pick-up")
    played.at(EWA, "press", key="1")
    ask_interpreter_in(played)
    run_due(sessions, handlers(settings, sessions), now=utcnow())
    assert "The provider was asked for 2 things." in played.reads()
    page = played.does("go-on")
    assert f"{OLHA}: the telephone rings." in page
    assert f"{EWA} is in the room." in page
    played.at(OLHA, "pick-up")
    page = played.at(OLHA, "press", key="1")
    assert "600 000 011" in page
    for two in ((EWA, OLHA), (MARIA, EWA), (MARIA, OLHA)):
        assert f"talks with: {two[0]}, {two[1]}" in page
    assert f"talks with: {EWA}<" in played.at(OLHA, "hang-up")
    assert TrialProvider(trial_folder(settings)).asked() == []


def test_a_text_message_is_written(played: Played) -> None:
    page = played.does("text", **{"text-number": BLUE, "text-sender": CALLER, "text-words": "Czy ktoś tam jest?"})
    assert f"{MARIA} writes:" in page
    assert "Czy ktoś tam jest?" in page
    assert played.switchboard.count(TextMessage) == 1


def test_what_is_no_number_at_all_can_call(played: Played) -> None:
    assert "a withheld number calls" in played.calls(caller="")
    assert "anonymous calls" in played.calls(caller="anonymous")
    assert played.switchboard.count(Contact) == 2


def test_a_recording_can_be_heard_and_read(played: Played) -> None:
    now = utcnow()
    recorded = Recording(
        desk_id="blue-line",
        prompt=Prompt.CHOOSE,
        language="uk",
        key="2",
        sound=b"RIFF",
        digest="d" * 40,
        seconds=2.0,
        made_at=now,
    )
    with acting_at(played.switchboard.session, "blue-line"):
        played.switchboard.session.add(recorded)
        played.switchboard.session.commit()
    sounding.forget()
    page = played.calls()
    assert f'href="/telephony/sound/{"d" * 40}.wav"' in page
    assert "Для української натисніть 2." in page


def test_what_the_page_does_not_offer_is_refused(played: Played, client: FlaskClient) -> None:
    played.calls()
    (call,) = played.switchboard.calls()
    token = re.search(r'name="csrf_token" value="([^"]+)"', played.reads())
    assert token
    csrf = {"csrf_token": token[1]}
    assert client.post(f"/desk/phone/{call.sid}/press", data={**csrf, "key": "x"}).status_code == 400
    assert client.post(f"/desk/phone/{call.sid}/explode", data=csrf).status_code == 404
    assert client.post("/desk/phone/call", data={**csrf, "call-line": "+48111"}).status_code == 422
    assert client.post("/desk/phone/text", data=csrf).status_code == 422
    assert client.post(f"/desk/phone/{call.sid}/hang-up").status_code == 400  # without the token of the form


def test_what_the_server_does_wrong_is_told(played: Played, app: Flask) -> None:
    app.extensions["helpdesk.settings"] = replace(app.extensions["helpdesk.settings"], twilio_auth_tokens=("another",))
    page = played.calls()
    assert "Nobody calls." not in page  # the page signs with the same token, so nothing is wrong yet
    (kept,) = trial_folder(app.extensions["helpdesk.settings"]).glob("network.kept")
    lines = json.loads(kept.read_text())
    lines["lines"][0]["asks"] = "https://elsewhere.example/telephony/menu/1"
    kept.write_text(json.dumps(lines))
    assert "The server did not answer as it should" in played.at(MARIA, "press", key="1")


def test_only_a_demonstration_has_it(switchboard: Switchboard, settings: Settings, sessions: Sessions) -> None:
    office = create_app(replace(settings, demo=False), sessions=sessions)
    assert not [rule for rule in office.url_map.iter_rules() if rule.endpoint.startswith("phone.")]
    client = office.test_client()
    sign_in(client, switchboard.ewa)
    assert "Telephone of the demonstration" not in client.get("/desk/phone", follow_redirects=True).text
    staff_only = create_app(settings, faces=("staff",), sessions=sessions)
    assert not [rule for rule in staff_only.url_map.iter_rules() if rule.endpoint.startswith("phone.")]


def test_nobody_plays_without_signing_in(client: FlaskClient) -> None:
    assert client.get("/desk/phone").status_code == 302


def test_the_same_is_played_at_a_terminal(
    played: Played, app: Flask, settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter(played.switchboard)
    monkeypatch.setattr(playing, "given_settings", lambda: settings)
    monkeypatch.setattr(playing, "direct", lambda: Inside(app))

    def typed(*lines: str) -> str:
        result = CliRunner().invoke(playing.play, input="\n".join(lines))
        assert result.exit_code == 0, result.output
        return result.output

    output = typed(f"call {CALLER} {BLUE}", "press 1 2", "pick 2", "press 2 1", "show")
    assert f"{CALLER} and +48600000001 talk" in output or f"+48600000001 and {CALLER} talk" in output
    assert f"1  {CALLER}  talks with +48600000001" in output
    ask_interpreter_in(played)
    run_due(sessions, handlers(settings, sessions), now=utcnow())
    output = typed("go", "pick 3", "press 3 1", "show", "hang 1")
    assert f"1  {CALLER}  talks with +48600000001, {OLHA_PHONE}" in output
    output = typed(f"text {CALLER} {BLUE} dobry wieczór", "fly 1", "pick 9", "speak 1 x", "quit")
    assert f"{CALLER} writes: dobry wieczór" in output
    assert output.count("Not understood") == 3


def test_at_a_terminal_too_only_a_demonstration_is_played(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "given_settings", lambda: replace(settings, demo=False))
    result = CliRunner().invoke(playing.play)
    assert result.exit_code == 2
    assert "demonstration only" in result.output
