"""What an agreement is, when it is in force, and how a table of agreements is read."""

from helpdesk.activities.rules.agreement import (
    AgreementEntry,
    AgreementRefusal,
    AnnexEntry,
    Standing,
    State,
    check,
    check_annex,
    check_reason,
    gminas_meant,
    in_force,
    money_text,
    overlapping,
    read_money,
    state_on,
    stock,
)
from helpdesk.activities.rules.table import COLUMNS, Problem, Reading, TableRefusal, parse, render

__all__ = [
    "COLUMNS",
    "AgreementEntry",
    "AgreementRefusal",
    "AnnexEntry",
    "Problem",
    "Reading",
    "Standing",
    "State",
    "TableRefusal",
    "check",
    "check_annex",
    "check_reason",
    "gminas_meant",
    "in_force",
    "money_text",
    "overlapping",
    "parse",
    "read_money",
    "render",
    "state_on",
    "stock",
]
