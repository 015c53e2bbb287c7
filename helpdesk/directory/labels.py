"""Words for the directory: what may be wrong, what makes a place accessible, when it is open."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from babel import Locale

from helpdesk.directory.rules import Access, Problem, RowProblem
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.phones import PhoneRefusal, institution_number
from helpdesk.web import labels
from helpdesk.web.i18n import LazyText, _, lazy

LABELS: dict[StrEnum, LazyText] = {
    RowProblem.UNREADABLE: lazy("This is not a table of comma-separated values."),
    RowProblem.COLUMN_MISSING: lazy("This column is missing."),
    RowProblem.COLUMN_TWICE: lazy("This column is there twice."),
    RowProblem.COLUMN_UNKNOWN: lazy("There is no such column in the directory. Correct its name or remove it."),
    RowProblem.CELL_COUNT: lazy(
        "This line has more or fewer cells than the first line. Look for a missing quotation mark."
    ),
    RowProblem.REQUIRED: lazy("Fill this in."),
    RowProblem.KEY: lazy("Write the key with small letters, digits and hyphens, for example ops-lubicz."),
    RowProblem.KEY_TWICE: lazy("Another line has the same key."),
    RowProblem.KIND: lazy("Choose one of the kinds of institutions. A table holds its code, for example OPS."),
    RowProblem.AREA: lazy("This is not the TERYT code of a gmina, a county or the voivodeship of this region."),
    RowProblem.PHONE: lazy("This is not a phone number that can be called."),
    RowProblem.EMAIL: lazy("Write an e-mail address like help@example.org."),
    RowProblem.WEBSITE: lazy("Write the whole address of the page, for example https://example.org."),
    RowProblem.HOURS: lazy("Write the hours like Mo-Fr 07:30-15:30; Sa 09:00-13:00, or 24/7."),
    RowProblem.LANGUAGE: lazy("This is not the code of one of our languages, for example uk."),
    RowProblem.ACCESSIBILITY: lazy("This is not one of the words for accessibility, for example step-free."),
    RowProblem.DATE: lazy("Write the day like 2023-10-05 or 05.10.2023."),
    PhoneRefusal.EMPTY: lazy("Write a phone number."),
    PhoneRefusal.NOT_A_NUMBER: lazy("“%(number)s” is not a phone number."),
    PhoneRefusal.SHORT_NOT_LISTED: lazy("“%(number)s” is too short. Write the whole number with its area code."),
    PhoneRefusal.NOT_IN_USE: lazy("Nobody can have the number “%(number)s”. Look for a missing or wrong digit."),
    PhoneRefusal.PREMIUM_RATE: lazy(
        "“%(number)s” costs more than a call. Write a number that is free or of usual price."
    ),
}

ACCESS: Mapping[Access, LazyText] = {
    Access.STEP_FREE: lazy("entrance without steps"),
    Access.LIFT: lazy("lift"),
    Access.TOILET: lazy("accessible toilet"),
    Access.PARKING: lazy("parking for people with disabilities"),
    Access.LOOP: lazy("induction loop"),
    Access.SIGN_LANGUAGE: lazy("sign language"),
    Access.EASY_TO_READ: lazy("easy-to-read information"),
    Access.BY_TEXT: lazy("reachable by text message or chat"),
}

FIELDS: Mapping[str, Any] = {
    "accessibility": lazy("Accessibility"),
    "address": lazy("Address"),
    "checked_on": lazy("Checked on"),
    "email": lazy("E-mail"),
    "hours": lazy("Opening hours"),
    "kind": lazy("Kind"),
    "languages": lazy("Languages"),
    "name": lazy("Name"),
    "note": lazy("Note"),
    "phones": lazy("Phones"),
    "teryt": lazy("Areas served"),
    "website": lazy("Website"),
}

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_ALWAYS = "24/7"


def sentence(problem: Problem) -> str:
    """What is wrong in one cell of a table; for a phone number, why it cannot be called."""
    if problem.code is RowProblem.PHONE:
        try:
            institution_number(problem.value)
        except Refusal as refusal:
            return labels.sentence(refusal)
    return labels.sentence(Refusal(problem.code))


def place_of(problem: Problem) -> str:
    """Where in the file something is wrong: "line 12, column phones"."""
    if not problem.line:
        return _("the whole file")
    if not problem.column:
        return _("line %(line)s", line=problem.line)
    return _("line %(line)s, column %(column)s", line=problem.line, column=problem.column)


def hours_in_words(hours: str, locale_tag: str) -> list[str]:
    """Opening hours as people say them, one text for each part: "Monday–Friday 07:30–15:30"."""
    if hours == _ALWAYS:
        return [_("day and night, every day")]
    names = Locale.parse(locale_tag, sep="-").days["stand-alone"]["wide"]
    words = {day: str(names[place]) for place, day in enumerate(_DAYS)}
    return [_spelt_out(part, words) for part in hours.split("; ") if part]


def _spelt_out(part: str, words: Mapping[str, str]) -> str:
    named = re.sub("|".join(_DAYS), lambda day: words[day[0]], part)
    return named.replace("-", "–").replace(",", ", ")
