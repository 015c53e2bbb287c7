"""Words for the refusals, findings and marks of the schedule."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from helpdesk.indicators.rules.counting import Beside, Origin
from helpdesk.indicators.rules.entering import EntryDoubt, EntryRefusal
from helpdesk.indicators.rules.progress import Mark, NoPercent, Percent
from helpdesk.indicators.rules.table import Column, Doubt, ImportRefusal, Problem, Warned
from helpdesk.indicators.rules.values import Expected
from helpdesk.indicators.service.importing import Outcome
from helpdesk.web.i18n import LazyText, _, lazy, localnumber

LABELS: dict[StrEnum, LazyText] = {
    ImportRefusal.NOT_TEXT: lazy("This file is not text in UTF-8. Save the table as text and choose it again."),
    ImportRefusal.NOT_UNDERSTOOD: lazy("Something in this file was not understood, so nothing was imported."),
    ImportRefusal.TOO_LARGE: lazy("This file is too large to be a table of one year. Choose another one."),
    EntryRefusal.AS_OF_MISSING: lazy("Write the day up to which the number holds."),
    EntryRefusal.AS_OF_OUTSIDE: lazy("This day must lie in %(year)s and not in the future."),
    EntryRefusal.AS_OF_TAKEN: lazy("There is another entry for this day. Correct that one instead."),
    EntryRefusal.BREAKDOWN_DIFFERS: lazy(
        "The groups add up to %(sum)s, which is not this number. Correct one of them."
    ),
    EntryRefusal.COUNTED: lazy("This figure is counted from records. Nothing can be entered for it by hand."),
    EntryRefusal.DONE_AFTER: lazy("This day is after the day up to which the number holds. Correct one of them."),
    EntryRefusal.DONE_MISSING: lazy("Write the day of the last update."),
    EntryRefusal.DONE_OUTSIDE: lazy("This day must lie in %(year)s."),
    EntryRefusal.EVIDENCE_MISSING: lazy("Write what proves it: the reference of a document, a list, a contract."),
    EntryRefusal.NOTHING_THERE: lazy("This entry was corrected or taken back meanwhile. Look at the entries below."),
    EntryRefusal.NOT_A_NUMBER: lazy("Write a whole number from 0 to 1,000,000."),
    EntryRefusal.OTHERS_WITHOUT_NOTE: lazy("Write who the others were; the table needs a note for this group."),
    EntryRefusal.VALUE_MISSING: lazy("Write the number of the year so far. If nothing was done, write 0."),
}

EXPECTED: Mapping[Expected, LazyText] = {
    Expected.ACTION_NUMBER: lazy("the number of an action of this direction, such as 1.10"),
    Expected.ACTION_TITLE: lazy("the words of the action"),
    Expected.AMOUNT: lazy("whole zloty with dots between thousands, or a dash"),
    Expected.DIRECTION: lazy("a direction with its number and its words"),
    Expected.DITTO: lazy("nothing, or “j.w.” for the same action as above"),
    Expected.ELEVEN_CELLS: lazy("eleven cells divided by tabs"),
    Expected.FIGURE: lazy("a whole number, “na bieżąco”, a dash or nothing"),
    Expected.FIGURES_BESIDE_NAME: lazy("the name of an indicator and its figures in the same row"),
    Expected.FOOTNOTE: lazy("a mark whose footnote stands below the table"),
    Expected.FOOTNOTE_ONCE: lazy("a footnote number that no other footnote has"),
    Expected.HEADING: lazy("the name of this column in the official form"),
    Expected.HIGHER_NUMBER: lazy("a higher number than the one above"),
    Expected.INDICATOR: lazy("an indicator"),
    Expected.KNOWN_MARKUP: lazy("words without other tags than bold, link and footnote mark"),
    Expected.MONTHS: lazy("months such as IV-XI, “na bieżąco” or a dash"),
    Expected.NOTE_ON_OTHERS: lazy("a footnote that says who the others were"),
    Expected.NOTHING: lazy("nothing: this cell belongs to no position"),
    Expected.ONE_NEIGHBOUR: lazy("a row that belongs either to the action above or to the one below"),
    Expected.PARENT: lazy("a total above the groups, ending in “w tym:”"),
    Expected.PARTS: lazy("groups below the total that says “w tym:”"),
    Expected.PROGRAMME_YEARS: lazy("a year of the programme"),
    Expected.REALISERS: lazy("who carries it out, or a dash"),
    Expected.SUM_OF_FUNDS: lazy("own funds and others together"),
    Expected.TABLE: lazy("nothing but the table: this line belongs to no row"),
    Expected.TITLE: lazy("a title such as “Harmonogram rzeczowo-finansowy „…” na rok 2023”"),
    Expected.TOTAL_ROW: lazy("the three rows of the total at the end"),
    Expected.USED_FOOTNOTE: lazy("a footnote to which some mark in the table refers"),
}

DOUBTS: Mapping[Doubt, LazyText] = {
    Doubt.BREAKDOWN: lazy("The groups do not add up to the total: printed %(found)s, added %(expected)s."),
    Doubt.EXECUTED_YEARS: lazy(
        "The column of execution is headed “%(found)s”; one would expect it to end with %(expected)s."
    ),
    Doubt.EXTRA_CELL: lazy(
        "From this line on there are %(found)s cells instead of %(expected)s; the empty one was left out."
    ),
    Doubt.NUMBER_SKIPPED: lazy("After the number before, %(expected)s would follow; printed is %(found)s."),
    Doubt.STRAY_DASH: lazy("A dash without meaning stands at the end of “%(found)s”."),
    Doubt.TOTAL_SUM: lazy("The positions add up to %(expected)s; printed is %(found)s."),
    Doubt.TOTAL_YEAR: lazy("The total says the year %(found)s; the title says %(expected)s."),
}

COLUMNS: Mapping[Column, LazyText] = {
    Column.NUMBER: lazy("No."),
    Column.ACTION: lazy("Direction of intervention, action"),
    Column.TOTAL: lazy("Value in PLN, total"),
    Column.OWN: lazy("Own funds"),
    Column.OTHER: lazy("Other funds"),
    Column.MONTHS: lazy("Months"),
    Column.REALISERS: lazy("Carried out by"),
    Column.INDICATOR: lazy("Indicator"),
    Column.PLAN: lazy("Plan of the year"),
    Column.EXECUTED: lazy("Execution"),
    Column.SIX_YEAR: lazy("Plan of the programme"),
}

NO_PERCENT: Mapping[NoPercent, LazyText] = {
    NoPercent.NOT_PLANNED: lazy("not planned"),
    NoPercent.CONTINUOUS: lazy("all the time"),
    NoPercent.UNKNOWN: lazy("not known"),
}

MARKS: Mapping[Mark, tuple[str, LazyText]] = {
    Mark.BEHIND_PLAN: ("needs", lazy("behind plan")),
    Mark.OVER_YEAR_PLAN: ("info", lazy("over the year's plan")),
    Mark.OVER_PROGRAMME_PLAN: ("info", lazy("over the programme's plan")),
    Mark.PLANS_BEYOND_PROGRAMME: ("needs", lazy("plans more than the programme")),
    Mark.REACHED: ("ok", lazy("reached")),
}

ORIGINS: Mapping[Origin, LazyText] = {Origin.COUNTED: lazy("counted"), Origin.ENTERED: lazy("by hand")}

BESIDE: Mapping[Beside, LazyText] = {
    Beside.DISTINCT_PERSONS: lazy("counts attendances; one person may attend twice"),
    Beside.GMINAS_OF_THE_REGION: lazy("the region has 144 gminas"),
    Beside.LAST_UPDATE: lazy("has no number; its last update is shown"),
    Beside.PARTICIPANTS: lazy("a consultation of a group counts once, however many took part"),
}

ENTRY_DOUBTS: Mapping[EntryDoubt, LazyText] = {
    EntryDoubt.OUTSIDE_MONTHS: lazy("Saved. The day lies outside the months of this position (%(months)s): check it."),
}

OUTCOMES: Mapping[Outcome, LazyText] = {
    Outcome.IMPORTED: lazy("This table is new here."),
    Outcome.REPLACED: lazy(
        "Another table of this year is here, and nothing was entered for it by hand. This one will take its place."
    ),
    Outcome.ALREADY_IMPORTED: lazy("This very text was imported already. There is nothing to do."),
    Outcome.IN_USE: lazy(
        "Another table of this year is here, and figures were entered by hand for it. It is not replaced, so nothing was imported."
    ),
    Outcome.NOT_UNDERSTOOD: lazy("Something in this file was not understood, so nothing was imported."),
}

# The desks whose records are counted; their own pages are closed to the programme office.
DESKS: Mapping[str, LazyText] = {"blue-line": lazy("Blue Line")}


def percent_words(percent: Percent) -> str:
    """A percentage with one decimal, or why there is none."""
    if isinstance(percent, NoPercent):
        return str(NO_PERCENT[percent])
    return _("%(number)s %%", number=decimal_words(percent))


def decimal_words(value: Decimal) -> str:
    return localnumber(value, "#,##0.0")


def problem_words(problem: Problem) -> tuple[str, str, str, str, str]:
    """Line, cell, column, what stands there and what was expected."""
    expected = str(EXPECTED[problem.expected])
    hint = f"{expected}: {problem.hint}" if problem.hint else expected
    column = str(COLUMNS[problem.column]) if problem.column else ""
    return str(problem.line), str(problem.cell), column, _shortened(problem.found), hint


def warning_words(warned: Warned) -> str:
    words = str(DOUBTS[warned.doubt]) % {"found": _shortened(warned.found), "expected": warned.expected}
    return _("Line %(line)s: %(words)s", line=warned.line, words=words)


def _shortened(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
