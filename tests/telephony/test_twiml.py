import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.telephony import twiml
from helpdesk.telephony.rules import flow
from helpdesk.telephony.rules.instructions import Speak
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import LineNow
from helpdesk.telephony.rules.state import CallerHungUp, Event, Pressed, RingEnded, Started
from helpdesk.telephony.simulator import InvalidMarkup, grammar
from tests.telephony.lines import NUMBER, events, line, lines, person, play

PUBLIC = "https://help.example.org"
ADDRESSES = twiml.Addresses(PUBLIC, "c-1")
OLENA = person("Olena", "uk", phone="+48600000001")
JAN = person("Jan", "uk", phone="+48600000002")


def rendered(now: LineNow, *happened: Event) -> str:
    return twiml.render(play(now, *happened).instructions, ADDRESSES).xml


def test_a_menu_takes_keys_only_and_reports_silence() -> None:
    gather, fallback = grammar.read(rendered(line(OLENA), Started()))
    assert gather.attrib == {
        "action": f"{PUBLIC}/telephony/menu/c-1?turn=1",
        "actionOnEmptyResult": "true",
        "finishOnKey": "",
        "input": "dtmf",
        "method": "POST",
        "numDigits": "1",
        "timeout": "8",
    }
    assert (fallback.tag, fallback.text) == ("Redirect", gather.get("action"))
    assert [say.get("language") for say in gather] == ["pl-PL", "pl-PL", "uk-UA", "en-GB", "pl-PL"]


def test_a_ring_reaches_all_telephones_at_once_and_each_must_accept() -> None:
    say, dial = grammar.read(rendered(line(OLENA, JAN), Started(), Pressed("2", 1)))
    assert say.get("language") == "uk-UA"
    assert dial.get("answerOnBridge") == "true"
    assert dial.get("callerId") == NUMBER
    assert dial.get("action") == f"{PUBLIC}/telephony/rung/c-1?turn=2"
    assert [number.text for number in dial] == [OLENA.phone, JAN.phone]
    assert dial[1].attrib == {
        "url": f"{PUBLIC}/telephony/whisper/c-1/2-2",
        "method": "POST",
        "statusCallback": f"{PUBLIC}/telephony/leg/c-1/2-2",
        "statusCallbackMethod": "POST",
        "statusCallbackEvent": "initiated ringing answered completed",
    }


def test_on_a_line_with_one_language_the_dial_comes_first_so_that_the_caller_hears_ringing() -> None:
    (dial,) = grammar.read(rendered(line(OLENA, languages=("uk",)), Started()))
    assert dial.tag == "Dial"


def test_a_whisper_without_a_key_ends_in_hanging_up() -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1)).state
    gather, hang_up = grammar.read(twiml.render(flow.whisper(state, "2-1"), ADDRESSES).xml, whispered=True)
    assert gather.get("action") == f"{PUBLIC}/telephony/accept/c-1/2-1"
    assert hang_up.tag == "Hangup"


def test_accepting_is_an_empty_document() -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1)).state
    assert len(grammar.read(twiml.render(flow.accept(state, "1"), ADDRESSES).xml, whispered=True)) == 0


def test_the_end_says_what_to_do_and_hangs_up() -> None:
    assert [verb.tag for verb in grammar.read(rendered(line(), Started(), Pressed("1", 1)))] == ["Say", "Say", "Hangup"]


@given(st.lists(events, max_size=8), lines)
def test_whatever_happens_the_markup_is_valid(happened: list[Event], now: LineNow) -> None:
    root = grammar.read(rendered(now, Started(), *happened))
    assert all(
        value.startswith(PUBLIC + "/telephony/")
        for element in root.iter()
        for name, value in element.attrib.items()
        if name in {"action", "url", "statusCallback"}
    )


@given(st.lists(events, max_size=8), lines)
def test_no_address_and_no_shown_number_tells_who_calls_or_who_is_on_duty(happened: list[Event], now: LineNow) -> None:
    markup = rendered(now, Started(), *happened, CallerHungUp(), RingEnded(answered=False))
    addresses = [value for element in grammar.read(markup).iter() for value in element.attrib.values()]
    assert not [
        each for each in addresses for who in now.on_duty if who.person_id in each or (who.phone or "?") in each
    ]


def test_a_voice_speaks_the_language_it_is_given() -> None:
    assert [tag for tag, voice in twiml.VOICES.values() if voice.startswith("Google") and f".{tag}-" not in voice] == []


def test_a_language_without_a_voice_is_named() -> None:
    assert twiml.voiceless(["pl", "be", "uk", "ka"]) == ("be", "ka")


