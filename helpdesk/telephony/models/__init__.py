"""The rows of the telephone: calls, what their prompts sound like, what is promised to callers, what was written and recorded."""

from helpdesk.telephony.models.call_backs import Attempt, CallBack, Message
from helpdesk.telephony.models.calls import Call
from helpdesk.telephony.models.differences import Difference
from helpdesk.telephony.models.lines import DeskHelp, LineVersion
from helpdesk.telephony.models.recordings import Recording
from helpdesk.telephony.models.rooms import RoomGuest
from helpdesk.telephony.models.texts import TextMessage

__all__ = [
    "Attempt",
    "Call",
    "CallBack",
    "DeskHelp",
    "Difference",
    "LineVersion",
    "Message",
    "Recording",
    "RoomGuest",
    "TextMessage",
]
