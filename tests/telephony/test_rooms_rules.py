"""Who may do what in a talk, what becomes of the caller, and that nobody is passed round for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.telephony import twiml
from helpdesk.telephony.rules import rooms
from helpdesk.telephony.rules.flow import MOST_TURNS, longest_wait, step
from helpdesk.telephony.rules.instructions import HangUp, Join, Ring, Speak
from helpdesk.telephony.rules.plan import Plan, Profile
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.rooms import HOLDING, MOST_RETURNS, Guest, GuestKind, Place, Room, RoomRefusal, Then
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Ending,
    FlowState,
    Pressed,
    Returned,
    RingEnded,
    RoomLeft,
    RoomOpened,
    Stage,
    Started,
)
from helpdesk.telephony.simulator import grammar
from tests.telephony.lines import BRIEF, digits, line, lines_with, person, plans, play
from tests.telephony.test_flow import follow, rung, spoken, wait

NOW = datetime(2026, 12, 24, 19, 55, tzinfo=UTC)
OLHA = Guest(GuestKind.INTERPRETER, "olha", Place.INSIDE)
MAREK = Guest(GuestKind.WARM, "marek", Place.INSIDE)
EWA = person("Ewa", "pl", "uk")
ADA = person("Ada", "pl", profession="advocate")
LINE = line(EWA, ADA, languages=("pl",))
TALK = play(LINE, Started()).state


def asked(guest: Guest) -> Guest:
    return replace(guest, place=Place.ASKED)


def gone(guest: Guest) -> Guest:
    return replace(guest, place=Place.GONE)


@pytest.mark.parametrize(
    ("room", "person_id", "why"),
    [
        (Room("ewa"), "ewa", None),
        (Room("ewa"), "jan", RoomRefusal.NOT_TALKING),
        (Room("ewa"), "", RoomRefusal.NOT_TALKING),
        (Room(""), "", RoomRefusal.NOT_TALKING),
        (Room("ewa", (MAREK,)), "marek", None),
        (Room("ewa", (asked(MAREK),)), "marek", RoomRefusal.NOT_TALKING),
        (Room("ewa", (gone(MAREK),)), "marek", RoomRefusal.NOT_TALKING),
        (Room("ewa", (OLHA,)), "olha", RoomRefusal.NOT_TALKING),
        (Room("ewa", is_talk=False), "ewa", RoomRefusal.OVER),
    ],
)
def test_only_whoever_talks_with_the_caller_may_change_the_talk(
    room: Room, person_id: str, why: RoomRefusal | None
) -> None:
    assert rooms.acting(room, person_id) is why


@pytest.mark.parametrize(
    ("room", "kind", "why"),
    [
        (Room("ewa"), GuestKind.INTERPRETER, None),
        (Room("ewa", is_whole=False), GuestKind.INTERPRETER, RoomRefusal.NOT_ON_THIS_LINE),
        (Room("ewa", is_whole=False), GuestKind.COLD, RoomRefusal.NOT_ON_THIS_LINE),
        (Room("ewa", (OLHA, MAREK)), GuestKind.COLLEAGUE, None),
        (Room("ewa", (OLHA, MAREK, asked(OLHA))), GuestKind.COLLEAGUE, RoomRefusal.FULL),
        (Room("ewa", (OLHA, MAREK, asked(OLHA))), GuestKind.EMERGENCY, None),
        (Room("ewa", (OLHA, MAREK, gone(OLHA))), GuestKind.COLLEAGUE, None),
        (Room("ewa"), GuestKind.COLD, None),
        (Room("ewa", (gone(OLHA),)), GuestKind.COLD, None),
        (Room("ewa", (OLHA,)), GuestKind.COLD, RoomRefusal.OTHERS_INSIDE),
        (Room("ewa", (asked(OLHA),)), GuestKind.COLD, RoomRefusal.OTHERS_INSIDE),
        (Room("ewa", returns=MOST_RETURNS - 1), GuestKind.COLD, None),
        (Room("ewa", returns=MOST_RETURNS), GuestKind.COLD, RoomRefusal.TOO_OFTEN),
    ],
)
def test_whether_somebody_can_be_asked_in(room: Room, kind: GuestKind, why: RoomRefusal | None) -> None:
    assert rooms.asking(room, kind) is why


def test_the_caller_hears_music_only_while_ours_talk_to_one_another() -> None:
    assert rooms.holding(Room("ewa", (MAREK,), is_open=True)) is None
    assert rooms.holding(Room("ewa", (MAREK,))) is RoomRefusal.NOBODY_TO_ASK
    assert rooms.holding(Room("ewa", (OLHA, asked(MAREK)), is_open=True)) is RoomRefusal.NOBODY_TO_ASK


def test_nobody_leaves_the_caller_with_an_interpreter_alone() -> None:
    assert rooms.leaving(Room("ewa", (OLHA,)), "ewa") is RoomRefusal.ALONE
    assert rooms.leaving(Room("ewa", (asked(MAREK),)), "ewa") is RoomRefusal.ALONE
    assert rooms.leaving(Room("ewa", (MAREK,)), "ewa") is None
    assert rooms.leaving(Room("ewa", (MAREK,)), "marek") is None
    assert rooms.leaving(Room("", (MAREK,)), "marek") is RoomRefusal.ALONE


@pytest.mark.parametrize(
    ("room", "joined", "then"),
    [
        (Room("ewa", (gone(OLHA),)), True, Then.GOES_ON),
        (Room("ewa", (gone(MAREK),)), False, Then.GOES_ON),
        (Room("", (MAREK,)), True, Then.GOES_ON),
        (Room("", (asked(MAREK),)), True, Then.WAITS),
        (Room("", (asked(MAREK),)), False, Then.WAITS),
        (Room("", (OLHA, asked(OLHA))), True, Then.ENDS),
        (Room(""), True, Then.ENDS),
        (Room("", (gone(MAREK),)), False, Then.ALONE),
        (Room("", (OLHA, gone(MAREK))), False, Then.ALONE),
    ],
)
def test_what_becomes_of_the_caller_when_somebody_has_left(room: Room, joined: bool, then: Then) -> None:
    assert rooms.after_leaving(room, joined=joined) is then


guests = st.builds(
    Guest, kind=st.sampled_from(GuestKind), person_id=st.sampled_from("abcd"), place=st.sampled_from(Place)
)
talks = st.builds(
    Room, host=st.sampled_from(["", "ewa"]), guests=st.lists(guests, max_size=4).map(tuple), is_open=st.just(True)
)


@given(talks, st.booleans())
def test_a_caller_waits_only_where_somebody_is_still_coming(room: Room, joined: bool) -> None:
    then = rooms.after_leaving(room, joined=joined)
    somebody = bool(room.host) or any(each.kind in HOLDING for each in room.inside)
    coming = any(each.kind in HOLDING for each in room.asked)
    assert (then is Then.GOES_ON) == somebody
    assert (then is Then.WAITS) == (coming and not somebody)


@given(talks)
def test_music_is_never_for_a_caller_who_would_be_alone_with_it(room: Room) -> None:
    if rooms.holding(room) is None:
        assert len(room.holders) >= 2


def test_an_invitation_lapses() -> None:
    assert not rooms.has_lapsed(NOW, NOW + timedelta(seconds=rooms.RING_SECONDS))
    assert rooms.has_lapsed(NOW, NOW + rooms.LAPSES)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (3600, 60)])
def test_begun_minutes_count(seconds: int, minutes: int) -> None:
    assert rooms.minutes(NOW, NOW + timedelta(seconds=seconds)) == minutes


def test_whoever_never_joined_or_is_still_there_has_no_minutes() -> None:
    assert rooms.minutes(None, NOW) == rooms.minutes(NOW, None) == 0
    places = [rooms.place(joined, left) for joined, left in ((None, None), (NOW, None), (NOW, NOW), (None, NOW))]
    assert places == [Place.ASKED, Place.INSIDE, Place.GONE, Place.GONE]


# How the call goes on.


def test_a_talk_that_is_handed_on_rings_at_one_person_alone() -> None:
    handed = rooms.taken_out(TALK, handed="Ada")
    rings = step(handed, Returned(turn=TALK.turn), LINE)
    assert spoken(rings.instructions) == [(Prompt.KEEP_WAITING, "pl")]
    assert rung(rings.instructions) == ["Ada"]
    assert [each.person_id for each in rings.considered] == ["Ada"]
    talked = step(rings.state, RingEnded(answered=True, turn=rings.state.turn), LINE)
    assert talked.state.ending is Ending.ANSWERED


def test_whoever_is_not_answered_by_that_person_is_rung_for_anew() -> None:
    rings = step(rooms.taken_out(TALK, handed="Ada"), Returned(turn=TALK.turn), LINE)
    again = step(rings.state, RingEnded(answered=False, turn=rings.state.turn), LINE)
    assert rung(again.instructions) == ["Ewa"]
    assert again.state.handed == ""


def test_a_person_who_has_gone_off_duty_meanwhile_is_not_waited_for() -> None:
    alone = line(EWA, languages=("pl",))
    assert rung(step(rooms.taken_out(TALK, handed="Ada"), Returned(turn=TALK.turn), alone).instructions) == ["Ewa"]
    rings = step(rooms.taken_out(TALK, handed="Ada"), Returned(turn=TALK.turn), LINE)
    assert rung(step(rings.state, Returned(turn=TALK.turn), alone).instructions) == ["Ewa"]


def test_a_provider_that_can_ask_for_no_key_rings_nobody_alone() -> None:
    portable = replace(LINE, plan=replace(BRIEF, profile=Profile.PORTABLE))
    assert rung(step(rooms.taken_out(TALK, handed="Ada"), Returned(turn=TALK.turn), portable).instructions) == []


@pytest.mark.parametrize("first", [RingEnded(answered=True, turn=TALK.turn), Returned(turn=TALK.turn)])
def test_the_end_of_the_old_talk_may_be_told_before_or_after(first: RingEnded | Returned) -> None:
    """Providers tell both, and follow the answer to one of them only: it must be the same answer."""
    taken_out = rooms.taken_out(TALK, handed="Ada")
    other = Returned(turn=TALK.turn) if isinstance(first, RingEnded) else RingEnded(answered=True, turn=TALK.turn)
    once = step(taken_out, first, LINE)
    assert rung(once.instructions) == ["Ada"]
    assert step(once.state, other, LINE) == once


def test_a_caller_who_was_left_alone_in_a_room_is_rung_for_anew() -> None:
    room = play(LINE, RoomOpened(), RingEnded(answered=True, turn=TALK.turn), state=TALK)
    assert isinstance(room.instructions[-1], Join)
    alone = rooms.taken_out(room.state)
    back = step(alone, Returned(turn=alone.turn), LINE)
    assert rung(back.instructions) == ["Ewa", "Ada"]
    assert step(back.state, RoomLeft(turn=alone.turn), LINE) == back
    assert step(alone, RoomLeft(turn=alone.turn), LINE) == back


def test_whoever_hangs_up_on_the_way_back_has_hung_up() -> None:
    assert step(rooms.taken_out(TALK), CallerHungUp(), LINE).state.stage is Stage.ENDED


def test_after_some_returns_the_caller_hears_what_can_be_done_instead() -> None:
    offering = replace(LINE, plan=Plan())
    state = TALK
    for _ in range(MOST_RETURNS):
        state = step(rooms.taken_out(state), Returned(turn=state.turn), offering).state
        assert state.stage is Stage.RINGING
    assert step(rooms.taken_out(state), Returned(turn=state.turn), offering).state.stage is Stage.OFFER


def test_a_room_that_was_not_opened_leaves_the_talk_as_it_was() -> None:
    assert rooms.not_opened(rooms.opened(TALK)) == TALK
    assert rooms.not_opened(FlowState(stage=Stage.ENDED)) == FlowState(stage=Stage.ENDED)
    assert rooms.opened(FlowState(stage=Stage.WAITING)) == FlowState(stage=Stage.WAITING)
    on_the_way = rooms.taken_out(TALK)
    assert rooms.opened(on_the_way) == on_the_way
    assert rooms.not_taken_out(on_the_way) == TALK


@given(plans, st.data())
def test_whoever_is_asked_to_talk_with_others_comes_to_a_good_end_in_the_promised_time(
    plan: Plan, data: st.DataObject
) -> None:
    """Talks become rooms, are handed on and left; between two of them nobody waits longer than promised."""
    now = lines_with(st.just(plan))
    last, turns = step(FlowState(), Started(), data.draw(now)), 1
    waited, returns = wait(last.instructions), 0
    while last.state.stage is not Stage.ENDED:
        state, good = last.state, data.draw(st.booleans())
        event = follow(last.instructions[-1], state.turn, data.draw(digits), good=good)
        talks = isinstance(last.instructions[-1], Join) or (isinstance(last.instructions[-1], Ring) and good)
        if talks and data.draw(st.booleans()):
            state = rooms.taken_out(state, handed=data.draw(st.sampled_from(["", "person-1", "person-2"])))
            event = data.draw(st.sampled_from([event, Returned(turn=state.turn)]))
            waited, returns = 0, returns + 1
        elif talks and data.draw(st.booleans()):
            state = rooms.opened(state)
        last = step(state, event, data.draw(now))
        turns += 1
        waited += wait(last.instructions)
        assert waited <= longest_wait(plan)
    assert turns <= MOST_TURNS
    assert returns <= MOST_RETURNS + 1
    assert isinstance(last.instructions[-1], HangUp)
    assert last.state.ending is not Ending.HUNG_UP
    if last.state.ending in {Ending.NOBODY, Ending.MESSAGE, Ending.CALL_BACK}:
        assert Prompt.EMERGENCY in [prompt for prompt, _ in spoken(last.instructions)]


def test_a_room_ends_with_the_caller_and_with_nobody_else() -> None:
    addresses = twiml.Addresses("https://help.example.org", "c-1")
    caller, ours = Join(turn=3), Join(leg_id="2-1")
    say, dial = grammar.read(twiml.render([Speak(Prompt.JOINING, "pl"), caller], addresses).xml)
    assert say.text == "Do rozmowy dołącza jeszcze jedna osoba."
    assert (dial.get("action"), dial[0].text) == ("https://help.example.org/telephony/left/c-1?turn=3", "c-1")
    assert dial[0].get("endConferenceOnExit") == "true"
    (dial,) = grammar.read(twiml.render([ours], addresses).xml)
    assert (dial.get("action"), dial[0].text) == ("https://help.example.org/telephony/out/c-1/2-1", "c-1")
    assert dial[0].get("endConferenceOnExit") == "false"


def test_silence_in_a_talk_is_no_return() -> None:
    assert step(TALK, Pressed("", TALK.turn - 1), LINE).state == TALK
