"""Words for a plan that comes from a spreadsheet: why a row cannot be taken in, and where it stands."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.importing import Column, ImportRefusal, Problem
from helpdesk.web import labels
from helpdesk.web.i18n import LazyText, _, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    ImportRefusal.BEGUN: lazy("This duty has begun already. Only duties to come can be taken in."),
    ImportRefusal.CELLS: lazy("This row has %(found)s cells, but there are %(expected)s columns."),
    ImportRefusal.COLUMN_MISSING: lazy(
        "A column is missing. The first row must name the person, the date, from and to; a post is optional."
    ),
    ImportRefusal.COLUMN_TWICE: lazy("Two columns have the same meaning. Keep one of them."),
    ImportRefusal.DAY: lazy("This is not a day in the calendar. Write it like 2026-12-01 or 1.12.2026."),
    ImportRefusal.EMPTY: lazy(
        "There is no row in this file. It needs a row with the names of the columns, and then the duties."
    ),
    ImportRefusal.NOT_TEXT: lazy("This is not a table that can be read. Save it in the spreadsheet as CSV."),
    ImportRefusal.OVERLAP: lazy("This person is on the duty of line %(other)s at this time."),
    ImportRefusal.PERSON_AMBIGUOUS: lazy("Several people have this name. Write a login instead: %(logins)s."),
    ImportRefusal.PERSON_MISSING: lazy("Write whose duty this is, by name or login."),
    ImportRefusal.PERSON_UNKNOWN: lazy("Nobody with this name or login works at this desk."),
    ImportRefusal.POST_AMBIGUOUS: lazy(
        "More than one post is possible. Write one of them in the column of the post: %(posts)s."
    ),
    ImportRefusal.POST_MISSING: lazy("No post of this day suits the person. Write the name of the post in its column."),
    ImportRefusal.POST_UNKNOWN: lazy("This desk has no post of this name."),
    ImportRefusal.TIME: lazy("This is not a time. Write it like 17:00."),
    ImportRefusal.TOO_MANY: lazy("The file has more than %(count)s rows. Divide it."),
}

COLUMNS: Mapping[Column, LazyText] = {
    Column.PERSON: lazy("person"),
    Column.DAY: lazy("date"),
    Column.STARTS: lazy("from"),
    Column.ENDS: lazy("to"),
    Column.POST: lazy("post"),
}


def place_of(problem: Problem) -> str:
    """Where in the file something is wrong."""
    return _("Line %(line)s", line=problem.line) if problem.line else _("Whole file")


def sentence(problem: Problem) -> str:
    """What is wrong, and what to do."""
    return labels.sentence(Refusal(problem.code, field=None, **problem.data))


def value_of(problem: Problem) -> str:
    """What stands there instead; the word for a column where it is one."""
    if problem.code in {ImportRefusal.COLUMN_MISSING, ImportRefusal.COLUMN_TWICE}:
        return str(COLUMNS[Column(problem.value)])
    return problem.value
