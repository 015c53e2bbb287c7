"""A plan that a colleague kept in a spreadsheet: read row by row, each with its reason where it cannot be taken in. All of it or nothing."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.kernel.text import fold
from helpdesk.roster.rules.days import Days, falls_on
from helpdesk.roster.rules.fitness import Wanted
from helpdesk.roster.rules.spans import Span, span_of

# A desk's plan of half a year; a longer file is divided.
MOST_ROWS = 1000
YEARS = range(2000, 2100)
_BLANK = re.compile(r"\s+")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?: 00:00(?::00)?)?")
_POLISH = re.compile(r"(?P<day>\d{1,2})[.-](?P<month>\d{1,2})[.-](?P<year>\d{4})(?: ?r\.?)?")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::00)?)?")
_MIDNIGHT = 24
_DELIMITERS = ";,\t"


class ImportRefusal(StrEnum):
    """Why a file, or one row of it, cannot be taken in."""

    BEGUN = "import:begun"
    CELLS = "import:cells"
    COLUMN_MISSING = "import:column-missing"
    COLUMN_TWICE = "import:column-twice"
    DAY = "import:not-a-day"
    EMPTY = "import:empty"
    NOT_TEXT = "import:not-a-text"
    OVERLAP = "import:overlap-in-file"
    PERSON_AMBIGUOUS = "import:person-ambiguous"
    PERSON_MISSING = "import:person-missing"
    PERSON_UNKNOWN = "import:person-unknown"
    POST_AMBIGUOUS = "import:post-ambiguous"
    POST_MISSING = "import:post-missing"
    POST_UNKNOWN = "import:post-unknown"
    TIME = "import:not-a-time"
    TOO_MANY = "import:too-many"


class Column(StrEnum):
    """What a column of the file holds."""

    PERSON = "person"
    DAY = "day"
    STARTS = "starts"
    ENDS = "ends"
    POST = "post"


REQUIRED = (Column.PERSON, Column.DAY, Column.STARTS, Column.ENDS)

# Words over a column, folded: no case, no marks. Columns with other words are left alone.
WORDS: Mapping[str, Column] = {
    **dict.fromkeys(("person", "name", "who", "login"), Column.PERSON),
    **dict.fromkeys(("osoba", "imie i nazwisko", "nazwisko i imie", "nazwisko", "pracownik", "kto"), Column.PERSON),
    **dict.fromkeys(("date", "day", "data", "dzien"), Column.DAY),
    **dict.fromkeys(("from", "start", "starts", "od", "poczatek", "godzina od", "od godziny"), Column.STARTS),
    **dict.fromkeys(("to", "until", "end", "ends", "do", "koniec", "godzina do", "do godziny"), Column.ENDS),
    **dict.fromkeys(("post", "stanowisko", "dyzur"), Column.POST),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: the line of the file (from 1; 0 for the whole file), the rule, the text that breaks it, values for its sentence."""

    line: int
    code: StrEnum
    value: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was typed: times on the wall, an end not after the start on the next day."""

    line: int
    person: str
    day: date
    starts: time
    ends: time
    post: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its sound rows, and what is wrong with the others."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody of the desk, by name and by login."""

    account_id: UUID
    name: str
    login: str
    profession: Profession
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post of the desk: what it asks for, on which days, in which hours."""

    post_id: UUID
    name: str
    wanted: Wanted
    days: Days
    starts: time
    ends: time
    zone: ZoneInfo = WARSAW


@dataclass(frozen=True, slots=True)
class Wish:
    """A row that names a person and a post of the desk: a duty that could be drafted."""

    line: int
    account_id: UUID
    post_id: UUID
    day: date
    starts: time
    ends: time
    span: Span
    zone: ZoneInfo

    @property
    def content(self) -> tuple[UUID, UUID, date, time, time]:
        """By what the same duty is known again."""
        return self.post_id, self.account_id, self.day, self.starts, self.ends


def decode(content: bytes) -> str:
    """The text of a file that a spreadsheet saved, in UTF-8 or, as older Polish ones do, in Windows-1250; or Refusal."""
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal(ImportRefusal.NOT_TEXT, field="file")


def read(text: str) -> Reading:
    """Read a table of duties; never raises, whatever the text.

    Separated by semicolons, commas or tabulators; the first row holds the words over the columns, in Polish or English, in any order.
    """
    try:
        records = list(_records(text.removeprefix("\ufeff")))
    except csv.Error:
        return _refused(0, ImportRefusal.NOT_TEXT)
    if len(records) < 2:  # noqa: PLR2004  the words and one row
        return _refused(0, ImportRefusal.EMPTY)
    if len(records) > MOST_ROWS + 1:
        return _refused(0, ImportRefusal.TOO_MANY, count=MOST_ROWS)
    (line, header), *others = records
    columns = [WORDS.get(fold(word)) for word in header]
    wrong = tuple(_header_problems(line, columns))
    if wrong:
        return Reading(problems=wrong)
    found = [_row(line, cells, columns) for line, cells in others]
    rows = tuple(each for each in found if isinstance(each, Row))
    return Reading(rows, tuple(each for each in found if isinstance(each, Problem)))


def matched(
    rows: Iterable[Row], people: Sequence[KnownPerson], posts: Sequence[KnownPost]
) -> tuple[list[Wish], list[Problem]]:
    """The rows with the persons and posts that they name, and what is wrong with the others, overlaps within the file among it."""
    named, problems = _named(people), []
    wishes: list[Wish] = []
    for row in rows:
        try:
            wishes.append(_wish(row, named, posts))
        except Refusal as refusal:
            problems.append(Problem(row.line, refusal.code, str(refusal.data.pop("value", "")), refusal.data))
    return wishes, [*problems, *overlaps(wishes)]


def overlaps(wishes: Iterable[Wish]) -> Iterator[Problem]:
    """The rows in which somebody would already be on the duty of another row; each names that row."""
    last: dict[UUID, Wish] = {}
    for wish in sorted(wishes, key=lambda each: (each.span.start, each.line)):
        before = last.get(wish.account_id)
        if before is not None and before.span.overlaps(wish.span):
            yield Problem(wish.line, ImportRefusal.OVERLAP, data={"other": before.line})
        if before is None or before.span.end < wish.span.end:
            last[wish.account_id] = wish


def read_day(text: str) -> date:
    """A day as "2026-12-01", "1.12.2026" or "01-12-2026", or Refusal. A year of two digits may mean anything and is refused."""
    found = _ISO.fullmatch(text) or _POLISH.fullmatch(text)
    if found is None or int(found["year"]) not in YEARS:
        raise Refusal(ImportRefusal.DAY, value=text)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise Refusal(ImportRefusal.DAY, value=text) from None


def read_time(text: str, *, ends: bool = False) -> time:
    """A time as "17:00", "17.00", "17:00:00" or "17", or Refusal; an end may be "24:00", which is midnight."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise Refusal(ImportRefusal.TIME, value=text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if ends and (hour, minute) == (_MIDNIGHT, 0):
        return time()
    try:
        return time(hour, minute)
    except ValueError:
        raise Refusal(ImportRefusal.TIME, value=text) from None


