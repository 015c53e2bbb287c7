"""What the table shows once something has happened, for any table."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.indicators.rules.counting import Origin
from helpdesk.indicators.rules.filling import Figure, day_in_words, filled
from helpdesk.indicators.rules.heading import read_footnote
from helpdesk.indicators.rules.importing import examine
from helpdesk.indicators.rules.keys import keyed
from helpdesk.indicators.rules.layout import lay_out, to_text
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.table import Doubt
from helpdesk.indicators.rules.tree import Schedule
from helpdesk.indicators.rules.values import Continuous, Empty, Number, Value, number
from tests.indicators import official
from tests.indicators.strategies import schedules

DAY = date(2023, 10, 31)
values: st.SearchStrategy[Value] = st.one_of(
    st.integers(0, 500).map(number), st.just(Empty("")), st.just(Continuous("na bieżąco"))
)
figures = st.builds(
    Figure,
    value=values,
    as_of=st.dates(date(2023, 1, 1), date(2023, 12, 31)),
    origin=st.sampled_from(Origin),
    aggregation=st.sampled_from(Aggregation),
    done_on=st.none() | st.just(DAY),
    note=st.sampled_from(["", "strażak i sołtys"]),
)


def _counted(count: int, as_of: date = DAY) -> Figure:
    return Figure(number(count), as_of, Origin.COUNTED, Aggregation.FLOW)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedules(), st.data())
def test_a_filled_table_is_understood_again_and_the_rest_stays_as_printed(
    schedule: Schedule, data: st.DataObject
) -> None:
    lines = keyed(schedule)
    chosen = data.draw(st.dictionaries(st.sampled_from(sorted(lines)), figures)) if lines else {}
    whole = filled(schedule, chosen)
    reading = examine(to_text(lay_out(whole)))
    assert reading.problems == ()
    for key, line in keyed(whole).items():
        spoke = key in chosen and chosen[key].speaks
        assert (line.name, line.plan, line.six_year) == (lines[key].name, lines[key].plan, lines[key].six_year)
        assert bool(line.executed.footnotes) if spoke else line.executed == lines[key].executed


def test_nothing_said_leaves_the_table_as_it_is() -> None:
    assert filled(official.schedule(), {"3.1.b": _counted(0)}) is official.schedule()


def test_figures_of_one_day_share_a_footnote_and_those_of_two_days_do_not() -> None:
    both = {"3.1.b": _counted(3), "1.10.a": _counted(2)}
    apart = both | {"1.10.a": _counted(2, DAY - timedelta(days=1))}
    assert len(filled(official.schedule(), both).footnotes) == 5
    assert len(filled(official.schedule(), apart).footnotes) == 6


def test_a_footnote_that_somebody_else_still_needs_is_not_renamed() -> None:
    whole = filled(official.schedule(), {"1.1.b.7": _counted(1)})
    assert [note.number for note in whole.footnotes] == [1, 2, 3, 4, 5, 6]
    assert keyed(whole)["1.1.b.7"].executed == Number("9 <sup>1</sup> <sup>5</sup>", 9)


def test_the_heading_remarks_only_what_was_left() -> None:
    everything = {key: _counted(1) for key in keyed(official.schedule())}
    assert filled(official.schedule(), everything).headings[1][9] == "Wyk. 2021-2023"
    assert filled(official.schedule(), everything).executed_years == (2021, 2023)


def test_days_are_written_as_the_importer_reads_them() -> None:
    for month in range(1, 13):
        day = date(2023, month, 5)
        assert read_footnote(f"<sup>1</sup> Wg stanu na {day_in_words(day)}").as_of == day


def test_the_remark_on_the_column_of_execution_is_the_only_new_one() -> None:
    reading = examine(to_text(lay_out(filled(official.schedule(), {"3.1.b": _counted(3)}))))
    fresh = {each.doubt for each in reading.warnings} - {each.doubt for each in official.schedule().warnings}
    assert fresh == {Doubt.EXECUTED_YEARS}
