"""Words for agreements: what may be wrong, what state one is in, and what a colleague on the telephone is told."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel import Locale
from babel.numbers import format_currency

from helpdesk.activities.rules import AgreementRefusal, Problem, Standing, State, TableRefusal
from helpdesk.kernel import teryt
from helpdesk.web.i18n import LazyText, _, lazy, localdate, locale

LABELS: Mapping[StrEnum, LazyText] = {
    AgreementRefusal.CONTRIBUTION: lazy("Write the contribution in PLN, for example 595 or 595.50, at most a million."),
    AgreementRefusal.DAYS: lazy("The last day is before the first one."),
    AgreementRefusal.GMINA: lazy("This is no gmina of the region. Look for a typing error."),
    AgreementRefusal.NUMBER: lazy("Write the number under which it was signed."),
    AgreementRefusal.NUMBER_TAKEN: lazy("This number is in the register already."),
    AgreementRefusal.OVERLAPS: lazy(
        "The gmina has another agreement on some of these days: %(number)s. End it first, or correct the days."
    ),
    AgreementRefusal.REASON: lazy("Write why. What is counted is never changed without a reason."),
    AgreementRefusal.SIGNED_LATER: lazy("This day is still to come. Enter what has been signed."),
    AgreementRefusal.WHAT: lazy("Write what the annex changes."),
    TableRefusal.AMBIGUOUS: lazy("Several gminas have this name: %(codes)s. Write the code of the one that is meant."),
    TableRefusal.CELL_COUNT: lazy(
        "This line has more or fewer cells than the first line. Look for a missing quotation mark."
    ),
    TableRefusal.CHANGED: lazy(
        "This number is in the register with other facts. Correct it on its page, where a reason can be given."
    ),
    TableRefusal.COLUMN_MISSING: lazy("This column is missing."),
    TableRefusal.COLUMN_TWICE: lazy("This column is there twice."),
    TableRefusal.COLUMN_UNKNOWN: lazy(
        "There is no such column in a table of agreements. Correct its name or remove it."
    ),
    TableRefusal.DATE: lazy("Write the day like 2023-10-05 or 05.10.2023."),
    TableRefusal.DISAGREES: lazy("The code belongs to another gmina: %(gmina)s. Correct the code or the name."),
    TableRefusal.NO_GMINA: lazy("Write the TERYT code of a gmina of the region, or its name and county."),
    TableRefusal.NUMBER_TWICE: lazy("Another line has the same number."),
    TableRefusal.REQUIRED: lazy("Fill this in."),
    TableRefusal.UNREADABLE: lazy("This is not a table of comma-separated values."),
}

FIELDS: Mapping[str, Any] = {
    "gmina": lazy("Gmina"),
    "number": lazy("Number of the agreement"),
    "signed_on": lazy("Signed on"),
    "first_day": lazy("In force from"),
    "last_day": lazy("In force until"),
    "contribution": lazy("Contribution in PLN"),
    "remarks": lazy("Remarks"),
}

# The kind of the mark, and its word.
STATES: Mapping[State, tuple[str, LazyText]] = {
    State.TO_COME: ("info", lazy("to come")),
    State.IN_FORCE: ("ok", lazy("in force")),
    State.ENDED: ("quiet", lazy("ended")),
}


def standing_words(standing: Standing | None) -> str:
    """What is said beside a gmina on the sheet; nothing where nobody keeps the register. It never tells anybody to refuse help (B.8)."""
    if standing is None:
        return ""
    if standing.since is None:
        return _("No agreement with this gmina: first help is for everybody.")
    return _("Agreement in force since %(day)s.", day=localdate(standing.since, "long"))


def gmina_name(code: str) -> str:
    """The gmina with what tells it apart; a code that is gone from the table stays readable."""
    found = teryt.areas().get(code)
    return teryt.display(found, locale().tag) if found else code


def money(grosz: int | None) -> str:
    """An amount with its currency as the reader writes it; nothing where none is recorded."""
    if grosz is None:
        return ""
    return str(format_currency(Decimal(grosz) / 100, "PLN", locale=Locale.parse(locale().tag, sep="-")))


def place_of(problem: Problem) -> str:
    """Where in the file something is wrong: "line 12, column number"."""
    if not problem.line:
        return _("the whole file")
    if not problem.column:
        return _("line %(line)s", line=problem.line)
    return _("line %(line)s, column %(column)s", line=problem.line, column=problem.column)
