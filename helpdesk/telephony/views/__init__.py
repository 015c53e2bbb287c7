"""The pages of the telephone. Importing the modules puts their addresses on the blueprint of the ring."""

from helpdesk.telephony.views import call_backs, calls, lines, prompts, rooms, texts, wallboard
from helpdesk.telephony.views.calls import ring_banner, staff

NAVIGATION = (*call_backs.NAVIGATION, *calls.NAVIGATION)

__all__ = [
    "NAVIGATION",
    "call_backs",
    "calls",
    "lines",
    "prompts",
    "ring_banner",
    "rooms",
    "staff",
    "texts",
    "wallboard",
]
