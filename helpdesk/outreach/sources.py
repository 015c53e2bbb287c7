"""The fixed words of reminders and answers, per language: no desk, no office, no service, no person; in a reminder a day and a time (CO3)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_skeleton

from helpdesk.kernel.clock import local

DAY = "MMMMEd"  # the day of the week, the day and the month, in the order of the language (CLDR)
# Whoever speaks a language that we have no words in reads both of these, never silently one of them (domain report, part C).
FALLBACK = ("en", "pl")


@dataclass(frozen=True, slots=True)
class Words:
    """A reminder as it goes out."""

    subject: str
    body: str


def reminder(language: str, starts_at: datetime, now: datetime) -> Words:
    """The reminder of an appointment at `starts_at`, in the person's language; "tomorrow" stands in it only if that is true of `now`."""
    tags = (language,) if language in reminder_languages() else FALLBACK
    found = [_in(tag, starts_at, now) for tag in tags]
    return Words(" / ".join(each.subject for each in found), "\n".join(each.body for each in found))


def reminder_languages() -> tuple[str, ...]:
    """The languages in which a person can be reminded."""
    return tuple(_rows())


def unreviewed() -> tuple[str, ...]:
    """The languages whose words no native speaker has looked at yet."""
    return tuple(tag for tag, row in _rows().items() if row["reviewed"] != "yes")


def answer(key: str, language: str) -> str:
    """The sentence with which a text message is answered, in the person's language. Raises KeyError for a sentence that there is not."""
    tags = (language,) if language in _answers() else FALLBACK
    return "\n".join(_answers()[tag][key] for tag in tags)


def notice(language: str) -> Words:
    """That something waits, in the person's language. No name, no link, no code, no day: anybody may read it (CO3)."""
    tags = (language,) if language in _notices() else FALLBACK
    found = [_notices()[tag] for tag in tags]
    return Words(" / ".join(each["subject"] for each in found), "\n".join(each["body"] for each in found))


def _in(tag: str, starts_at: datetime, now: datetime) -> Words:
    row, wall = _rows()[tag], local(starts_at)
    text = row["tomorrow"] if (wall.date() - local(now).date()).days == 1 else row["later"]
    return Words(row["subject"], text % {"day": _day(wall.date(), tag), "time": f"{wall:%H:%M}"})


def _day(day: date, tag: str) -> str:
    return str(format_skeleton(DAY, day, locale=Locale.parse(tag, sep="-")))


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    return _read("reminders.csv")


@cache
def _answers() -> Mapping[str, Mapping[str, str]]:
    return _read("answers.csv")


@cache
def _notices() -> Mapping[str, Mapping[str, str]]:
    return _read("notices.csv")


def _read(name: str) -> Mapping[str, Mapping[str, str]]:
    text = (files("helpdesk.outreach") / "data" / name).read_text(encoding="utf-8")
    return {row["language"]: row for row in csv.DictReader(text.splitlines())}
