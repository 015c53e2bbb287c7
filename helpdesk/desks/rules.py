"""What kinds of desks there are, what each kind does, and what a new desk or line must be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.phones import caller

SHORT_NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")
PREFIX = re.compile(r"[A-Z][A-Z0-9-]{0,15}")


class DeskKind(StrEnum):
    """A kind decides which pages a desk has; the walls are between desks, whatever their kind."""

    CORRECTIVE = "corrective"
    HELP_POINT = "help-point"
    HELPLINE = "helpline"
    PROGRAMME_OFFICE = "programme-office"


class DeskRefusal(StrEnum):
    """Why a desk or a line cannot be added, renamed or taken away."""

    LANGUAGE = "desk:not-a-language"
    LINE_BUSY = "desk:line-busy"
    LINE_ELSEWHERE = "desk:line-elsewhere"
    LINE_TAKEN = "desk:line-taken"
    NAME = "desk:no-name"
    NUMBER = "desk:not-a-number"
    PLACE_TAKEN = "desk:place-taken"
    PREFIX = "desk:not-a-prefix"
    SHORT_NAME = "desk:not-a-short-name"
    TAKEN = "desk:taken"


@dataclass(frozen=True, slots=True)
class NewDesk:
    """A desk as an office describes it. `id` is its short name in tables and addresses, `prefix` begins the numbers of its contacts."""

    id: str
    kind: DeskKind
    name_pl: str
    name_en: str
    controller: str
    prefix: str
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class PublicFace:
    """What a desk says of itself to whoever writes. `place`: where it stands in public addresses, empty for nowhere.

    `answer_hours`: within how many it promises an answer. The others are what GDPR art. 13 asks for: the address of the controller, how
    to reach the data protection officer, the legal basis in the office's own words, and after how many years what was written is deleted.
    """

    place: str
    answer_hours: int
    address: str = ""
    data_officer: str = ""
    legal_basis: str = ""
    keep_years: int | None = None

    @property
    def lacks(self) -> bool:
        """Whether something is missing that has to be said (GDPR, art. 13(1)(a)-(c), 13(2)(a))."""
        return not (self.address and self.data_officer and self.legal_basis and self.keep_years)


def check_desk(desk: NewDesk) -> None:
    """Raise Refusal unless the desk can be told from others by its short name and its prefix, and speaks languages that we know."""
    if not SHORT_NAME.fullmatch(desk.id):
        raise Refusal(DeskRefusal.SHORT_NAME, field="id")
    if not PREFIX.fullmatch(desk.prefix):
        raise Refusal(DeskRefusal.PREFIX, field="prefix")
    check_languages(desk.languages)


def name_of(text: str) -> str:
    """A desk's name without needless blanks, or Refusal where nothing is left: people find the desk by it."""
    if not (said := " ".join(text.split())):
        raise Refusal(DeskRefusal.NAME, field="name")
    return said


def check_languages(tags: Sequence[str]) -> None:
    """Raise Refusal unless there is at least one language and all are known."""
    if not tags or not set(tags) <= {each.tag for each in LANGUAGES}:
        raise Refusal(DeskRefusal.LANGUAGE, field="languages")


def line_number(text: str) -> str:
    """A line's number in its international form, or Refusal."""
    number = caller(text).e164
    if number is None:
        raise Refusal(DeskRefusal.NUMBER, field="number")
    return number
