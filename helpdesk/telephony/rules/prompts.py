"""What a caller hears, by key and language, as data: `data/prompts.csv` has one column per language.

Calm, plain and neutral: a telephone on loudspeaker must not tell a bystander what the line is for.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import ceil

from babel import Locale
from babel.dates import format_datetime

DEFAULT_LANGUAGE = "pl"

# Slower than any voice we use, so that an estimate of time is an upper bound.
LETTERS_PER_SECOND = 10


class Prompt(StrEnum):
    GREETING = "greeting"
    CHOOSE = "choose"
    CANNOT_TALK = "cannot-talk"
    HELP_PSYCHOLOGIST = "help-psychologist"
    HELP_LAWYER = "help-lawyer"
    PLEASE_WAIT = "please-wait"
    KEEP_WAITING = "keep-waiting"
    POSITION = "position"
    MANY_WAITING = "many-waiting"
    CALL_BACK_INSTEAD = "call-back-instead"
    NOBODY = "nobody"
    CLOSED = "closed"
    NEXT_DUTY = "next-duty"
    OFFER_MESSAGE = "offer-message"
    OFFER_CALL_BACK = "offer-call-back"
    SAFE_TO_CALL = "safe-to-call"
    WILL_CALL = "will-call"
    SPEAK_NOW = "speak-now"
    RECORDED = "recorded"
    JOINING = "joining"
    EMERGENCY = "emergency"
    TROUBLE = "trouble"
    WHISPER = "whisper"
    BACK = "back"
    NAME = "name"
    LINE = "line"


# Those that name a key or a number, and which ones a line may need: each is a recording of its own.
KEYS: Mapping[Prompt, tuple[str, ...]] = {
    Prompt.CHOOSE: tuple("123456789"),
    Prompt.HELP_PSYCHOLOGIST: tuple("12"),
    Prompt.HELP_LAWYER: tuple("12"),
    Prompt.POSITION: tuple("123456789"),
    Prompt.CALL_BACK_INSTEAD: ("1",),
    Prompt.OFFER_MESSAGE: ("1",),
    Prompt.OFFER_CALL_BACK: ("2",),
    Prompt.SAFE_TO_CALL: ("1",),
    Prompt.WHISPER: ("1",),
    Prompt.BACK: ("1",),
}

# What is only known while somebody calls can be said by a voice and not by a recording; without a voice it is left out.
SPOKEN_ONLY = frozenset({Prompt.NEXT_DUTY, Prompt.LINE})

# What nobody but our own people hears.
STAFF_ONLY = frozenset({Prompt.WHISPER, Prompt.BACK, Prompt.LINE})


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Give the sentences as language → key → text; an empty cell is left out."""
    text = (files("helpdesk.telephony") / "data" / "prompts.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    languages = [column for column in rows[0] if column != "key"]
    return {language: {row["key"]: row[language] for row in rows if row[language]} for language in languages}


def missing(languages: Iterable[str]) -> dict[str, tuple[Prompt, ...]]:
    """Name the languages that are not whole, each with the prompts it lacks; empty if all are whole."""
    gaps = {language: _gaps(language) for language in languages}
    return {language: lacking for language, lacking in gaps.items() if lacking}


def sentence(prompt: Prompt, language: str, *, key: str = "", value: str = "") -> str:
    """Say `prompt` in `language`, in Polish where the language has none: a call is never left without words.

    `key` is the key to press or the number to say, where the sentence names one, `value` whatever else it names.
    """
    texts = sentences()
    text = texts.get(language, {}).get(prompt) or texts[DEFAULT_LANGUAGE][prompt]
    return text % {"key": key, "value": value}


def moment(at: datetime, language: str) -> str:
    """Say a local time in words: the day of the week, the date, the hour."""
    return format_datetime(at, "EEEE, d MMMM, HH:mm", locale=Locale.parse(language, sep="-"))


def seconds(text: str) -> int:
    """Estimate from above how many seconds it takes to say `text`."""
    return 1 + ceil(len(text) / LETTERS_PER_SECOND)


def _gaps(language: str) -> tuple[Prompt, ...]:
    known = sentences().get(language, {})
    return tuple(prompt for prompt in Prompt if prompt not in known)
