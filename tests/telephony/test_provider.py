"""Our own calls to the provider: where they go, with what, and what is said when they fail. Nothing leaves the machine."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from helpdesk.config import Settings, SettingsError, read_settings
from helpdesk.telephony import gateway
from helpdesk.telephony import provider as providers
from helpdesk.telephony.provider import (
    LIMITS,
    NoProvider,
    ProviderFailed,
    RestProvider,
    TrialProvider,
    Trouble,
    provider_of,
)
from helpdesk.telephony.rules.reconciling import Listed

HOST = "api.dublin.ie1.twilio.com"
ACCOUNT = "AC" + "0" * 32
CALL, RECORDING, TEXT = "CA" + "1" * 32, "RE" + "2" * 32, "SM" + "3" * 32
EWA, LINE = "+48600000001", "+48520000001"


class Carrier(BaseAdapter):
    """Takes what would go out to the network and answers from a list; the last answer is given again and again."""

    def __init__(self, *answers: Any) -> None:  # noqa: ANN401  a status and a body, or what is raised
        super().__init__()
        self.answers = list(answers)
        self.sent: list[requests.PreparedRequest] = []
        self.limits: list[object] = []

    def send(
        self, request: requests.PreparedRequest, *_: object, timeout: object = None, **__: object
    ) -> requests.Response:
        self.sent.append(request)
        self.limits.append(timeout)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, *headers = answer
        made = requests.Response()
        made.status_code, made.request, made.url = status, request, str(request.url)
        made.headers.update(headers[0] if headers else {})
        made.raw = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return made

    def close(self) -> None:
        """Nothing is open."""

    def form(self, number: int = 0) -> Mapping[str, list[str]]:
        return parse_qs(str(self.sent[number].body))


def reached_by(carrier: Carrier, *tokens: str) -> RestProvider:
    session = requests.Session()
    session.mount("https://", carrier)
    return RestProvider(HOST, ACCOUNT, tokens or ("good",), session)


def unreachable() -> requests.ConnectionError:
    refused = NewConnectionError(HTTPSConnection(HOST), "refused")
    return requests.ConnectionError(MaxRetryError(None, "/", refused))  # type: ignore[arg-type]


def listed(sid: str, day: int, direction: str = "inbound", status: str = "completed") -> dict[str, str]:
    began = datetime(2026, 11, day, 20, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return {"sid": sid, "direction": direction, "status": status, "start_time": began, "end_time": began, "from": EWA}


def test_a_call_is_asked_for_in_ireland_with_our_token_and_within_limits() -> None:
    carrier = Carrier((201, {"sid": CALL}))
    made = reached_by(carrier).call(EWA, LINE, "https://help.example.org/a", "https://help.example.org/s")
    (sent,) = carrier.sent
    address = urlsplit(str(sent.url))
    assert made == CALL
    assert (sent.method, address.scheme, address.netloc) == ("POST", "https", HOST)
    assert address.path == f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:good".encode()).decode()
    assert carrier.form() == {
        "To": [EWA],
        "From": [LINE],
        "Url": ["https://help.example.org/a"],
        "Method": ["POST"],
        "StatusCallback": ["https://help.example.org/s"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
    }
    assert carrier.limits == [LIMITS]


def test_a_stray_variable_of_the_environment_takes_nothing_to_another_country(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reads these two by itself."""
    monkeypatch.setenv("TWILIO_REGION", "us1")
    monkeypatch.setenv("TWILIO_EDGE", "ashburn")
    carrier = Carrier((200, {"sid": CALL}))
    reached_by(carrier).hang_up(CALL)
    assert urlsplit(str(carrier.sent[0].url)).netloc == HOST


def test_a_call_is_redirected_and_ended() -> None:
    carrier = Carrier((200, {"sid": CALL}))
    provider = reached_by(carrier)
    provider.redirect(CALL, "https://help.example.org/room")
    provider.hang_up(CALL)
    assert {urlsplit(str(each.url)).path for each in carrier.sent} == {
        f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"
    }
    assert carrier.form(0) == {"Url": ["https://help.example.org/room"], "Method": ["POST"]}
    assert carrier.form(1) == {"Status": ["completed"]}


ROOM = "CF" + "4" * 32
IN_ROOM = (200, {"conferences": [{"sid": ROOM, "friendly_name": CALL}], "next_page_uri": None})


def test_a_guest_is_rung_for_so_many_seconds() -> None:
    carrier = Carrier((201, {"sid": CALL}))
    answer, status = "https://help.example.org/a", "https://help.example.org/s"
    assert reached_by(carrier).ring(EWA, LINE, answer, status, 30) == CALL
    assert (carrier.form()["Timeout"], carrier.form()["To"], carrier.form()["From"]) == (["30"], [EWA], [LINE])


