"""Schedules of any year that the office might print in the same form."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from helpdesk.indicators.rules.heading import read_footnote
from helpdesk.indicators.rules.months import Months, MonthsKind, months
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.parties import Realisers
from helpdesk.indicators.rules.tree import (
    Action,
    Costs,
    Direction,
    Footnote,
    Indicator,
    Position,
    Printing,
    Programme,
    Schedule,
    Total,
    sum_of,
)
from helpdesk.indicators.rules.values import Amount, Continuous, Dash, Empty, Number, Text, Value, number

Draw = st.DrawFn
letters = st.text("aąbcćdeęilłmnńoóprsśtuzźż ,;()„”–-", max_size=20)
sentences = letters.map(lambda each: f"liczba {each} gmin")
dashes = st.sampled_from([Dash("-"), Dash("–")])
counts = st.integers(0, 20_000)
numbers = st.one_of(counts.map(number), counts.map(lambda count: Number(str(count), count)))
values: st.SearchStrategy[Value] = st.one_of(
    numbers, numbers, dashes, st.just(Empty("")), st.sampled_from([Continuous("na bieżąco"), Continuous("Na bieżąco")])
)
NIL: list[Amount] = [Dash("-"), Number("0", 0)]


@st.composite
def costs(draw: Draw) -> Costs:
    own, other = (draw(st.one_of(numbers, dashes)) for _ in range(2))
    added = Costs(NIL[0], own, other).funds
    return Costs(
        draw(st.sampled_from(NIL)) if added.own + added.other == 0 else number(added.own + added.other), own, other
    )


@st.composite
def spans(draw: Draw) -> Months:
    first, last = sorted((draw(st.integers(1, 12)), draw(st.integers(1, 12))))
    written = months(first, last)
    stray = Months(f"{written.raw}-", MonthsKind.RANGE, first, last)
    continuous, none = Months("na bieżąco", MonthsKind.CONTINUOUS), Months("-", MonthsKind.NOT_PLANNED)
    return draw(st.sampled_from([written, written, stray, continuous, none]))


@st.composite
def lines(draw: Draw, bullet: str = "", ending: str = "") -> Indicator:
    three = draw(st.tuples(values, values, values).filter(lambda each: any(value.raw for value in each)))
    return Indicator(Text(bullet + draw(sentences) + ending), *three)


@st.composite
def indicators(draw: Draw) -> Indicator:
    parts = draw(st.lists(lines(bullet="· "), max_size=3))
    return replace(draw(lines(ending=", w tym:" if parts else "")), parts=tuple(parts))


@st.composite
def realisers(draw: Draw, above: Realisers | None) -> Realisers:
    if above and draw(st.booleans()):
        return Realisers("j.w.", above.parties, ditto=True)
    parties = [f"Firma {name.strip(' -')}".strip() for name in draw(st.lists(letters, max_size=2))]
    return Realisers(" / ".join(parties) or "-", tuple(parties))


@st.composite
def printings(draw: Draw, height: int, *, actions: int, ditto: bool) -> Printing:
    """How a position of this many lines may stand on paper."""
    rows = st.integers(0, height - 1)
    line_rows = tuple(range(height))
    if actions == 2 and height == 1:
        costs_, months_, realisers_, name, figures = (draw(st.integers(0, 1)) for _ in range(5))
        return Printing((0, 1), costs_, months_, realisers_, (name,), (figures,), (0,))
    if actions == 2:
        top = draw(st.integers(0, 1))
        names = tuple(row + top for row in line_rows)
        costs_, months_, realisers_ = (draw(rows) + top for _ in range(3))
        return Printing((0, 1 if top else height), costs_, months_, realisers_, names, names, (0,))
    # Without a number or a ditto only the costs, months or realisers tell where a position begins.
    costs_, months_, realisers_ = (draw(rows) if actions or ditto else 0 for _ in range(3))
    gaps = tuple(draw(st.lists(rows, unique=True).map(sorted)))
    return Printing((0,) * actions, costs_, months_, realisers_, line_rows, line_rows, gaps, "j.w." if ditto else "")


@st.composite
def positions(draw: Draw, above: Position | None, place: int) -> Position:
    """A position with new actions from `place` on, or one that continues the last action above."""
    begins = 0 if above and draw(st.booleans()) else draw(st.integers(1, 2))
    # Below an action that prints nothing itself, rows without a number would be taken for its own.
    after_two = above is not None and len(above.printing.actions) == 2
    direction = 0
    own = tuple(ActionNumber(direction, place + each) for each in range(begins))
    found = draw(st.lists(indicators(), min_size=1, max_size=2))
    height = sum(len(each.lines) for each in found)
    printing = draw(printings(height, actions=begins, ditto=not begins and (after_two or draw(st.booleans()))))
    if after_two and 0 not in printing.gaps:
        printing = replace(printing, gaps=(0, *printing.gaps))
    return Position(
        actions=own or (above.actions[-1:] if above else ()),
        costs=draw(costs()),
        months=draw(spans()),
        realisers=draw(realisers(above.realisers if above else None)),
        indicators=tuple(found),
        printing=printing,
    )


@st.composite
def directions(draw: Draw, number_: int) -> Direction:
    found: list[Position] = []
    place = 1
    for _ in range(draw(st.integers(0, 4))):
        position = draw(positions(found[-1] if found else None, place))
        place += len(position.printing.actions)
        found.append(_of_direction(position, number_))
    bold = draw(st.booleans())
    label = f"<b>{number_}.</b>" if bold else f"{number_}."
    return Direction(
        number=number_,
        label=Text(label),
        title=Text(draw(sentences)),
        actions=tuple(_action(draw, ActionNumber(number_, each)) for each in range(1, place)),
        positions=tuple(found),
        gap=draw(st.booleans()),
    )


@st.composite
def schedules(draw: Draw) -> Schedule:
    first = draw(st.integers(2001, 2060))
    year = first + draw(st.integers(1, 5))
    found = [draw(directions(number_)) for number_ in range(1, draw(st.integers(1, 3)) + 1)]
    name = f"Programu dla województwa łódzkiego na lata {first}-{first + 5}"
    whole = sum_of(position.costs for each in found for position in each.positions)
    bare = Schedule(
        programme=Programme(name, "łódzkiego", first, first + 5),
        year=year,
        executed_years=(first, year - 1),
        title=Text(f"Harmonogram rzeczowo-finansowy „{name}” na rok {year}"),
        headings=_headings(first, year),
        directions=tuple(found),
        footnotes=(),
        total=Total(
            label=Text(f"Łączna wartość realizacji programu w roku {year}"),
            year=year,
            heading="Wartość ogółem [PLN]",
            columns=("ogólna", "środki własne", "inne"),
            costs=Costs(number(whole.total), number(whole.own), number(whole.other)),
            gap=draw(st.booleans()),
        ),
    )
    return _with_footnotes(draw, bare)


def _of_direction(position: Position, number_: int) -> Position:
    return replace(position, actions=tuple(ActionNumber(number_, each.place) for each in position.actions))


def _action(draw: Draw, number_: ActionNumber) -> Action:
    return Action(number_, Text(str(number_)), Text(draw(sentences)))


def _headings(first: int, year: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    executed = f"Wyk. {first}" + (f"-{year - 1}" if year - 1 > first else "")
    upper = "Lp.|kierunek interwencji/działania|Wartość działania [PLN]|||Termin realizacji (miesiąc)|Realizatorzy|Rezultaty|||"
    lower = f"||ogólna|środki własne|inne|||wskaźnik|Plan {year}|{executed}|Plan {first} - {first + 5}"
    return tuple(upper.split("|")), tuple(lower.split("|"))


def _with_footnotes(draw: Draw, schedule: Schedule) -> Schedule:
    """Marks at the names of some indicators, and their notes."""
    marked = draw(st.lists(st.booleans(), min_size=len(schedule.indicators), max_size=len(schedule.indicators)))
    notes: list[Footnote] = []
    found = []
    for direction in schedule.directions:
        fresh = []
        for position in direction.positions:
            lines_: Sequence[Indicator] = position.indicators
            if marked.pop():
                notes.append(read_footnote(f"<sup>{len(notes) + 1}</sup> Wg stanu na {len(notes) + 1} maja 2022 r."))
                name = Text(f"Uwaga <sup>{len(notes)}</sup> {lines_[0].name.raw}")
                lines_ = (replace(lines_[0], name=name), *lines_[1:])
            fresh.append(replace(position, indicators=tuple(lines_)))
        found.append(replace(direction, positions=tuple(fresh)))
    return replace(schedule, directions=tuple(found), footnotes=tuple(notes))
