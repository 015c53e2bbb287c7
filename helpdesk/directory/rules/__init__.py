"""The directory's rules: `entry` is what one must look like, `table` how it travels, `ranking` which comes first."""

from helpdesk.directory.rules.checking import needs_checking
from helpdesk.directory.rules.entry import COLUMNS, REQUIRED, Access, InstitutionRow, RowProblem
from helpdesk.directory.rules.ranking import Findable, Match, Nearness, match, nearness, ranked
from helpdesk.directory.rules.slips import slips, slips_of_all
from helpdesk.directory.rules.table import Problem, Reading, parse, render

__all__ = [
    "COLUMNS",
    "REQUIRED",
    "Access",
    "Findable",
    "InstitutionRow",
    "Match",
    "Nearness",
    "Problem",
    "Reading",
    "RowProblem",
    "match",
    "nearness",
    "needs_checking",
    "parse",
    "ranked",
    "render",
    "slips",
    "slips_of_all",
]