@pytest.mark.parametrize("on", [True, False])
def test_a_caller_in_a_room_hears_music_or_the_others(on: bool) -> None:
    carrier = Carrier(IN_ROOM, (200, {"call_sid": CALL}))
    reached_by(carrier).hold(CALL, CALL, "https://help.example.org/music.wav", on=on)
    looked, told = carrier.sent
    asked = parse_qs(urlsplit(str(looked.url)).query)
    assert (asked["FriendlyName"], asked["Status"]) == ([CALL], ["in-progress"])
    assert urlsplit(str(told.url)).path == (
        f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{ROOM}/Participants/{CALL}.json"
    )
    music = {"HoldUrl": ["https://help.example.org/music.wav"], "HoldMethod": ["GET"]} if on else {}
    assert carrier.form(1) == {"Hold": ["true" if on else "false"], **music}


def test_nobody_hears_music_in_a_room_that_is_not_there() -> None:
    carrier = Carrier((200, {"conferences": [], "next_page_uri": None}))
    with pytest.raises(ProviderFailed) as failed:
        reached_by(carrier).hold(CALL, CALL, "https://help.example.org/music.wav", on=True)
    assert failed.value.trouble is Trouble.GONE
    assert reached_by(carrier).inside(CALL) == frozenset()


def test_who_is_in_a_room_is_listed_by_calls() -> None:
    people = (200, {"participants": [{"call_sid": CALL}, {"call_sid": RECORDING}], "next_page_uri": None})
    assert reached_by(Carrier(IN_ROOM, people)).inside(CALL) == {CALL, RECORDING}


def test_a_recording_is_fetched_and_deleted_by_its_identifier_and_not_by_an_address_of_others() -> None:
    carrier = Carrier((200, b"RIFF...."), (204, b""))
    provider = reached_by(carrier)
    assert provider.recording(RECORDING) == b"RIFF...."
    provider.delete_recording(RECORDING)
    fetched, deleted = carrier.sent
    assert (fetched.method, urlsplit(str(fetched.url)).path) == (
        "GET",
        f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.wav",
    )
    assert (deleted.method, urlsplit(str(deleted.url)).path) == (
        "DELETE",
        f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.json",
    )


def test_a_recording_that_is_gone_is_deleted_already() -> None:
    carrier = Carrier((404, {"code": 20404, "message": "not found"}))
    reached_by(carrier).delete_recording(RECORDING)
    with pytest.raises(ProviderFailed) as failed:
        reached_by(carrier).recording(RECORDING)
    assert failed.value.trouble is Trouble.GONE


def test_a_platform_that_cannot_delete_is_not_believed_to_have_deleted() -> None:
    carrier = Carrier((404, {"message": "no such route"}), (200, {"sid": RECORDING}))
    with pytest.raises(ProviderFailed):
        reached_by(carrier).delete_recording(RECORDING)
    assert [each.method for each in carrier.sent] == ["DELETE", "GET"]


@pytest.mark.parametrize("sid", ["", "../Calls", "RE1/../x", "RE 1", "x" * 65])
def test_an_identifier_that_is_none_leads_nowhere(sid: str) -> None:
    carrier = Carrier((200, b""))
    with pytest.raises(ProviderFailed):
        reached_by(carrier).recording(sid)
    assert carrier.sent == []


def test_a_recording_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "LARGEST_RECORDING", 10)
    with pytest.raises(ProviderFailed) as failed:
        reached_by(Carrier((200, b"x" * 11))).recording(RECORDING)
    assert failed.value.trouble is Trouble.REFUSED


def test_a_text_message_goes_out() -> None:
    carrier = Carrier((201, {"sid": TEXT}))
    assert reached_by(carrier).send_text(EWA, LINE, "Dziękujemy za wiadomość.") == TEXT
    assert carrier.form() == {"To": [EWA], "From": [LINE], "Body": ["Dziękujemy za wiadomość."]}


