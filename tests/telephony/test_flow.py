"""How a call goes: told as stories, and as laws over every schedule of events."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.telephony.rules import flow
from helpdesk.telephony.rules.advancing import OFFER_TRIES
from helpdesk.telephony.rules.flow import MOST_TURNS, longest_wait, step
from helpdesk.telephony.rules.instructions import (
    Accept,
    Connect,
    HangUp,
    Hold,
    Instruction,
    Join,
    Menu,
    Play,
    Record,
    Ring,
    Sound,
    Speak,
    longest,
)
from helpdesk.telephony.rules.plan import Circle, Help, Order, Plan, Profile
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.ringing import LineNow, Reason
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Chosen,
    Ending,
    Event,
    FlowState,
    Pressed,
    Recorded,
    RingEnded,
    RoomLeft,
    RoomOpened,
    Stage,
    Started,
)
from tests.telephony.lines import BRIEF, NUMBER, digits, events, line, lines, lines_with, person, plans, play

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
        "Jeśli nie możesz teraz rozmawiać, naciśnij gwiazdkę.",
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


@pytest.mark.parametrize("key", ["", "0", "4", "9", "#", "11", "²", "١"])
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


# Waiting, being called back, leaving a message.

PATIENT = Plan(waiting_seconds=100)
LAW = person("Ada", "pl", "uk", profession="advocate")
MIND = person("Iga", "pl", "uk", profession="psychologist")


def asked(instructions: list[Instruction]) -> list[Prompt]:
    """Which sentences are said in a menu or while somebody waits."""
    return [each.prompt for every in instructions if isinstance(every, Menu | Hold) for each in every.sentences]


def no_answer(state: FlowState) -> RingEnded:
    return RingEnded(answered=False, turn=state.turn)


def test_whoever_is_not_answered_waits_with_a_place_in_the_queue_and_is_rung_for_again() -> None:
    now = line(JAN, languages=("pl",), plan=PATIENT, ahead=2, caller_known=True)
    rang = play(now, Started())
    waits = step(rang.state, no_answer(rang.state), now)
    (hold,) = waits.instructions
    assert isinstance(hold, Hold)
    assert [each.text for each in hold.sentences] == [
        "Miejsce w kolejce: 3.",
        "Nie trzeba czekać: aby poprosić o telefon od nas, naciśnij 1.",
    ]
    assert [each.reason for each in waits.considered] == [Reason.DID_NOT_ANSWER]
    assert rung(step(waits.state, Pressed("", waits.state.turn), now).instructions) == ["Jan"]


def test_whoever_is_on_duty_and_talks_is_waited_for_and_not_rung() -> None:
    busy = line(replace(JAN, busy=True), languages=("pl",), plan=PATIENT)
    waits = play(busy, Started())
    assert isinstance(waits.instructions[0], Hold)
    assert [each.reason for each in waits.considered] == [Reason.BUSY]
    free = line(JAN, languages=("pl",), plan=PATIENT)
    assert rung(step(waits.state, Pressed("", waits.state.turn), free).instructions) == ["Jan"]


def test_the_waiting_ends_at_its_limit_with_the_next_circle_and_then_with_what_can_be_done_instead() -> None:
    now = line(OLENA, languages=("pl",), plan=replace(PATIENT, circles=(Circle.SPEAKERS, Circle.COORDINATORS)))
    now = replace(now, coordinators=(JAN,), caller_known=True)
    last, seen = play(now, Started()), []
    while last.state.stage is not Stage.OFFER:
        seen.append(last.state.stage if last.state.circle == 0 else Circle.COORDINATORS)
        event = no_answer(last.state) if last.state.stage is Stage.RINGING else Pressed("", last.state.turn)
        last = step(last.state, event, now)
    assert seen == [*[Stage.RINGING, Stage.WAITING] * 2, Stage.RINGING, Circle.COORDINATORS]
    assert asked(last.instructions) == [
        Prompt.NOBODY,
        Prompt.EMERGENCY,
        Prompt.OFFER_MESSAGE,
        Prompt.OFFER_CALL_BACK,
    ]


def test_a_call_back_is_promised_only_after_the_caller_says_that_it_is_safe() -> None:
    now = line(JAN, languages=("pl",), plan=PATIENT, caller_known=True)
    waits = play(now, Started(), RingEnded(answered=False, turn=1))
    safe = step(waits.state, Pressed("1", 2), now)
    assert asked(safe.instructions) == [Prompt.SAFE_TO_CALL]
    promised = step(safe.state, Pressed("1", 3), now)
    assert promised.state.ending is Ending.CALL_BACK
    assert spoken(promised.instructions) == [(Prompt.WILL_CALL, "pl"), (Prompt.EMERGENCY, "pl")]
    goes_on = step(safe.state, Pressed("", 3), now)
    assert goes_on.state.stage is Stage.RINGING


def test_nobody_is_offered_to_be_called_back_whose_number_is_not_known() -> None:
    now = line(languages=("pl",), plan=PATIENT, caller_known=False)
    offer = play(now, Started())
    assert asked(offer.instructions) == [Prompt.NOBODY, Prompt.EMERGENCY, Prompt.OFFER_MESSAGE]
    assert step(offer.state, Pressed("2", 1), now).state.stage is Stage.OFFER


@pytest.mark.parametrize(("kept", "ending"), [(True, Ending.MESSAGE), (False, Ending.NOBODY)])
def test_a_message_is_recorded_after_a_key(kept: bool, ending: Ending) -> None:
    now = line(languages=("pl",), plan=PATIENT)
    speaks = play(now, Started(), Pressed("1", 1))
    assert isinstance(speaks.instructions[-1], Record)
    done = step(speaks.state, Recorded(kept=kept, turn=2), now)
    assert done.state.ending is ending
    assert spoken(done.instructions)[-1] == (Prompt.EMERGENCY, "pl")


def test_outside_the_hours_the_caller_hears_when_the_next_duty_is_in_her_own_language() -> None:
    monday = datetime(2026, 12, 28, 17, 0)  # noqa: DTZ001  local
    now = line(plan=PATIENT, is_open=False, next_duty=monday, caller_known=True)
    offer = play(now, Started(), Pressed("2", 1))
    (menu,) = offer.instructions
    assert isinstance(menu, Menu)
    assert [each.text for each in menu.sentences][:2] == [
        "Зараз ніхто не чергує.",
        "Найближче чергування: понеділок, 28 грудня, 17:00.",
    ]
    assert asked(offer.instructions)[2:] == [Prompt.EMERGENCY, Prompt.OFFER_MESSAGE, Prompt.OFFER_CALL_BACK]


def test_the_offer_is_repeated_without_its_preface_and_ends_with_the_emergency_number() -> None:
    now = line(languages=("pl",), plan=PATIENT)
    last = play(now, Started())
    for _ in range(OFFER_TRIES - 1):
        last = step(last.state, Pressed("7", last.state.turn), now)
        assert asked(last.instructions) == [Prompt.OFFER_MESSAGE]
    last = step(last.state, Pressed("", last.state.turn), now)
    assert spoken(last.instructions) == [(Prompt.EMERGENCY, "pl")]
    assert last.state.ending is Ending.NOBODY


@pytest.mark.parametrize("before", [(), (Pressed("2", 1),), (Pressed("2", 1), RingEnded(answered=False, turn=2))])
def test_whoever_cannot_talk_presses_star_and_hears_a_tone_that_says_nothing(before: tuple[Event, ...]) -> None:
    now = line(OLENA, plan=PATIENT)
    state = play(now, Started(), *before).state
    if state.stage is Stage.RINGING:
        return  # no key can be pressed while it rings
    ended = step(state, Pressed("*", state.turn), now)
    assert ended.instructions == [Play(Sound.TONE), HangUp()]
    assert ended.state.ending is Ending.CANNOT_TALK


def test_whoever_asks_about_the_law_is_put_through_to_the_lawyer() -> None:
    now = line(LAW, MIND, plan=replace(BRIEF, helps=tuple(Help)))
    asks = play(now, Started(), Pressed("2", 1))
    assert asked(asks.instructions) == [Prompt.HELP_PSYCHOLOGIST, Prompt.HELP_LAWYER]
    answered = step(asks.state, Pressed("2", 2), now)
    assert rung(answered.instructions) == ["Ada"]
    assert {each.reason for each in answered.considered} == {Reason.SPEAKS, Reason.OTHER_HELP}


def test_whoever_chooses_no_help_is_put_through_to_anybody() -> None:
    now = line(LAW, MIND, plan=replace(BRIEF, helps=tuple(Help)))
    silent = play(now, Started(), Pressed("2", 1), Pressed("", 2), Pressed("", 3))
    assert rung(silent.instructions) == ["Ada", "Iga"]


def test_in_turn_one_telephone_rings_after_the_other() -> None:
    now = line(LAW, MIND, languages=("pl",), plan=replace(BRIEF, order=Order.IN_TURN))
    first = play(now, Started())
    assert rung(first.instructions) == ["Ada"]
    assert [each.reason for each in first.considered] == [Reason.SPEAKS, Reason.ITS_TURN_LATER]
    second = step(first.state, no_answer(first.state), now)
    assert rung(second.instructions) == ["Iga"]


def test_the_least_busy_is_rung_first() -> None:
    now = line(replace(LAW, answered=3), MIND, languages=("pl",), plan=replace(BRIEF, order=Order.LEAST_BUSY))
    assert rung(play(now, Started()).instructions) == ["Iga"]


def test_a_desk_that_agreed_helps_out_last() -> None:
    circles = (Circle.SPEAKERS, Circle.ANYONE, Circle.OTHER_DESK)
    now = line(languages=("pl",), plan=replace(BRIEF, circles=circles, other_desk="help-point"), neighbours=(JAN,))
    first = play(now, Started())
    assert rung(first.instructions) == ["Jan"]


def test_without_a_whisper_only_telephones_ring_that_no_machine_picks_up() -> None:
    portable = replace(BRIEF, profile=Profile.PORTABLE)
    now = line(JAN, person("Office", "pl", by_person=True), languages=("pl",), plan=portable)
    last = play(now, Started())
    assert rung(last.instructions) == ["Office"]
    assert [each.asks for each in last.instructions if isinstance(each, Ring)] == [False]
    assert Reason.MAY_BE_A_MACHINE in {each.reason for each in last.considered}


def test_a_talk_becomes_a_room_and_leaving_the_room_is_the_end() -> None:
    now = line(JAN, languages=("pl",))
    talk = play(now, Started(), RoomOpened())
    joined = step(talk.state, RingEnded(answered=True, turn=1), now)
    assert joined.instructions == [Speak(Prompt.JOINING, "pl"), Join(2)]
    again = step(joined.state, RingEnded(answered=True, turn=1), now)
    assert again.instructions == joined.instructions
    left = step(joined.state, RoomLeft(turn=2), now)
    assert (left.instructions, left.state.ending) == ([HangUp()], Ending.ANSWERED)


def test_whoever_hangs_up_in_a_room_has_talked() -> None:
    now = line(JAN, languages=("pl",))
    assert play(now, Started(), RoomOpened(), CallerHungUp()).state.ending is Ending.ANSWERED


# Laws.


def follow(instruction: Instruction, turn: int, pressed: str, *, good: bool) -> Event:
    """What a provider says when the last instruction is over."""
    match instruction:
        case Ring():
            return RingEnded(answered=good, turn=turn)
        case Record():
            return Recorded(kept=good, turn=turn)
        case Join():
            return RoomLeft(turn=turn)
        case _:
            return Pressed(pressed, turn)


@given(plans, st.data())
def test_whoever_follows_the_instructions_comes_to_a_good_end_in_the_promised_time(
    plan: Plan, data: st.DataObject
) -> None:
    """People come and go meanwhile, and so does everything else about the line but its plan."""
    now = st.one_of(lines_with(st.just(plan)))
    last, turns = step(FlowState(), Started(), data.draw(now)), 1
    waited = wait(last.instructions)
    while last.state.stage is not Stage.ENDED:
        event = follow(last.instructions[-1], last.state.turn, data.draw(digits), good=data.draw(st.booleans()))
        last = step(last.state, event, data.draw(now))
        turns += 1
        waited += wait(last.instructions)
    assert turns <= MOST_TURNS
    assert waited <= longest_wait(plan)
    assert isinstance(last.instructions[-1], HangUp)
    assert last.state.ending is not Ending.HUNG_UP
    if last.state.ending in {Ending.NOBODY, Ending.MESSAGE, Ending.CALL_BACK}:
        assert Prompt.EMERGENCY in [prompt for prompt, _ in spoken(last.instructions)]


@given(st.lists(st.tuples(events, lines), max_size=30))
def test_whatever_happens_in_whatever_order_a_call_that_ended_stays_ended(played: list[tuple[Event, LineNow]]) -> None:
    states = [FlowState()]
    for event, now in played:
        state, instructions, _ = step(states[-1], event, now)
        assert instructions
        states.append(state)
    endings = [(before, after) for before, after in pairwise(states) if before.stage is Stage.ENDED]
    assert all(after.stage is Stage.ENDED for _, after in endings)
    order = [None, *Ending]
    assert all(order.index(before.ending) <= order.index(after.ending) for before, after in endings)


@given(plans)
def test_no_plan_keeps_a_caller_longer_than_an_hour(plan: Plan) -> None:
    assert longest_wait(plan) <= 3600


@given(st.lists(events, max_size=10), lines, events)
def test_a_repeated_request_changes_nothing_and_gets_the_same_answer(
    happened: list[Event], now: LineNow, event: Event
) -> None:
    # A request that does not say its turn cannot be told from a new one.
    assume(getattr(event, "turn", 0) is not None)
    once = play(now, *happened, event)
    assert step(once.state, event, now) == once


@given(st.lists(events, max_size=10), lines)
def test_a_state_survives_being_kept_with_the_call(happened: list[Event], now: LineNow) -> None:
    state = play(now, *happened).state
    kept = json.dumps(state.to_json())
    assert FlowState.from_json(json.loads(kept)) == state
    assert len(kept) < 2000


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
