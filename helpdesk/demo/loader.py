"""Fills an empty database with the invented office."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, timedelta
from importlib import resources
from itertools import islice

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Account, Membership
from helpdesk.accounts.service import people
from helpdesk.config import Settings
from helpdesk.consultations.models import ContactNumber
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.demo.agreements import add_agreements
from helpdesk.demo.appointments import add_appointments
from helpdesk.demo.call_backs import add_call_backs
from helpdesk.demo.contacts import Inventor, Rows, Worker, copy_in, moments
from helpdesk.demo.intakes import add_intakes
from helpdesk.demo.office import BLUE_LINE, DESKS, HELP_POINT, PEOPLE, PROGRAMME_OFFICE, DemoPerson
from helpdesk.demo.places import add_places
from helpdesk.demo.roster import add_roster
from helpdesk.desks import queries as desks
from helpdesk.desks import service as desk_service
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import NewDesk
from helpdesk.directory import queries as directory
from helpdesk.directory import service as directory_service
from helpdesk.indicators import service as indicators
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.permissions import SYSTEM, Profession, Role

BATCH = 20_000
MONTH = timedelta(days=30)
STORY_MONTH = (date(2023, 10, 1), date(2023, 10, 31))
MANY = 10_000


# The tables that a million rows go into, and their indexes that are neither a key nor a constraint.
COPIED = ("contact", "advice", "referral")
_PLAIN_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid::regclass::text = ANY(:tables) AND NOT indisunique
"""


class NotEmpty(Exception):
    """There is something in this database already."""


def load(sessions: Sessions, settings: Settings, *, contacts: int, seed: int, now: datetime) -> None:
    """Desks, people, directory, duties, contacts and the table of 2023, or NotEmpty. The same seed on the same day gives the same."""
    rng = random.Random(seed)  # noqa: S311  invented data, not a secret
    with sessions.begin() as session:
        if desks.all_desks(session):
            raise NotEmpty
        _add_desks(session, now)
        _add_people(session, settings, now)
        _add_directory(session, now)
        _add_schedule(session, now)
        add_places(session, now)
        for desk_id in (BLUE_LINE, HELP_POINT):
            with acting_at(session, desk_id):
                add_roster(session, desk_id, now)
        with acting_at(session, HELP_POINT):
            add_appointments(session, now)
        _add_contacts(session, contacts, rng, now)
        add_call_backs(session, now)
        add_intakes(session, now)


def _add_desks(session: Session, now: datetime) -> None:
    for each in DESKS:
        new = NewDesk(each.id, each.kind, each.name_pl, each.name_en, each.controller, each.prefix, each.languages)
        desk = desk_service.add_desk(session, new, actor=SYSTEM, now=now)
        for number in each.numbers:
            desk_service.add_line(session, desk, number, each.languages, actor=SYSTEM, now=now)


def _add_people(session: Session, settings: Settings, now: datetime) -> None:
    for each in PEOPLE:
        newcomer = people.Newcomer(each.login, each.name, each.languages)
        account = people.add_account(
            session, newcomer, password=settings.demo_password, actor=SYSTEM, now=now, checked=False
        )
        account.phone = each.line
        account.memberships = [_membership(each, desk_id) for desk_id in each.places]
    session.flush()  # duties and contacts refer to them


def _membership(person: DemoPerson, desk_id: str) -> Membership:
    roles, profession = person.places[desk_id]
    reviews = [tag for tag in person.languages if tag != "pl"] if Role.INTERPRETER in roles else []
    return Membership(desk_id=desk_id, roles=[role.value for role in roles], profession=profession, reviews=reviews)


def _add_directory(session: Session, now: datetime) -> None:
    table = resources.files("helpdesk.directory").joinpath("data", "institutions.csv").read_text(encoding="utf-8")
    directory_service.import_csv(session, table, check=False, actor=SYSTEM, now=now)
    session.flush()  # referrals refer to them


def _add_schedule(session: Session, now: datetime) -> None:
    table = resources.files("helpdesk.indicators").joinpath("data", "harmonogram-2023.txt").read_text(encoding="utf-8")
    with acting_at(session, PROGRAMME_OFFICE):
        indicators.import_schedule(session, table, check=False, actor=SYSTEM, now=now)
        add_agreements(session, now)


def _profession(account: Account, desk_id: str) -> Profession:
    membership = account.membership_at(desk_id)
    return membership.profession if membership else Profession.PSYCHOLOGIST


def _add_contacts(session: Session, contacts: int, rng: random.Random, now: datetime) -> None:
    """Three in four on the Blue Line. A small number is a believable month, and the October of 2023; a large one is spread over the years."""
    blue, point = _inventor(session, BLUE_LINE, rng), _inventor(session, HELP_POINT, rng)
    connection = session.connection().connection.driver_connection
    when = _spread(rng, contacts, now)
    with _indexed_afterwards(session) if contacts > MANY else nullcontext():
        while batch := list(islice(when, BATCH)):
            rows = Rows()
            for at in batch:
                (blue if rng.random() < 0.75 else point).add(rows, at)
            copy_in(connection, rows)
    rows = Rows()
    for minutes in (25, 140):
        blue.add(rows, now - timedelta(minutes=minutes), open_now=True)
    copy_in(connection, rows)
    for each in (blue, point):
        values = [{"desk_id": each.desk_id, "year": year, "last": last} for year, last in each.last.items()]
        session.execute(insert(ContactNumber), values)


@contextmanager
def _indexed_afterwards(session: Session) -> Iterator[None]:
    """Build the indexes of the large tables once, after the rows are in; keys and constraints hold all the while."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    indexes = session.execute(text(_PLAIN_INDEXES), {"tables": list(COPIED)}).all()
    for index in indexes:
        session.execute(text(f"DROP INDEX {index.name}"))
    yield
    for index in indexes:
        session.execute(text(index.definition))
    for table in COPIED:
        session.execute(text(f"ANALYZE {table}"))


def _spread(rng: random.Random, contacts: int, now: datetime) -> Iterator[datetime]:
    yesterday = day_of(now) - timedelta(days=1)
    if contacts > MANY:
        yield from moments(rng, date(2021, 1, 1), yesterday, contacts)
        return
    yield from moments(rng, *STORY_MONTH, contacts // 3)
    yield from moments(rng, yesterday - MONTH, yesterday, contacts - contacts // 3)


def _inventor(session: Session, desk_id: str, rng: random.Random) -> Inventor:
    desk = session.get_one(Desk, desk_id)
    staff = [each for each in accounts.members(session, desk_id) if each.phone]
    workers = [Worker(each.id, _profession(each, desk_id)) for each in staff]
    institutions = [(each.id, each.kind, each.name) for each in directory.all_institutions(session)]
    return Inventor(desk_id, desk.number_prefix, workers, institutions, desk.languages, rng)
