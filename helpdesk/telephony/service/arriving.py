"""A call arrives, whichever of its requests comes first: from then on there is a contact."""

from datetime import timedelta

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations.rules.codes import PHONE
from helpdesk.consultations.service import contacts
from helpdesk.db.columns import new_id
from helpdesk.db.jobs import enqueue
from helpdesk.db.sealed import blind_index
from helpdesk.db.wall import act_at
from helpdesk.desks.models import PhoneLine
from helpdesk.kernel import phones
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call
from helpdesk.telephony.queries import Held
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.service.heard import Heard
from helpdesk.telephony.service.noting import changed, record

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
    if found is not None:
        act_at(session, found.call.desk_id)
        return found
    line = queries.line_called(session, heard.called)
    if line is None:
        raise UnknownLine(heard.called)
    act_at(session, line.desk_id)
    return Held(_arrive(session, heard, line), tuple(line.languages), is_new=True)


def _arrive(session: Session, heard: Heard, line: PhoneLine) -> Call:
    call = Call(id=new_id(), desk_id=line.desk_id, sid=heard.call, line_number=line.number)
    call.state, call.flow, call.considered, call.legs = CallState.RINGING, {}, [], {}
    call.started_at = call.heard_at = heard.started_at
    _note_caller(call, heard.caller)
    if not heard.is_gone:
        payload = {"desk_id": call.desk_id, "call_id": str(call.id)}
        enqueue(session, SETTLE, payload, due=heard.at + SETTLE_AFTER, key=f"{SETTLE}:{call.id}")
    changed(session, call)
    # Last of all, since its number locks the desk's counter: calls of one desk wait for one another only from here on.
    call.contact = contacts.begin(
        session, line.desk, channel=PHONE, actor=SYSTEM, now=call.started_at, caller_key=call.caller_key
    )
    session.add(call)
    call.contact_id = call.contact.id
    record(session, call, Tag.CALL_ARRIVED, call.started_at, {"caller": call.caller_kind.value})
    return call


def _note_caller(call: Call, raw: str) -> None:
    caller = phones.caller(raw)
    call.caller_kind = caller.kind
    call.caller_key = blind_index(call.desk_id, caller.e164) if caller.e164 else None
    call.caller_number = caller.e164 or ""
