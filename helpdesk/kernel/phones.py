"""Phone numbers: who calls, which numbers a directory may print, and how a number is shown.

A caller's number may be anything a switch can write, so reading it never fails. A number that we print must be one
that somebody in need can dial, so reading that one refuses.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from helpdesk.kernel.errors import Refusal

HOME = "PL"
# No subscriber anywhere in the directory has fewer digits than this after the country code.
SHORTEST_FULL_NUMBER = 7

# Numbers that only work inside Poland and that a number library calls invalid: emergency and free harmonised services.
SHORT_NUMBERS = frozenset(
    {
        "112", "991", "992", "993", "994", "997", "998", "999",
        "116000", "116006", "116111", "116117", "116123",
    },
)  # fmt: skip

_WITHHELD_WORDS = frozenset({"anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"})
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
# How a telephone begins that is a browser: what follows names whose it is.
BROWSER = "client:"

# Where only digits fit, the provider spells the word on a telephone's keys: "+266696687" is ANONYMOUS.
_WITHHELD_DIGITS = frozenset("+" + word.translate(_KEYPAD) for word in _WITHHELD_WORDS)
_URI = re.compile(r"^(?:sips?|tel):(?://)?(?P<user>[^@;?]*)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_E164_POLISH = re.compile(r"^\+48\d{9}$")


class CallerKind(StrEnum):
    KNOWN = "known"
    WITHHELD = "withheld"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the provider says: a number (E.164) only if the kind is known."""

    kind: CallerKind
    e164: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is CallerKind.KNOWN) != (self.e164 is not None):
            raise ValueError("A caller has a number exactly when it is known")


class PhoneRefusal(StrEnum):
    EMPTY = "empty"
    NOT_A_NUMBER = "not-a-number"
    SHORT_NOT_LISTED = "short-not-listed"
    NOT_IN_USE = "not-in-use"
    PREMIUM_RATE = "premium-rate"


def caller(raw: str) -> Caller:
    """Read what the provider sent as the caller. Never raises, whatever the text.

    Nothing, the words for a withheld number, and the digits that spell them are withheld; what is neither these nor a
    number somebody could be called back on is malformed.
    """
    text = _user_part(raw.strip())
    if _is_withheld(text):
        return Caller(CallerKind.WITHHELD)
    number = None if _LETTER.search(text) else _parsed(text)
    if number is None or not _can_be_called_back(text, number):
        return Caller(CallerKind.MALFORMED)
    return Caller(CallerKind.KNOWN, _e164(number))


def institution_number(raw: str) -> str:
    """The number as it is stored for an institution: E.164, or a listed short number as it is dialled.

    Raises Refusal(PhoneRefusal) for what cannot be dialled in Poland. Premium-rate numbers are refused because calling
    for help must not cost more than a call.
    """
    text = raw.strip()
    if not text:
        raise Refusal(PhoneRefusal.EMPTY)
    if (short := _digits(text)) in SHORT_NUMBERS:
        return short
    number = None if _LETTER.search(text) else _parsed(text)
    if number is None or number.extension:
        raise Refusal(PhoneRefusal.NOT_A_NUMBER, number=raw)
    _check_usable(number, raw)
    return _e164(number)


def display(number: str, *, international: bool = False) -> str:
    """A stored number in groups: Polish ones as dialled here, others with their country code.

    With `international`, the country code is always shown, for readers who may call from abroad or with a foreign
    card. A text that is not a stored number comes back unchanged.
    """
    if number in SHORT_NUMBERS:
        return f"{number[:3]} {number[3:]}".strip()
    parsed = _parsed(number) if number.startswith("+") else None
    if parsed is None:
        return number
    abroad = international or not _E164_POLISH.match(number)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL if abroad else PhoneNumberFormat.NATIONAL)


def _user_part(text: str) -> str:
    """The part of a SIP or tel address before the host; other texts as they are."""
    match = _URI.match(text)
    return match["user"].strip() if match else text


def _is_withheld(text: str) -> bool:
    return not text or text.lower() in _WITHHELD_WORDS or text in _WITHHELD_DIGITS


def _can_be_called_back(text: str, number: PhoneNumber) -> bool:
    # Abroad the length is enough, since new ranges are in use before a library knows them; a Polish number without
    # its country code might be anything, so it has to be a real one.
    if text.startswith(("+", "00")):
        return phonenumbers.is_possible_number(number)
    return phonenumbers.is_valid_number(number)


def _check_usable(number: PhoneNumber, raw: str) -> None:
    if len(phonenumbers.national_significant_number(number)) < SHORTEST_FULL_NUMBER:
        raise Refusal(PhoneRefusal.SHORT_NOT_LISTED, number=raw)
    if not phonenumbers.is_valid_number(number):
        raise Refusal(PhoneRefusal.NOT_IN_USE, number=raw)
    if phonenumbers.number_type(number) == PhoneNumberType.PREMIUM_RATE:
        raise Refusal(PhoneRefusal.PREMIUM_RATE, number=raw)


def _parsed(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, HOME)
    except NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _digits(text: str) -> str:
    """The bare digits of a short number, also when it was written with Poland's country code."""
    return re.sub(r"[\s\-().]", "", text).removeprefix("+48").removeprefix("0048")
