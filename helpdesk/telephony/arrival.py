"""The first packet of a call, written in one statement: contact, call, audit, the job that settles it, and the notices.

The plain way (`consultations.service.contacts.begin` and the mapped classes) takes eleven statements and some five milliseconds
of Python, half of them while the desk's counter of contacts is locked. When many call at once, this is what they wait for, and
what decides how many are heard. So here, and only here, rows are written below the wall and the mapped classes. The values and
the defaults still come from them, and a test holds the rows of both ways equal.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import PHONE, FirstContact
from helpdesk.consultations.rules.numbers import contact_number
from helpdesk.db.base import Base
from helpdesk.db.jobs import Job
from helpdesk.db.notify import CHANNEL
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.kernel.text import fold
from helpdesk.telephony.models import Call


class Line(NamedTuple):
    """A line that is called, its desk, and whether the call is known already."""

    desk_id: str
    number: str
    languages: tuple[str, ...]
    prefix: str
    is_known: bool


class Errand(NamedTuple):
    """What is to be done about the call later; nothing where `due` is None."""

    kind: str
    due: datetime | None


_LINE = """
SELECT line.desk_id, line.number, line.languages, desk.number_prefix,
       EXISTS (SELECT FROM call WHERE call.sid = %(sid)s)
FROM phone_line AS line JOIN desk ON desk.id = line.desk_id
WHERE line.number = %(number)s
"""

_WRITE = """
WITH running AS (
    INSERT INTO contact_number (desk_id, year, last) VALUES (%(desk_id)s, %(year)s, 1)
    ON CONFLICT (desk_id, year) DO UPDATE SET last = contact_number.last + 1
    RETURNING lpad(last::text, greatest(6, length(last::text)), '0') AS digits
), made AS (
    {contact} FROM running
), called AS (
    {call}
), recorded AS (
    INSERT INTO audit_event (at, actor_name, desk_id, tag, subject, detail)
    VALUES (%(at)s, %(actor)s, %(desk_id)s, %(created)s, %(subject)s, %(created_detail)s),
           (%(at)s, %(actor)s, %(desk_id)s, %(arrived)s, %(subject)s, %(arrived_detail)s)
), asked AS (
    {job} WHERE %(due)s::timestamptz IS NOT NULL
)
SELECT pg_notify(%(channel)s, %(call_notice)s), pg_notify(%(channel)s, %(contact_notice)s)
"""

# The value of each column that is neither empty nor the default of the mapped class.
_CONTACT = {
    "desk_id": "%(desk_id)s",
    "id": "%(call_contact_id)s",
    "number": "%(number_start)s || digits",
    "search": "%(search_start)s || digits",
    "channel": "%(channel_code)s",
    "started_at": "%(at)s",
    "served_on": "%(served_on)s",
    "caller_key": "%(call_caller_key)s",
    "first_contact": """CASE
        WHEN %(call_caller_key)s::bytea IS NULL THEN %(unknown)s
        WHEN EXISTS (SELECT FROM contact AS earlier WHERE earlier.desk_id = %(desk_id)s
                     AND earlier.caller_key = %(call_caller_key)s AND earlier.started_at < %(at)s) THEN %(repeated)s
        ELSE %(first)s END""",
}
_CALL = (
    "desk_id",
    "id",
    "sid",
    "contact_id",
    "line_number",
    "caller_kind",
    "caller_key",
    "caller_number_sealed",
    "state",
    "flow",
    "started_at",
    "heard_at",
)
_JOB = ("kind", "payload", "key", "due")


def line_called(connection: Connection, number: str, sid: str) -> Line | None:
    """The line of this number, whichever desk it belongs to: the question that comes before any desk is known."""
    row = connection.exec_driver_sql(_LINE, {"sid": sid, "number": number}).one_or_none()
    return Line(row[0], row[1], tuple(row[2]), row[3], row[4]) if row else None


def write(connection: Connection, line: Line, call: Call, *, topics: tuple[str, str], errand: Errand) -> None:
    """Write a call that is in no session, and its contact; tell both topics. Raises IntegrityError where the call is there."""
    statement, constant = _statement()
    values = {f"call_{name}": getattr(call, name) for name in _CALL}
    values |= {
        "call_caller_kind": call.caller_kind.value,
        "call_state": call.state.value,
        "call_flow": json.dumps(call.flow),
    }
    values |= _facts(line, call) | _notices(call, topics) | _errand(call, errand)
    connection.exec_driver_sql(statement, {**constant, **values})


def _facts(line: Line, call: Call) -> dict[str, Any]:
    start = contact_number(line.prefix, call.started_at, 0).removesuffix("000000")
    day = day_of(call.started_at)
    return {
        "desk_id": call.desk_id,
        "year": day.year,
        "served_on": day,
        "number_start": start,
        "search_start": fold(start) + " ",
        "at": call.started_at,
        "subject": str(call.contact_id),
        "arrived_detail": json.dumps({"call": str(call.id), "caller": call.caller_kind.value}),
    }


def _notices(call: Call, topics: tuple[str, str]) -> dict[str, Any]:
    of_call, of_contact = topics
    return {
        "call_notice": _notice(call.desk_id, of_call, call.id),
        "contact_notice": _notice(call.desk_id, of_contact, call.contact_id),
    }


def _notice(desk_id: str, topic: str, row_id: UUID) -> str:
    return json.dumps({"desk_id": desk_id, "topic": topic, "id": str(row_id)})


def _errand(call: Call, errand: Errand) -> dict[str, Any]:
    return {
        "job_kind": errand.kind,
        "job_payload": json.dumps({"desk_id": call.desk_id, "call_id": str(call.id)}),
        "job_key": f"{errand.kind}:{call.id}",
        "job_due": errand.due,
        "due": errand.due,
    }


@cache
def _statement() -> tuple[str, Mapping[str, Any]]:
    """The statement, and those of its values that are the same for every call."""
    inserts = {
        "contact": _insert(Contact, _CONTACT),
        "call": _insert(Call, {name: f"%(call_{name})s" for name in _CALL}),
        "job": _insert(Job, {name: f"%(job_{name})s" for name in _JOB}),
    }
    constant = {
        "channel": CHANNEL,
        "channel_code": PHONE,
        "actor": SYSTEM.name,
        "created": Tag.CONTACT_CREATED.value,
        "created_detail": json.dumps({"channel": PHONE}),
        "arrived": Tag.CALL_ARRIVED.value,
        "unknown": FirstContact.UNKNOWN.value,
        "repeated": FirstContact.REPEATED.value,
        "first": FirstContact.FIRST.value,
    }
    for model in (Contact, Call, Job):
        constant |= {f"{_table(model).name}_{name}": value for name, value in _defaults(model).items()}
    return _WRITE.format(**inserts), constant


def _insert(model: type[Base], given: Mapping[str, str]) -> str:
    """An INSERT of the given columns and of those for which the mapped class has a default."""
    table = _table(model).name
    values = {**{name: f"%({table}_{name})s" for name in _defaults(model)}, **given}
    return f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())}"


def _defaults(model: type[Base]) -> dict[str, Any]:
    return {column.name: _default(column) for column in _table(model).columns if column.default is not None}


def _default(column: Column[Any]) -> Any:  # noqa: ANN401  whatever the column holds
    default = cast("Any", column.default)
    made = default.arg(None) if default.is_callable else default.arg
    return json.dumps(made) if isinstance(column.type, JSONB) else made


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)
