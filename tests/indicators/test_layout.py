"""What was read can be printed again, cell by cell."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings

from helpdesk.indicators.rules.importing import import_schedule
from helpdesk.indicators.rules.keys import keyed, placed, with_executed
from helpdesk.indicators.rules.layout import RowKind, lay_out, to_text, without_blanks
from helpdesk.indicators.rules.merges import Merge, merges_of
from helpdesk.indicators.rules.tree import Schedule
from helpdesk.indicators.rules.values import Number, number
from tests.indicators import official
from tests.indicators.strategies import schedules

patient = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_official_table_is_laid_out_to_the_letter() -> None:
    lines = official.text().strip("\n").split("\n")
    for number_ in official.SHIFTED:
        cells = lines[number_ - 3].split("\t")
        lines[number_ - 3] = "\t".join([*cells[:7], *cells[8:]])
    assert to_text(lay_out(official.schedule())) == "\n".join(lines)


def test_the_laid_out_table_holds_the_same_cells_in_the_same_places() -> None:
    assert official.laid_out() == official.grid()


def test_what_was_laid_out_is_read_as_the_same_schedule() -> None:
    again = import_schedule(to_text(lay_out(official.schedule())))
    assert (again.directions, again.footnotes, again.total) == (
        official.schedule().directions,
        official.schedule().footnotes,
        official.schedule().total,
    )


def test_footnotes_stand_where_the_page_of_their_mark_ends() -> None:
    rows = without_blanks(lay_out(official.schedule()))
    notes = [place for place, row in enumerate(rows) if row.kind is RowKind.FOOTNOTE]
    assert [rows[place - 1].cells[9] for place in notes] == [
        "8 <sup>1</sup>",
        "2",
        "na bieżąco <sup>3</sup>",
        "2417 <sup>4</sup>",
    ]


def test_indicators_are_called_by_action_and_letter() -> None:
    keys = list(keyed(official.schedule()))
    assert keys[:3] == ["1.1.a", "1.1.b", "1.1.b.1"]
    assert len([key for key in keys if key.count(".") == 2]) == 27
    assert len(keys) == 34
    assert official.indicator("3.1.b").name.raw.startswith("liczba porad udzielonych osobom dotkniętym przemocą")
    assert official.indicator("1.10.a").name.raw.startswith("liczba konsultacji / porad")


def test_other_executed_values_change_nothing_else() -> None:
    changed = with_executed(official.schedule(), {"3.1.b": number(4500), "1.1.b.7": Number("12 <sup>1</sup>", 12)})
    before, after = official.laid_out(), [row.cells for row in without_blanks(lay_out(changed))]
    different = [
        (old[9], new[9])
        for old, new in zip(before, after, strict=True)
        if old != new and old[:9] + old[10:] == new[:9] + new[10:]
    ]
    assert different == [("8 <sup>1</sup>", "12 <sup>1</sup>"), ("2417 <sup>4</sup>", "4.500")]


def test_nothing_counted_leaves_the_schedule_as_it_is() -> None:
    assert with_executed(official.schedule(), {}) == official.schedule()


def test_cells_that_were_one_on_paper_are_merged() -> None:
    rows = without_blanks(lay_out(official.schedule()))
    merges = merges_of(rows, official.schedule().positions)
    # The persons trained: eight rows share their costs, months and realisers, but not their figures.
    assert {Merge(5, column, 12, column) for column in range(2, 7)} <= set(merges)
    assert not any(merge.left == 8 and merge.top in range(5, 13) for merge in merges)
    # 1.7 and 1.8 share everything but number and words.
    place = next(place for place, row in enumerate(rows) if row.cells[0] == "1.7")
    assert {Merge(place, column, place + 1, column) for column in range(2, 11)} <= set(merges)
    assert not any(merge.left == 1 and merge.top == place for merge in merges)


@patient
@given(schedules())
def test_merged_cells_never_overlap_nor_hide_anything(schedule: Schedule) -> None:
    rows = without_blanks(lay_out(schedule))
    merges = merges_of(rows, schedule.positions)
    for one, other in combinations(merges, 2):
        apart = one.bottom < other.top or other.bottom < one.top or one.right < other.left or other.right < one.left
        assert apart
    for merge in merges:
        said = [cell for row in rows[merge.top : merge.bottom + 1] for cell in row.cells[merge.left : merge.right + 1]]
        assert sum(bool(cell) for cell in said) <= 1


@patient
@given(schedules())
def test_every_indicator_has_its_own_key(schedule: Schedule) -> None:
    assert len(keyed(schedule)) == len(list(placed(schedule)))
