"""What one cell of the table may hold. Whatever is printed stays with the value, to the letter."""

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.kernel.errors import Refusal

MARK = re.compile(r"\s?<sup>([0-9]{1,3})</sup>")
TAG = re.compile(r"</?(?:a|b|i|u|em|strong)(?:\s[^<>]*)?>", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^<>\s]*)>")
LEFT_OVER = re.compile(r"</?[a-zA-Z]")
# Below a thousand million, so that every number fits wherever it is kept.
WHOLE = re.compile(r"0|[1-9]\d{0,8}|[1-9]\d{0,2}(?:\.\d{3}){1,2}", re.ASCII)
DASHES = frozenset("-–—")
CONTINUOUS = "na bieżąco"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Expected(StrEnum):
    """What a cell should have held, where it held something else."""

    ACTION_NUMBER = "action-number"
    ACTION_TITLE = "action-title"
    AMOUNT = "amount"
    DIRECTION = "direction"
    DITTO = "ditto"
    ELEVEN_CELLS = "eleven-cells"
    FIGURE = "figure"
    FIGURES_BESIDE_NAME = "figures-beside-name"
    FOOTNOTE = "footnote"
    FOOTNOTE_ONCE = "footnote-once"
    HEADING = "heading"
    HIGHER_NUMBER = "higher-number"
    INDICATOR = "indicator"
    KNOWN_MARKUP = "known-markup"
    MONTHS = "months"
    NOTE_ON_OTHERS = "note-on-others"
    NOTHING = "nothing"
    ONE_NEIGHBOUR = "one-neighbour"
    PARENT = "parent"
    PARTS = "parts"
    PROGRAMME_YEARS = "programme-years"
    REALISERS = "realisers"
    SUM_OF_FUNDS = "sum-of-funds"
    TABLE = "table"
    TITLE = "title"
    TOTAL_ROW = "total-row"
    USED_FOOTNOTE = "used-footnote"


@dataclass(frozen=True, slots=True)
class Printed:
    """Something as it stands on paper; `raw` keeps typing errors, markup and footnote marks."""

    raw: str

    @property
    def footnotes(self) -> tuple[int, ...]:
        """The numbers of the footnotes it refers to, in order."""
        return tuple(int(number) for number in MARK.findall(self.raw))

    @property
    def plain(self) -> str:
        """What is said, without markup and footnote marks."""
        return _without_tags(MARK.sub("", self.raw))

    @property
    def rendered(self) -> str:
        """What is said, with footnote marks as raised digits: `8 <sup>1</sup>` is shown as `8 ¹`."""
        return _without_tags(re.sub(r"<sup>([0-9]{1,3})</sup>", lambda mark: mark[1].translate(SUPERSCRIPTS), self.raw))


@dataclass(frozen=True, slots=True)
class Text(Printed):
    """Words."""


@dataclass(frozen=True, slots=True)
class Number(Printed):
    """A whole number: things counted or, in the columns of costs, whole zloty. A printed 0 is a real zero."""

    count: int


@dataclass(frozen=True, slots=True)
class Continuous(Printed):
    """*Na bieżąco*: done all the time; never 0, never a percentage."""


@dataclass(frozen=True, slots=True)
class Dash(Printed):
    """A dash: nil where it is money, not planned anywhere else."""


@dataclass(frozen=True, slots=True)
class Empty(Printed):
    """Nothing is printed: not known."""


Value = Number | Continuous | Dash | Empty
Amount = Number | Dash


def number(count: int) -> Number:
    """A number that we write ourselves: with dots between thousands."""
    return Number(f"{count:,}".replace(",", "."), count)


def read_whole(said: str) -> int | None:
    """The whole number that is said, if it is one. Dots stand between thousands; there are no decimals (T-000-02)."""
    return int(said.replace(".", "")) if WHOLE.fullmatch(said) else None


def is_dash(said: str) -> bool:
    return said in DASHES


def is_continuous(said: str) -> bool:
    return " ".join(said.split()).casefold() == CONTINUOUS


def read_value(raw: str) -> Value:
    """A figure of an indicator; Refusal(Expected.FIGURE) if it is none of the four kinds (R-000-50)."""
    said = Text(raw).plain
    if (count := read_whole(said)) is not None:
        return Number(raw, count)
    if is_continuous(said):
        return Continuous(raw)
    if is_dash(said):
        return Dash(raw)
    if not raw.strip():
        return Empty(raw)
    raise Refusal(Expected.FIGURE)


def read_amount(raw: str) -> Amount:
    """Whole zloty, or a dash for nil; Refusal(Expected.AMOUNT) for anything else."""
    said = Text(raw).plain
    if (count := read_whole(said)) is not None:
        return Number(raw, count)
    if is_dash(said):
        return Dash(raw)
    raise Refusal(Expected.AMOUNT)


def zloty(amount: Amount) -> int:
    """Whole zloty; a dash is nil (R-000-50)."""
    return amount.count if isinstance(amount, Number) else 0


def read_text(raw: str) -> Text:
    """Words, verbatim; Refusal(Expected.KNOWN_MARKUP) if a tag is left that we would print without understanding."""
    text = Text(raw)
    if LEFT_OVER.search(text.plain):
        raise Refusal(Expected.KNOWN_MARKUP)
    return text


def _without_tags(raw: str) -> str:
    return TAG.sub("", LINK.sub(r"\1", raw)).replace("**", "").strip()
