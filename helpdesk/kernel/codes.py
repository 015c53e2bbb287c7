"""Code lists: what is stored is a code, what is read is its label in the words of the law of the day.

Each list is a file `codelists/<list>.csv` with the columns `code,pl,en,valid_from,valid_to`, then, where a list needs
them, labels in further languages (a column named by the language tag) and columns of its own. Validity is half-open:
`valid_to` is the first day on which the row no longer holds; an empty date is no bound. A code may have several rows
with different words for different times; a code is never used again for something else. Source: domain report, part D.

Lists end with UNK (not known, not asked) and OTH (other, with a text), except where the list says so itself or is
closed for a technical reason:

* `first-contact`, `ages`, `nk-states`: UNK only; there is nothing else to be.
* `sexes`: N is both; `disabilities`: NO is an answer, so both UNK and OTH follow.
* `professional-groups`: INN is OTH (a note is required), UNK stands before it, as seed 000 prints INN last.
* `referral-states`, `official-classes`, `pke-states`, `pke-forms`, `grant-states`, `pke-documents`: steps and forms
  that we or a regulation define; one outside the list cannot happen.
* `pke-costs`: INN is OTH; a cost of unknown kind cannot be settled.

No label carries a number that a voivode sets (hours, shares of a grant): those stand in the rule profile of the year.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from types import MappingProxyType

from helpdesk.kernel.languages import LANGUAGES

COLUMNS = ("code", "pl", "en", "valid_from", "valid_to")
FALLBACK = "en"

_LABEL_COLUMNS = frozenset(language.tag for language in LANGUAGES)
_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


class CodeListError(ValueError):
    """A code list's file is wrong. The message begins with the file and the line."""


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code list: a code with its words for a time, and the list's own columns in `extra`."""

    code: str
    labels: Mapping[str, str] = field(hash=False)
    valid_from: date | None = None
    valid_to: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def valid(self, on: date) -> bool:
        """Whether the row holds on this day. The last day is the one before `valid_to`."""
        return (self.valid_from or date.min) <= on and (self.valid_to is None or on < self.valid_to)

    def label(self, locale_tag: str) -> str:
        """The label in this language, else in its base language ("pl-PL" → "pl"), else in English."""
        base = locale_tag.partition("-")[0]
        return self.labels.get(locale_tag) or self.labels.get(base) or self.labels[FALLBACK]

    def holds(self, column: str, value: str) -> bool:
        """Whether a column, which may hold several values separated by ";", has this one."""
        return value in {part.strip() for part in self.extra[column].split(";")}


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: its rows in the order of the file, in which people read them."""

    name: str
    rows: tuple[Code, ...]

    def known(self, code: str) -> bool:
        """Whether the code has ever been in the list."""
        return any(row.code == code for row in self.rows)

    def row(self, code: str, on: date | None = None) -> Code:
        """The row of a code that holds on a day; without a day, the latest one.

        A day outside all validities gets the row nearest before it, else the first: whatever was stored must be
        readable. Raises KeyError naming the list and the code.
        """
        rows = sorted((row for row in self.rows if row.code == code), key=_start)
        if not rows:
            raise KeyError(f"No such code in {self.name!r}: {code!r}")
        begun = [row for row in rows if on is None or _start(row) <= on]
        return begun[-1] if begun else rows[0]

    def label(self, code: str, locale_tag: str, on: date | None = None) -> str:
        """The words for a code on a day (default: the latest words). Raises KeyError for an unknown code."""
        return self.row(code, on).label(locale_tag)

    def current(self, on: date, desk_id: str | None = None) -> tuple[Code, ...]:
        """What may be chosen on a day, in order; with a desk, only what that desk uses (column `desks`, empty = all)."""
        rows = (row for row in self.rows if row.valid(on))
        return tuple(row for row in rows if desk_id is None or _of_desk(row, desk_id))

    def where(self, column: str, value: str) -> tuple[Code, ...]:
        """The rows, of any time, in which one of the column's values is this. Raises KeyError for an unknown column."""
        if not all(column in row.extra for row in self.rows):
            raise KeyError(f"No such column in {self.name!r}: {column!r}")
        return tuple(row for row in self.rows if row.holds(column, value))


