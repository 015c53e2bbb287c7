"""The first packet of a call, written in one statement: contact, call, audit, the job that settles it, and the notices.

The plain way (`consultations.service.contacts.begin` and the mapped classes) takes eleven statements and some five milliseconds
of Python, half of them while the desk's counter of contacts is locked. When many call at once, this is what they wait for, and
what decides how many are heard. So here, and only here, rows are written below the wall and the mapped classes. The values and
the defaults still come from them, and a test holds the rows of both ways equal.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import PHONE, FirstContact
from helpdesk.consultations.rules.numbers import contact_number
from helpdesk.db.base import Base
from helpdesk.db.jobs import Job
from helpdesk.db.notify import CHANNEL, Changed
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.kernel.text import fold
from helpdesk.telephony.models import Call


class Line(NamedTuple):
    """A line that is called, and what has to be known of its desk."""

    desk_id: str
    number: str
    languages: tuple[str, ...]
    prefix: str


FOR_EVER = "infinity"


class Errand(NamedTuple):
    """What is to be done about the call later; nothing where `due` is None."""

    kind: str
    due: datetime | None


_LINE = """
SELECT line.desk_id, line.number, line.languages, desk.number_prefix
FROM phone_line AS line JOIN desk ON desk.id = line.desk_id
WHERE line.number = %(number)s
"""

# Nothing is written unless the line is as it was believed to be, and the caller still hears the answer: a server that hung
# finds the statement waiting when it goes on, and nobody would be there to take it back.
_WRITE = """
WITH line AS (
    {line} AND line.desk_id = %(desk_id)s AND line.languages = %(languages)s AND desk.number_prefix = %(prefix)s
    AND clock_timestamp() < %(until)s
), running AS (
    INSERT INTO contact_number (desk_id, year, last) SELECT desk_id, %(year)s, 1 FROM line
    ON CONFLICT (desk_id, year) DO UPDATE SET last = contact_number.last + 1
    RETURNING lpad(last::text, greatest(6, length(last::text)), '0') AS digits
), made AS (
    {contact} FROM running
), called AS (
    {call} FROM line
), recorded AS (
    INSERT INTO audit_event (at, actor_name, desk_id, tag, subject, detail)
    SELECT %(at)s, {actor}, line.desk_id, event.tag, %(subject)s, event.detail::jsonb
    FROM line, (VALUES ({created}, {created_detail}), ({arrived}, %(arrived_detail)s)) AS event (tag, detail)
), asked AS (
    {job} FROM line WHERE %(job_due)s::timestamptz IS NOT NULL
)
SELECT pg_notify({channel}, %(call_notice)s), pg_notify({channel}, %(contact_notice)s) {commit} FROM line
"""

# The counter of the desk and the notices of all desks are locked until the transaction ends, and the longest part of its end is
# waiting for the disk. Where the statement is its own transaction, this wait is taken out of it and done afterwards, without a
# lock and for many callers at once. Nobody is answered before.
_WAIT_NOT = ", set_config('synchronous_commit', 'off', true)"
_WAIT = "SELECT pg_logical_emit_message(true, '', '')"

# The value of each column that is neither empty nor the default of the mapped class.
_CONTACT = {
    "desk_id": "%(desk_id)s",
    "id": "%(call_contact_id)s",
    "number": "%(number_start)s || digits",
    "search": "%(search_start)s || digits",
    "channel": "{phone}",
    "started_at": "%(at)s",
    "served_on": "%(served_on)s",
    "caller_key": "%(call_caller_key)s",
    "first_contact": """CASE
        WHEN %(call_caller_key)s::bytea IS NULL THEN {unknown}
        WHEN EXISTS (SELECT FROM contact AS earlier WHERE earlier.desk_id = %(desk_id)s
                     AND earlier.caller_key = %(call_caller_key)s AND earlier.started_at < %(at)s) THEN {repeated}
        ELSE {first} END""",
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


# What was read of the lines last. It may be out of date at any time, so it is only ever believed by `_WRITE`.
_believed: dict[str, Line] = {}


def line_believed(number: str) -> Line | None:
    """The line of this number as it was when it was last read; whether it still is will be seen in writing."""
    return _believed.get(number)


def line_called(connection: Connection, number: str) -> Line | None:
    """The line of this number, whichever desk it belongs to: the question that comes before any desk is known."""
    row = connection.exec_driver_sql(_LINE, {"number": number}).one_or_none()
    if row is None:
        _believed.pop(number, None)
        return None
    _believed[number] = Line(row[0], row[1], tuple(row[2]), row[3])
    return _believed[number]


def write(
    connection: Connection, line: Line, call: Call, *, topics: tuple[str, str], errand: Errand, until: datetime | None
) -> bool:
    """Write a call that is in no session, and its contact; tell both topics. Raises IntegrityError where the call is there.

    With `until`, on a connection where each statement is a transaction of its own. False: the line is another by now, or it is
    later than that, and nothing is written.
    """
    values = {f"call_{name}": getattr(call, name) for name in _CALL}
    values |= {
        "call_caller_kind": call.caller_kind.value,
        "call_state": call.state.value,
        "call_flow": json.dumps(call.flow),
    }
    values |= _facts(line, call) | _notices(call, topics) | _errand(call, errand)
    values["until"] = until or FOR_EVER
    is_written = connection.exec_driver_sql(statement(alone=until is not None), values).first() is not None
    if not is_written:
        _believed.pop(line.number, None)
    elif until is not None:
        connection.exec_driver_sql(_WAIT)
    return is_written


def _facts(line: Line, call: Call) -> dict[str, Any]:
    day = day_of(call.started_at)
    start, search = _before_the_digits(contact_number(line.prefix, call.started_at, 0))
    return {
        "number": line.number,
        "languages": list(line.languages),
        "prefix": line.prefix,
        "desk_id": call.desk_id,
        "year": day.year,
        "served_on": day,
        "number_start": start,
        "search_start": search,
        "at": call.started_at,
        "subject": str(call.contact_id),
        "arrived_detail": json.dumps({"call": str(call.id), "caller": call.caller_kind.value}),
    }


@lru_cache(maxsize=100)
def _before_the_digits(number: str) -> tuple[str, str]:
    """What stands before the running number, as it is written and as it is searched."""
    start = number.removesuffix("000000")
    return start, fold(start) + " "


def _notices(call: Call, topics: tuple[str, str]) -> dict[str, Any]:
    of_call, of_contact = topics
    return {
        "call_notice": Changed(call.desk_id, of_call, str(call.id)).notice,
        "contact_notice": Changed(call.desk_id, of_contact, str(call.contact_id)).notice,
    }


def _errand(call: Call, errand: Errand) -> dict[str, Any]:
    return {
        "job_kind": errand.kind,
        "job_payload": json.dumps({"desk_id": call.desk_id, "call_id": str(call.id)}),
        "job_key": f"{errand.kind}:{call.id}",
        "job_due": errand.due,
    }


@cache
def statement(*, alone: bool) -> str:
    """The statement that writes a call, as a transaction or in one. Raises TypeError for a default that it cannot write."""
    words = {
        "actor": SYSTEM.name,
        "arrived": Tag.CALL_ARRIVED.value,
        "channel": CHANNEL,
        "created": Tag.CONTACT_CREATED.value,
        "created_detail": json.dumps({"channel": PHONE}),
        "first": FirstContact.FIRST.value,
        "phone": PHONE,
        "repeated": FirstContact.REPEATED.value,
        "unknown": FirstContact.UNKNOWN.value,
    }
    literals = {name: _literal(word) for name, word in words.items()}
    contact = {name: value.format(**literals) for name, value in _CONTACT.items()}
    inserts = {
        "contact": _insert(Contact, contact),
        "call": _insert(Call, {name: f"%(call_{name})s" for name in _CALL}),
        "job": _insert(Job, {name: f"%(job_{name})s" for name in _JOB}),
    }
    return _WRITE.format(line=_LINE, commit=_WAIT_NOT if alone else "", **inserts, **literals)


def _insert(model: type[Base], given: Mapping[str, str]) -> str:
    """An INSERT of the given columns and of those for which the mapped class has a default."""
    table = cast("Table", model.__table__)
    unset = [column for column in table.columns if column.default is not None and column.name not in given]
    values = {**{column.name: _default(column) for column in unset}, **given}
    return f"INSERT INTO {table.name} ({', '.join(values)}) SELECT {', '.join(values.values())}"


def _default(column: Column[Any]) -> str:
    default = cast("Any", column.default)
    made = default.arg(None) if default.is_callable else default.arg
    return _literal(json.dumps(made) if isinstance(column.type, JSONB) else made)


def _literal(value: object) -> str:
    """A value in the text of a statement; raises TypeError for what no column of ours has as its default."""
    match value:
        case bool() | int():
            return json.dumps(value)
        case []:
            return "'{}'"
        case str():
            return "'" + value.replace("'", "''").replace("%", "%%") + "'"
        case _:
            raise TypeError(value)
