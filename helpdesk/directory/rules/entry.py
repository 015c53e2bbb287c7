"""What an entry of the directory must look like: its fields, and the reader of each kind of value.

A reader takes the text that somebody wrote and gives what is stored, or raises Refusal(RowProblem).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from helpdesk.kernel import teryt
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import language
from helpdesk.kernel.phones import institution_number

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s;]+@[^@\s;.]+(\.[^@\s;.]+)+")
_WEBSITE = re.compile(r"https?://[^\s/;.]+(\.[^\s/;.]+)+(/\S*)?")
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_DAY = r"(Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS = rf"{_DAY}(-{_DAY})?"
_SPAN = rf"{_TIME}-({_TIME}|24:00)"
_HOURS = re.compile(rf"{_DAYS}(,{_DAYS})* {_SPAN}(,{_SPAN})*")


class Access(StrEnum):
    """What makes a place or a line usable for people with disabilities."""

    STEP_FREE = "step-free"
    LIFT = "lift"
    TOILET = "accessible-toilet"
    PARKING = "accessible-parking"
    LOOP = "induction-loop"
    SIGN_LANGUAGE = "sign-language"
    EASY_TO_READ = "easy-to-read"
    BY_TEXT = "by-text"


class RowProblem(StrEnum):
    """What may be wrong in a table of institutions."""

    UNREADABLE = "unreadable"
    COLUMN_MISSING = "column-missing"
    COLUMN_TWICE = "column-twice"
    COLUMN_UNKNOWN = "column-unknown"
    CELL_COUNT = "cell-count"
    REQUIRED = "required"
    KEY = "key"
    KEY_TWICE = "key-twice"
    KIND = "kind"
    AREA = "area"
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    HOURS = "hours"
    LANGUAGE = "language"
    ACCESSIBILITY = "accessibility"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """An institution as it travels in a table.

    `kind` is a code of the list "referrals"; `teryt` the areas served; `phones` stored numbers; `hours` the common
    subset of the opening_hours of OpenStreetMap ("24/7", "Mo-Fr 07:30-15:30; We 08:00-17:00").
    """

    key: str
    kind: str
    name: str
    teryt: tuple[str, ...]
    address: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    checked_on: date | None = None
    note: str = ""


COLUMNS = tuple(field.name for field in fields(InstitutionRow))
REQUIRED = COLUMNS[:4]


def _like(pattern: re.Pattern[str], code: RowProblem) -> Callable[[str], str]:
    """A reader that takes what has this form."""

    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise Refusal(code)
        return text

    return read


def _known(look_up: Callable[[str], str], code: RowProblem) -> Callable[[str], str]:
    """A reader that takes what can be looked up, in the form in which it is found."""

    def read(text: str) -> str:
        try:
            return look_up(text)
        except (KeyError, ValueError):
            raise Refusal(code) from None

    return read


def read_phone(text: str) -> str:
    try:
        return institution_number(text)
    except Refusal as refusal:
        raise Refusal(RowProblem.PHONE, because=refusal.code) from refusal


def read_hours(text: str) -> str:
    parts = [part.strip() for part in text.split(";")]
    if text != "24/7" and not all(_HOURS.fullmatch(part) for part in parts):
        raise Refusal(RowProblem.HOURS)
    return "; ".join(parts)


def read_day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise Refusal(RowProblem.DATE)


read_key = _like(_KEY, RowProblem.KEY)
read_email = _like(_EMAIL, RowProblem.EMAIL)
read_website = _like(_WEBSITE, RowProblem.WEBSITE)
read_kind = _known(lambda text: codes("referrals").row(text).code, RowProblem.KIND)
read_area = _known(lambda text: teryt.full_code(_with_zero(text)), RowProblem.AREA)
read_language = _known(lambda text: language(text).tag, RowProblem.LANGUAGE)
read_access = _known(lambda text: Access(text).value, RowProblem.ACCESSIBILITY)


def _with_zero(code: str) -> str:
    """The region's zero, which a spreadsheet takes for needless, put back in front."""
    return code if code.startswith("0") else f"0{code}"