def test_a_sentence_without_a_voice_is_said_in_polish_and_reported() -> None:
    sentence = Speak(Prompt.EMERGENCY, "ka")
    result = twiml.render([sentence], ADDRESSES)
    (say,) = grammar.read(result.xml)
    assert say.get("language") == "pl-PL"
    assert result.unspoken == (sentence,)


def test_connection_overrides_stand_behind_every_address() -> None:
    addresses = twiml.Addresses(PUBLIC + "/", "c/1", overrides="rc=2&e=dublin")
    assert addresses.menu(1) == f"{PUBLIC}/telephony/menu/c%2F1?turn=1#rc=2&e=dublin"


GATHER = (
    '<Gather action="https://h.example/a" method="POST" input="dtmf" timeout="8" actionOnEmptyResult="true">{}</Gather>'
)
DIAL = '<Dial action="https://h.example/a" method="POST" callerId="+48520000001" timeout="20">{}</Dial>'
NUMBER_MARKUP = '<Number url="https://h.example/w" method="POST">+48600000001</Number>'
SAY = '<Say language="pl-PL" voice="Polly.Ewa">Tak</Say>'


@pytest.mark.parametrize(
    "inside",
    [
        "<say>Tak</say>",
        "<Say>Tak</Say>",
        SAY.replace("Tak", " "),
        SAY.replace("Polly.Ewa", "woman"),
        '<Record action="https://h.example/a" method="POST"/>',
        "<Enqueue>kolejka</Enqueue>",
        GATHER.format(DIAL.format(NUMBER_MARKUP)) + "<Hangup/>",
        GATHER.format("").replace('input="dtmf"', 'input="dtmf speech"') + "<Hangup/>",
        GATHER.format("").replace('actionOnEmptyResult="true"', "") + "<Hangup/>",
        GATHER.format("").replace("https://h.example/a", "/a") + "<Hangup/>",
        GATHER.format("").replace("POST", "GET") + "<Hangup/>",
        GATHER.format("stray") + "<Hangup/>",
        GATHER.format(""),
        GATHER.format("") + SAY,
        GATHER.format("") + GATHER.format("") + "<Hangup/>",
        GATHER.format("").replace(' timeout="8"', "") + "<Hangup/>",
        DIAL.format(""),
        DIAL.format(NUMBER_MARKUP * 11),
        DIAL.format(NUMBER_MARKUP) + SAY,
        DIAL.format(NUMBER_MARKUP).replace('timeout="20"', 'timeout="-1"'),
        DIAL.format(NUMBER_MARKUP).replace('timeout="20"', 'timeout="20" record="record-from-answer"'),
        DIAL.format(NUMBER_MARKUP).replace('callerId="+48520000001"', ""),
        DIAL.format(NUMBER_MARKUP.replace("+48600000001", "anonymous")),
        NUMBER_MARKUP,
        "<Hangup/>" + SAY,
        "<!-- why -->",
        "text",
        "<Say",
    ],
)
def test_broken_markup_is_refused(inside: str) -> None:
    with pytest.raises(InvalidMarkup):
        grammar.read(f"<Response>{inside}</Response>")


@pytest.mark.parametrize("after", ["<Hangup/>", '<Redirect method="POST">https://h.example/a</Redirect>'])
def test_a_gather_may_be_followed_by_a_way_on(after: str) -> None:
    assert len(grammar.read(f"<Response>{GATHER.format(SAY)}{after}</Response>")) == 2


@pytest.mark.parametrize("inside", [DIAL.format(NUMBER_MARKUP), "<Pause/>", "<Reject/>"])
def test_a_whisper_may_only_speak_ask_and_hang_up(inside: str) -> None:
    grammar.read(f"<Response>{inside}</Response>")
    with pytest.raises(InvalidMarkup, match="whisper"):
        grammar.read(f"<Response>{inside}</Response>", whispered=True)


def test_only_a_response_is_a_document() -> None:
    with pytest.raises(InvalidMarkup, match="html"):
        grammar.read("<html/>")


@pytest.mark.parametrize("seconds", ["5", "9", "10", "60", "99", "100", "599", "600"])
def test_a_ring_may_last_from_five_seconds_to_ten_minutes(seconds: str) -> None:
    grammar.read(f"<Response>{DIAL.format(NUMBER_MARKUP)}</Response>".replace('"20"', f'"{seconds}"'))


@pytest.mark.parametrize("seconds", ["0", "4", "601", "700", "05", "007"])
def test_a_ring_may_not_be_shorter_or_longer(seconds: str) -> None:
    with pytest.raises(InvalidMarkup, match="timeout"):
        grammar.read(f"<Response>{DIAL.format(NUMBER_MARKUP)}</Response>".replace('"20"', f'"{seconds}"'))
