"""The list of contacts with each filter, with several, with rare and with common words, against 25 rows by their keys."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Connection, event, text

from benchmarks.ground import Ground
from benchmarks.measure import Pair, Result, alternate
from benchmarks.visitor import page, visitor
from helpdesk.accounts import queries as accounts
from helpdesk.consultations import queries
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE
from helpdesk.kernel.permissions import LAWYERS

READER = "karolina@example.org"
TARGET = 5.0
ROUNDS = 7
SCANNED = re.compile(r"Seq Scan on (?:contact|advice)\b")


@dataclass(frozen=True, slots=True)
class Case:
    """One way to narrow the list, as it stands in the address."""

    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one case costs: the page, the rows alone, and whether a whole table was read for it."""

    case: Case
    page: Pair
    rows: Pair
    found: int
    scans: bool


def cases(ground: Ground) -> list[Case]:
    """Each filter alone, with few and with many hits, and such as seldom or never go together."""
    lawyer, gmina = _known(ground)
    of_gmina = {"gmina": gmina, "gmina_text": "x"}
    days = {"first": "2022-03-01", "last": "2022-03-31"}
    given: list[tuple[str, dict[str, str]]] = [
        ("nothing", {}),
        ("deep in the list", {"after": "2022-06-01T12:00:00+00:00,00000000-0000-7000-8000-000000000000"}),
        ("days", days),
        ("first day", {"first": "2021-02-01"}),
        ("last day", {"last": "2021-02-01"}),
        ("consultant", {"consultant": lawyer}),
        ("common kind of help", {"kind": "INF"}),
        ("kind of help that nobody gave", {"kind": "MED"}),
        ("common outcome", {"outcome": "ADV"}),
        ("rare outcome", {"outcome": "JOK"}),
        ("channel", {"channel": "WEB"}),
        ("gmina", of_gmina),
        ("not closed", {"state": "open"}),
        ("number", {"words": "KPNL/2023/000777"}),
        ("part of a number", {"words": "000777"}),
        ("common word", {"words": "torun"}),
        ("rare word", {"words": "gruta"}),
        ("word that is nowhere", {"words": "qwertyuiop"}),
        ("two letters", {"words": "zo"}),
        ("two letters that are nowhere", {"words": "qq"}),
        ("several words", {"words": "osrodek interwencji torun"}),
        ("words that never meet", {"words": "gruta swiecie"}),
        ("lawyer and psychological help, which never meet", {"consultant": lawyer, "kind": "PSY"}),
        ("consultant, kind and days", {"consultant": lawyer, "kind": "LEG", **days}),
        ("consultant and word", {"consultant": lawyer, "words": "gruta"}),
        ("gmina and rare outcome", {**of_gmina, "outcome": "CBK"}),
        ("gmina, kind and days", {**of_gmina, "kind": "PSY", **days}),
        ("gmina and a word of another", {**of_gmina, "words": "bydgoszcz swiecie"}),
        ("channel and rare outcome", {"channel": "WEB", "outcome": "JOK"}),
        ("silent calls with an advice, which never meet", {"outcome": "SIL", "kind": "INF"}),
        ("not closed and word", {"state": "open", "words": "torun"}),
        ("common word long ago", {"words": "torun", "last": "2021-01-20"}),
        ("word that is nowhere, days", {"words": "qwertyuiop", **days}),
        ("kind that nobody gave, days", {"kind": "MED", **days}),
    ]
    return [Case(name, arguments) for name, arguments in given]


def _known(ground: Ground) -> tuple[str, str]:
    """A lawyer who has given advice at the desk, and a gmina of middling size."""
    with ground.sessions() as session:
        staff = [each for each in accounts.members(session, BLUE_LINE) if each.phone]
        lawyers = [each for each in staff if (at := each.membership_at(BLUE_LINE)) and at.profession in LAWYERS]
        gmina = session.scalar(text("SELECT gmina FROM contact WHERE gmina IS NOT NULL LIMIT 1"))
    return str(lawyers[0].id), str(gmina)