def test_the_calls_of_a_span_are_listed_over_all_pages_without_numbers_and_our_own_marked() -> None:
    pages = (
        (
            200,
            {
                "calls": [listed("CA1", 24), listed("CA2", 24, "outbound-dial"), listed("CA3", 26)],
                "next_page_uri": f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json?Page=1&PageToken=x",
            },
        ),
        (200, {"calls": [listed("CA4", 24, status="no-answer")], "next_page_uri": None}),
    )
    carrier = Carrier(*pages)
    began = datetime(2026, 11, 24, 20, tzinfo=UTC)
    found = list(
        reached_by(carrier).calls_between(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))
    )
    assert found == [
        Listed("CA1", "completed", began, began),
        Listed("CA2", "completed", began, began, ours=True),
        Listed("CA4", "no-answer", began, began),
    ]
    assert [urlsplit(str(each.url)).netloc for each in carrier.sent] == [HOST, HOST]
    asked = parse_qs(urlsplit(str(carrier.sent[0].url)).query)
    assert (asked["StartTime>"], asked["StartTime<"]) == (["2026-11-24T00:00:00Z"], ["2026-11-25T00:00:00Z"])


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ((400, {"code": 21211, "message": f"{EWA} is not a valid number"}), Trouble.REFUSED),
        ((401, {"code": 20003, "message": "Authenticate"}), Trouble.NOT_ALLOWED),
        ((403, {"code": 20003, "message": "Forbidden"}), Trouble.NOT_ALLOWED),
        ((404, {"code": 20404, "message": "not found"}), Trouble.GONE),
        ((429, {"code": 20429, "message": "Too Many Requests"}), Trouble.UNREACHABLE),
        ((500, b"<html>"), Trouble.UNKNOWN),
        ((503, {"message": "later"}), Trouble.UNKNOWN),
        ((200, b"<html>"), Trouble.UNKNOWN),
        ((302, b"", {"Location": "https://elsewhere.example/"}), Trouble.REFUSED),
        (requests.ConnectTimeout("late"), Trouble.UNREACHABLE),
        (unreachable(), Trouble.UNREACHABLE),
        (requests.ReadTimeout("late"), Trouble.UNKNOWN),
        (requests.ConnectionError("cut off"), Trouble.UNKNOWN),
    ],
)
def test_every_failure_has_a_kind_and_no_words_of_others(answer: object, trouble: Trouble) -> None:
    carrier = Carrier(answer)
    with pytest.raises(ProviderFailed) as failed:
        reached_by(carrier).send_text(EWA, LINE, "Dziękujemy.")
    assert failed.value.trouble is trouble
    assert EWA not in str(failed.value)
    assert failed.value.__cause__ is None
    assert len(carrier.sent) == 1


def test_what_may_not_be_done_twice_is_not_repeated_and_the_rest_is() -> None:
    adapter = providers._session().get_adapter("https://x")
    assert isinstance(adapter, HTTPAdapter)
    retries = adapter.max_retries
    assert not retries.is_retry("POST", 503)
    assert retries.is_retry("GET", 503)
    assert retries.is_retry("DELETE", 502)
    assert retries.total == providers.REPEATED


def test_while_tokens_are_being_changed_the_one_that_is_good_is_found() -> None:
    carrier = Carrier((401, {"code": 20003}), (201, {"sid": TEXT}))
    assert reached_by(carrier, "old", "new").send_text(EWA, LINE, "x") == TEXT
    tokens = [
        base64.b64decode(each.headers["Authorization"].split()[1]).decode().split(":")[1] for each in carrier.sent
    ]
    assert tokens == ["old", "new"]


def test_an_office_without_an_account_is_told_so(settings: Settings) -> None:
    without = provider_of(replace(settings, demo=False, twilio_account_sid="-"))
    assert isinstance(without, NoProvider)
    for asked in (
        lambda: without.call(EWA, LINE, "a", "b"),
        lambda: without.redirect(CALL, "a"),
        lambda: without.hang_up(CALL),
        lambda: without.recording(RECORDING),
        lambda: without.delete_recording(RECORDING),
        lambda: without.calls_between(datetime.min, datetime.max),  # noqa: DTZ901
        lambda: without.send_text(EWA, LINE, "x"),
        lambda: without.ring(EWA, LINE, "a", "b", 30),
        lambda: without.hold(CALL, CALL, "m", on=True),
        lambda: without.inside(CALL),
    ):
        with pytest.raises(ProviderFailed) as failed:
            asked()
        assert failed.value.trouble is Trouble.NOT_SET_UP


def test_the_host_is_the_one_of_the_settings(settings: Settings) -> None:
    office = replace(settings, demo=False, twilio_region="ie1", twilio_edge="dublin")
    there = provider_of(office)
    assert isinstance(there, RestProvider)
    assert there.wire.host == HOST
    own = replace(settings, demo=False, twilio_api_host="calls.example.org")
    assert providers.api_host(own) == "calls.example.org"
    with pytest.raises(gateway.WrongHost):
        providers.api_host(replace(office, twilio_edge="-"))


