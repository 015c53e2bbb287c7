"""A programme office with the table of 2023, beside a helpline that gives advice."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.consultations.service.closing import close
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.indicators import exports, queries, service
from helpdesk.indicators.models import Schedule
from helpdesk.indicators.rules.entering import Entry
from helpdesk.indicators.rules.values import number
from helpdesk.indicators.service import Format
from helpdesk.kernel.permissions import SYSTEM, Profession, Role
from tests.factories import actor_of, make_account, make_contact, make_desk, own_advice
from tests.indicators import official

OFFICE = "programme-office"
TAKEN = datetime(2024, 1, 15, 9, tzinfo=UTC)


def make_office(session: Session) -> Desk:
    return make_desk(session, OFFICE, kind=DeskKind.PROGRAMME_OFFICE, languages=("pl", "en"))


def make_officer(
    session: Session, *, role: Role = Role.PROGRAMME_OFFICER, login: str = "officer@example.org"
) -> Account:
    return make_account(session, OFFICE, (role,), Profession.PROGRAMME_OFFICER, name="Olga Nowak", login=login)


def bring_in(session: Session, text: str | None = None, *, check: bool = False, now: datetime) -> service.Report:
    with acting_at(session, OFFICE):
        said = official.text() if text is None else text
        return service.import_schedule(session, said, check=check, actor=SYSTEM, now=now)


def kept(session: Session, year: int = 2023) -> Schedule:
    """The table as somebody else finds it in the database."""
    session.expire_all()
    with acting_at(session, OFFICE):
        found = queries.schedule(session, year)
    assert found is not None
    return found


def taken_away(session: Session, format_: Format, as_of: date, *, year: int = 2023) -> bytes:
    with acting_at(session, OFFICE):
        return exports.written(service.take_away(session, year, format_, as_of, actor=SYSTEM, now=TAKEN), format_)


def cells(session: Session, as_of: date) -> list[tuple[str, ...]]:
    """The exported table, cell by cell."""
    text = taken_away(session, Format.CSV, as_of).decode("utf-8-sig")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=";")]


def executed(session: Session, name: str, as_of: date) -> str:
    """What the exported table says of the execution of the indicator whose name begins like this."""
    return next(row[9] for row in cells(session, as_of) if row[7].startswith(name))


def reached(session: Session, key: str, as_of: date) -> int:
    """The number of the year so far."""
    with acting_at(session, OFFICE):
        value = service.figures(session, kept(session), as_of)[key].value
    return getattr(value, "count", 0) if value.raw else 0


def enter(session: Session, key: str, count: int | dict[str, int], as_of: date, **more: object) -> tuple[str, ...]:
    """Enter a number for an indicator, or several for it and its groups; answer what is doubtful."""
    counts = count if isinstance(count, dict) else {key: count}
    values = {each: number(value) for each, value in counts.items()}
    given = {"evidence": "DS-I.8121.1.2023", **more}
    entry = Entry(values, as_of, **given)  # type: ignore[arg-type]
    with acting_at(session, OFFICE):
        now = datetime(2024, 1, 10, 12, tzinfo=UTC)
        return service.enter_execution(session, kept(session), key, entry, actor=SYSTEM, now=now)


def advise(
    session: Session,
    desk: Desk,
    by: Account,
    day: date,
    *,
    role: str = "VIC",
    size: int | None = None,
    closed: bool = True,
) -> None:
    """A contact on a day in which one consultant advised one person in one role."""
    now = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    contact = make_contact(session, desk, now, by=by)
    with acting_at(session, desk.id):
        advice = own_advice(contact, by)
        advice.role, advice.kinds, advice.group_size = role, ["PSY", "INF"], size
        advice.professional_group = "SOC" if role == "PRO" else None
        session.flush()
        if closed:
            close(session, contact, "ADV", actor=actor_of(by, desk.id), now=now)
        session.flush()


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """All that is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
