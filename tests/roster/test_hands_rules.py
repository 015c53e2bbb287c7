"""What becomes of an offer, and who may do what with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.absences import AbsenceRefusal, Away, begins_within, check_entering, runs_into, stretches
from helpdesk.roster.rules.hands import (
    UNSETTLED,
    Deal,
    HandsRefusal,
    Held,
    OfferState,
    check_accepting,
    check_approving,
    check_offering,
    check_refusing,
    check_swapping,
    check_taking,
    check_taking_over,
    check_withdrawing,
    is_emergency,
    state_of,
)
from helpdesk.roster.rules.spans import Span

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
EWA, MAREK, OLGA, STRANGER = (UUID(int=number) for number in (1, 2, 3, 4))
LATER = Span(NOW + 24 * HOUR, NOW + 28 * HOUR)
RUNNING = Span(NOW - HOUR, NOW + 3 * HOUR)
OVER = Span(NOW - 5 * HOUR, NOW - HOUR)
HERS, HIS = Held(LATER, EWA), Held(Span(NOW + 48 * HOUR, NOW + 52 * HOUR), MAREK)

OFFER = Deal(duty=HERS, offered_by=EWA, asked=frozenset({MAREK, OLGA}))
SWAP = Deal(duty=HERS, in_return=HIS, offered_by=EWA, asked=frozenset({MAREK}))
TAKEN = replace(OFFER, taken_by=MAREK)
DONE = replace(OFFER, duty=replace(HERS, holder=MAREK), taken_by=MAREK, approved=True, settled=True)
BEGUN = replace(OFFER, duty=replace(HERS, span=RUNNING))
GIVEN_OTHERWISE = replace(OFFER, duty=replace(HERS, holder=OLGA))
CANCELLED = replace(OFFER, duty=replace(HERS, stands=False))
FREED = Deal(duty=Held(LATER, None), offered_by=None, asked=frozenset({MAREK}))


def _refused(check: Callable[..., None], *facts: object, **options: object) -> StrEnum | None:
    """With which code a check refuses, or None."""
    try:
        check(*facts, **options)
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    ("deal", "state"),
    [
        (OFFER, OfferState.OPEN),
        (SWAP, OfferState.OPEN),
        (FREED, OfferState.OPEN),
        (TAKEN, OfferState.TAKEN),
        (DONE, OfferState.DONE),
        (replace(TAKEN, refused=True, settled=True), OfferState.REFUSED),
        (replace(OFFER, withdrawn=True, settled=True), OfferState.WITHDRAWN),
        (replace(OFFER, settled=True), OfferState.LAPSED),
        (BEGUN, OfferState.LAPSED),
        (replace(BEGUN, taken_by=MAREK), OfferState.LAPSED),  # nobody approved it in time
        (replace(SWAP, in_return=Held(RUNNING, MAREK)), OfferState.LAPSED),
        (CANCELLED, OfferState.WITHDRAWN),
        (GIVEN_OTHERWISE, OfferState.WITHDRAWN),
        (replace(GIVEN_OTHERWISE, duty=Held(RUNNING, OLGA)), OfferState.WITHDRAWN),  # whether it begins or not
        (replace(FREED, duty=Held(LATER, OLGA)), OfferState.WITHDRAWN),
        (replace(SWAP, in_return=replace(HIS, holder=OLGA)), OfferState.WITHDRAWN),
        (replace(SWAP, in_return=replace(HIS, stands=False)), OfferState.WITHDRAWN),
        # What is done stays done, whoever holds the duty later.
        (replace(DONE, duty=replace(HERS, holder=OLGA, stands=False, span=OVER)), OfferState.DONE),
    ],
)
def test_the_state_of_an_offer_follows_from_what_was_said_and_from_the_clock(deal: Deal, state: OfferState) -> None:
    assert state_of(deal, NOW) is state


def test_an_offer_lapses_in_the_moment_in_which_the_duty_begins() -> None:
    assert state_of(OFFER, LATER.start - timedelta(microseconds=1)) is OfferState.OPEN
    assert state_of(OFFER, LATER.start) is OfferState.LAPSED


@pytest.mark.parametrize(
    ("duty", "by", "manages", "is_offered", "refusal"),
    [
        (HERS, EWA, False, False, None),
        (HERS, OLGA, True, False, None),
        (Held(LATER, None), OLGA, True, False, None),
        (HERS, MAREK, False, False, HandsRefusal.NOT_YOURS),
        (Held(LATER, None), MAREK, False, False, HandsRefusal.NOT_YOURS),
        (HERS, EWA, False, True, HandsRefusal.ALREADY_OFFERED),
        (HERS, OLGA, True, True, HandsRefusal.ALREADY_OFFERED),
        (Held(RUNNING, EWA), EWA, False, False, HandsRefusal.BEGUN),
        (Held(Span(NOW, NOW + HOUR), EWA), EWA, False, False, HandsRefusal.BEGUN),
        (Held(OVER, EWA), OLGA, True, False, HandsRefusal.BEGUN),
        (replace(HERS, stands=False), EWA, False, False, HandsRefusal.CANCELLED),
    ],
)
def test_one_offers_ones_own_duty_to_come_and_once(
    duty: Held, by: UUID, manages: bool, is_offered: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_offering, duty, by, NOW, manages=manages, is_offered=is_offered) is refusal


@pytest.mark.parametrize(
    ("mine", "theirs", "by", "manages", "refusal"),
    [
        (HERS, HIS, EWA, False, None),
        (HERS, HIS, OLGA, True, None),
        (HERS, HIS, MAREK, False, HandsRefusal.NOT_YOURS),
        (HERS, replace(HIS, holder=EWA), EWA, False, HandsRefusal.SAME_PERSON),
        (HERS, replace(HIS, holder=None), EWA, False, HandsRefusal.NOBODY_HOLDS_IT),
        (replace(HERS, holder=None), HIS, OLGA, True, HandsRefusal.NOBODY_HOLDS_IT),
        (HERS, replace(HIS, span=RUNNING), EWA, False, HandsRefusal.BEGUN),
        (replace(HERS, span=RUNNING), HIS, EWA, False, HandsRefusal.BEGUN),
        (HERS, replace(HIS, stands=False), EWA, False, HandsRefusal.CANCELLED),
    ],
)
def test_one_swaps_ones_own_duty_to_come_for_a_colleagues(
    mine: Held, theirs: Held, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_swapping, mine, theirs, by, NOW, manages=manages, is_offered=False) is refusal


@pytest.mark.parametrize(
    ("deal", "taker", "by", "manages", "refusal"),
    [
        (OFFER, MAREK, MAREK, False, None),
        (FREED, MAREK, MAREK, False, None),
        (OFFER, MAREK, OLGA, True, None),  # a coordinator notes what he said on the telephone
        (OFFER, STRANGER, OLGA, True, None),  # or whom she asked herself
        (OFFER, STRANGER, STRANGER, False, HandsRefusal.NOT_ASKED),
        (OFFER, MAREK, OLGA, False, HandsRefusal.NOT_YOURS),
        (OFFER, EWA, EWA, False, HandsRefusal.OWN_DUTY),
        (OFFER, EWA, OLGA, True, HandsRefusal.OWN_DUTY),
        (TAKEN, OLGA, OLGA, False, HandsRefusal.TAKEN_ALREADY),
        (TAKEN, OLGA, OLGA, True, HandsRefusal.TAKEN_ALREADY),
        (DONE, OLGA, OLGA, False, HandsRefusal.TAKEN_ALREADY),
        (TAKEN, MAREK, MAREK, False, HandsRefusal.ALREADY_YOURS),
        (DONE, MAREK, MAREK, False, HandsRefusal.ALREADY_YOURS),
        (BEGUN, MAREK, MAREK, False, HandsRefusal.LAPSED),
        (CANCELLED, MAREK, MAREK, False, HandsRefusal.NOT_OPEN),
        (replace(OFFER, withdrawn=True), MAREK, MAREK, False, HandsRefusal.NOT_OPEN),
        (SWAP, MAREK, MAREK, False, HandsRefusal.A_SWAP),
    ],
)
def test_one_who_was_asked_takes_a_duty_and_only_the_first(
    deal: Deal, taker: UUID, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_taking, deal, taker, by, NOW, manages=manages) is refusal


@pytest.mark.parametrize(
    ("deal", "taker", "by", "manages", "refusal"),
    [
        (SWAP, MAREK, MAREK, False, None),
        (SWAP, MAREK, OLGA, True, None),
        (SWAP, OLGA, OLGA, False, HandsRefusal.NOT_ASKED),
        (SWAP, OLGA, OLGA, True, HandsRefusal.NOT_ASKED),  # nobody else has the duty that is wanted
        (SWAP, EWA, EWA, False, HandsRefusal.OWN_DUTY),
        (OFFER, MAREK, MAREK, False, HandsRefusal.NOT_A_SWAP),
        (replace(SWAP, taken_by=MAREK), MAREK, MAREK, False, HandsRefusal.ALREADY_YOURS),
    ],
)
def test_a_swap_is_accepted_by_the_one_whose_duty_is_wanted(
    deal: Deal, taker: UUID, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_accepting, deal, taker, by, NOW, manages=manages) is refusal


@pytest.mark.parametrize(
    ("deal", "refusal"),
    [
        (TAKEN, None),
        (OFFER, HandsRefusal.NOTHING_TO_APPROVE),
        (DONE, HandsRefusal.NOTHING_TO_APPROVE),
        (replace(TAKEN, duty=replace(HERS, stands=False)), HandsRefusal.NOTHING_TO_APPROVE),
        (replace(BEGUN, taken_by=MAREK), HandsRefusal.LAPSED),
    ],
)
def test_what_waits_is_approved_before_the_duty_begins(deal: Deal, refusal: HandsRefusal | None) -> None:
    assert _refused(check_approving, deal, NOW) is refusal


@pytest.mark.parametrize(
    ("deal", "by", "manages", "refusal"),
    [
        (TAKEN, OLGA, True, None),
        (SWAP, MAREK, False, None),
        (SWAP, OLGA, True, None),
        (replace(SWAP, taken_by=MAREK), OLGA, True, None),
        (replace(SWAP, taken_by=MAREK), MAREK, False, HandsRefusal.NOTHING_TO_APPROVE),
        (SWAP, OLGA, False, HandsRefusal.NOT_ASKED),
        (TAKEN, MAREK, False, HandsRefusal.NOTHING_TO_APPROVE),
        (OFFER, OLGA, True, HandsRefusal.NOTHING_TO_APPROVE),  # nobody has taken it: an offer is withdrawn
        (OFFER, MAREK, False, HandsRefusal.NOTHING_TO_APPROVE),
        (DONE, OLGA, True, HandsRefusal.NOTHING_TO_APPROVE),
        (BEGUN, MAREK, False, HandsRefusal.LAPSED),
    ],
)
def test_a_coordinator_refuses_what_was_taken_and_a_colleague_a_swap(
    deal: Deal, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_refusing, deal, by, NOW, manages=manages) is refusal


@pytest.mark.parametrize(
    ("deal", "by", "manages", "refusal"),
    [
        (OFFER, EWA, False, None),
        (TAKEN, EWA, False, None),  # until it is approved nothing has changed hands
        (OFFER, OLGA, True, None),
        (FREED, OLGA, True, None),
        (OFFER, MAREK, False, HandsRefusal.NOT_YOURS),
        (FREED, MAREK, False, HandsRefusal.NOT_YOURS),
        (DONE, EWA, False, HandsRefusal.TAKEN_ALREADY),
        (BEGUN, EWA, False, HandsRefusal.LAPSED),
        (CANCELLED, EWA, False, HandsRefusal.NOT_OPEN),
    ],
)
def test_an_offer_is_withdrawn_by_whoever_made_it_while_nothing_has_changed_hands(
    deal: Deal, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_withdrawing, deal, by, NOW, manages=manages) is refusal


@pytest.mark.parametrize(
    ("duty", "taker", "by", "manages", "refusal"),
    [
        (Held(RUNNING, EWA), MAREK, MAREK, False, None),
        (Held(RUNNING, None), MAREK, MAREK, False, None),
        (Held(RUNNING, EWA), MAREK, OLGA, True, None),
        (Held(Span(NOW + 12 * HOUR, NOW + 16 * HOUR), EWA), MAREK, MAREK, False, None),
        (Held(Span(NOW + 13 * HOUR, NOW + 16 * HOUR), EWA), MAREK, MAREK, False, HandsRefusal.TOO_EARLY),
        (Held(Span(NOW + 13 * HOUR, NOW + 16 * HOUR), EWA), MAREK, OLGA, True, HandsRefusal.TOO_EARLY),
        (Held(RUNNING, EWA), MAREK, OLGA, False, HandsRefusal.NOT_YOURS),
        (Held(RUNNING, EWA), EWA, EWA, False, HandsRefusal.SAME_PERSON),
        (Held(OVER, EWA), MAREK, MAREK, False, HandsRefusal.OVER),
        (Held(Span(NOW - HOUR, NOW), EWA), MAREK, MAREK, False, HandsRefusal.OVER),
        (Held(RUNNING, EWA, stands=False), MAREK, MAREK, False, HandsRefusal.CANCELLED),
    ],
)
def test_what_runs_or_begins_soon_is_taken_over_without_asking(
    duty: Held, taker: UUID, by: UUID, manages: bool, refusal: HandsRefusal | None
) -> None:
    assert _refused(check_taking_over, duty, taker, by, NOW, manages=manages) is refusal
    assert is_emergency(duty.span, NOW) is (refusal not in {HandsRefusal.OVER, HandsRefusal.TOO_EARLY})


people = st.sampled_from([EWA, MAREK, OLGA])
holders = st.one_of(st.none(), people)
spans = st.builds(
    lambda start, length: Span(NOW + start * HOUR, NOW + (start + length) * HOUR),
    st.integers(-30, 60),
    st.integers(1, 16),
)
duties = st.builds(Held, spans, holders, st.booleans())
deals = st.builds(
    Deal,
    duty=duties,
    in_return=st.one_of(st.none(), duties),
    offered_by=holders,
    asked=st.frozensets(people),
    taken_by=holders,
    approved=st.booleans(),
    refused=st.booleans(),
    withdrawn=st.booleans(),
    settled=st.booleans(),
)
hours = st.integers(0, 100)


@given(deals, hours)
def test_time_alone_makes_an_offer_lapse_and_nothing_else(deal: Deal, wait: int) -> None:
    before, after = state_of(deal, NOW), state_of(deal, NOW + wait * HOUR)
    assert after is before or (before in UNSETTLED and after is OfferState.LAPSED)


@given(deals, hours)
def test_of_what_is_settled_nothing_can_be_done_any_more(deal: Deal, wait: int) -> None:
    at = NOW + wait * HOUR
    if state_of(deal, at) in UNSETTLED:
        return
    for person in (EWA, MAREK, OLGA):
        for manages in (False, True):
            assert _refused(check_taking, deal, person, person, at, manages=manages)
            assert _refused(check_accepting, deal, person, person, at, manages=manages)
            assert _refused(check_refusing, deal, person, at, manages=manages)
            assert _refused(check_withdrawing, deal, person, at, manages=manages)
    assert _refused(check_approving, deal, at)


@given(deals, people, people, st.booleans())
def test_nobody_takes_what_is_taken_nor_his_own_nor_in_the_name_of_another(
    deal: Deal, taker: UUID, by: UUID, manages: bool
) -> None:
    for check in (check_taking, check_accepting):
        if _refused(check, deal, taker, by, NOW, manages=manages) is None:
            assert deal.taken_by is None
            assert taker != deal.duty.holder
            assert taker == by or manages
            assert taker in deal.asked or manages
            assert deal.begins > NOW
            # Done, it is in other hands than before, and so the same offer cannot be taken again.
            done = replace(deal, taken_by=taker, approved=True, settled=True, duty=replace(deal.duty, holder=taker))
            assert _refused(check, done, by, by, NOW, manages=manages)


@given(deals, people)
def test_without_a_coordinator_only_those_concerned_change_anything(deal: Deal, stranger: UUID) -> None:
    if stranger in {deal.offered_by, deal.duty.holder, *deal.asked}:
        return
    for check in (check_taking, check_accepting):
        assert _refused(check, deal, stranger, stranger, NOW, manages=False)
    assert _refused(check_refusing, deal, stranger, NOW, manages=False)
    assert _refused(check_withdrawing, deal, stranger, NOW, manages=False)


MONDAY = date(2023, 10, 9)


@pytest.mark.parametrize(
    ("away", "hours_long"),
    [
        (Away(MONDAY, MONDAY), 24),
        (Away(MONDAY, date(2023, 10, 13)), 120),
        (Away(date(2023, 10, 29), date(2023, 10, 29)), 25),
        (Away(date(2024, 3, 31), date(2024, 3, 31)), 23),
        (Away(date(2023, 12, 31), date(2024, 1, 1)), 48),
        (Away(MONDAY, MONDAY, time(9), time(12)), 3),
        (Away(MONDAY, MONDAY, time(18), time(0)), 6),
        (Away(MONDAY, MONDAY, time(22), time(6)), 8),
        (Away(date(2023, 10, 28), date(2023, 10, 28), time(22), time(6)), 9),
    ],
)
def test_an_absence_lasts_whole_days_or_its_hours(away: Away, hours_long: float) -> None:
    assert away.span.length / HOUR == hours_long


@pytest.mark.parametrize(
    ("away", "refusal", "field"),
    [
        (Away(MONDAY, date(2023, 10, 8)), AbsenceRefusal.ENDS_BEFORE, "last_day"),
        (Away(MONDAY, date(2024, 10, 9)), AbsenceRefusal.TOO_LONG, "last_day"),
        (Away(MONDAY, MONDAY, time(9)), AbsenceRefusal.BOTH_HOURS, "ends"),
        (Away(MONDAY, MONDAY, None, time(9)), AbsenceRefusal.BOTH_HOURS, "starts"),
        (Away(MONDAY, date(2023, 10, 10), time(9), time(12)), AbsenceRefusal.ONE_DAY, "last_day"),
        (Away(MONDAY, MONDAY, time(9), time(9)), AbsenceRefusal.NO_LENGTH, "ends"),
        (Away(date(2024, 3, 31), date(2024, 3, 31), time(2, 15), time(2, 45)), AbsenceRefusal.NO_LENGTH, "ends"),
    ],
)
def test_days_and_hours_that_contradict_themselves_are_refused(away: Away, refusal: AbsenceRefusal, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        _ = away.span
    assert (caught.value.code, caught.value.field) == (refusal, field)


def test_people_enter_their_own_absences_while_they_last_and_coordinators_everybodys() -> None:
    week = Away(MONDAY, date(2023, 10, 13)).span
    assert _refused(check_entering, week, EWA, EWA, NOW, manages=False) is None
    assert _refused(check_entering, week, EWA, OLGA, NOW, manages=True) is None
    assert _refused(check_entering, week, EWA, OLGA, NOW, manages=False) is AbsenceRefusal.NOT_YOURS
    assert _refused(check_entering, week, EWA, EWA, week.end, manages=False) is AbsenceRefusal.OVER
    last = week.end - timedelta(seconds=1)
    assert _refused(check_entering, week, EWA, EWA, last, manages=False) is None


@given(spans, spans)
def test_a_duty_in_an_absence_is_freed_or_runs_or_is_over_and_never_two_of_these(duty: Span, away: Span) -> None:
    freed, runs, over = begins_within(duty, away, NOW), runs_into(duty, away, NOW), duty.end <= NOW
    assert freed + runs + (over and duty.overlaps(away)) == duty.overlaps(away)
    if freed:
        assert duty.start > NOW
    if runs:
        assert NOW in duty


days_of_month = st.integers(0, 30).map(lambda number: date(2023, 10, 1) + timedelta(days=number))
calendar = st.lists(
    st.tuples(st.uuids(), days_of_month, days_of_month).filter(lambda each: each[1] <= each[2]), max_size=4
)


@given(calendar)
def test_a_calendar_shows_each_day_once_with_whatever_falls_on_it(aways: list[tuple[UUID, date, date]]) -> None:
    first, last = date(2023, 10, 1), date(2023, 10, 31)
    found = stretches(aways, first, last)
    shown = [(each.first + timedelta(days=number), each.absences) for each in found for number in range(each.days)]
    assert [day for day, _ in shown] == [first + timedelta(days=number) for number in range(31)]
    for day, absences in shown:
        assert set(absences) == {key for key, begins, ends in aways if begins <= day <= ends}
    for one, other in pairwise(found):
        assert not one.absences or one.absences != other.absences  # days of one absence are one bar
