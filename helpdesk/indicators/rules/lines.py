"""The indicators of one block of rows: names beside their figures, groups below what they divide."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from helpdesk.indicators.rules.findings import Findings
from helpdesk.indicators.rules.table import Cell, Column, Doubt, Row
from helpdesk.indicators.rules.tree import Indicator
from helpdesk.indicators.rules.values import Empty, Expected, Number, Text, Value, read_text, read_value

FIGURES = (Column.PLAN, Column.EXECUTED, Column.SIX_YEAR)
BULLET = re.compile(r"[·•]\s*(.*)", re.DOTALL)
OF_WHICH = re.compile(r"w tym\s*:$", re.IGNORECASE)
OTHERS = frozenset({"inni", "innych", "inne"})
UNKNOWN: Value = Empty("")


@dataclass(frozen=True, slots=True)
class Lines:
    """Indicators, and on which rows their names and figures stand, parts included, in printed order."""

    indicators: tuple[Indicator, ...]
    names: tuple[int, ...]
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    cell: Cell
    figures: Row
    indicator: Indicator


def read_lines(rows: Sequence[Row], findings: Findings) -> Lines:
    """All indicators of the rows. One name may stand a row above or below its figures (T-000-10), no more than one."""
    places = _paired(rows, findings)
    lines = [_line(rows[name], rows[figures], findings) for name, figures in places]
    return Lines(
        indicators=tuple(_nested(lines, findings)),
        names=tuple(name for name, _ in places),
        figures=tuple(figures for _, figures in places),
    )


def group_name(name: Text) -> str:
    """What a group is called, without bullet and comma."""
    match = BULLET.fullmatch(name.plain)
    return (match[1] if match else name.plain).rstrip(" ,;.")


def is_others(name: Text) -> bool:
    """Whether this is the group of whoever fits none: it must not be counted without a note (R-000-14)."""
    return group_name(name).casefold() in OTHERS


def breakdown_differs(parent: Value, parts: Iterable[Value]) -> bool:
    """Whether the groups fail to add up to the total. An unknown group may be what is missing, never what is too much."""
    if not isinstance(parent, Number):
        return False
    known = list(parts)
    added = sum(part.count for part in known if isinstance(part, Number))
    unknown = any(isinstance(part, Empty) for part in known)
    return added > parent.count or (added < parent.count and not unknown)


def _paired(rows: Sequence[Row], findings: Findings) -> list[tuple[int, int]]:
    names = [place for place, row in enumerate(rows) if row.filled(Column.INDICATOR)]
    figures = [place for place, row in enumerate(rows) if row.filled(*FIGURES)]
    both = [(place, place) for place in names if place in figures]
    alone = [place for place in names if place not in figures], [place for place in figures if place not in names]
    if [len(each) for each in alone] == [1, 1]:
        return sorted([*both, (alone[0][0], alone[1][0])])
    if names and figures:
        _complain_of_lonely(rows, findings, *alone)
    return both


def _complain_of_lonely(rows: Sequence[Row], findings: Findings, names: list[int], figures: list[int]) -> None:
    for place in names:
        findings.complain(rows[place][Column.PLAN], Expected.FIGURES_BESIDE_NAME)
    for place in figures:
        findings.complain(rows[place][Column.INDICATOR], Expected.INDICATOR)


def _line(row: Row, beside: Row, findings: Findings) -> _Line:
    cell = row[Column.INDICATOR]
    name = findings.read(cell, read_text, Text(cell.text))
    plan, executed, six_year = (findings.read(beside[column], read_value, UNKNOWN) for column in FIGURES)
    return _Line(cell, beside, Indicator(name, plan, executed, six_year))


def _nested(lines: list[_Line], findings: Findings) -> Iterable[Indicator]:
    place = 0
    while place < len(lines):
        end = place + 1
        while end < len(lines) and BULLET.fullmatch(lines[end].indicator.name.plain):
            end += 1
        yield _with_parts(lines[place], lines[place + 1 : end], findings)
        place = end


def _with_parts(line: _Line, parts: list[_Line], findings: Findings) -> Indicator:
    if BULLET.fullmatch(line.indicator.name.plain):
        findings.complain(line.cell, Expected.PARENT)
    opens = OF_WHICH.search(line.indicator.name.plain) is not None
    if opens and not parts:
        findings.complain(line.cell, Expected.PARTS)
    if parts and not opens:
        findings.complain(parts[0].cell, Expected.PARENT)
    for part in parts:
        _check_note(part, findings)
    whole = replace(line.indicator, parts=tuple(part.indicator for part in parts))
    _check_sums(line, whole, findings)
    return whole


def _check_note(part: _Line, findings: Findings) -> None:
    """Others who were counted need a note saying who they were (R-000-14)."""
    name, executed = part.indicator.name, part.indicator.executed
    counted = isinstance(executed, Number) and executed.count > 0
    if is_others(name) and counted and not (name.footnotes or executed.footnotes):
        findings.complain(part.figures[Column.EXECUTED], Expected.NOTE_ON_OTHERS)


def _check_sums(line: _Line, whole: Indicator, findings: Findings) -> None:
    if not whole.parts:
        return
    for column, parent, parts in zip(
        FIGURES, whole.values, zip(*(part.values for part in whole.parts), strict=True), strict=True
    ):
        if breakdown_differs(parent, parts):
            added = sum(part.count for part in parts if isinstance(part, Number))
            findings.warn(Doubt.BREAKDOWN, line.figures.line, line.figures[column].text, str(added))
