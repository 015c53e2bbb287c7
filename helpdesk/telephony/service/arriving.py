"""A call arrives, whichever of its requests comes first: from then on there is a contact."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from helpdesk.consultations.service import contacts
from helpdesk.db.columns import new_id
from helpdesk.db.sealed import blind_index
from helpdesk.db.wall import act_at
from helpdesk.kernel import phones
from helpdesk.telephony import arrival, queries
from helpdesk.telephony.arrival import Errand, Line
from helpdesk.telephony.models import Call
from helpdesk.telephony.queries import Held
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.service.heard import Heard
from helpdesk.telephony.service.noting import TOPIC

SETTLE = "telephony.settle"
# No talk lasts longer, so a call of which no end was reported by then has lost its report.
SETTLE_AFTER = timedelta(hours=4)


class UnknownLine(Exception):
    """The called number belongs to no desk."""


def hold(session: Session, heard: Heard) -> Held:
    """The call of this request, which nobody else changes meanwhile, made if this is the first we hear of it.

    The session acts at the desk of the call from here on. Raises UnknownLine. Two first requests at once make one call: the
    database refuses the second, and the caller of this function tries again.
    """
    found = queries.held(session, heard.call)
    if found is None:
        line = arrival.line_called(session.connection(), heard.called)
        if line is None:
            raise UnknownLine(heard.called)
        arrive(session.connection(), line, heard, {}, CallState.RINGING)
        found = queries.held(session, heard.call)
    assert found is not None  # noqa: S101  it was written in this very transaction
    act_at(session, found.call.desk_id)
    return found


def arrive(
    connection: Connection,
    line: Line,
    heard: Heard,
    flow: dict[str, Any],
    state: CallState,
    *,
    until: datetime | None = None,
) -> bool:
    """Write the call and its contact; a caller with a number is first or repeated, one without is neither.

    False: the line is not what it was believed to be, or it is too late, and nothing is written.
    """
    call = Call(id=new_id(), desk_id=line.desk_id, sid=heard.call, contact_id=new_id(), line_number=line.number)
    call.flow, call.state = flow, state
    call.started_at = call.heard_at = heard.started_at
    _note_caller(call, heard.caller)
    due = None if heard.is_gone else heard.at + SETTLE_AFTER
    topics, errand = (TOPIC, contacts.TOPIC), Errand(SETTLE, due)
    return arrival.write(connection, line, call, topics=topics, errand=errand, until=until)


def _note_caller(call: Call, raw: str) -> None:
    caller = phones.caller(raw)
    call.caller_kind = caller.kind
    call.caller_key = blind_index(call.desk_id, caller.e164) if caller.e164 else None
    call.caller_number = caller.e164 or ""
