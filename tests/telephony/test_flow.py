import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.telephony.rules import flow, prompts
from helpdesk.telephony.rules.flow import (
    LONGEST_WAIT,
    MENU_TRIES,
    MOST_TURNS,
    RINGS,
    CallerHungUp,
    Chosen,
    Ending,
    Event,
    FlowState,
    Pressed,
    RingEnded,
    Stage,
    Started,
    step,
)
from helpdesk.telephony.rules.instructions import (
    MENU_SECONDS,
    Accept,
    Connect,
    HangUp,
    Instruction,
    Menu,
    Ring,
    Speak,
    longest,
)
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import MOST_LANGUAGES, LineNow, Reason
from tests.telephony.lines import NUMBER, digits, events, line, lines, person, play

JAN, OLENA = person("Jan", "pl", "en"), person("Olena", "uk", "pl")


def spoken(instructions: list[Instruction]) -> list[tuple[Prompt, str]]:
    return [(each.prompt, each.language) for each in instructions if isinstance(each, Speak)]


def rung(instructions: list[Instruction]) -> list[str]:
    return [leg.person_id for each in instructions if isinstance(each, Ring) for leg in each.legs]


def wait(instructions: list[Instruction]) -> int:
    return sum(longest(each) for each in instructions)


def test_the_menu_greets_and_offers_each_language_in_itself() -> None:
    (menu,) = play(line(JAN), Started()).instructions
    assert isinstance(menu, Menu)
    assert [each.text for each in menu.sentences] == [
        "Dzień dobry.",
        "Dla języka polskiego naciśnij 1.",
        "Для української натисніть 2.",
        "For English, press 3.",
    ]


def test_a_line_with_one_language_has_no_menu_and_just_rings() -> None:
    state, instructions, _ = play(line(JAN, languages=("pl",)), Started())
    assert [type(each) for each in instructions] == [Ring]
    assert state.chosen is Chosen.ONLY


def test_whoever_presses_two_is_answered_in_ukrainian() -> None:
    state, instructions, considered = play(line(JAN, OLENA), Started(), Pressed("2", 1))
    assert spoken(instructions) == [(Prompt.PLEASE_WAIT, "uk")]
    assert rung(instructions) == ["Olena"]
    assert {(each.person_id, each.reason) for each in considered} == {
        ("Olena", Reason.SPEAKS),
        ("Jan", Reason.OTHER_LANGUAGE),
    }
    assert (state.language, state.chosen) == ("uk", Chosen.KEY)


def test_a_rung_telephone_shows_the_line_and_never_the_caller() -> None:
    ring = play(line(JAN), Started(), Pressed("1", 1)).instructions[-1]
    assert isinstance(ring, Ring)
    assert ring.shown_number == NUMBER


@pytest.mark.parametrize("key", ["", "0", "4", "9", "#", "*", "11", "²", "١"])
def test_after_three_wrong_keys_or_silences_the_call_goes_on_in_polish(key: str) -> None:
    now = line(JAN)
    asked = play(now, Started(), Pressed(key, 1), Pressed(key, 2))
    assert isinstance(asked.instructions[0], Menu)
    state, instructions, _ = play(now, Pressed(key, 3), state=asked.state)
    assert rung(instructions) == ["Jan"]
    assert (state.language, state.chosen) == ("pl", Chosen.DEFAULT)


def test_the_greeting_is_not_repeated_with_the_menu() -> None:
    menu = play(line(JAN), Started(), Pressed("0", 1)).instructions[0]
    assert isinstance(menu, Menu)
    assert Prompt.GREETING not in [each.prompt for each in menu.sentences]


def test_when_nobody_who_speaks_the_language_answers_everybody_is_rung() -> None:
    _, instructions, considered = play(line(JAN, OLENA), Started(), Pressed("2", 1), RingEnded(answered=False, turn=2))
    assert spoken(instructions) == [(Prompt.KEEP_WAITING, "uk")]
    assert rung(instructions) == ["Olena", "Jan"]
    assert [each.reason for each in considered] == [Reason.SPEAKS, Reason.ON_DUTY]


def test_when_nobody_on_duty_speaks_the_language_everybody_is_rung_at_once() -> None:
    assert rung(play(line(JAN), Started(), Pressed("2", 1)).instructions) == ["Jan"]


def test_after_two_rings_the_caller_hears_that_nobody_can_answer_and_the_emergency_number() -> None:
    unanswered = [RingEnded(answered=False, turn=turn) for turn in (2, 3)]
    state, instructions, considered = play(line(OLENA), Started(), Pressed("2", 1), *unanswered)
    assert spoken(instructions) == [(Prompt.NOBODY, "uk"), (Prompt.EMERGENCY, "uk")]
    assert isinstance(instructions[-1], HangUp)
    assert state.ending is Ending.NOBODY
    assert [(each.rung, each.reason) for each in considered] == [(False, Reason.ENOUGH_RINGS)]


def test_nobody_on_duty_is_told_at_once_in_the_callers_language() -> None:
    _, instructions, _ = play(line(), Started(), Pressed("3", 1))
    assert spoken(instructions) == [(Prompt.NOBODY, "en"), (Prompt.EMERGENCY, "en")]


def test_after_the_talk_the_call_is_over_without_a_word() -> None:
    state, instructions, _ = play(line(JAN), Started(), Pressed("1", 1), RingEnded(answered=True, turn=2))
    assert instructions == [HangUp()]
    assert state.ending is Ending.ANSWERED


def test_a_caller_may_hang_up_at_any_time() -> None:
    assert play(line(JAN), Started(), CallerHungUp()).state.ending is Ending.HUNG_UP


