"""A telephone network of our own: plays the provider, a caller and the people on duty against a running server."""

from helpdesk.telephony.simulator.exchange import Exchange
from helpdesk.telephony.simulator.grammar import InvalidMarkup
from helpdesk.telephony.simulator.people import Pace, Pickup
from helpdesk.telephony.simulator.provider import Conversation, Provider
from helpdesk.telephony.simulator.telephones import Happened, Happens, Line
from helpdesk.telephony.simulator.wire import (
    Endless,
    ForgeryAccepted,
    Kind,
    Poster,
    Reply,
    Sent,
    SimulatorError,
    Trouble,
    Unreachable,
    Unwelcome,
)

__all__ = [
    "Conversation",
    "Endless",
    "Exchange",
    "ForgeryAccepted",
    "Happened",
    "Happens",
    "InvalidMarkup",
    "Kind",
    "Line",
    "Pace",
    "Pickup",
    "Poster",
    "Provider",
    "Reply",
    "Sent",
    "SimulatorError",
    "Trouble",
    "Unreachable",
    "Unwelcome",
]