def test_what_is_missing_or_unsafe_is_said(settings: Settings) -> None:
    office = replace(settings, demo=False, twilio_region="ie1", twilio_edge="dublin")
    assert list(providers.examine(office)) == []
    assert list(providers.examine(settings)) == []  # a demonstration calls nobody
    assert "United States" in " ".join(providers.examine(replace(office, twilio_region="-", twilio_edge="-")))
    assert "ACCOUNT_SID is missing" in " ".join(providers.examine(replace(office, twilio_account_sid="-")))


def test_what_an_invented_caller_speaks_can_be_fetched_once(tmp_path: Path) -> None:
    trial = TrialProvider(tmp_path / "trial")
    trial.leave_recording("REspoken", b"RIFF a tone")
    assert trial.recording("REspoken") == b"RIFF a tone"
    trial.delete_recording("REspoken")
    with pytest.raises(ProviderFailed):
        trial.recording("REspoken")


def test_a_demonstration_keeps_what_was_asked_and_calls_nobody(settings: Settings, tmp_path: Path) -> None:
    assert isinstance(provider_of(settings), TrialProvider)
    trial = TrialProvider(tmp_path / "trial")
    call = trial.call(EWA, LINE, "https://a", "https://s")
    trial.redirect(call, "https://room")
    trial.hang_up(call)
    text = trial.send_text(EWA, LINE, "Dziękujemy.")
    assert trial.asked() == [
        {"what": "call", "sid": call, "to": EWA, "shown": LINE, "answer_url": "https://a", "status_url": "https://s"},
        {"what": "redirect", "sid": call, "url": "https://room"},
        {"what": "hang-up", "sid": call},
        {"what": "text", "sid": text, "to": EWA, "from_": LINE, "body": "Dziękujemy."},
    ]
    guest = trial.ring(EWA, LINE, "https://a", "https://s", 30)
    trial.hold(call, call, "https://music", on=True)
    trial.hold(call, call, "https://music", on=False)
    assert [each["what"] for each in trial.asked()][4:] == ["ring", "hold", "resume"]
    assert trial.asked()[4]["sid"] == guest
    with pytest.raises(ProviderFailed):
        trial.inside(call)
    with pytest.raises(ProviderFailed):
        trial.recording(RECORDING)
    (tmp_path / "trial" / f"{RECORDING}.wav").write_bytes(b"RIFF")
    assert trial.recording(RECORDING) == b"RIFF"
    trial.delete_recording(RECORDING)
    with pytest.raises(ProviderFailed):
        trial.recording(RECORDING)
    with pytest.raises(ProviderFailed):
        trial.calls_between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


OFFICE = {
    "HELPDESK_DATABASE_URL": "postgresql://localhost/helpdesk",
    "HELPDESK_SECRET_KEY": "s" * 40,
    "HELPDESK_SEALING_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "HELPDESK_PEPPER": "p" * 40,
    "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
}


def test_shared_keys_are_pairs_whose_secrets_may_hold_equals_signs_and_are_never_shown() -> None:
    read = read_settings({**OFFICE, "HELPDESK_TWILIO_SHARED_KEYS": " one=first== , two=second"})
    assert read.twilio_shared_keys == (("one", "first=="), ("two", "second"))
    assert "first" not in repr(read)
    assert read_settings(OFFICE).twilio_shared_keys == ()


@pytest.mark.parametrize("text", ["one", "one=", "=first", "one=first,one=second", "one=first,two"])
def test_a_shared_key_without_a_name_of_its_own_or_a_secret_is_named_at_start_up(text: str) -> None:
    with pytest.raises(SettingsError, match="TWILIO_SHARED_KEYS must hold pairs"):
        read_settings({**OFFICE, "HELPDESK_TWILIO_SHARED_KEYS": text})


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"TWILIO_REGION": "ie1"}, "belong together"),
        ({"TWILIO_EDGE": "dublin"}, "belong together"),
        ({"TWILIO_API_HOST": "https://calls.example.org"}, "is the name of a host"),
        ({"TWILIO_API_HOST": "calls.example.org/x"}, "is the name of a host"),
        (
            {"TWILIO_API_HOST": "calls.example.org", "TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"},
            "is the name of a host",
        ),
    ],
)
def test_nothing_starts_that_would_send_numbers_elsewhere(place: Mapping[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings({**OFFICE, **{f"HELPDESK_{name}": value for name, value in place.items()}})


def test_a_host_of_our_own_needs_no_region() -> None:
    read = read_settings({**OFFICE, "HELPDESK_TWILIO_API_HOST": "calls.example.org:8443"})
    assert providers.api_host(read) == "calls.example.org:8443"
