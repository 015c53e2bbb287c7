"""The codes that decide something here; all others are only stored and shown."""

from enum import StrEnum


class Outcome(StrEnum):
    """Outcomes (domain report, D.10) that the rules speak of."""

    ADVICE = "ADV"
    CALL_BACK = "CBK"
    BROKEN_OFF = "DRP"
    PRANK = "JOK"
    SILENT = "SIL"
    TEST = "TEC"
    WRONG_NUMBER = "WRN"


# In the order of the keys 1 to 4 on the sheet.
ONE_KEY = (Outcome.SILENT, Outcome.WRONG_NUMBER, Outcome.PRANK, Outcome.BROKEN_OFF)

PROFESSIONAL = "PRO"
VICTIM = "VIC"
FOREIGN_VICTIM = "FVC"
OTHER_GROUP = "INN"
PHONE = "PHO"
VISIT = "VIS"
WEB = "WEB"
URGENT_FLAGS = frozenset({"DNG", "STR", "SUI", "WEA"})
UNKNOWN = "UNK"


class FirstContact(StrEnum):
    """Whether somebody called before (D.10)."""

    FIRST = "FST"
    REPEATED = "RPT"
    UNKNOWN = "UNK"


class Danger(StrEnum):
    """The answer to "are you in danger now"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