def measure(ground: Ground) -> list[Result]:
    client = visitor(ground, READER)
    measured = [_measure(ground, client, case) for case in cases(ground)]
    slowest = max(measured, key=lambda each: each.page.ratio)
    slowest_rows = max(measured, key=lambda each: each.rows.ratio)
    scanning = [each.case.name for each in measured if each.scans]
    for each in measured:
        words = f"page {each.page.ratio:5.2f} ({each.page.in_milliseconds}), rows alone {each.rows.ratio:5.2f} ({each.rows.in_milliseconds})"
        print(f"  {each.case.name:<48} {words}, {each.found} found{'  SCANS' if each.scans else ''}", flush=True)
    others = f"rows without the page at most {slowest_rows.rows.ratio:.1f} ({slowest_rows.case.name})"
    return [
        Result(
            f"Contact list over {ground.contacts:,} contacts, slowest of {len(measured)} filters, against 25 rows by key",
            f"{slowest.page.ratio:.2f}",
            f"≤ {TARGET:.0f}",
            slowest.page.ratio <= TARGET,
            f"{slowest.case.name}: {slowest.page.in_milliseconds}; {others}",
        ),
        Result(
            "Filters of the list that read a whole table", str(len(scanning)), "0", not scanning, ", ".join(scanning)
        ),
    ]


def _measure(ground: Ground, client: FlaskClient, case: Case) -> Measured:
    address = f"/desk/{BLUE_LINE}/contacts?{urlencode(case.arguments)}"
    asked: list[tuple[object, ...]] = []
    with patch.object(queries, "contacts", _noting(asked)):
        page(client, address)
    wanted, after, limit = asked[0]
    assert isinstance(wanted, queries.ContactFilter)  # noqa: S101  for the types
    assert isinstance(limit, int)  # noqa: S101  likewise
    place = after if isinstance(after, queries.Place) else None

    def filtered() -> Sequence[object]:
        with ground.sessions() as session, acting_at(session, BLUE_LINE):
            return queries.contacts(session, wanted, place, limit=limit)

    with _statements(ground) as statements:
        found = len(filtered())
    ids = _ids(ground, wanted, place)

    def by_key() -> Sequence[object]:
        with ground.sessions() as session, acting_at(session, BLUE_LINE):
            return queries.contacts_by_id(session, ids)

    def page_by_key() -> None:
        with patch.object(
            queries, "contacts", lambda session, *_args, **_options: queries.contacts_by_id(session, ids)
        ):
            page(client, address)

    on_page = alternate(lambda: page(client, address), page_by_key, rounds=ROUNDS)
    rows = alternate(filtered, by_key, rounds=ROUNDS)
    return Measured(case, on_page, rows, min(found, queries.PAGE), _scans(ground, statements))


def _noting(asked: list[tuple[object, ...]]) -> object:
    genuine = queries.contacts

    def contacts(session: object, wanted: object, after: object = None, limit: int = queries.PAGE) -> object:
        asked.append((wanted, after, limit))
        return genuine(session, wanted, after, limit)  # type: ignore[arg-type]

    return contacts


def _ids(ground: Ground, wanted: queries.ContactFilter, after: queries.Place | None) -> list[UUID]:
    """The keys of 25 rows: those that the filter finds, filled up with the newest."""
    with ground.sessions() as session, acting_at(session, BLUE_LINE):
        found = [each.id for each in queries.contacts(session, wanted, after)]
        newest = [each.id for each in queries.contacts(session, queries.ContactFilter())]
    return list(dict.fromkeys([*found, *newest]))[: queries.PAGE]


@contextmanager
def _statements(ground: Ground) -> Iterator[list[tuple[str, object]]]:
    """Every statement that is executed meanwhile, with its values."""
    seen: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, _context: object, _many: object) -> None:
        seen.append((statement, values))

    event.listen(ground.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(ground.engine, "before_cursor_execute", note)


def _scans(ground: Ground, statements: Sequence[tuple[str, object]]) -> bool:
    with ground.engine.connect() as connection:
        asked = [(statement, values) for statement, values in statements if not statement.startswith("SET")]
        return any(SCANNED.search(_plan(connection, statement, values)) for statement, values in asked)


def _plan(connection: Connection, statement: str, values: object) -> str:
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)  # type: ignore[arg-type]
    return "\n".join(row[0] for row in rows)
