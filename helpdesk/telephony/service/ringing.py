"""Whose telephone rings: who is on duty, what was decided about each, and how far each rung telephone came."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.instructions import Ring
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.ringing import LineNow
from helpdesk.telephony.rules.state import Stage, Step
from helpdesk.telephony.service.noting import record

_OF_A_CIRCLE = frozenset({Stage.RINGING, Stage.WAITING})


def note_decision(session: Session, call: Call, step: Step, line: LineNow, at: datetime) -> None:
    """Keep who was considered and why, so that the decision can be explained later."""
    if not step.considered:
        return
    decided = [{"person": each.person_id, "rung": each.rung, "why": each.reason.value} for each in step.considered]
    entry = {"turn": step.state.turn, "at": at.isoformat(), "language": step.state.language, "people": decided}
    if step.state.stage in _OF_A_CIRCLE:  # the others are about all circles
        entry["circle"] = line.plan.circles[step.state.circle].value
    call.considered = [*call.considered, entry]
    rung = sum(each.rung for each in step.considered)
    if rung:
        detail = {"language": step.state.language, "rung": rung, "turn": step.state.turn}
        record(session, call, Tag.CALL_RUNG, at, detail)


def note_legs(call: Call, step: Step) -> None:
    """Keep which telephone is whose, as it stands in the answer that the provider gets now."""
    legs = [leg for instruction in step.instructions if isinstance(instruction, Ring) for leg in instruction.legs]
    known = {leg.leg_id: call.legs.get(leg.leg_id, {}) for leg in legs}
    fresh = {leg.leg_id: {"person": leg.person_id} for leg in legs if known[leg.leg_id].get("person") != leg.person_id}
    if fresh:
        call.legs = {**call.legs, **fresh}


def note_leg(call: Call, leg_id: str, *, sid: str, state: CallState | None = None) -> bool:
    """Keep how far one rung telephone came; answer whether that is news. A telephone that was not rung is nothing."""
    leg = call.legs.get(leg_id)
    if leg is None:
        return False
    come = lattice.settle([CallState(leg.get("state", CallState.RINGING)), state])
    known = {**leg, "sid": leg.get("sid") or sid, "state": come.value}
    call.legs = {**call.legs, leg_id: known}
    return bool(come.value != leg.get("state", CallState.RINGING))


def accepted(call: Call, leg_id: str, at: datetime) -> bool:
    """Keep who accepted the call, the first if several did; answer whether that is news."""
    if call.has_company or leg_id not in call.legs:
        return False
    call.answered_at, call.answered_by_id = call.answered_at or at, UUID(call.legs[leg_id]["person"])
    call.legs = {**call.legs, leg_id: {**call.legs[leg_id], "accepted": True}}
    return True


def bridged(call: Call, leg_sid: str, began_at: datetime) -> None:
    """They talked, says the provider, and it knows with whom: if several accepted, only one was put through."""
    by = next((leg["person"] for leg in call.legs.values() if leg_sid and leg.get("sid") == leg_sid), None)
    call.answered_at = call.answered_at or max(began_at, call.started_at)
    call.answered_by_id = UUID(by) if by else call.answered_by_id


def not_bridged(call: Call, turn: int | None) -> None:
    """Somebody accepted in this ring, but the caller had gone: nobody talked."""
    begins = f"{turn}-"
    mine = {leg_id for leg_id, leg in call.legs.items() if leg.get("accepted") and leg_id.startswith(begins)}
    if mine:
        if not call.now_at.returns:
            call.answered_at = call.answered_by_id = None
        call.legs = {leg_id: _unaccepted(leg) if leg_id in mine else leg for leg_id, leg in call.legs.items()}


def _unaccepted(leg: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in leg.items() if name != "accepted"}
