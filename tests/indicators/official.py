"""The official table of 2023, as text, as cells and as a schedule."""

from functools import cache
from importlib.resources import files

from helpdesk.indicators.rules.importing import Reading, examine, import_schedule
from helpdesk.indicators.rules.keys import keyed
from helpdesk.indicators.rules.layout import lay_out, without_blanks
from helpdesk.indicators.rules.table import Doubt, Warned
from helpdesk.indicators.rules.tree import Direction, Indicator, Position, Schedule

SHIFTED = range(10, 18)


@cache
def text() -> str:
    return files("helpdesk.indicators").joinpath("data/harmonogram-2023.txt").read_bytes().decode("utf-8")


@cache
def schedule() -> Schedule:
    return import_schedule(text())


def line(number: int) -> str:
    return text().split("\n")[number - 1]


def positions_of(action: str) -> list[Position]:
    return [each for each in schedule().positions if action in {str(number) for number in each.actions}]


def direction(number: int) -> Direction:
    return next(each for each in schedule().directions if each.number == number)


def indicator(key: str) -> Indicator:
    return keyed(schedule())[key]


def warnings(doubt: Doubt) -> list[Warned]:
    return [each for each in schedule().warnings if each.doubt is doubt]


def changed(number: int, cell: int, said: str) -> Reading:
    """What the importer says of the table with one other cell; lines and cells from 1."""
    lines = text().split("\n")
    cells = lines[number - 1].split("\t")
    cells[cell - 1] = said
    lines[number - 1] = "\t".join(cells)
    return examine("\n".join(lines))


def replaced(old: str, new: str) -> Reading:
    """What the importer says of the table with other words in the first place where they stand."""
    assert old in text()
    return examine(text().replace(old, new, 1))


def grid() -> list[tuple[str, ...]]:
    """The eleven cells of every line that is not blank; titles and footnotes stand in the first of them.

    The extra empty cell of eight lines is left out (T-000-06), nothing else is changed.
    """
    rows = []
    for number, raw in enumerate(text().split("\n"), start=1):
        cells = raw.split("\t")
        if number in SHIFTED:
            assert cells.pop(7) == ""
        if raw.strip():
            rows.append(tuple(cells + [""] * (11 - len(cells))))
    return rows


def laid_out() -> list[tuple[str, ...]]:
    """The schedule in its eleven columns again, without blank lines."""
    return [row.cells for row in without_blanks(lay_out(schedule()))]
