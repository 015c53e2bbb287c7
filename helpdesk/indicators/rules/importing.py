"""The official table, read strictly: all of it is understood, or nothing is imported and every problem is named.

The form is that of the schedule for 2023 (`helpdesk/indicators/data/harmonogram-2023.txt`); other years of the same form
are read alike.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from helpdesk.indicators.rules.blocks import Block, gather
from helpdesk.indicators.rules.findings import Findings
from helpdesk.indicators.rules.heading import read_footnotes, read_headings, read_title, read_total
from helpdesk.indicators.rules.numbering import ActionNumber, is_direction, read_action_number, read_direction_number
from helpdesk.indicators.rules.positions import read_position
from helpdesk.indicators.rules.table import Column, Doubt, ImportRefusal, Problem, Row, Sheet, Warned, sort_lines
from helpdesk.indicators.rules.tree import Action, Direction, Footnote, Position, Schedule
from helpdesk.indicators.rules.values import Expected, Text, read_text
from helpdesk.kernel.errors import Refusal

NO_NUMBER = ActionNumber(0, 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found. There is a schedule only where there are no problems; `used` counts how often a cell was read."""

    schedule: Schedule | None
    problems: tuple[Problem, ...]
    warnings: tuple[Warned, ...]
    used: Counter[tuple[int, int]]


def import_schedule(text: str) -> Schedule:
    """The schedule; Refusal(ImportRefusal.NOT_UNDERSTOOD, problems=…) if anything at all was not understood."""
    reading = examine(text)
    if reading.schedule is None:
        raise Refusal(ImportRefusal.NOT_UNDERSTOOD, problems=reading.problems)
    return reading.schedule


def examine(text: str) -> Reading:
    """Everything there is to say about a text that should be a schedule; never refuses."""
    sheet, findings = sort_lines(text), Findings()
    findings.problems.extend(sheet.problems)
    title, programme, year = read_title(sheet, findings)
    executed_years = read_headings(sheet, findings, programme, year)
    schedule = Schedule(
        programme=programme,
        year=year,
        executed_years=executed_years,
        title=title,
        headings=_headings(sheet),
        directions=_directions(sheet.body, findings),
        footnotes=read_footnotes(sheet, findings),
        total=read_total(sheet, findings, year),
    )
    _check_whole(schedule, sheet, findings)
    return _reading(schedule, findings)


def _reading(schedule: Schedule, findings: Findings) -> Reading:
    problems = tuple(sorted(set(findings.problems), key=lambda each: (each.line, each.cell, each.expected)))
    warnings = tuple(sorted(findings.warnings, key=lambda each: (each.line, each.doubt)))
    whole = None if problems else replace(schedule, warnings=warnings)
    return Reading(whole, problems, warnings, findings.used)


