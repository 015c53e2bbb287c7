"""Sentences to read out to the caller, in her language beside the consultant's."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def _questions() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("helpdesk.consultations").joinpath("data", "questions.csv").read_text(encoding="utf-8")
    return {row["field"]: row for row in csv.DictReader(text.splitlines())}


def question_languages() -> tuple[str, ...]:
    """The languages in which every question can be read out."""
    return tuple(next(iter(_questions().values())))[1:]


def question(field: str, language_tag: str | None) -> str:
    """The question behind a field in a caller's language; empty where there is none."""
    return _questions().get(field, {}).get(language_tag or "", "")
