"""From what each indicator is counted."""

import pytest

from helpdesk.indicators.rules.counting import (
    DEFINITIONS,
    GROUPS,
    Counted,
    CountingSettings,
    Register,
    definition_of,
    group_of,
    roles_counted,
)
from helpdesk.indicators.rules.keys import keyed
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.values import Continuous, Text
from tests.indicators import official


def test_every_printed_indicator_has_a_definition_and_every_definition_an_indicator() -> None:
    assert {key for key in keyed(official.schedule()) if key.count(".") == 2} == set(DEFINITIONS)


def test_advices_to_professionals_and_to_people_affected_never_overlap() -> None:
    assert definition_of("1.10.a").roles == {"PRO"}
    assert definition_of("3.1.b").roles == {"VIC", "CHV", "REL"}
    assert definition_of("1.10.a").desks == definition_of("3.1.b").desks == {"blue-line"}


def test_witnesses_are_counted_only_if_the_office_says_so() -> None:
    affected, professionals = definition_of("3.1.b"), definition_of("1.10.a")
    assert "WIT" not in roles_counted(affected, CountingSettings())
    assert "WIT" in roles_counted(affected, CountingSettings(count_witness=True))
    assert roles_counted(professionals, CountingSettings(count_witness=True)) == {"PRO"}


@pytest.mark.parametrize(
    ("key", "one", "aggregation"),
    [
        ("3.1.a", Counted.AGREEMENT, Aggregation.STOCK),
        ("2.6.a", Counted.INSTITUTION, Aggregation.YEARLY_DISTINCT),
        ("3.4.a", Counted.CASE, Aggregation.FLOW),
        ("1.7.a", Counted.TITLE, Aggregation.FLOW),
        ("1.1.b", Counted.ATTENDANCE, Aggregation.FLOW),
        ("2.4.b", Counted.MILESTONE, Aggregation.MILESTONE),
    ],
)
def test_the_counting_rules_are_in_the_table(key: str, one: Counted, aggregation: Aggregation) -> None:
    assert (definition_of(key).one, definition_of(key).aggregation) == (one, aggregation)


def test_what_is_printed_as_continuous_is_counted_by_nobody() -> None:
    printed = {key for key, line in keyed(official.schedule()).items() if isinstance(line.plan, Continuous)}
    assert printed == {key for key, each in DEFINITIONS.items() if each.aggregation is Aggregation.CONTINUOUS}
    assert not any(definition_of(key).live for key in printed)


def test_a_group_is_counted_as_what_it_divides() -> None:
    assert definition_of("1.1.b.3") == definition_of("1.1.b")


def test_an_indicator_that_is_new_to_us_is_typed_by_hand() -> None:
    assert definition_of("4.1.a").register is Register.BY_HAND


def test_the_printed_groups_have_their_codes() -> None:
    assert [group_of(part.name) for part in official.indicator("1.1.b").parts] == list(GROUPS.values())
    assert group_of(Text("· strażników miejskich")) is None
