"""The talk at the head of its sheet: who sees it, who may do what, and that no number stands there."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from helpdesk.accounts.models import Account
from helpdesk.db.session import Sessions
from helpdesk.telephony.rules.rooms import GuestKind, Place
from tests.factories import sign_in
from tests.telephony.rooms import EVERYBODY, OLHA_PHONE, Evening
from tests.telephony.switchboard import BLUE, CALLER, EWA_PHONE, Switchboard
from tests.telephony.test_views import LIVE


@pytest.fixture
def evening(switchboard: Switchboard, sessions: Sessions) -> Evening:
    return Evening(switchboard, sessions)


class Desk:
    """A reader at the sheet of the call."""

    def __init__(self, evening: Evening, client: FlaskClient, account: Account, language: str = "en") -> None:
        self.evening, self.client = evening, client
        sign_in(client, account)
        client.get("/desk/account", query_string={"lang": language}, follow_redirects=True)

    @property
    def sheet(self) -> str:
        return f"/desk/blue-line/contacts/{self.evening.call().contact_id}"

    def reads(self) -> str:
        return self.client.get(self.sheet).text

    def talk(self) -> str:
        answer = self.client.get(f"{self.sheet}/talk", headers=LIVE)
        assert answer.status_code == 200
        return answer.text

    def presses(self, address: str, *, desk_id: str = "blue-line", **fields: str) -> str:
        """Press a button of the talk, and go where it leads."""
        token = self._token()
        path = f"/desk/{desk_id}/calls/{self.evening.call().id}/{address}"
        answer = self.client.post(path, data={"csrf_token": token, **fields}, follow_redirects=True)
        self.status = answer.status_code
        self.evening.goes_on()
        return answer.text

    def _token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/desk/account").text)
        assert found
        return found[1]


@pytest.fixture
def ewa(evening: Evening, client: FlaskClient) -> Desk:
    evening.talk()
    return Desk(evening, client, evening.ewa)


def test_whoever_talks_finds_the_talk_at_the_head_of_the_sheet(ewa: Desk) -> None:
    page = ewa.reads()
    assert page.index("In the talk") < page.index('id="page-form"')
    for words in ("Ewa", "Olha", "Jan", "Marek", "Call 112 into the talk", "End the call for everybody"):
        assert words in page
    assert 'data-live-topic="calls"' in page


def test_no_number_of_anybody_stands_there(ewa: Desk) -> None:
    ewa.presses("ask/interpreter", **{"interpreter-who": str(ewa.evening.olha.id)})
    page = ewa.reads() + ewa.talk()
    assert not [number for number in (*EVERYBODY, BLUE, CALLER) if number.startswith("+") and number[3:] in page]


def test_an_interpreter_is_asked_in_and_stays_on_the_sheet(ewa: Desk) -> None:
    assert "The telephone rings." in ewa.presses("ask/interpreter", **{"interpreter-who": str(ewa.evening.olha.id)})
    assert ewa.evening.hears(CALLER) == {EWA_PHONE, OLHA_PHONE}
    assert "needed: Ukrainian · spoken: Ukrainian" in ewa.talk()
    guest = ewa.evening.guest()
    ewa.presses(f"guests/{guest.id}/served", **{f"served-{guest.id}-language": "ru"})
    ewa.presses(f"guests/{guest.id}/dismiss")
    assert ewa.evening.hears(CALLER) == {EWA_PHONE}
    ewa.presses("end")
    page = ewa.reads()
    assert "needed: Ukrainian · spoken: Russian · 1 minute" in page
    assert "End the call for everybody" not in page


def test_the_caller_hears_music_and_is_brought_back(ewa: Desk) -> None:
    assert "hears no music" in ewa.presses("music", on="1")
    ewa.presses("ask/colleague", **{"colleague-who": str(ewa.evening.jan.id)})
    assert "hears music" in ewa.talk()
    ewa.presses("music", on="0")
    assert "Let the caller hear music" in ewa.talk()


@pytest.mark.parametrize(
    ("how", "words"), [("warm", "The telephone rings."), ("cold", "The caller is being put through.")]
)
def test_a_lawyer_takes_over_and_acts_in_turn(ewa: Desk, client: FlaskClient, how: str, words: str) -> None:
    assert words in ewa.presses("hand-over", how=how, **{"warm-who": str(ewa.evening.marek.id)})
    if how == "warm":
        assert "the others go on" in ewa.presses("leave")
    assert "End the call" not in ewa.talk()
    marek = Desk(ewa.evening, client, ewa.evening.marek)
    assert "End the call for everybody" in marek.talk()
    assert "The call is being ended." in marek.presses("end")
    assert [each for each in ewa.evening.exchange.lines if not each.is_over] == []


def test_112_is_called_and_what_to_do_if_it_does_not_answer_stands_there(ewa: Desk) -> None:
    assert "call 112 from another telephone" in ewa.talk()
    ewa.presses("ask/emergency")
    assert ewa.evening.guest().place is Place.INSIDE
    assert "Call 112 into the talk" not in ewa.talk()


def test_a_colleague_sees_who_talks_and_can_do_nothing(evening: Evening, client: FlaskClient) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    jan = Desk(evening, client, evening.jan)
    assert "Ewa" in jan.talk()
    assert "End the call" not in jan.talk()
    assert "Only whoever talks with the caller can do this." in jan.presses("end")
    assert evening.hears(CALLER) == {EWA_PHONE, OLHA_PHONE}


def test_before_the_talk_the_place_for_it_is_there(evening: Evening, client: FlaskClient) -> None:
    evening.switchboard.post("/telephony/voice")
    ewa = Desk(evening, client, evening.ewa)
    assert "/talk" in ewa.reads()
    assert ewa.talk().strip() == ""


def test_nonsense_and_another_desk_are_refused(ewa: Desk) -> None:
    for kind in ("nobody", GuestKind.WARM, GuestKind.COLD):
        ewa.presses(f"ask/{kind}", **{f"{kind}-who": str(ewa.evening.marek.id)})
        assert ewa.status == 404
    ewa.presses("hand-over", how="warm", **{"warm-who": "nobody"})
    assert ewa.status == 400
    guest = uuid4()
    ewa.presses(f"guests/{guest}/served", **{f"served-{guest}-language": "elvish"})
    assert ewa.status == 400
    ewa.presses(f"guests/{guest}/dismiss")
    assert ewa.status == 404
    ewa.presses("end", desk_id="help-point")
    assert ewa.status == 404
    assert ewa.evening.hears(CALLER) == {EWA_PHONE}


def test_the_choice_is_not_more_than_a_choice(ewa: Desk) -> None:
    assert "Choose somebody who is there for this" in ewa.presses(
        "ask/interpreter", **{"interpreter-who": str(ewa.evening.jan.id)}
    )
    assert ewa.evening.guests() == []
