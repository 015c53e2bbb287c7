"""The law of the form, without a page: digits, answers, what may be written, who comes first."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.intake.rules.answers import Answers, read_answers
from helpdesk.intake.rules.choices import Help, Reach, Said
from helpdesk.intake.rules.codes import DIGITS, Code, holds_code, new_code, read_code, seconds_to_wait
from helpdesk.intake.rules.messages import SafetySeen, check_answering, message
from helpdesk.intake.rules.safe import Safe, read_safe
from helpdesk.intake.rules.screening import Suspicion, suspicion
from helpdesk.intake.rules.steps import Step, after, before
from helpdesk.intake.rules.typed import clean
from helpdesk.intake.rules.waiting import IntakeRefusal, IntakeState, Standing, is_overdue, keep_since, urgency
from helpdesk.kernel.errors import Refusal

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CODES = st.builds(Code, st.from_regex(r"[0-9]{6}", fullmatch=True), st.from_regex(r"[0-9]{9}", fullmatch=True))
BETWEEN = st.sampled_from(["", " ", "-", "\u00a0", "\u200f", " – ", "\u2066"])
SCRIPTS = st.sampled_from([ord("0"), 0x0660, 0x06F0, 0x0966, 0xFF10])


@given(CODES, SCRIPTS, st.lists(BETWEEN, min_size=DIGITS, max_size=DIGITS))
def test_digits_read_back_in_every_script_with_whatever_is_between_them(
    code: Code, zero: int, between: list[str]
) -> None:
    typed = "".join(chr(zero + int(digit)) + mark for digit, mark in zip(code.digits, between, strict=True))
    if len(typed) <= 64:
        assert read_code(typed) == code


@given(CODES, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(code: Code, place: int, by: int) -> None:
    wrong = code.digits[:place] + str((int(code.digits[place]) + by) % 10) + code.digits[place + 1 :]
    with pytest.raises(Refusal):
        read_code(wrong)


@given(CODES, st.integers(0, DIGITS - 2))
def test_two_digits_changed_about_are_always_seen(code: Code, place: int) -> None:
    digits = code.digits
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(Refusal):
            read_code(swapped)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    with suppress(Refusal):
        assert read_code(typed).digits.isdecimal()


@given(CODES, st.text(max_size=40), st.text(max_size=40))
def test_a_code_is_found_in_any_text_and_a_bank_account_is_none(code: Code, earlier: str, later: str) -> None:
    assert holds_code(f"{earlier} {code.text} {later}", code.locator)


def test_an_account_number_is_no_code() -> None:
    assert not any(holds_code("PL61 1090 1014 0000 0712 1981 2874", new_code().locator) for _ in range(200))


def test_a_slip_is_answered_at_once_and_nobody_waits_for_ever() -> None:
    waits = [seconds_to_wait(tries) for tries in range(200)]
    assert waits[:5] == [0.0] * 5
    assert waits == sorted(waits)
    assert max(waits) == 4.0


@given(
    st.dictionaries(st.text(max_size=12), st.one_of(st.text(max_size=30), st.lists(st.text(max_size=10))), max_size=8)
)
def test_whatever_is_sent_is_read_or_refused_beside_a_field(typed: dict[str, Any]) -> None:
    with suppress(Refusal):
        answers = read_answers(typed)
        assert Answers.from_json(answers.to_json()) == answers


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ways": ["email"], "mail": ""}, "mail"),
        ({"ways": ["email"], "mail": "a@b"}, "mail"),
        ({"ways": ["sms"], "number": "anonymous"}, "number"),
        ({"ways": ["phone"], "number": "601100200", "from_hour": "9", "until_hour": "9"}, "from_hour"),
        ({"ways": ["phone"], "number": "601100200", "until_hour": "15"}, "from_hour"),
    ],
)
def test_what_was_promised_and_is_missing_is_refused(typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_safe(typed)
    assert refused.value.field == field


def test_whoever_comes_back_alone_leaves_no_address_behind() -> None:
    assert read_safe({"mail": "me@example.org", "number": "601100200"}) == Safe()
    assert Safe().by_email() is None
    assert Safe().by_sms() is None
    assert Safe((Reach.PHONE,), phone="+48601100200").by_sms() is None


def test_an_officer_is_chosen_only_after_the_warning() -> None:
    with pytest.raises(Refusal):
        read_answers({"helps": ["officer"]})
    assert read_answers({"helps": ["officer"], "heard_version": "1"}).helps == (Help.OFFICER,)


@pytest.mark.parametrize("has_times", [True, False])
def test_the_pages_follow_one_another_both_ways(has_times: bool) -> None:
    step, seen = Step.NEED, [Step.NEED]
    while after(step, has_times=has_times) is not step:
        following = after(step, has_times=has_times)
        assert before(following, has_times=has_times) is step
        step = following
        seen.append(step)
    assert (Step.TIME in seen) is has_times
    assert seen[-1] is Step.CHECK


def test_whoever_stands_where_the_last_time_was_taken_goes_on_or_back() -> None:
    assert after(Step.TIME, has_times=False) is Step.MORE
    assert before(Step.TIME, has_times=False) is Step.HELP


@pytest.mark.parametrize("sign", ["\0", "\u202e", "\u202b", "\ud800", "\x1b", "\x7f"])
def test_signs_that_steer_or_turn_are_taken_out(sign: str) -> None:
    assert clean(f"a{sign}b", 10, field="story") == "ab"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text, 1000, field="story")
    assert clean(once, 1000, field="story") == once
    once.encode()


@pytest.mark.parametrize(
    ("text", "hidden", "seconds", "expected"),
    [
        ("help", "", 30, None),
        ("help", "x", 30, Suspicion.HIDDEN_FIELD),
        ("help", "", 1.9, Suspicion.TOO_FAST),
        ("see www.a.pl and https://b.pl", "", 30, None),
        ("www.a.pl www.b.pl http://c.pl", "", 30, Suspicion.LINKS),
    ],
)
def test_what_looks_like_no_person_is_set_apart(
    text: str, hidden: str, seconds: float, expected: Suspicion | None
) -> None:
    begun = NOW - timedelta(seconds=seconds)
    assert suspicion(text, hidden=hidden, begun_at=begun, sent_at=NOW) is expected


@pytest.mark.parametrize(
    ("danger", "minor", "rank"),
    [
        (Said.YES, Said.NO, 0),
        (Said.YES, Said.YES, 0),
        (Said.NO, Said.YES, 1),
        (Said.UNKNOWN, Said.NO, 1),
        (Said.UNSAID, Said.UNSAID, 1),
        (Said.NO, Said.NO, 2),
        (Said.NO, Said.UNSAID, 2),
    ],
)
def test_danger_comes_first_then_children_and_those_who_do_not_say(danger: Said, minor: Said, rank: int) -> None:
    assert urgency(danger, minor=minor) == rank


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, IntakeState.ANSWERED),
        ({"waiting_since": NOW}, IntakeState.NEW),
        ({"waiting_since": NOW, "is_taken": True}, IntakeState.TAKEN),
        ({"waiting_since": NOW, "is_apart": True}, IntakeState.APART),
        ({"is_closed": True, "is_apart": True}, IntakeState.CLOSED),
        ({"is_withdrawn": True, "is_closed": True}, IntakeState.WITHDRAWN),
    ],
)
def test_where_an_intake_stands(facts: dict[str, Any], state: IntakeState) -> None:
    nothing = {"is_apart": False, "is_withdrawn": False, "is_closed": False, "is_taken": False, "waiting_since": None}
    assert Standing(**(nothing | facts)).state is state


def test_a_promise_is_broken_after_its_last_minute() -> None:
    assert not is_overdue(NOW, 24, NOW + timedelta(hours=24))
    assert is_overdue(NOW, 24, NOW + timedelta(hours=24, seconds=1))
    assert not is_overdue(None, 1, NOW)


@pytest.mark.parametrize(
    ("state", "is_mine", "seen", "code"),
    [
        (IntakeState.WITHDRAWN, True, SafetySeen(1, read=True), IntakeRefusal.WITHDRAWN),
        (IntakeState.APART, True, SafetySeen(1, read=True), IntakeRefusal.NOT_TAKEN),
        (IntakeState.TAKEN, False, SafetySeen(1, read=True), IntakeRefusal.NOT_TAKEN),
        (IntakeState.TAKEN, True, SafetySeen(0, read=True), IntakeRefusal.SAFETY_CHANGED),
        (IntakeState.TAKEN, True, SafetySeen(1, read=False), IntakeRefusal.NOT_READ),
        (IntakeState.TAKEN, True, SafetySeen(1, read=True), None),
    ],
)
def test_who_may_answer(state: IntakeState, is_mine: bool, seen: SafetySeen, code: IntakeRefusal | None) -> None:
    if code is None:
        check_answering(state, seen, is_mine=is_mine, safe_version=1)
        return
    with pytest.raises(Refusal) as refused:
        check_answering(state, seen, is_mine=is_mine, safe_version=1)
    assert refused.value.code is code


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2066\u2069"])
def test_a_message_needs_a_word(text: str) -> None:
    with pytest.raises(Refusal):
        message(text)


@pytest.mark.parametrize(
    ("now", "years", "since"),
    [
        ("2026-12-01T10:00+00:00", 5, "2021-12-01T10:00+00:00"),
        ("2028-02-29T10:00+00:00", 1, "2027-02-28T10:00+00:00"),
        ("2028-02-29T10:00+00:00", 4, "2024-02-28T10:00+00:00"),
    ],
)
def test_years_are_counted_back_by_the_calendar(now: str, years: int, since: str) -> None:
    assert keep_since(datetime.fromisoformat(now), years) == datetime.fromisoformat(since)
