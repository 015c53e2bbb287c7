"""A call ends: by the provider's report, or without one.

A call that nobody answered closes nothing. Its contact stays open and unread, so that it stands in the hand-over until a person
has decided what to do about it: somebody asked for help and got none (nobody falls through). Only people close contacts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations.service import contacts
from helpdesk.db.jobs import Handler
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.state import Ending, Stage
from helpdesk.telephony.service import talking
from helpdesk.telephony.service.arriving import SETTLE
from helpdesk.telephony.service.noting import changed, record

OVER = "completed"


def report(session: Session, call: Call, status: str, at: datetime) -> bool:
    """Join what the provider says of the caller's own call into what is known; answer whether that is news."""
    told = lattice.incoming(status, talked=call.talked, told=call.told_nobody)
    # That they talked is true at any time, however late the news comes.
    talked = CallState.COMPLETED if call.now_at.ending is Ending.ANSWERED else None
    state = lattice.settle([call.state, told, talked])
    if state is call.state:
        return False
    call.state = state
    if state.is_terminal and call.ended_at is None:
        _end(session, call, at)
    return True


def settle(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """End a call whose end was never reported, from what is known of it. A call that has ended is left as it is."""
    with acting_at(session, payload["desk_id"]):
        call = queries.held_here(session, UUID(payload["call_id"]))
        if call is None or call.ended_at is not None:
            return
        known = call.now_at
        call.flow = replace(known, stage=Stage.ENDED, ending=known.ending or Ending.HUNG_UP).to_json()
        report(session, call, OVER, call.heard_at)
        talking.close(session, call, call.heard_at, now=now)
        changed(session, call)


def forget_numbers(sessions: Sessions, _now: datetime) -> None:
    """Erase the numbers that nobody needs any more, because a contact was closed or says how to reach the person."""
    with sessions.begin() as session:
        queries.forget_numbers(session)


def _end(session: Session, call: Call, at: datetime) -> None:
    call.ended_at = max(at, call.started_at)
    queries.set_end(session, call, call.ended_at)
    record(session, call, Tag.CALL_ENDED, call.ended_at, {"state": call.state.value})
    contacts.changed(session, call.desk_id, call.contact_id)
    if call.caller_number_sealed is not None:
        queries.forget_numbers(session, call)


HANDLERS: Mapping[str, Handler] = {SETTLE: settle}
