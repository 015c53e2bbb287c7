"""When somebody is to be called back, and whether it is safe at this moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.consultations.models import Contact
from helpdesk.db.jobs import LEASE
from helpdesk.kernel.codes import codes
from helpdesk.roster.rules.spans import Span
from helpdesk.telephony.rules import call_backs as rules
from helpdesk.telephony.rules.call_backs import (
    MOST_TRIES,
    OVERRIDABLE,
    DialFacts,
    DialRefusal,
    Reading,
    Safe,
    Tried,
    dialling,
)
from helpdesk.telephony.service import call_backs as service

# Thursday, 5 October 2023, 18:10 in Poland.
NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
ASKED = DialFacts(has_number=True, had_number=True, said_safe=True)
MESSAGE = replace(ASKED, said_safe=False)


def at(day: int, hour: int) -> datetime:
    """An hour of October 2023 on the wall in Poland, in summer time."""
    return datetime(2023, 10, day, hour - 2, tzinfo=UTC)


def evening(day: int) -> Span:
    return Span(at(day, 17), at(day, 21))


@pytest.mark.parametrize(
    ("asked_at", "hours", "due_at"),
    [
        # In the morning, before the duty of the evening: by its end.
        (at(5, 10), [evening(5), evening(6)], at(5, 21)),
        # In the middle of it, with another one the next evening: within the 24 hours.
        (at(5, 18), [evening(5), evening(6)], at(6, 18)),
        # After it: by the end of the next one.
        (at(5, 22), [evening(5), evening(6)], at(6, 21)),
        # On Friday night, with nobody on duty before Monday.
        (at(6, 22), [evening(9), evening(10)], at(9, 21)),
        # In the last duty that is planned.
        (at(5, 18), [evening(5)], at(5, 21)),
        # Nothing is planned, or all of it is over.
        (at(5, 18), [], at(6, 18)),
        (at(5, 22), [evening(5)], at(6, 22)),
        # A duty that ends as somebody asks is over.
        (at(5, 21), [evening(5), evening(6)], at(6, 21)),
    ],
)
def test_a_call_back_is_due_within_a_day_and_while_somebody_is_on_duty(
    asked_at: datetime, hours: list[Span], due_at: datetime
) -> None:
    assert rules.due(asked_at, hours) == due_at


spans = st.lists(
    st.builds(
        lambda start, length: Span(NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + length)),
        st.integers(-3000, 9000),
        st.integers(1, 900),
    ),
    max_size=8,
)


@given(spans)
def test_what_is_due_is_due_after_it_was_asked_for_and_never_later_than_the_next_duty(hours: list[Span]) -> None:
    due_at = rules.due(NOW, hours)
    assert due_at > NOW
    coming = [each for each in hours if each.end > NOW]
    if any(each.start < NOW + rules.LATEST for each in coming):
        assert due_at <= NOW + rules.LATEST
        assert any(each.start < due_at <= each.end for each in coming)
    elif coming:
        assert due_at == min(coming, key=lambda each: each.start).end


def test_danger_comes_first_then_what_is_due_then_who_asked_first() -> None:
    hour = timedelta(hours=1)
    calm_late = rules.pressing(is_urgent=False, due_at=NOW + 2 * hour, asked_at=NOW)
    calm_soon = rules.pressing(is_urgent=False, due_at=NOW + hour, asked_at=NOW)
    calm_soon_later = rules.pressing(is_urgent=False, due_at=NOW + hour, asked_at=NOW + hour)
    danger = rules.pressing(is_urgent=True, due_at=NOW + 9 * hour, asked_at=NOW)
    assert sorted([calm_late, calm_soon_later, danger, calm_soon]) == [danger, calm_soon, calm_soon_later, calm_late]


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (ASKED, []),
        (MESSAGE, [DialRefusal.NOT_ASKED]),
        (replace(MESSAGE, ways=frozenset({"SPH"})), []),
        (replace(MESSAGE, ways=frozenset({"UNK"})), [DialRefusal.NOT_ASKED]),
        (replace(MESSAGE, ways=frozenset({"SNM", "SWD"})), [DialRefusal.NOT_ASKED]),
        (replace(ASKED, ways=frozenset({"SNO"})), [DialRefusal.DO_NOT_CONTACT]),
        (replace(ASKED, ways=frozenset({"SNO", "SPH"})), [DialRefusal.DO_NOT_CONTACT]),
        (replace(ASKED, ways=frozenset({"SEM"})), [DialRefusal.EMAIL_ONLY]),
        (replace(ASKED, ways=frozenset({"SEM", "SPH"})), []),
        (replace(ASKED, flags=frozenset({"MON"})), [DialRefusal.MONITORED]),
        (replace(ASKED, flags=frozenset({"MON"}), ways=frozenset({"SPH"})), []),
        (replace(ASKED, ways=frozenset({"SHR"})), [DialRefusal.HOURS_UNKNOWN]),
        (replace(ASKED, ways=frozenset({"SHR"}), hours=(9, 15)), [DialRefusal.OUTSIDE_HOURS]),
        (replace(ASKED, hours=(18, 19)), []),
        (replace(ASKED, hours=(9, 18)), [DialRefusal.OUTSIDE_HOURS]),
        (replace(ASKED, hours=(22, 19)), []),
        (replace(ASKED, hours=(20, 2)), [DialRefusal.OUTSIDE_HOURS]),
        (replace(ASKED, has_number=False), [DialRefusal.NUMBER_FORGOTTEN]),
        (replace(ASKED, has_number=False, had_number=False), [DialRefusal.NO_NUMBER]),
        (replace(ASKED, tries=MOST_TRIES - 1), []),
        (replace(ASKED, tries=MOST_TRIES), [DialRefusal.ENOUGH_TRIES]),
        (replace(ASKED, tries=MOST_TRIES, decides=True), []),
    ],
)
def test_who_may_be_called_on_thursday_at_ten_past_six(facts: DialFacts, refused: list[DialRefusal]) -> None:
    assert list(dialling(facts, NOW).refused) == refused


def test_it_says_when_the_safe_hours_begin_today_or_tomorrow() -> None:
    assert dialling(replace(ASKED, hours=(20, 22)), NOW).safe_from == at(5, 20)
    assert dialling(replace(ASKED, hours=(9, 15)), NOW).safe_from == at(6, 9)
    assert dialling(replace(ASKED, hours=(18, 20)), NOW).safe_from is None


ways = st.frozensets(st.sampled_from(["SPH", "SEM", "SNO", "SHR", "SWD", "SNM", "UNK", "OTH"]))
all_facts = st.builds(
    DialFacts,
    has_number=st.booleans(),
    had_number=st.booleans(),
    ways=ways,
    flags=st.frozensets(st.sampled_from(["MON", "DNG", "CHI"])),
    said_safe=st.booleans(),
    hours=st.one_of(
        st.none(), st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] != pair[1])
    ),
    machine_ok=st.booleans(),
    tries=st.integers(0, 5),
    decides=st.booleans(),
)
moments = st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  the zone is added


@given(all_facts, moments)
def test_nobody_is_called_without_a_word_for_it_nor_against_one(facts: DialFacts, now: datetime) -> None:
    verdict = dialling(facts, now)
    if verdict.is_allowed:
        assert facts.has_number
        assert Safe.NOBODY not in facts.ways
        assert Safe.PHONE in facts.ways or (
            facts.said_safe and not facts.ways & {Safe.EMAIL} and "MON" not in facts.flags
        )
    assert verdict.may_name is (Safe.NAME in facts.ways)
    assert verdict.may_leave_message is facts.machine_ok
    assert not (verdict.is_allowed and verdict.may_be_overridden)


@given(all_facts, moments)
def test_more_against_a_call_never_allows_it(facts: DialFacts, now: datetime) -> None:
    before = dialling(facts, now)
    for worse in (
        replace(facts, ways=facts.ways | {Safe.NOBODY}),
        replace(facts, flags=facts.flags | {"MON"}),
        replace(facts, said_safe=False),
        replace(facts, tries=facts.tries + 1),
        replace(facts, has_number=False),
    ):
        assert before.is_allowed or not dialling(worse, now).is_allowed


@given(all_facts, moments)
def test_no_reason_gives_back_a_number_that_is_gone(facts: DialFacts, now: datetime) -> None:
    verdict = dialling(replace(facts, has_number=False), now)
    assert not verdict.may_be_overridden
    assert set(verdict.refused) - OVERRIDABLE


@given(all_facts, moments)
def test_the_moment_said_to_be_safe_is_one(facts: DialFacts, now: datetime) -> None:
    safe_from = dialling(facts, now).safe_from
    if safe_from is not None:
        assert now < safe_from <= now + timedelta(days=2)
        assert DialRefusal.OUTSIDE_HOURS not in dialling(facts, safe_from).refused


def test_a_note_counts_as_read_by_one_person_for_a_while_and_as_it_was() -> None:
    ewa, jan = uuid4(), uuid4()
    reading = Reading(ewa, NOW, b"note")
    assert rules.has_read(reading, ewa, b"note", NOW + timedelta(minutes=14))
    assert not rules.has_read(reading, ewa, b"note", NOW + rules.READ_FOR)
    assert not rules.has_read(reading, jan, b"note", NOW)
    assert not rules.has_read(reading, ewa, b"another", NOW)
    assert not rules.has_read(Reading(None, None, None), None, b"note", NOW)


@pytest.mark.parametrize("tried", Tried)
def test_a_talk_and_a_fault_of_ours_are_no_tries_in_vain(tried: Tried) -> None:
    assert rules.is_in_vain(tried) is (tried not in {Tried.REACHED, Tried.NOT_PUT_THROUGH})
    assert not rules.is_under_way(NOW, tried, NOW)


def test_an_attempt_of_which_nobody_says_what_became_does_not_block_for_ever() -> None:
    assert rules.is_under_way(NOW, None, NOW + timedelta(minutes=29))
    assert not rules.is_under_way(NOW, None, NOW + timedelta(minutes=30))


def test_an_order_to_call_is_older_than_it_may_be_before_another_worker_takes_it() -> None:
    assert rules.DIAL_WITHIN < LEASE


@pytest.mark.parametrize("code", [*Safe])
def test_the_codes_that_decide_are_in_the_list_of_the_office(code: Safe) -> None:
    assert codes("safe-contact").known(code.value)
    assert codes("safety-flags").known(rules.MONITORED)


def test_what_the_sheet_calls_urgent_is_urgent_here() -> None:
    assert service.is_urgent(Contact(danger="yes", safety_flags=[]))
    assert service.is_urgent(Contact(danger="no", safety_flags=["STR"]))
    assert not service.is_urgent(Contact(danger="no", safety_flags=["CHI"]))
