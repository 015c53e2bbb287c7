"""What the programme office does with a schedule: import it, fill it, take it away."""

from helpdesk.indicators.service.entering import count_witnesses, enter_execution, take_back
from helpdesk.indicators.service.exporting import Format, Taken, take_away
from helpdesk.indicators.service.figures import figures
from helpdesk.indicators.service.importing import Outcome, Report, import_schedule

__all__ = [
    "Format",
    "Outcome",
    "Report",
    "Taken",
    "count_witnesses",
    "enter_execution",
    "figures",
    "import_schedule",
    "take_away",
    "take_back",
]
