from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.ringing import LineNow
from helpdesk.telephony.rules.state import Ending, Stage
from helpdesk.telephony.simulator import (
    Conversation,
    Endless,
    ForgeryAccepted,
    InvalidMarkup,
    Kind,
    Pace,
    Pickup,
    Provider,
    Trouble,
    Unreachable,
    Unwelcome,
)
from helpdesk.telephony.simulator.inside import Inside
from tests.telephony.lines import NUMBER, line, person
from tests.telephony.office import PUBLIC, TOKEN, Call, Office

OLENA = person("Olena", "uk", phone="+48600000001")
JAN = person("Jan", "pl", phone="+48600000002")
CALLER = "+48600100200"
LINE = line(OLENA, JAN)


class Slept:
    """Counts the seconds that a test would have waited."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds


def provider(office: Office, *, slept: Callable[[float], None] | None = None, token: str = TOKEN) -> Provider:
    pace = Pace(sleep=slept or Slept())
    return Provider("http://localhost", "AC1", token, Inside(office), public_url=PUBLIC, pace=pace)


def ring(now: LineNow = LINE, from_: str = CALLER, **how: Any) -> tuple[Conversation, Call]:  # noqa: ANN401
    office = Office(now)
    conversation = provider(office).ring(from_, NUMBER, **how)
    return conversation, office.calls[conversation.call_sid]


def words(conversation: Conversation) -> str:
    return " ".join(text for _, text in conversation.heard)


def test_a_caller_who_chooses_ukrainian_talks_with_whoever_speaks_it() -> None:
    conversation, call = ring(press=["2"], answer=True)
    assert conversation.rung == [OLENA.phone]
    assert conversation.answered_by == OLENA.phone
    assert call.settled is CallState.COMPLETED
    assert conversation.lines == [
        f"{CALLER} calls {NUMBER}",
        "the caller hears (pl-PL): Dzień dobry.",
        "the caller hears (pl-PL): Dla języka polskiego naciśnij 1.",
        "the caller hears (uk-UA): Для української натисніть 2.",
        "the caller hears (en-GB): For English, press 3.",
        "the caller hears (pl-PL): Jeśli nie możesz teraz rozmawiać, naciśnij gwiazdkę.",
        "the caller presses 2",
        "the caller hears (uk-UA): Зʼєднуємо вас із черговим фахівцем. Будь ласка, зачекайте хвилинку.",
        f"{OLENA.phone} rings",
        f"{OLENA.phone} picks up",
        f"{OLENA.phone} hears: Українська.",
        f"{OLENA.phone} hears: Ktoś dzwoni na linię. Aby odebrać, naciśnij 1.",
        f"{OLENA.phone} presses 1",
        f"{OLENA.phone} and the caller talk",
        "the call is over: completed, 4 s",
    ]


def test_a_caller_who_presses_nothing_is_rung_through_in_polish() -> None:
    conversation, call = ring(answer=JAN.phone)
    assert conversation.answered_by == JAN.phone
    assert (call.state.language, call.state.tries) == ("pl", 3)


def test_a_voicemail_never_takes_a_call() -> None:
    conversation, call = ring(press=["2"], answer={OLENA.phone: Pickup.VOICEMAIL})
    assert conversation.answered_by is None
    assert conversation.rung == [OLENA.phone, OLENA.phone, JAN.phone]
    assert call.settled is CallState.NO_ANSWER
    assert "112" in words(conversation)


def test_a_voicemail_alone_on_duty_is_nobody() -> None:
    conversation, call = ring(line(OLENA), press=["2"], answer={OLENA.phone: Pickup.VOICEMAIL})
    assert call.state.ending is Ending.NOBODY
    assert conversation.status == "completed"


@pytest.mark.parametrize("behaviour", [Pickup.BUSY, Pickup.FAILS, Pickup.RINGS_ON])
def test_when_nobody_can_answer_the_caller_is_told_and_the_call_ends(behaviour: Pickup) -> None:
    conversation, call = ring(press=["2"], answer={OLENA.phone: behaviour, JAN.phone: behaviour})
    assert call.state.ending is Ending.NOBODY
    assert "112" in words(conversation)


def test_nobody_on_duty_is_told_at_once() -> None:
    conversation, call = ring(line(), press=["3"])
    assert conversation.rung == []
    assert conversation.heard[-1] == ("en-GB", "If you need help at once, please call 112.")
    assert call.settled is CallState.NO_ANSWER


def test_a_line_with_one_language_rings_and_is_not_picked_up_by_a_machine() -> None:
    conversation, call = ring(line(OLENA, languages=("uk",)), hang_up_after=3)
    assert conversation.heard == []
    assert conversation.status == "no-answer"
    assert call.settled is CallState.ABANDONED


@pytest.mark.parametrize("seconds", [0, 3, 8, 9, 20, 30, 45, 60])
def test_whoever_hangs_up_before_being_answered_is_an_abandoned_call(seconds: float) -> None:
    conversation, call = ring(hang_up_after=seconds)
    assert conversation.seconds == seconds
    assert call.settled is CallState.ABANDONED
    assert call.state.ending is Ending.HUNG_UP


def test_whoever_hangs_up_during_the_talk_has_talked() -> None:
    conversation, call = ring(press=["2"], answer=True, hang_up_after=3)
    assert conversation.answered_by == OLENA.phone
    assert call.settled is CallState.COMPLETED


def test_a_withheld_number_is_a_call_like_any_other() -> None:
    for from_ in ("anonymous", "", "unknown", "sip:ala@example.org", "+266696687", "😀"):
        _, call = ring(from_=from_, press=["2"], answer=True)
        assert call.settled is CallState.COMPLETED


def test_every_rung_telephone_is_reported_from_its_ringing_to_its_end() -> None:
    _, call = ring(line(OLENA, person("Vira", "uk")), press=["2"], answer=True)
    assert call.legs == {"initiated": 2, "ringing": 2, "in-progress": 1, "canceled": 1, "completed": 1}


def test_a_played_ring_waits_only_a_few_seconds() -> None:
    slept = Slept()
    conversation = provider(Office(LINE), slept=slept).ring(CALLER, NUMBER, press=["2"])
    assert conversation.seconds == 50.5
    assert slept.seconds == 10


troubles = st.frozensets(st.sampled_from([*Kind, "leg.1", "leg.2", "menu.1", "menu.2", "rung.1", "status.1"]))
callbacks = st.frozensets(st.sampled_from([Kind.LEG, "leg.1", "leg.3"]))
behaviours = st.dictionaries(st.sampled_from([OLENA.phone, JAN.phone]), st.sampled_from(Pickup))
keys = st.lists(st.sampled_from(["", "0", "1", "2", "3", "9", "#"]), max_size=4)
patience = st.one_of(st.none(), st.floats(0, 90))


@given(press=keys, answer=behaviours, lost=callbacks, doubled=troubles, late=troubles, hang_up_after=patience)
def test_repeated_late_and_reordered_requests_leave_the_same_call(
    press: list[str],
    answer: dict[str, Pickup],
    lost: frozenset[str],
    doubled: frozenset[str],
    late: frozenset[str],
    hang_up_after: float | None,
) -> None:
    calm, undisturbed = ring(press=press, answer=answer, hang_up_after=hang_up_after)
    trouble = Trouble(lost=lost, doubled=doubled, late=late)
    rough, disturbed = ring(press=press, answer=answer, hang_up_after=hang_up_after, trouble=trouble)
    assert rough.heard == calm.heard
    assert disturbed.settled is undisturbed.settled
    assert disturbed.state.ending is undisturbed.state.ending
    assert disturbed.state.stage is Stage.ENDED


@given(press=keys, answer=behaviours, lost=troubles)
def test_whatever_is_lost_the_call_ends(press: list[str], answer: dict[str, Pickup], lost: frozenset[str]) -> None:
    office = Office(LINE)
    conversation = provider(office).ring(CALLER, NUMBER, press=press, answer=answer, trouble=Trouble(lost=lost))
    assert conversation.lines[-1].startswith("the call is over")
    assert len(conversation.sent) < 80


def test_every_forged_request_is_refused() -> None:
    conversation, call = ring(press=["2"], answer=True, trouble=Trouble(forged=frozenset(Kind)))
    forged = [sent for sent in conversation.sent if sent.how == "forged"]
    assert {sent.status for sent in forged} == {403}
    of_a_room = {Kind.LEFT, Kind.RETURNED, Kind.ROOM, Kind.OUT}
    assert {sent.kind for sent in forged} == set(Kind) - {Kind.REDIRECT, Kind.RECORDED, Kind.RECORDING} - of_a_room - {
        Kind.BACK,
        Kind.TEXT,
    }
    assert call.settled is CallState.COMPLETED


def test_a_recording_is_there_before_the_server_hears_of_it() -> None:
    office, left = Office(line(languages=("pl",), plan=Plan())), list[str]()
    speaking = provider(office)
    speaking.on_message = left.append
    conversation = speaking.ring(CALLER, NUMBER, press=["1"], message=12)
    assert len(left) == 1
    assert office.calls[conversation.call_sid].state.ending is Ending.MESSAGE
    assert speaking.ring(CALLER, NUMBER, press=["1"]).call_sid
    assert len(left) == 1, "whoever says nothing leaves nothing"


def test_a_server_that_believes_a_forgery_is_found_out() -> None:
    office = Office(LINE)
    office.answer = lambda _kind: Response("<Response/>", content_type="text/xml")
    with pytest.raises(Unwelcome):
        provider(office, token="wrong").ring(CALLER, NUMBER)
    believing = Provider("http://localhost", "AC1", TOKEN, Believing(), public_url=PUBLIC)
    with pytest.raises(ForgeryAccepted):
        believing.ring(CALLER, NUMBER, trouble=Trouble(forged=frozenset({"voice"})))


class Believing:
    """A server that welcomes everybody."""

    status_code = 200
    text = "<Response/>"

    def __init__(self) -> None:
        self.headers = {"Content-Type": "text/xml"}

    def post(self, *_address: object, **_what: object) -> "Believing":
        return self


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response("<Response><Record/></Response>", content_type="text/xml"), InvalidMarkup),
        (Response("<Response/>", content_type="text/plain"), Unwelcome),
        (Response("", 500), Unwelcome),
        (Response("", 302, {"Location": "/"}), Unwelcome),
        (
            Response(
                f'<Response><Redirect method="POST">{PUBLIC}/telephony/voice</Redirect></Response>',
                content_type="text/xml",
            ),
            Endless,
        ),
        (
            Response(
                '<Response><Redirect method="POST">https://evil.example/x</Redirect></Response>',
                content_type="text/xml",
            ),
            Unwelcome,
        ),
        (
            Response(
                f'<Response><Redirect method="POST">{PUBLIC}.evil.example/x</Redirect></Response>',
                content_type="text/xml",
            ),
            Unwelcome,
        ),
    ],
)
def test_a_server_that_misbehaves_is_found_out(answer: Response, error: type[Exception]) -> None:
    office = Office(LINE)
    office.answer = lambda _kind: answer
    with pytest.raises(error):
        provider(office).ring(CALLER, NUMBER)


def test_a_rejected_call_is_busy() -> None:
    office = Office(LINE)
    office.answer = lambda _kind: Response("<Response><Reject/></Response>", content_type="text/xml")
    assert provider(office).ring(CALLER, NUMBER).status == "busy"


def test_where_nobody_listens_the_caller_is_told_so() -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        Provider("http://127.0.0.1:9", "AC1", TOKEN).ring(CALLER, NUMBER)


def test_a_call_over_a_real_wire() -> None:
    office, heard = Office(LINE), list[str]()
    server = make_server("127.0.0.1", 0, office)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with requests.Session() as session:
            real = Provider(
                f"http://127.0.0.1:{server.server_port}",
                "AC1",
                TOKEN,
                session,
                public_url=PUBLIC,
                pace=Pace(sleep=Slept()),
                on_line=heard.append,
            )
            conversation = real.ring(CALLER, NUMBER, press=["2"], answer=True)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert office.calls[conversation.call_sid].settled is CallState.COMPLETED
    assert heard == conversation.lines
