"""The warning before a Border Guard officer is booked, in every language that we speak (FW-4)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Whoever speaks a language that we have no text in is warned in this one, with an interpreter, and in Polish beside it.
BRIDGE = "en"


@dataclass(frozen=True, slots=True)
class Warned:
    """One text of the warning: which one, in which language, and whether a native speaker has looked at it."""

    version: str
    language: str
    text: str
    reviewed: bool


def warning(language: str) -> Warned:
    """The present warning in a language, or in English where there is none in that one."""
    texts = _texts()
    return texts.get(language, texts[BRIDGE])


def warning_languages() -> tuple[str, ...]:
    """The languages in which a person can be warned."""
    return tuple(_texts())


@cache
def _texts() -> Mapping[str, Warned]:
    """The newest version in each language: later rows of the file take the place of earlier ones, which stay to be read."""
    text = (files("helpdesk.appointments") / "data" / "warnings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["language"]: Warned(row["version"], row["language"], row["text"], row["reviewed"] == "yes") for row in rows
    }
