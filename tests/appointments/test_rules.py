"""Slots of a duty, and what may become of an appointment."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.appointments.rules import (
    AppointmentRefusal,
    Heard,
    Offered,
    State,
    Trouble,
    check_booking,
    check_cancelling,
    check_settling,
    check_warning,
    free_slots,
    next_free,
    slots,
    trouble,
)
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.rules.spans import Span, span_of

TEN = datetime(2023, 10, 17, 8, tzinfo=UTC)
BEFORE = TEN - timedelta(days=1)
GUARD, LAWYER = Profession.BORDER_GUARD_OFFICER, Profession.ADVOCATE
starts = st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the zone is given beside
spans = st.builds(lambda start, minutes: Span(start, start + timedelta(minutes=minutes)), starts, st.integers(1, 960))
lengths = st.integers(5, 480)
pauses = st.integers(0, 240)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def offered(
    span: Span | None = None,
    profession: Profession = GUARD,
    *,
    published: bool = True,
    held: bool = True,
    slot: int | None = 30,
    pause: int = 0,
) -> Offered:
    return Offered(span or Span(TEN, TEN + minutes(120)), profession, published, held, slot, pause)


def code(refused: pytest.ExceptionInfo[Refusal]) -> object:
    return refused.value.code


@pytest.mark.parametrize(
    ("length", "slot", "pause", "begins"),
    [
        (120, 30, 0, [0, 30, 60, 90]),
        (120, 30, 10, [0, 40, 80]),
        (110, 30, 10, [0, 40, 80]),
        (109, 30, 10, [0, 40]),
        (30, 30, 60, [0]),
        (29, 30, 0, []),
    ],
)
def test_slots_are_whole_and_the_last_one_needs_no_pause(length: int, slot: int, pause: int, begins: list[int]) -> None:
    found = slots(Span(TEN, TEN + minutes(length)), slot, pause)
    assert [(each.start - TEN) / minutes(1) for each in found] == begins
    assert all(each.length == minutes(slot) for each in found)


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 30), 7), (date(2023, 10, 28), 9), (date(2023, 10, 17), 8)])
def test_a_night_has_as_many_slots_as_real_hours(day: date, hours: int) -> None:
    night = span_of(day, time(22), time(6))
    found = slots(night, 60)
    assert len(found) == hours
    assert (found[0].start, found[-1].end) == (night.start, night.end)


@given(spans, lengths, pauses)
def test_slots_never_overlap_and_never_leave_the_duty(span: Span, length: int, pause: int) -> None:
    found = slots(span, length, pause)
    assert all(span.start <= each.start and each.end <= span.end for each in found)
    assert all(first.end + minutes(pause) == second.start for first, second in pairwise(found))
    rest = span.end - (found[-1].end + minutes(pause) if found else span.start)
    assert rest < minutes(length)


def _asked(duty: Offered, start: datetime, live: list[Span], now: datetime) -> Span | Refusal:
    try:
        return check_booking(duty, start, live, now)
    except Refusal as refusal:
        return refusal


@given(spans, lengths, pauses, st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=40))
def test_of_any_bookings_and_cancellings_no_two_live_ones_overlap(
    span: Span, length: int, pause: int, wishes: list[tuple[int, bool]]
) -> None:
    duty = offered(span, slot=length, pause=pause)
    grid = duty.slots
    live: list[Span] = []
    now = span.start - minutes(1)
    for number, is_cancelled in wishes:
        wanted = grid[number % len(grid)] if grid else span
        if is_cancelled:
            live = [each for each in live if each != wanted]
            continue
        answer = _asked(duty, wanted.start, live, now)
        if isinstance(answer, Span):
            live.append(answer)
            continue
        free = {each.start for each in free_slots(duty, live, now)}
        assert not grid or wanted in live
        assert not grid or (answer.data["next"] in free if free else answer.data["next"] is None)
    assert not any(first.overlaps(second) for first, second in pairwise(sorted(live, key=lambda each: each.start)))
    assert len(free_slots(duty, live, now)) + len(live) == len(grid)


@given(spans, lengths, starts)
def test_what_is_free_can_be_booked_and_what_is_not_cannot(span: Span, length: int, now: datetime) -> None:
    duty = offered(span, slot=length)
    free = free_slots(duty, [], now)
    for slot in duty.slots:
        if slot in free:
            assert check_booking(duty, slot.start, [], now) == slot
        else:
            with pytest.raises(Refusal) as refused:
                check_booking(duty, slot.start, [], now)
            assert code(refused) is AppointmentRefusal.PAST


@pytest.mark.parametrize(
    ("duty", "start", "now", "why"),
    [
        (offered(published=False), TEN, BEFORE, AppointmentRefusal.NOT_BOOKABLE),
        (offered(held=False), TEN, BEFORE, AppointmentRefusal.NOT_BOOKABLE),
        (offered(slot=None), TEN, BEFORE, AppointmentRefusal.NOT_BOOKABLE),
        (offered(), TEN + minutes(10), BEFORE, AppointmentRefusal.NOT_A_SLOT),
        (offered(), TEN + minutes(120), BEFORE, AppointmentRefusal.NOT_A_SLOT),
        (offered(), TEN, TEN, AppointmentRefusal.PAST),
        (offered(), TEN, TEN + minutes(1), AppointmentRefusal.PAST),
    ],
)
def test_what_cannot_be_booked(duty: Offered, start: datetime, now: datetime, why: AppointmentRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        check_booking(duty, start, [], now)
    assert code(refused) is why


def test_whoever_is_too_late_hears_of_the_next_free_slot() -> None:
    taken = [Span(TEN, TEN + minutes(30)), Span(TEN + minutes(30), TEN + minutes(60))]
    with pytest.raises(Refusal) as refused:
        check_booking(offered(), TEN, taken, BEFORE)
    assert code(refused) is AppointmentRefusal.TAKEN
    assert refused.value.data["next"] == TEN + minutes(60)


def test_whoever_wanted_the_last_slot_hears_of_an_earlier_one_and_in_a_full_duty_of_none() -> None:
    grid = offered().slots
    with pytest.raises(Refusal) as refused:
        check_booking(offered(), grid[-1].start, grid[1:], BEFORE)
    assert refused.value.data["next"] == grid[0].start
    with pytest.raises(Refusal) as refused:
        check_booking(offered(), grid[-1].start, grid, BEFORE)
    assert refused.value.data["next"] is None
    assert next_free([], TEN) is None


def test_an_appointment_of_another_grid_takes_every_slot_that_it_touches() -> None:
    """The post said 20 minutes when somebody booked 10:20, and says 30 now."""
    old = Span(TEN + minutes(20), TEN + minutes(40))
    assert [each.start for each in free_slots(offered(), [old], BEFORE)] == [TEN + minutes(60), TEN + minutes(90)]


@pytest.mark.parametrize(
    ("heard", "passes"),
    [
        (Heard("1", "uk", BEFORE), True),
        (None, False),
        (Heard("0", "uk", BEFORE), False),
        (Heard("1", "pl", BEFORE), False),
    ],
)
def test_an_officer_is_booked_only_after_the_present_warning_in_the_persons_language(
    heard: Heard | None, *, passes: bool
) -> None:
    check_warning(LAWYER, heard, version="1", language="uk")
    if passes:
        check_warning(GUARD, heard, version="1", language="uk")
        return
    with pytest.raises(Refusal) as refused:
        check_warning(GUARD, heard, version="1", language="uk")
    assert code(refused) is AppointmentRefusal.WARNING_MISSING


@pytest.mark.parametrize(
    ("duty", "why"),
    [
        (offered(), None),
        (offered(slot=45), None),
        (offered(slot=None), None),
        (offered(published=False, held=False), Trouble.CANCELLED),
        (offered(Span(TEN + minutes(1), TEN + minutes(120))), Trouble.MOVED),
        (offered(Span(TEN, TEN + minutes(29))), Trouble.MOVED),
        (offered(held=False), Trouble.NOBODY),
        (offered(profession=LAWYER), Trouble.PROFESSION),
    ],
)
def test_an_appointment_must_be_moved_when_the_duty_is_no_longer_what_was_chosen(
    duty: Offered, why: Trouble | None
) -> None:
    assert trouble(Span(TEN, TEN + minutes(30)), GUARD, duty) is why


SLOT = Span(TEN, TEN + minutes(30))


@pytest.mark.parametrize(
    ("state", "why", "now", "refused"),
    [
        (State.BOOKED, None, BEFORE, None),
        (State.BOOKED, None, SLOT.end - minutes(1), None),
        (State.BOOKED, None, SLOT.end, AppointmentRefusal.OVER),
        (State.BOOKED, Trouble.CANCELLED, SLOT.end + minutes(9999), None),
        (State.CANCELLED, None, BEFORE, AppointmentRefusal.NOT_OPEN),
        (State.ATTENDED, None, SLOT.start, AppointmentRefusal.NOT_OPEN),
        (State.NO_SHOW, None, SLOT.start, AppointmentRefusal.NOT_OPEN),
    ],
)
def test_an_appointment_is_cancelled_before_it_is_over(
    state: State, why: Trouble | None, now: datetime, refused: AppointmentRefusal | None
) -> None:
    if refused is None:
        check_cancelling(state, SLOT, why, now)
        return
    with pytest.raises(Refusal) as found:
        check_cancelling(state, SLOT, why, now)
    assert code(found) is refused


@pytest.mark.parametrize(
    ("state", "why", "now", "refused"),
    [
        (State.BOOKED, None, SLOT.start, None),
        (State.BOOKED, None, SLOT.start - minutes(1), AppointmentRefusal.NOT_BEGUN),
        (State.BOOKED, Trouble.NOBODY, SLOT.end, AppointmentRefusal.MUST_MOVE),
        (State.NO_SHOW, None, SLOT.end, None),
        (State.CANCELLED, None, SLOT.end, AppointmentRefusal.NOT_OPEN),
        (State.ATTENDED, None, SLOT.end, AppointmentRefusal.NOT_OPEN),
    ],
)
def test_an_appointment_is_settled_once_it_has_begun(
    state: State, why: Trouble | None, now: datetime, refused: AppointmentRefusal | None
) -> None:
    if refused is None:
        check_settling(state, SLOT, why, now)
        return
    with pytest.raises(Refusal) as found:
        check_settling(state, SLOT, why, now)
    assert code(found) is refused