def test_that_somebody_talked_counts_even_if_the_end_was_reported_first() -> None:
    before = play(line(JAN), Started(), Pressed("1", 1)).state
    end, talk = CallerHungUp(), RingEnded(answered=True, turn=2)
    assert play(line(JAN), end, talk, state=before).state == play(line(JAN), talk, end, state=before).state


def test_a_key_in_a_call_whose_first_request_was_lost_still_counts() -> None:
    state, instructions, _ = play(line(JAN, OLENA), Pressed("2", 1))
    assert rung(instructions) == ["Olena"]
    assert state.turn == 2


def test_the_picked_up_telephone_hears_the_callers_language_and_must_press_one() -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1)).state
    asking, otherwise = flow.whisper(state, "2-1")
    assert isinstance(asking, Accept)
    assert [each.text for each in asking.sentences] == ["Українська.", "Ktoś dzwoni na linię. Aby odebrać, naciśnij 1."]
    assert otherwise == HangUp()


@pytest.mark.parametrize(("key", "then"), [("1", Connect()), ("", HangUp()), ("2", HangUp()), ("11", HangUp())])
def test_only_the_key_puts_the_caller_through_so_no_voicemail_takes_the_call(key: str, then: Instruction) -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1)).state
    assert flow.accept(state, key) == [then]


def test_whoever_accepts_too_late_is_hung_up_on() -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1), CallerHungUp()).state
    assert flow.whisper(state, "2-1") == [HangUp()]
    assert flow.accept(state, "1") == [HangUp()]


def test_our_own_failure_is_told_with_the_emergency_number() -> None:
    assert spoken(flow.apology("en")) == [(Prompt.TROUBLE, "en"), (Prompt.EMERGENCY, "en")]


def test_a_repeated_request_finds_nobody_left_on_duty_and_says_so() -> None:
    state = play(line(OLENA), Started(), Pressed("2", 1)).state
    assert spoken(play(line(), Pressed("2", 1), state=state).instructions)[0] == (Prompt.NOBODY, "uk")


@given(st.lists(st.tuples(events, lines), max_size=30))
def test_every_call_ends_after_few_turns_and_within_the_promised_time(played: list[tuple[Event, LineNow]]) -> None:
    state, turns, waited = FlowState(), 0, 0
    for event, now in played:
        before = state
        state, instructions, _ = step(state, event, now)
        assert instructions
        assert state.stage is Stage.ENDED or before.stage is not Stage.ENDED
        if state != before:
            turns += 1
            waited += wait(instructions)
    assert turns <= MOST_TURNS + len(Ending)
    assert waited <= LONGEST_WAIT


@given(st.lists(st.tuples(digits, st.booleans(), lines), min_size=MOST_TURNS, max_size=MOST_TURNS))
def test_whoever_follows_the_instructions_always_comes_to_the_end(answers: list[tuple[str, bool, LineNow]]) -> None:
    last = step(FlowState(), Started(), answers[0][2])
    waited = wait(last.instructions)
    for pressed, answered, now in answers:
        if last.state.stage is Stage.ENDED:
            break
        asks_key = isinstance(last.instructions[-1], Menu)
        turn = last.state.turn
        event = Pressed(pressed, turn) if asks_key else RingEnded(answered=answered, turn=turn)
        last = step(last.state, event, now)
        waited += wait(last.instructions)
    assert last.state.stage is Stage.ENDED
    assert isinstance(last.instructions[-1], HangUp)
    assert waited <= LONGEST_WAIT


def test_the_promised_time_holds_for_the_longest_menu_there_can_be() -> None:
    def worst(prompt: Prompt) -> int:
        return max(longest(Speak(prompt, language, key="9")) for language in prompts.sentences())

    menus = MENU_TRIES * (worst(Prompt.CHOOSE) * MOST_LANGUAGES + MENU_SECONDS) + worst(Prompt.GREETING)
    rings = RINGS * longest(Ring((), NUMBER, 0)) + worst(Prompt.PLEASE_WAIT) + worst(Prompt.KEEP_WAITING)
    assert menus + rings + worst(Prompt.NOBODY) + worst(Prompt.EMERGENCY) <= LONGEST_WAIT


@given(st.lists(events, max_size=10), lines, events)
def test_a_repeated_request_changes_nothing_and_gets_the_same_answer(
    happened: list[Event], now: LineNow, event: Event
) -> None:
    # A request that does not say its turn cannot be told from a new one.
    assume(not isinstance(event, Pressed | RingEnded) or event.turn is not None)
    once = play(now, *happened, event)
    assert step(once.state, event, now) == once


@given(st.lists(events, max_size=10), lines)
def test_a_state_survives_being_kept_with_the_call(happened: list[Event], now: LineNow) -> None:
    state = play(now, *happened).state
    kept = json.dumps(state.to_json())
    assert FlowState.from_json(json.loads(kept)) == state
    assert len(kept) < 250


def test_a_kept_state_may_lack_what_is_new_and_hold_what_is_gone() -> None:
    assert FlowState.from_json({"stage": "menu", "mood": "blue"}) == FlowState(stage=Stage.MENU)
    with pytest.raises(ValueError, match="dancing"):
        FlowState.from_json({"stage": "dancing"})


@given(lines, events, st.lists(events, max_size=6))
def test_every_leg_of_a_call_has_its_own_identifier(now: LineNow, first: Event, happened: list[Event]) -> None:
    seen: dict[str, int] = {}
    state = FlowState()
    for event in (first, *happened):
        state, instructions, _ = step(state, event, now)
        for ring in (each for each in instructions if isinstance(each, Ring)):
            for leg in ring.legs:
                assert seen.setdefault(leg.leg_id, ring.turn) == ring.turn
