"""What an agreement must be, and how many gminas have one on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.activities.rules import (
    AgreementEntry,
    AgreementRefusal,
    AnnexEntry,
    State,
    check,
    check_annex,
    check_reason,
    gminas_meant,
    in_force,
    money_text,
    overlapping,
    read_money,
    state_on,
    stock,
)
from helpdesk.kernel.errors import Refusal
from tests.activities.register import LUBICZ, RURAL_LIPNO, TOWN_LIPNO, entry

TODAY = date(2023, 10, 5)
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@st.composite
def agreements(draw: st.DrawFn) -> AgreementEntry:
    first_day = draw(DAYS)
    length = draw(st.none() | st.integers(0, 900))
    last_day = None if length is None else first_day + timedelta(days=length)
    return entry(draw(st.sampled_from([LUBICZ, TOWN_LIPNO, RURAL_LIPNO])), first_day=first_day, last_day=last_day)


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"gmina": "0499011"}, AgreementRefusal.GMINA, "gmina"),
        ({"gmina": "0415"}, AgreementRefusal.GMINA, "gmina"),  # a county signs no such agreement
        ({"gmina": "Lubicz"}, AgreementRefusal.GMINA, "gmina"),
        ({"number": "  "}, AgreementRefusal.NUMBER, "number"),
        ({"signed_on": TODAY + timedelta(days=1)}, AgreementRefusal.SIGNED_LATER, "signed_on"),
        ({"last_day": date(2020, 12, 31)}, AgreementRefusal.DAYS, "last_day"),
        ({"contribution": -1}, AgreementRefusal.CONTRIBUTION, "contribution"),
        ({"contribution": 100_000_001}, AgreementRefusal.CONTRIBUTION, "contribution"),
    ],
)
def test_what_is_wrong_with_an_agreement_is_said_beside_its_field(
    facts: dict[str, object], code: AgreementRefusal, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check(replace(entry(), **facts), TODAY)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)


def test_an_agreement_of_one_day_that_is_signed_today_and_begins_later_is_possible() -> None:
    check(entry(signed_on=TODAY, first_day=date(2024, 1, 1), last_day=date(2024, 1, 1), contribution=0), TODAY)


@pytest.mark.parametrize(
    ("annex", "code"),
    [
        (AnnexEntry(" ", TODAY, "kwota"), AgreementRefusal.NUMBER),
        (AnnexEntry("1", TODAY, " "), AgreementRefusal.WHAT),
        (AnnexEntry("1", TODAY + timedelta(days=1), "kwota"), AgreementRefusal.SIGNED_LATER),
    ],
)
def test_an_annex_has_a_number_a_content_and_a_signature(annex: AnnexEntry, code: AgreementRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        check_annex(annex, TODAY)
    assert refused.value.code is code


def test_nothing_is_changed_without_a_reason() -> None:
    assert check_reason(" błąd \n w dacie ") == "błąd w dacie"
    with pytest.raises(Refusal) as refused:
        check_reason(" \n")
    assert refused.value.code is AgreementRefusal.REASON


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2020, 12, 31), State.TO_COME),
        (date(2021, 1, 1), State.IN_FORCE),
        (date(2023, 9, 30), State.IN_FORCE),
        (date(2023, 10, 1), State.ENDED),
    ],
)
def test_an_agreement_holds_on_its_first_and_on_its_last_day(on: date, state: State) -> None:
    assert state_on(date(2021, 1, 1), date(2023, 9, 30), on) is state
    assert state_on(date(2021, 1, 1), None, on) in {state, State.IN_FORCE}


def test_a_gmina_counts_once_and_two_of_one_name_count_twice() -> None:
    renewed = [entry(LUBICZ, last_day=date(2022, 12, 31)), entry(LUBICZ, "2", first_day=date(2023, 1, 1))]
    both = [*renewed, entry(TOWN_LIPNO), entry(RURAL_LIPNO, first_day=date(2023, 5, 15))]
    assert [stock(both, day) for day in (date(2022, 12, 31), date(2023, 5, 14), date(2023, 5, 15))] == [2, 2, 3]


@given(st.lists(agreements(), max_size=8), DAYS)
def test_the_stock_is_that_of_a_count_by_hand_and_never_more_than_the_gminas(
    entries: list[AgreementEntry], on: date
) -> None:
    by_hand = set()
    for each in entries:
        last_day = each.last_day or date(9999, 12, 31)
        if each.first_day <= on <= last_day:
            by_hand.add(each.gmina)
    assert stock(entries, on) == len(by_hand) <= 3
    assert stock([*entries, *entries], on) == stock(entries, on)  # 131 and 131 are 131


@given(agreements(), agreements())
def test_two_agreements_overlap_exactly_where_both_hold_on_one_day(one: AgreementEntry, other: AgreementEntry) -> None:
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(3700)]
    shared = one.gmina == other.gmina and any(in_force(one, day) and in_force(other, day) for day in days)
    assert (overlapping(one, [other]) is other) == shared
    assert (overlapping(other, [one]) is one) == shared


@pytest.mark.parametrize(
    ("text", "grosz"), [("595", 59500), ("595,5", 59550), ("1 595.05", 159505), ("1\u00a0595,00", 159500), ("0", 0)]
)
def test_money_is_read_as_people_write_it(text: str, grosz: int) -> None:
    assert read_money(text) == grosz


@pytest.mark.parametrize("text", ["", "-5", "1.595,00", "5,123", "zł", "1e3", "123456789"])
def test_money_is_never_guessed(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_money(text)
    assert refused.value.code is AgreementRefusal.CONTRIBUTION


@given(st.integers(0, 100_000_000))
def test_money_comes_back_as_it_was_written(grosz: int) -> None:
    assert read_money(money_text(grosz)) == grosz


def test_a_gmina_is_found_by_its_name_by_its_county_and_by_its_code() -> None:
    assert gminas_meant("lubicz") == {LUBICZ}
    assert {TOWN_LIPNO, RURAL_LIPNO} == gminas_meant("Lipno")
    assert gminas_meant("lipno wiejska") == {RURAL_LIPNO}
    assert len(gminas_meant("lipnowski")) == 9
    assert gminas_meant(RURAL_LIPNO) == {RURAL_LIPNO}
    assert gminas_meant("xyzzy") == frozenset()