def _headings(sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    upper, lower = (tuple(cell.text for cell in row.cells) for row in sheet.heading) if sheet.heading else ((), ())
    return upper, lower


def _directions(rows: Iterable[Row], findings: Findings) -> tuple[Direction, ...]:
    runs: list[list[Row]] = []
    for row in rows:
        if is_direction(row[Column.NUMBER].text):
            runs.append([row])
        elif runs:
            runs[-1].append(row)
        else:
            _pass_over(row, Column.NUMBER, Expected.DIRECTION, findings)
    directions = tuple(_direction(run[0], run[1:], findings) for run in runs)
    _check_order([(run[0], direction.number) for run, direction in zip(runs, directions, strict=True)], "", findings)
    return directions


def _direction(head: Row, rows: list[Row], findings: Findings) -> Direction:
    number = findings.read(head[Column.NUMBER], read_direction_number, 0)
    if not head.filled(Column.ACTION):
        findings.complain(head[Column.ACTION], Expected.DIRECTION)
    numbered = [row for row in rows if _has_good_number(row, number, findings)]
    actions = tuple(_action(row, findings) for row in numbered if row.filled(Column.NUMBER))
    places = [row for row in numbered if row.filled(Column.NUMBER)]
    _check_order(
        [(row, action.number.place) for row, action in zip(places, actions, strict=True)], f"{number}.", findings
    )
    return Direction(
        number=number,
        label=Text(head[Column.NUMBER].text),
        title=findings.read(head[Column.ACTION], read_text, Text("")),
        actions=actions,
        positions=tuple(_positions(numbered, findings)),
        gap=head.gap,
    )


def _has_good_number(row: Row, direction: int, findings: Findings) -> bool:
    """Whether the row may be read at all; one with a number that is none belongs nowhere."""
    if not row.filled(Column.NUMBER):
        return True
    try:
        good = read_action_number(row[Column.NUMBER].text).direction == direction
    except Refusal:
        good = False
    if not good:
        _pass_over(row, Column.NUMBER, Expected.ACTION_NUMBER, findings)
    return good


def _action(row: Row, findings: Findings) -> Action:
    if not row.filled(Column.ACTION):
        findings.complain(row[Column.ACTION], Expected.ACTION_TITLE)
    return Action(
        number=findings.read(row[Column.NUMBER], read_action_number, NO_NUMBER),
        label=Text(row[Column.NUMBER].text),
        title=findings.read(row[Column.ACTION], read_text, Text("")),
    )


def _positions(rows: list[Row], findings: Findings) -> Iterable[Position]:
    blocks = gather(rows)
    for block in blocks.undecided:
        _pass_over(block.rows[0], Column.ACTION, Expected.ONE_NEIGHBOUR, findings)
    above: Position | None = None
    for block in blocks.whole:
        above = read_position(block, findings, actions=_actions_of(block, above, findings), above=above)
        yield above


def _actions_of(block: Block, above: Position | None, findings: Findings) -> list[ActionNumber]:
    """Those whose numbers it prints; without a number it goes on with the last action above (T-000-11)."""
    own = [read_action_number(row[Column.NUMBER].text) for row in block.rows if row.filled(Column.NUMBER)]
    if own:
        return own
    if above:
        return [above.actions[-1]]
    findings.complain(block.rows[0][Column.NUMBER], Expected.ACTION_NUMBER)
    return [NO_NUMBER]


def _check_order(numbers: list[tuple[Row, int]], prefix: str, findings: Findings) -> None:
    """Numbers rise; one left out is a warning."""
    last = 0
    for row, number in numbers:
        cell = row[Column.NUMBER]
        if number <= last:
            findings.complain(cell, Expected.HIGHER_NUMBER)
        elif number > last + 1:
            findings.warn(Doubt.NUMBER_SKIPPED, cell.line, cell.text, f"{prefix}{last + 1}")
        last = number


def _pass_over(row: Row, column: Column, expected: Expected, findings: Findings) -> None:
    """One complaint for the row, not one for each of its cells."""
    findings.complain(row[column], expected)
    findings.use(*row.cells)


def _check_whole(schedule: Schedule, sheet: Sheet, findings: Findings) -> None:
    rows = (*sheet.heading, *sheet.body, *sheet.total)
    if not schedule.directions:
        findings.problems.append(Problem(sheet.last_line, 1, Column.NUMBER, "", Expected.DIRECTION))
    _check_footnotes(rows, sheet, schedule.footnotes, findings)
    _check_total(schedule, sheet, findings)
    _warn_of_shifted(rows, findings)
    findings.complain_of_unused(rows)


def _check_footnotes(rows: Iterable[Row], sheet: Sheet, notes: tuple[Footnote, ...], findings: Findings) -> None:
    known = {note.number for note in notes}
    marked: set[int] = set()
    for cell in (cell for row in rows for cell in row.cells):
        marks = set(Text(cell.text).footnotes)
        marked |= marks
        findings.problems.extend(cell.problem(Expected.FOOTNOTE, str(mark)) for mark in marks - known)
    for line in sheet.notes:
        if not marked & set(Text(line.text).footnotes[:1]):
            findings.problems.append(line.problem(Expected.USED_FOOTNOTE))


def _check_total(schedule: Schedule, sheet: Sheet, findings: Findings) -> None:
    """What is printed stays; where the positions add up to something else, the schedule says so (R-000-15)."""
    printed, computed = schedule.total.costs.funds, schedule.funds
    for name in ("total", "own", "other"):
        if sheet.total and getattr(printed, name) != getattr(computed, name):
            line = sheet.total[-1].line
            findings.warn(Doubt.TOTAL_SUM, line, str(getattr(printed, name)), str(getattr(computed, name)))


def _warn_of_shifted(rows: Iterable[Row], findings: Findings) -> None:
    """One warning for each run of rows with an extra empty cell (T-000-06)."""
    last = 0
    for row in rows:
        if row.shifted and last != row.line - 1:
            findings.warn(Doubt.EXTRA_CELL, row.line, "12", "11")
        last = row.line if row.shifted else last