@cache
def codes(name: str) -> CodeList:
    """The code list of this name. Raises KeyError naming the list, CodeListError if its file is wrong."""
    file = _folder().joinpath(f"{name}.csv")
    if not _NAME.fullmatch(name) or not file.is_file():
        raise KeyError(f"No such code list: {name!r}")
    return parse(name, file.read_text(encoding="utf-8"))


@cache
def list_names() -> tuple[str, ...]:
    """The names of all code lists, alphabetically."""
    return tuple(sorted(file.name.removesuffix(".csv") for file in _folder().iterdir() if file.name.endswith(".csv")))


def parse(name: str, text: str) -> CodeList:
    """The list a file's text holds. Raises CodeListError with file and line for the first thing wrong in it."""
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    if tuple(header[: len(COLUMNS)]) != COLUMNS or len(set(header)) != len(header):
        raise _error(name, 1, f"the columns must begin with {','.join(COLUMNS)} and differ")
    numbered = [(reader.line_num, _row(name, reader.line_num, header, cells)) for cells in reader]
    if not numbered:
        raise _error(name, 1, "no rows")
    for line, problem in _overlaps(numbered):
        raise _error(name, line, problem)
    return CodeList(name, tuple(row for _, row in numbered))


def _folder() -> Traversable:
    return resources.files("helpdesk.kernel").joinpath("codelists")


def _row(name: str, line: int, header: list[str], cells: list[str]) -> Code:
    if len(cells) != len(header):
        raise _error(name, line, f"{len(cells)} cells instead of {len(header)}")
    values = dict(zip(header, cells, strict=True))
    if not _CODE.fullmatch(values["code"]):
        raise _error(name, line, f"not a code: {values['code']!r}")
    return Code(values["code"], _labels(name, line, values), *_validity(name, line, values), _extra(values))


def _labels(name: str, line: int, values: Mapping[str, str]) -> Mapping[str, str]:
    labels = {column: label for column, label in values.items() if column in _LABEL_COLUMNS}
    for column, label in labels.items():
        if not label or label != label.strip():
            raise _error(name, line, f"the label in {column!r} is empty or has blanks around it")
    return MappingProxyType(labels)


def _validity(name: str, line: int, values: Mapping[str, str]) -> tuple[date | None, date | None]:
    try:
        start, end = (date.fromisoformat(values[column]) if values[column] else None for column in COLUMNS[3:])
    except ValueError as error:
        raise _error(name, line, str(error)) from None
    if start and end and end <= start:
        raise _error(name, line, f"ends on {end} before it begins on {start}")
    return start, end


def _extra(values: Mapping[str, str]) -> Mapping[str, str]:
    own = {column: value for column, value in values.items() if column not in {*COLUMNS, *_LABEL_COLUMNS}}
    return MappingProxyType(own)


def _overlaps(numbered: list[tuple[int, Code]]) -> Iterator[tuple[int, str]]:
    """Lines whose code already has a row for a part of the same time."""
    in_time = sorted(numbered, key=lambda pair: (pair[1].code, _start(pair[1]), pair[0]))
    for (_, earlier), (line, later) in pairwise(in_time):
        if earlier.code == later.code and (earlier.valid_to is None or _start(later) < earlier.valid_to):
            yield line, f"{later.code} has two rows for the same time"


def _start(row: Code) -> date:
    return row.valid_from or date.min


def _of_desk(row: Code, desk_id: str) -> bool:
    return not row.extra.get("desks") or row.holds("desks", desk_id)


def _error(name: str, line: int, problem: str) -> CodeListError:
    return CodeListError(f"{name}.csv:{line}: {problem}")
