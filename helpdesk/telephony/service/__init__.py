"""What becomes of a call. Every function may be called again with the same request, in any order, and does no harm."""

from helpdesk.telephony.service.arriving import UnknownLine
from helpdesk.telephony.service.checking import examine
from helpdesk.telephony.service.ending import HANDLERS, forget_numbers
from helpdesk.telephony.service.greeting import greet
from helpdesk.telephony.service.heard import Heard, Kind
from helpdesk.telephony.service.lines import remove_line
from helpdesk.telephony.service.opening import open_sheet
from helpdesk.telephony.service.sounding import Told
from helpdesk.telephony.service.stepping import handle, recover

__all__ = [
    "HANDLERS",
    "Heard",
    "Kind",
    "Told",
    "UnknownLine",
    "examine",
    "forget_numbers",
    "greet",
    "handle",
    "open_sheet",
    "recover",
    "remove_line",
]
