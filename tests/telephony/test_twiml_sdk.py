"""Our markup beside what the provider's own libraries accept, and our lints on every address in it.

The Python library says what may stand in what, and with which attributes. It holds no lists of values; those of the library for another
language do (`twiml-values.json`, written by `npm run values` in `frontend/`). Neither was asked when our own grammar was written.
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import voice_response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import texts, twiml, webhooks
from helpdesk.telephony.rules import flow, prompts
from helpdesk.telephony.rules.instructions import (
    Accept,
    Connect,
    HangUp,
    Hold,
    Instruction,
    Join,
    Leg,
    Menu,
    Play,
    Record,
    Ring,
    Sound,
    Speak,
    whispered,
)
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.state import Event, Started
from helpdesk.telephony.service import Heard, Kind
from helpdesk.telephony.simulator import grammar
from helpdesk.web.access import Open, access_of
from tests.telephony.lines import events, lines, play

HOST = "https://help.example.org"
SID = "CA" + "0123456789abcdef" * 2
GUEST = "0192a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
ATTEMPT = "0192a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"
CALLER, SHOWN = "+48600100200", "+48520000001"
VALUES: Mapping[str, Mapping[str, Any]] = json.loads(
    Path(__file__).with_name("twiml-values.json").read_text(encoding="utf-8")
)["verbs"]

# Where the markup names an address, and by which attribute its method. A sound is fetched, everything else is asked.
ADDRESSES = {
    "action": "method",
    "url": "method",
    "statusCallback": "statusCallbackMethod",
    "recordingStatusCallback": "recordingStatusCallbackMethod",
    "waitUrl": "waitMethod",
}
TERMINAL = {"Dial", "Record", "Redirect", "Hangup", "Reject"}
LONGEST_SILENCE = 30

languages = st.sampled_from(sorted(prompts.sentences()))
speaks = st.builds(
    Speak,
    prompt=st.sampled_from(Prompt),
    language=languages,
    key=st.sampled_from(["", "1", "9"]),
    value=st.sampled_from(["", "Niebieska Linia", "<& „”>"]),
)
spoken = st.lists(speaks, max_size=3).map(tuple)
turns = st.integers(min_value=0, max_value=60)
legs = st.builds(
    Leg,
    leg_id=st.sampled_from(["2-1", "2-10", GUEST]),
    person_id=st.just("person"),
    phone=st.sampled_from(["+48600000001", "client:" + "ab" * 16, "sip:ewa@calls.example.org"]),
)
rings = st.builds(
    Ring,
    legs=st.lists(legs, min_size=1, max_size=10).map(tuple),
    shown_number=st.just(SHOWN),
    turn=turns,
    seconds=st.integers(min_value=5, max_value=60),
    asks=st.booleans(),
)
accepts = st.builds(
    whispered, leg_id=st.sampled_from(["2-1", GUEST]), language=languages, line=st.sampled_from(["", "Linia"])
)
ASKED: Mapping[type[Instruction], st.SearchStrategy[Instruction]] = {
    Accept: accepts,
    Connect: st.just(Connect()),
    HangUp: st.just(HangUp()),
    Hold: st.builds(Hold, sentences=spoken, turn=turns),
    Join: st.builds(Join, turn=turns, leg_id=st.sampled_from(["", "2-1", GUEST])),
    Menu: st.builds(Menu, sentences=spoken, seconds=st.integers(min_value=1, max_value=8), turn=turns),
    Play: st.builds(Play, sound=st.sampled_from(Sound)),
    Record: st.builds(Record, turn=turns),
    Ring: rings,
    Speak: speaks,
}
recordings = {twiml.clip(prompt, "uk", key): "f" * 40 + ".wav" for prompt in Prompt for key in ("", "1", "9")}
clips = st.sampled_from([twiml.SILENT, twiml.Clips("1", recordings)])
addresses = st.sampled_from(
    [
        twiml.Addresses(HOST, SID),
        twiml.Addresses(HOST, SID, twiml.overrides("dublin")),
        twiml.BackAddresses(HOST, ATTEMPT),
    ]
)


def ended(instruction: Instruction) -> list[Instruction]:
    """As it really goes out: a whisper hangs up where no key is pressed."""
    return [instruction, HangUp()] if isinstance(instruction, Accept) else [instruction]


single = st.one_of(*ASKED.values()).map(ended)
told_by_the_flow = st.builds(
    lambda happened, now: list(play(now, Started(), *happened).instructions), st.lists(events, max_size=8), lines
)
without_records = st.builds(
    lambda kind, digits, leg, gone: webhooks.without_records(
        Heard(kind, SID, utcnow(), SID, leg=leg, digits=digits, status="completed" if gone else "in-progress")
    ),
    st.sampled_from(Kind),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["2-1", GUEST]),
    st.booleans(),
)
documents = st.builds(
    lambda told, where, heard: twiml.render(told, where, heard).xml,
    st.one_of(single, told_by_the_flow, without_records, st.just(webhooks.unknown_line())),
    addresses,
    clips,
)


def test_every_instruction_is_among_them() -> None:
    assert set(ASKED) == set(get_args(Instruction))


# What the libraries say.


@given(documents)
def test_whatever_we_send_stands_where_the_library_would_put_it_with_attributes_that_it_knows(xml: str) -> None:
    for parent, element in nested(parsed(xml)):
        allowed = made_in(parent.tag, element.tag)
        assert allowed is not None, f"<{element.tag}> in <{parent.tag}>"
        assert set(element.attrib) <= allowed, (element.tag, set(element.attrib) - allowed)


@given(documents)
def test_every_value_is_one_of_those_that_the_library_lists(xml: str) -> None:
    for _, element in nested(parsed(xml)):
        for name, value in element.attrib.items():
            assert is_accepted(VALUES[element.tag][name], value), (element.tag, name, value)


@pytest.mark.parametrize("language", sorted(twiml.VOICES))
def test_every_voice_and_its_language_are_listed(language: str) -> None:
    tag, voice = twiml.VOICES[language]
    assert tag in VALUES["Say"]["language"]
    assert voice in VALUES["Say"]["voice"]


def test_languages_without_a_voice_are_those_that_the_library_does_not_list() -> None:
    """Of Belarusian and Georgian there is none at all; where there is one that we do not use, we say why beside the voices."""
    listed = {each.split("-")[0] for each in VALUES["Say"]["language"]}
    assert not {"be", "ka"} & listed


def test_an_answer_to_a_text_message_is_an_empty_document() -> None:
    assert len(parsed(texts.NOTHING)) == 0


@pytest.mark.parametrize(
    ("parent", "child"), [("Gather", "Dial"), ("Response", "Number"), ("Dial", "Say"), ("Response", "Conference")]
)
def test_what_the_library_would_put_nowhere_is_found_out(parent: str, child: str) -> None:
    assert made_in(parent, child) is None


@pytest.mark.parametrize(
    ("element", "name", "value"),
    [
        ("Say", "language", "be-BY"),
        ("Say", "voice", "Polly.Nobody"),
        ("Gather", "input", "voice"),
        ("Gather", "timeout", "soon"),
        ("Dial", "ringTone", "xx"),
        ("Dial", "answerOnBridge", "yes"),
        ("Number", "statusCallbackEvent", "initiated hung-up"),
        ("Conference", "beep", "never"),
        ("Record", "recordingStatusCallbackEvent", "done"),
    ],
)
def test_a_value_that_the_library_does_not_list_is_found_out(element: str, name: str, value: str) -> None:
    assert not is_accepted(VALUES[element][name], value)


# What we ask of ourselves besides.


def test_every_address_is_absolute_on_our_host_and_one_that_the_provider_may_ask(app: Flask) -> None:
    routes = app.url_map.bind("help.example.org", url_scheme="https")

    @given(documents)
    def holds(xml: str) -> None:
        for method, address in addresses_in(parsed(xml)):
            assert address.startswith(HOST + "/telephony/"), address
            assert is_for_the_provider(app, routes, method, address), (method, address)

    holds()
    assert not is_for_the_provider(app, routes, "GET", f"{HOST}/telephony/menu/{SID}?turn=1")
    assert not is_for_the_provider(app, routes, "POST", f"{HOST}/desk/login")
    assert not is_for_the_provider(app, routes, "POST", f"{HOST}/telephony/nowhere")


@given(documents)
def test_nothing_stands_behind_what_ends_a_document_and_every_question_has_an_end(xml: str) -> None:
    verbs = list(parsed(xml))
    assert not [verb.tag for verb in verbs[:-1] if verb.tag in TERMINAL]
    for place, verb in enumerate(verbs):
        if verb.tag == "Gather":
            assert 1 <= int(verb.attrib["timeout"]) <= LONGEST_SILENCE
            after = verbs[place + 1]
            assert after.tag == "Hangup" or (after.tag, after.text) == ("Redirect", verb.attrib["action"])


@given(documents)
def test_an_address_says_nothing_but_which_call_which_turn_and_which_telephone(xml: str) -> None:
    for _, address in addresses_in(parsed(xml)):
        parts = urlsplit(address)
        *_, last = parts.path.split("/")
        assert re.fullmatch(
            rf"/telephony/[a-z]+(/({SID}|{ATTEMPT}))?(/(\d+-\d+|{GUEST}|accept|over|[\w.]+\.wav))?", parts.path
        ), parts.path
        assert last
        assert all(name == "turn" and value.isdigit() for name, value in parse_qsl(parts.query)), parts.query
        assert "+" not in address.partition("#")[0]
        assert "@" not in address


@given(st.lists(events, max_size=8), lines)
def test_a_caller_is_never_told_whose_telephone_rings(happened: list[Event], now: Any) -> None:  # noqa: ANN401
    root = parsed(twiml.render(play(now, Started(), *happened).instructions, twiml.Addresses(HOST, SID)).xml)
    heard = " ".join(text for each in root.iter("Say") for text in each.itertext())
    assert not [each for each in (*now.on_duty, *now.coordinators) if each.phone and each.phone in heard]
    assert CALLER not in ET.tostring(root, encoding="unicode")


@given(documents)
def test_our_own_grammar_takes_all_of_it(xml: str) -> None:
    grammar.read(xml)


def test_the_apology_is_whole_in_every_language() -> None:
    for language in prompts.sentences():
        grammar.read(twiml.render(flow.apology(language), twiml.Addresses(HOST, SID)).xml)


# How it is read.


def parsed(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314  it is our own


def nested(root: ET.Element) -> Iterator[tuple[ET.Element, ET.Element]]:
    """Each element with what it stands in."""
    for parent in root.iter():
        for child in parent:
            yield parent, child


def made_in(parent: str, child: str) -> frozenset[str] | None:
    """The attributes with which the Python library makes a child of this name; None where it makes none."""
    maker = getattr(voice_response, "VoiceResponse" if parent == "Response" else parent, None)
    method = getattr(maker, child.lower(), None)
    if method is None or not inspect.isfunction(method):
        return None
    return frozenset(camel(name) for name in inspect.signature(method).parameters)


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def is_accepted(kind: Any, value: str) -> bool:  # noqa: ANN401  as it stands in the file
    match kind:
        case "number":
            return value.isdigit()
        case "boolean":
            return value in {"true", "false"}
        case "string":
            return True
        case {"words": listed}:
            return bool(value.split()) and set(value.split()) <= set(listed)
        case _:
            return value in kind


def addresses_in(root: ET.Element) -> Iterator[tuple[str, str]]:
    """Every address with the method by which the provider comes."""
    for element in root.iter():
        for name, how in ADDRESSES.items():
            if name in element.attrib:
                yield element.attrib[how], element.attrib[name]
        if element.tag == "Redirect":
            yield element.attrib["method"], element.text or ""
        if element.tag == "Play":
            yield "GET", element.text or ""


def is_for_the_provider(app: Flask, routes: MapAdapter, method: str, address: str) -> bool:
    """Whether this address is one of ours that checks the provider's signature, or plays a sound to everybody."""
    try:
        endpoint, _ = routes.match(urlsplit(address).path, method=method)
    except HTTPException:
        return False
    access = access_of(app, endpoint)
    return endpoint == "sounds.sound" if method == "GET" else access is not None and access.open_for is Open.PROVIDER
