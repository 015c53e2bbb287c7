"""The first answer to a caller who is new: the menu."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from helpdesk.telephony import arrival
from helpdesk.telephony.rules import flow, lattice
from helpdesk.telephony.rules.instructions import Instruction
from helpdesk.telephony.rules.ringing import LineNow
from helpdesk.telephony.rules.state import FlowState, Stage, Started
from helpdesk.telephony.service.arriving import arrive
from helpdesk.telephony.service.heard import Heard, Kind
from helpdesk.telephony.service.sounding import Told, remembered


def greet(connection: Connection, heard: Heard, until: datetime) -> Told | None:
    """Say the menu to a caller who is new, which is how nearly every call begins; None where there is more to it.

    Nothing about people, duties or earlier requests has to be known, so this writes one thing and asks nothing, once the line
    has been called before; later than `until` it writes nothing. Raises IntegrityError where the call is no new one.
    """
    if heard.kind is not Kind.VOICE or heard.is_gone:
        return None
    line = arrival.line_believed(heard.called) or arrival.line_called(connection, heard.called)
    sounds = remembered(line.desk_id) if line else None
    menu = _menu(line.desk_id, line.number, sounds.sayable(line.languages)) if line and sounds else None
    if line is None or sounds is None or menu is None:
        return None
    state, instructions = menu
    told = lattice.incoming(heard.status, talked=False, told=False)
    is_written = arrive(connection, line, heard, state, lattice.settle([told]), until=until)
    return Told(list(instructions), sounds.clips) if is_written else None


@lru_cache(maxsize=100)
def _menu(
    desk_id: str, number: str, languages: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Instruction, ...]] | None:
    """The state and the answer that every call on such a line begins with; None where it begins with ringing."""
    first = flow.step(FlowState(), Started(), LineNow(desk_id, number, languages, ()))
    return (first.state.to_json(), tuple(first.instructions)) if first.state.stage is Stage.MENU else None
