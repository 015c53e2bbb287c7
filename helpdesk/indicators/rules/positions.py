"""One block of rows, read as a position."""

from collections.abc import Sequence
from functools import partial

from helpdesk.indicators.rules.blocks import COLUMNS, Block, Part
from helpdesk.indicators.rules.findings import Findings
from helpdesk.indicators.rules.lines import read_lines
from helpdesk.indicators.rules.months import Months, MonthsKind, read_months
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.parties import Realisers, is_ditto, read_realisers
from helpdesk.indicators.rules.table import Column, Doubt, Row
from helpdesk.indicators.rules.tree import Costs, Position, Printing
from helpdesk.indicators.rules.values import Amount, Dash, Expected, read_amount

NIL: Amount = Dash("-")
NO_COSTS = Costs(NIL, NIL, NIL)
NO_MONTHS = Months("-", MonthsKind.NOT_PLANNED)
MISSING = {
    Part.COSTS: Expected.AMOUNT,
    Part.MONTHS: Expected.MONTHS,
    Part.REALISERS: Expected.REALISERS,
    Part.NAME: Expected.INDICATOR,
    Part.FIGURES: Expected.FIGURE,
}


def read_position(
    block: Block, findings: Findings, *, actions: Sequence[ActionNumber], above: Position | None
) -> Position:
    """The position that the block holds; `actions` are those it starts or continues, `above` is what *j.w.* means."""
    for part in sorted(block.missing):
        findings.complain(block.rows[0][COLUMNS[part][0]], MISSING[part])
    lines = read_lines(block.rows, findings)
    return Position(
        actions=tuple(actions),
        costs=_costs(block, findings),
        months=_months(block, findings),
        realisers=_realisers(block, findings, above.realisers if above else None),
        indicators=lines.indicators,
        printing=_printing(block, findings, lines.names, lines.figures),
    )


def read_costs(row: Row, findings: Findings) -> Costs:
    """Three amounts that add up (R-000-07). Where they do not, one of them was misread, and that is a problem."""
    cells = [row[column] for column in COLUMNS[Part.COSTS]]
    before = len(findings.problems)
    total, own, other = (findings.read(cell, read_amount, NIL) for cell in cells)
    costs = Costs(total, own, other)
    if not costs.add_up and len(findings.problems) == before:
        findings.complain(cells[0], Expected.SUM_OF_FUNDS, hint=str(costs.funds.own + costs.funds.other))
    return costs


def _costs(block: Block, findings: Findings) -> Costs:
    return NO_COSTS if Part.COSTS in block.missing else read_costs(block.rows[block.place(Part.COSTS)], findings)


def _months(block: Block, findings: Findings) -> Months:
    if Part.MONTHS in block.missing:
        return NO_MONTHS
    cell = block.rows[block.place(Part.MONTHS)][Column.MONTHS]
    months = findings.read(cell, read_months, NO_MONTHS)
    if months.stray_dash:
        findings.warn(Doubt.STRAY_DASH, cell.line, cell.text, months.plain.rstrip("-– "))
    return months


def _realisers(block: Block, findings: Findings, above: Realisers | None) -> Realisers:
    if Part.REALISERS in block.missing:
        return Realisers("-")
    cell = block.rows[block.place(Part.REALISERS)][Column.REALISERS]
    realisers = findings.read(cell, partial(read_realisers, above=above), Realisers("-"))
    if realisers.stray_dash:
        findings.warn(Doubt.STRAY_DASH, cell.line, cell.text, realisers.plain.rstrip("- "))
    return realisers


def _printing(block: Block, findings: Findings, names: tuple[int, ...], figures: tuple[int, ...]) -> Printing:
    return Printing(
        actions=tuple(place for place, row in enumerate(block.rows) if row.filled(Column.NUMBER)),
        costs=block.place(Part.COSTS),
        months=block.place(Part.MONTHS),
        realisers=block.place(Part.REALISERS),
        names=names,
        figures=figures,
        gaps=tuple(place for place, row in enumerate(block.rows) if row.gap),
        ditto=_ditto(block.rows[0], findings),
    )


def _ditto(row: Row, findings: Findings) -> str:
    """What a position without a number prints in the column of actions: nothing, or that it is the same as above."""
    cell = row[Column.ACTION]
    if row.filled(Column.NUMBER) or not cell.text.strip():
        return ""
    if not is_ditto(cell.text):
        findings.complain(cell, Expected.DITTO)
    findings.use(cell)
    return cell.text
