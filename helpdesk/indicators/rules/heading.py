"""What stands above and below the table: title, names of columns, total, footnotes."""

import re
from datetime import date

from helpdesk.indicators.rules.findings import Findings
from helpdesk.indicators.rules.positions import NO_COSTS, read_costs
from helpdesk.indicators.rules.table import NOTE, Cell, Column, Doubt, Line, Row, Sheet
from helpdesk.indicators.rules.tree import Footnote, Programme, Total
from helpdesk.indicators.rules.values import Expected, Text, read_text
from helpdesk.kernel.errors import Refusal

TITLE = re.compile(r'Harmonogram rzeczowo-finansowy\s+[„"](?P<name>.+)[”"]\s+na rok (?P<year>20\d\d)')
YEARS = re.compile(r"na lata (20\d\d)\s?[-–]\s?(20\d\d)")
REGION = re.compile(r"dla województwa (.+?) na lata")
TOTAL_LABEL = re.compile(r"Łączna wartość realizacji programu w roku (20\d\d)")
AS_OF = re.compile(r"\b(?:wg|według) stanu na (?:dzień )?(\d{1,2}) (\w+) (20\d\d)", re.IGNORECASE)
EXECUTED = re.compile(r"wyk\. (20\d\d)(?:\s?[-–]\s?(20\d\d))?")
GENITIVE = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)
UPPER = (
    *("lp.", "kierunek interwencji/działania", "wartość działania [pln]", "", ""),
    *("termin realizacji (miesiąc)", "realizatorzy", "rezultaty", "", "", ""),
)
FUNDS = ("ogólna", "środki własne", "inne")
TOTAL_HEADING = "wartość ogółem [pln]"
HEADING_ROWS = 2
TOTAL_ROWS = 3
UNKNOWN = Programme("", "", 0, 0)


def read_title(sheet: Sheet, findings: Findings) -> tuple[Text, Programme, int]:
    """The title as printed, the programme it names and the year of the schedule."""
    line = sheet.titles[0] if sheet.titles else Line(1, "")
    findings.problems.extend(extra.problem(Expected.TABLE) for extra in sheet.titles[1:])
    match = TITLE.fullmatch(Text(line.text).plain)
    years = YEARS.search(match["name"]) if match else None
    if match is None or years is None or (sheet.heading and line.number > sheet.heading[0].line):
        findings.problems.append(line.problem(Expected.TITLE))
        return Text(line.text), UNKNOWN, 0
    region = REGION.search(match["name"])
    programme = Programme(match["name"], region[1] if region else "", int(years[1]), int(years[2]))
    if not programme.first_year <= int(match["year"]) <= programme.last_year:
        findings.problems.append(line.problem(Expected.PROGRAMME_YEARS))
    return Text(line.text), programme, int(match["year"])


def read_headings(sheet: Sheet, findings: Findings, programme: Programme, year: int) -> tuple[int, int]:
    """The years of the column of execution. Any other names of columns would mean another form, and are problems."""
    if len(sheet.heading) != HEADING_ROWS:
        findings.problems.append(Line(1, "").problem(Expected.HEADING))
    if len(sheet.heading) != HEADING_ROWS or not year:
        # Without a year nobody can say what the columns should be called.
        findings.use(*(cell for row in sheet.heading for cell in row.cells))
        return year, year
    upper, lower = sheet.heading
    plans = {Column.PLAN: f"plan {year}", Column.SIX_YEAR: f"plan {programme.first_year}-{programme.last_year}"}
    names = dict(zip(Column, ("", "", *FUNDS, "", "", "wskaźnik", "", "", ""), strict=True)) | plans
    for column, name in zip(Column, UPPER, strict=True):
        _expect(upper[column], name, findings)
    for column in set(Column) - {Column.EXECUTED}:
        _expect(lower[column], names[column], findings)
    return _executed_years(lower[Column.EXECUTED], findings, programme, year)


def read_total(sheet: Sheet, findings: Findings, year: int) -> Total:
    """The three rows at the end; another year than the title's is a warning (T-000-01)."""
    if len(sheet.total) != TOTAL_ROWS:
        line = sheet.total[-1].line if sheet.total else sheet.last_line
        findings.problems.append(Line(line, "").problem(Expected.TOTAL_ROW))
        return Total(Text(""), year, "", ("", "", ""), NO_COSTS)
    label, names, amounts = sheet.total
    _expect(label[Column.TOTAL], TOTAL_HEADING, findings)
    cells = [names[column] for column in (Column.TOTAL, Column.OWN, Column.OTHER)]
    for cell, name in zip(cells, FUNDS, strict=True):
        _expect(cell, name, findings)
    return Total(
        label=findings.read(label[Column.NUMBER], read_text, Text("")),
        year=_total_year(label, findings, year),
        heading=label[Column.TOTAL].text,
        columns=(cells[0].text, cells[1].text, cells[2].text),
        costs=read_costs(amounts, findings),
        gap=label.gap,
    )


def read_footnotes(sheet: Sheet, findings: Findings) -> tuple[Footnote, ...]:
    """All footnotes by number; a number that occurs twice is a problem."""
    notes: dict[int, Footnote] = {}
    for line in sheet.notes:
        note = read_footnote(line.text)
        if note.number in notes:
            findings.problems.append(line.problem(Expected.FOOTNOTE_ONCE))
        notes[note.number] = note
    return tuple(notes[each] for each in sorted(notes))


def read_footnote(raw: str) -> Footnote:
    """A line `<sup>4</sup> Wg stanu na 12 grudnia 2022 r.` with the day it names, if it names one (R-000-12).

    Refusal(Expected.FOOTNOTE) for a line that does not begin with its mark.
    """
    match = NOTE.fullmatch(raw.strip())
    if match is None:
        raise Refusal(Expected.FOOTNOTE)
    return Footnote(int(match[1]), raw, match[2], _as_of(match[2]))


def _as_of(text: str) -> date | None:
    match = AS_OF.search(text)
    if match is None or match[2].lower() not in GENITIVE:
        return None
    try:
        return date(int(match[3]), GENITIVE.index(match[2].lower()) + 1, int(match[1]))
    except ValueError:
        return None


def _expect(cell: Cell, name: str, findings: Findings) -> None:
    """The office writes `Inne` and `inne`, `2021 - 2026` and `2021-2026` (T-000-17)."""
    findings.use(cell)
    if _said(cell) != name:
        findings.complain(cell, Expected.HEADING, hint=name)


def _said(cell: Cell) -> str:
    return re.sub(r"\s?[-–]\s?", "-", " ".join(Text(cell.text).plain.split()).casefold())


def _executed_years(cell: Cell, findings: Findings, programme: Programme, year: int) -> tuple[int, int]:
    findings.use(cell)
    match = EXECUTED.fullmatch(_said(cell))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if first != programme.first_year or not first <= last <= programme.last_year:
        findings.complain(cell, Expected.HEADING, hint=f"wyk. {programme.first_year}-{year - 1}")
    elif last != year - 1:
        findings.warn(Doubt.EXECUTED_YEARS, cell.line, cell.text, str(year - 1))
    return first, last


def _total_year(row: Row, findings: Findings, year: int) -> int:
    cell = row[Column.NUMBER]
    match = TOTAL_LABEL.fullmatch(Text(cell.text).plain)
    if match is None:
        findings.complain(cell, Expected.TOTAL_ROW)
        return year
    if int(match[1]) != year:
        findings.warn(Doubt.TOTAL_YEAR, cell.line, match[1], str(year))
    return int(match[1])
