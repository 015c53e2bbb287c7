"""What a caller hears, by key and language, as data: `data/prompts.csv` has one column per language.

Calm, plain and neutral: a telephone on loudspeaker must not tell a bystander what the line is for.
"""

import csv
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import ceil

DEFAULT_LANGUAGE = "pl"

# Slower than any voice we use, so that an estimate of time is an upper bound.
LETTERS_PER_SECOND = 10


class Prompt(StrEnum):
    GREETING = "greeting"
    CHOOSE = "choose"
    PLEASE_WAIT = "please-wait"
    KEEP_WAITING = "keep-waiting"
    NOBODY = "nobody"
    EMERGENCY = "emergency"
    TROUBLE = "trouble"
    WHISPER = "whisper"
    NAME = "name"


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


def sentence(prompt: Prompt, language: str, *, key: str = "") -> str:
    """Say `prompt` in `language`, in Polish where the language has none: a call is never left without words.

    `key` is the key to press, where the sentence names one.
    """
    texts = sentences()
    text = texts.get(language, {}).get(prompt) or texts[DEFAULT_LANGUAGE][prompt]
    return text % {"key": key}


def seconds(text: str) -> int:
    """Estimate from above how many seconds it takes to say `text`."""
    return 1 + ceil(len(text) / LETTERS_PER_SECOND)


def _gaps(language: str) -> tuple[Prompt, ...]:
    known = sentences().get(language, {})
    return tuple(prompt for prompt in Prompt if prompt not in known)
