"""What markup we may send: the provider's elements as far as we use them, and our own stricter wishes.

Written from the provider's documentation of each verb. Ours on top: every address absolute, every method POST, every
Gather by keys only and answered on silence, no talk recorded, no verb that can never be reached.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from xml.etree import ElementTree as ET

ADDRESS = r"https?://[^\s/]+/\S*"
E164 = r"\+[1-9]\d{6,14}"
POST = "POST"
EVENTS = r"(initiated|ringing|answered|completed)( (initiated|ringing|answered|completed))*"
VOICE = r"(Polly|Google)\.[\w-]+"
LANGUAGE = r"[a-z]{2,3}(-[A-Z]{2})?"
MOST_NUMBERS = 10


class InvalidMarkup(ValueError):
    """The server answered with markup that the provider would not understand, or that we do not allow ourselves."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an element may hold: attributes with the pattern of their values, children by name, text by pattern."""

    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: str | None = None


_SPOKEN = frozenset({"Say", "Play", "Pause"})
_RUNG = Rule(
    optional={
        "url": ADDRESS,
        "method": POST,
        "statusCallback": ADDRESS,
        "statusCallbackMethod": POST,
        "statusCallbackEvent": EVENTS,
    }
)
RULES: Mapping[str, Rule] = {
    "Response": Rule(children=_SPOKEN | {"Gather", "Record", "Dial", "Redirect", "Hangup", "Reject"}),
    "Say": Rule(required={"language": LANGUAGE, "voice": VOICE}, optional={"loop": r"[1-9]"}, text=r"(?s).*\S.*"),
    "Play": Rule(optional={"loop": r"[1-9]"}, text=ADDRESS),
    "Pause": Rule(optional={"length": r"[1-9]\d?"}),
    "Gather": Rule(
        required={
            "action": ADDRESS,
            "method": POST,
            "input": "dtmf",
            "actionOnEmptyResult": "true",
            "timeout": r"[1-9]\d?",
        },
        optional={"numDigits": r"[1-9]\d?", "finishOnKey": r"[0-9*#]?"},
        children=_SPOKEN,
    ),
    "Dial": Rule(
        required={"action": ADDRESS, "method": POST},
        optional={
            "callerId": E164,
            "timeout": r"[5-9]|[1-9]\d|[1-5]\d\d|600",
            "timeLimit": r"[1-9]\d{0,4}",
            "answerOnBridge": "true|false",
            "ringTone": "[a-z]{2}",
        },
        children=frozenset({"Number", "Client", "Sip", "Conference"}),
    ),
    "Number": replace(_RUNG, text=E164),
    "Client": replace(_RUNG, text=r"[\w.+-]+"),
    "Sip": replace(_RUNG, text=r"sip:[\w.+-]+@[\w.-]+"),
    "Conference": Rule(
        required={"endConferenceOnExit": "true|false"},
        optional={
            "startConferenceOnEnter": "true",
            "beep": "false",
            "waitUrl": ADDRESS,
            "waitMethod": "GET",
        },
        text=r"[\w-]{1,64}",
    ),
    "Record": Rule(
        required={"action": ADDRESS, "method": POST, "maxLength": r"[1-9]\d{0,2}", "playBeep": "true"},
        optional={
            "timeout": r"\d{1,2}",
            "finishOnKey": "#",
            "recordingStatusCallback": ADDRESS,
            "recordingStatusCallbackMethod": POST,
            "recordingStatusCallbackEvent": "completed absent",
        },
    ),
    "Redirect": Rule(required={"method": POST}, text=ADDRESS),
    "Hangup": Rule(),
    "Reject": Rule(optional={"reason": "rejected|busy"}),
}

# On the called side before both are put through.
WHISPERED = frozenset({"Say", "Play", "Gather", "Hangup"})

# Whatever stands behind these is never reached.
LAST = frozenset({"Dial", "Record", "Redirect", "Hangup", "Reject"})

# What a self-hosted provider knows besides: no whisper, no room, no browser, and nothing reported of a rung telephone.
PORTABLE = frozenset(
    {"Response", "Say", "Play", "Gather", "Dial", "Number", "Sip", "Record", "Redirect", "Hangup", "Reject"}
)


def read(markup: str, *, whispered: bool = False) -> ET.Element:
    """Parse and check a document; `whispered` for one that plays on a rung telephone. Raises InvalidMarkup."""
    root = _parse(markup)
    if root.tag != "Response":
        raise InvalidMarkup(f"The document is a <{root.tag}>, not a <Response>.")
    _check(root)
    _check_order(root)
    for verb in root:
        if whispered and verb.tag not in WHISPERED:
            raise InvalidMarkup(f"<{verb.tag}> may not stand in a whisper.")
    return root


def _parse(markup: str) -> ET.Element:
    if "<!" in markup:
        # Neither comments nor document types nor entities: the parser never has to expand anything.
        raise InvalidMarkup("The document holds a declaration.")
    try:
        return ET.fromstring(markup)  # noqa: S314 - without declarations there is nothing to expand
    except ET.ParseError as error:
        raise InvalidMarkup(f"The document is not well-formed: {error}.") from error


def _check(element: ET.Element) -> None:
    rule = RULES[element.tag]
    _check_attributes(element, rule)
    _check_text(element, rule)
    for child in element:
        if child.tag not in rule.children:
            raise InvalidMarkup(f"<{element.tag}> may not hold <{child.tag}>.")
        _check(child)
    if element.tag == "Dial":
        _check_dial(element)


def _check_dial(dial: ET.Element) -> None:
    if not 1 <= len(dial) <= MOST_NUMBERS:
        raise InvalidMarkup(f"<Dial> rings {len(dial)} numbers; it must be 1 to {MOST_NUMBERS}.")
    rooms = [each for each in dial if each.tag == "Conference"]
    if rooms and len(dial) > 1:
        raise InvalidMarkup("<Dial> holds a room and something else.")
    for name in () if rooms else ("callerId", "timeout"):
        if name not in dial.attrib:
            raise InvalidMarkup(f"<Dial> lacks {name}.")


def _check_attributes(element: ET.Element, rule: Rule) -> None:
    for name in rule.required.keys() - element.attrib.keys():
        raise InvalidMarkup(f"<{element.tag}> lacks {name}.")
    known = {**rule.required, **rule.optional}
    for name, value in element.attrib.items():
        if name not in known:
            raise InvalidMarkup(f"<{element.tag}> has no attribute {name}.")
        if not re.fullmatch(known[name], value):
            raise InvalidMarkup(f"<{element.tag} {name}> may not be {value!r}.")


def _check_text(element: ET.Element, rule: Rule) -> None:
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if rule.text is None and text.strip():
        raise InvalidMarkup(f"<{element.tag}> may not hold text.")
    if rule.text is not None and not re.fullmatch(rule.text, text):
        raise InvalidMarkup(f"<{element.tag}> may not say {text!r}.")


def _check_order(root: ET.Element) -> None:
    verbs = list(root)
    for verb in verbs[:-1]:
        if verb.tag in LAST:
            raise InvalidMarkup(f"What follows <{verb.tag}> is never reached.")
    for tag, after in pairwise([*(each.tag for each in verbs), ""]):
        if tag == "Gather" and after not in {"Redirect", "Hangup"}:
            raise InvalidMarkup("A <Gather> must be followed by what happens where silence is not reported.")
