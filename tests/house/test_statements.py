"""How often a page asks the database, in a small office and in one with many more contacts; and that no filter reads a whole table."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from helpdesk.app import create_app
from helpdesk.config import Settings
from helpdesk.consultations import queries
from helpdesk.consultations.models import Contact
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.demo import loader
from helpdesk.kernel.clock import utcnow
from tests.conftest import make_database
from tests.factories import BLUE_LINE

CONSULTANT, OFFICER, CLERK = "ewa@example.org", "beata@example.org", "robert@example.org"
SMALL, LARGE = 600, 6000
SCHEDULE = "/desk/programme-office/schedule/2023"
CONTACTS = f"/desk/{BLUE_LINE}/contacts"

# Of every page three are for the session and the person, one for the desk's name, and at the Blue Line two for duties and calls.
MOST = {
    "desk": 13,  # appointments to move, call-backs, intakes
    "list": 12,
    "sheet": 15,  # the agreement of the gmina, the call and whoever was asked into it, the way back
    "save": 7,
    "schedule": 12,  # agreements in force
}
SCANNED = re.compile(r"Seq Scan on (?:contact|advice)\b")


@dataclass(slots=True)
class Office:
    """The invented office with so many contacts, in a database of its own, and what is sent to it."""

    app: Flask
    sessions: Sessions
    sent: list[tuple[str, object]] = field(default_factory=list)

    def visitor(self, login: str) -> FlaskClient:
        client = self.app.test_client()
        token = _token(client.get("/desk/login").text)
        password = self.app.extensions["helpdesk.settings"].demo_password
        answer = client.post("/desk/login", data={"login": login, "password": password, "csrf_token": token})
        assert answer.status_code == 302
        return client

    @contextmanager
    def listening(self) -> Iterator[list[tuple[str, object]]]:
        self.sent.clear()
        yield self.sent

    def open_contact(self) -> Contact:
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            return queries.contacts(session, queries.ContactFilter(state="open"), limit=1)[0]


def _token(page: str) -> str:
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


@pytest.fixture(scope="module")
def make_office(settings: Settings) -> Iterator[Callable[[int], Office]]:
    offices: dict[int, Office] = {}
    engines = []

    def make(contacts: int) -> Office:
        if contacts in offices:
            return offices[contacts]
        address = make_database(f"office_{contacts}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
        engine = make_engine(address)
        engines.append(engine)
        schema.upgrade(engine)
        sessions = make_sessions(engine)
        own = replace(settings, database_url=address)
        loader.load(sessions, own, contacts=contacts, seed=1, now=utcnow())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # as the server does by itself within the hour
        office = offices[contacts] = Office(create_app(own, sessions=sessions), sessions)
        event.listen(
            engine, "before_cursor_execute", lambda _c, _cursor, asked, values, *_: office.sent.append((asked, values))
        )
        return office

    yield make
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("contacts", [SMALL, LARGE])
def test_no_page_asks_more_often_than_this_however_many_contacts_there_are(
    make_office: Callable[[int], Office], contacts: int
) -> None:
    office = make_office(contacts)
    consultant, officer = office.visitor(CONSULTANT), office.visitor(OFFICER)
    sheet = f"{CONTACTS}/{office.open_contact().id}"
    pages = {"desk": f"{CONTACTS}/desk", "list": CONTACTS, "sheet": sheet}
    asked = {name: _asked(office, consultant, address) for name, address in pages.items()}
    asked["schedule"] = _asked(office, officer, SCHEDULE)
    asked["save"] = _asked_by_saving(office, consultant, sheet)
    assert {name: number for name, number in asked.items() if number > MOST[name]} == {}


def _asked(office: Office, client: FlaskClient, address: str) -> int:
    assert client.get(address).status_code == 200  # the first page of a person also notes that she is there
    with office.listening() as sent:
        assert client.get(address).status_code == 200
        return len(sent)


def _asked_by_saving(office: Office, client: FlaskClient, sheet: str) -> int:
    headers = {"X-CSRFToken": _token(client.get(sheet).text), "Accept": "application/json"}
    values = {"safe_contact": "rano, hasło: pogoda"}
    with office.listening() as sent:
        answer = client.post(f"{sheet}/save", json={"version": 1000, "values": values}, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(sent)


def test_a_list_of_many_asks_no_more_often_than_a_list_of_one(make_office: Callable[[int], Office]) -> None:
    office = make_office(SMALL)
    client = office.visitor(CONSULTANT)
    number = office.open_contact().number
    many, one = _asked(office, client, f"{CONTACTS}?outcome=ADV"), _asked(office, client, f"{CONTACTS}?words={number}")
    assert many <= one


FILTERS = (
    "",
    "first=2023-10-05&last=2023-10-08",
    "last=2023-10-02",
    "consultant={lawyer}",
    "kind=INF",
    "kind=MED",
    "outcome=JOK",
    "channel=WEB",
    "gmina=0463011&gmina_text=x",
    "state=open",
    "words=KPNL/2023/000007",
    "words=torun",
    "words=gruta",
    "words=qwertyuiop",
    "words=qq",
    "words=gruta swiecie",
    "consultant={lawyer}&kind=PSY",
    "consultant={lawyer}&kind=LEG&first=2023-10-05",
    "outcome=SIL&kind=INF",
    "channel=WEB&outcome=JOK",
    "gmina=0463011&gmina_text=x&kind=MED",
    "state=open&words=torun",
)


@pytest.mark.parametrize("filled_in", FILTERS)
def test_no_filter_reads_a_whole_table(
    make_office: Callable[[int], Office], monkeypatch: pytest.MonkeyPatch, filled_in: str
) -> None:
    """With as many contacts as a test can have, a look at the newest must be as small a part of all as it is in an office."""
    monkeypatch.setattr(queries, "NEWEST", 200)
    office = make_office(LARGE)
    client = office.visitor(CONSULTANT)
    with office.listening() as sent:
        answer = client.get(f"{CONTACTS}?{filled_in.format(lawyer=_lawyer(office))}")
    assert answer.status_code == 200
    statements = [(asked, values) for asked, values in sent if re.search(r"\bFROM contact\b|\bFROM advice\b", asked)]
    assert len(statements) >= 1
    for asked, values in statements:
        assert not SCANNED.search(_plan(office, asked, values)), asked


def _lawyer(office: Office) -> str:
    with office.sessions() as session:
        return str(session.scalar(text("SELECT id FROM account WHERE login = 'hanna@example.org'")))


def _plan(office: Office, asked: str, values: object) -> str:
    with office.sessions() as session:
        rows = session.connection().exec_driver_sql(f"EXPLAIN {asked}", values)  # type: ignore[arg-type]
        return "\n".join(row[0] for row in rows)