def _refused(line: int, code: ImportRefusal, value: str = "", **data: object) -> Reading:
    return Reading(problems=(Problem(line, code, value, data),))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line on which each begins; empty ones left out.

    A quotation that never ends is an error, since it would swallow all later rows.
    """
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [_BLANK.sub(" ", cell).strip() for cell in cells]
        line = reader.line_num + 1


def _header_problems(line: int, columns: Sequence[Column | None]) -> Iterator[Problem]:
    for column in Column:
        if columns.count(column) > 1:
            yield Problem(line, ImportRefusal.COLUMN_TWICE, column.value)
    for column in REQUIRED:
        if column not in columns:
            yield Problem(line, ImportRefusal.COLUMN_MISSING, column.value)


def _row(line: int, cells: Sequence[str], columns: Sequence[Column | None]) -> Row | Problem:
    """One row, or the first thing wrong with it. Empty cells that a spreadsheet adds at the end are no fault."""
    texts = {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}
    missing = [column for column in REQUIRED if column not in texts]
    if missing or any(cells[len(columns) :]):
        return Problem(line, ImportRefusal.CELLS, data={"found": len(cells), "expected": len(columns)})
    if not texts[Column.PERSON]:
        return Problem(line, ImportRefusal.PERSON_MISSING)
    try:
        return Row(
            line,
            texts[Column.PERSON],
            read_day(texts[Column.DAY]),
            read_time(texts[Column.STARTS]),
            read_time(texts[Column.ENDS], ends=True),
            texts.get(Column.POST, ""),
        )
    except Refusal as refusal:
        return Problem(line, refusal.code, str(refusal.data.get("value", "")))


def _named(people: Iterable[KnownPerson]) -> Mapping[str, list[KnownPerson]]:
    """Everybody by login and by name, which is written in either order."""
    found: dict[str, list[KnownPerson]] = {}
    for person in people:
        words = fold(person.name).split()
        for key in {
            fold(person.login),
            " ".join(words),
            " ".join([*words[1:], *words[:1]]),
            " ".join([*words[-1:], *words[:-1]]),
        }:
            found.setdefault(key, []).append(person)
    return found


def _wish(row: Row, named: Mapping[str, list[KnownPerson]], posts: Sequence[KnownPost]) -> Wish:
    people = named.get(fold(row.person), [])
    if not people:
        raise Refusal(ImportRefusal.PERSON_UNKNOWN, value=row.person)
    if len(people) > 1:
        raise Refusal(
            ImportRefusal.PERSON_AMBIGUOUS, value=row.person, logins=", ".join(sorted(each.login for each in people))
        )
    post = _post(row, people[0], posts)
    span = span_of(row.day, row.starts, row.ends, post.zone)
    return Wish(row.line, people[0].account_id, post.post_id, row.day, row.starts, row.ends, span, post.zone)


def _post(row: Row, person: KnownPerson, posts: Sequence[KnownPost]) -> KnownPost:
    """The post that a row names, or else the only one that it can mean."""
    if row.post:
        found = [post for post in posts if fold(post.name) == fold(row.post)]
        if not found:
            raise Refusal(ImportRefusal.POST_UNKNOWN, value=row.post)
    else:
        found = _meant(row, person, posts)
        if not found:
            raise Refusal(ImportRefusal.POST_MISSING)
    if len(found) > 1:
        raise Refusal(
            ImportRefusal.POST_AMBIGUOUS, value=row.post, posts=", ".join(sorted({each.name for each in found}))
        )
    return found[0]


def _meant(row: Row, person: KnownPerson, posts: Sequence[KnownPost]) -> list[KnownPost]:
    """The posts of that day for which the person is fit by training and languages: those of exactly these hours, else all."""
    fit = [
        post
        for post in posts
        if (not post.wanted.professions or person.profession in post.wanted.professions)
        and post.wanted.languages <= person.languages
        and falls_on(post.days, row.day)
    ]
    return [post for post in fit if (post.starts, post.ends) == (row.starts, row.ends)] or fit
