from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.lattice import CallState, join, settle

states = st.sampled_from(CallState)


@given(states, states)
def test_it_does_not_matter_which_of_two_reports_comes_first(first: CallState, second: CallState) -> None:
    assert join(first, second) is join(second, first)


@given(states, states, states)
def test_it_does_not_matter_how_three_reports_are_grouped(a: CallState, b: CallState, c: CallState) -> None:
    assert join(join(a, b), c) is join(a, join(b, c))


@given(states)
def test_a_repeated_report_changes_nothing(state: CallState) -> None:
    assert join(state, state) is state


@given(states, states)
def test_a_call_that_is_over_never_rings_again(over: CallState, late: CallState) -> None:
    if over.is_terminal:
        assert join(over, late).is_terminal


@given(st.lists(states, max_size=5), st.randoms(use_true_random=False), st.integers(1, 3))
def test_reports_in_any_order_and_number_end_in_the_same_state(
    reports: list[CallState], chance: object, n: int
) -> None:
    shuffled = reports * n
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settle(shuffled) is settle(reports)


def test_that_somebody_talked_outweighs_every_order_of_other_reports() -> None:
    reports = [CallState.RINGING, CallState.ABANDONED, CallState.COMPLETED, CallState.NO_ANSWER]
    assert {settle(order) for order in permutations(reports)} == {CallState.COMPLETED}


def test_a_call_without_any_report_rings() -> None:
    assert settle([None, None]) is CallState.RINGING


@pytest.mark.parametrize(
    ("status", "talked", "told", "state"),
    [
        ("queued", False, False, CallState.RINGING),
        ("ringing", False, False, CallState.RINGING),
        ("in-progress", False, False, CallState.IN_PROGRESS),
        ("in-progress", True, False, CallState.IN_PROGRESS),
        ("completed", True, False, CallState.COMPLETED),
        ("completed", False, False, CallState.ABANDONED),
        ("completed", False, True, CallState.NO_ANSWER),
        ("no-answer", False, False, CallState.ABANDONED),
        ("canceled", False, False, CallState.ABANDONED),
        ("canceled", True, False, CallState.COMPLETED),
        ("busy", False, False, CallState.BUSY),
        ("failed", False, True, CallState.FAILED),
        ("something-new", False, False, None),
        ("", True, True, None),
    ],
)
def test_the_callers_call_is_read_with_what_we_know_besides(
    status: str, *, talked: bool, told: bool, state: CallState | None
) -> None:
    assert lattice.incoming(status, talked=talked, told=told) is state


@pytest.mark.parametrize(
    ("status", "gone"), [("completed", True), ("no-answer", True), ("in-progress", False), ("", False)]
)
def test_a_request_may_tell_that_the_caller_has_gone(status: str, *, gone: bool) -> None:
    assert lattice.is_gone(status) is gone


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("initiated", CallState.RINGING),
        ("in-progress", CallState.IN_PROGRESS),
        ("completed", CallState.COMPLETED),
        ("no-answer", CallState.NO_ANSWER),
        ("canceled", CallState.CANCELED),
        ("Completed", None),
    ],
)
def test_a_rung_telephone_is_what_the_provider_says(status: str, state: CallState | None) -> None:
    assert lattice.leg(status) is state


@pytest.mark.parametrize(
    ("status", "bridged", "answered"),
    [
        ("completed", "true", True),
        ("completed", None, True),
        ("answered", None, True),
        ("completed", "false", False),
        ("completed", "False", False),
        ("no-answer", "false", False),
        ("busy", None, False),
        ("canceled", None, False),
        ("", None, False),
    ],
)
def test_a_voicemail_that_was_hung_up_on_is_no_answer(status: str, bridged: str | None, *, answered: bool) -> None:
    assert lattice.was_answered(status, bridged) is answered
