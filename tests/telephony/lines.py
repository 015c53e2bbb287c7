"""Lines, people and events for the tests, by hand and by Hypothesis."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from helpdesk.telephony.rules.flow import step
from helpdesk.telephony.rules.plan import LONGEST_RING, MOST_WAITING, SHORTEST_RING, Circle, Help, Order, Plan, Profile
from helpdesk.telephony.rules.ringing import LineNow, OnDuty
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Event,
    FlowState,
    Pressed,
    Recorded,
    Returned,
    RingEnded,
    RoomLeft,
    RoomOpened,
    Started,
    Step,
)

NUMBER = "+48520000001"
LANGUAGES = ("pl", "uk", "en", "ru", "be")

# What a line does that offers nothing and waits for nobody: the shortest way through a call.
BRIEF = Plan(waiting_seconds=0, voicemail=False, call_back=False)


def person(name: str, *languages: str, phone: str = "", **facts: Any) -> OnDuty:  # noqa: ANN401  whatever else is known of a person
    return OnDuty(name, phone or f"+4860000{sum(map(ord, name)):04}", frozenset(languages), **facts)


def line(
    *on_duty: OnDuty,
    languages: tuple[str, ...] = ("pl", "uk", "en"),
    plan: Plan = BRIEF,
    **facts: Any,  # noqa: ANN401  whatever else is true of the line now
) -> LineNow:
    return replace(LineNow("blue-line", NUMBER, languages, on_duty, plan), **facts)


def play(now: LineNow, *events: Event, state: FlowState | None = None) -> Step:
    """Play the events in turn and give the last step."""
    last = Step(state or FlowState(), [])
    for event in events:
        last = step(last.state, event, now)
    return last


phones = st.sampled_from(["", NUMBER, *(f"+4860000000{number}" for number in range(10))])
people = st.builds(
    OnDuty,
    person_id=st.sampled_from([f"person-{number}" for number in range(14)]),
    phone=phones,
    languages=st.frozensets(st.sampled_from(LANGUAGES)),
    profession=st.sampled_from(["psychologist", "advocate", "legal-counsel", "supervisor"]),
    busy=st.booleans(),
    answered=st.integers(min_value=0, max_value=3),
    by_person=st.booleans(),
)
plans = st.builds(
    Plan,
    order=st.sampled_from(Order),
    ring_seconds=st.integers(min_value=SHORTEST_RING, max_value=LONGEST_RING),
    waiting_seconds=st.integers(min_value=0, max_value=MOST_WAITING),
    helps=st.sampled_from([(), tuple(Help)]),
    circles=st.lists(st.sampled_from(Circle), max_size=4, unique=True).map(tuple),
    voicemail=st.booleans(),
    call_back=st.booleans(),
    profile=st.sampled_from(Profile),
)
crowds = st.lists(people, max_size=14).map(tuple)


def lines_with(plan: st.SearchStrategy[Plan]) -> st.SearchStrategy[LineNow]:
    return st.builds(
        LineNow,
        desk_id=st.just("blue-line"),
        number=st.just(NUMBER),
        languages=st.lists(st.sampled_from(LANGUAGES), max_size=12).map(tuple),
        on_duty=crowds,
        plan=plan,
        coordinators=crowds,
        neighbours=crowds,
        ahead=st.integers(min_value=0, max_value=20),
        is_open=st.booleans(),
        next_duty=st.one_of(st.none(), st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))),  # noqa: DTZ001  local
        caller_known=st.booleans(),
        name=st.sampled_from(["", "Niebieska Linia"]),
    )


lines = lines_with(plans)
digits = st.one_of(st.sampled_from(["", "0", "1", "2", "3", "9", "#", "*"]), st.text(max_size=3))
turns = st.one_of(st.none(), st.integers(min_value=0, max_value=20))
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Started()),
    st.builds(Pressed, digits=digits, turn=turns),
    st.builds(RingEnded, answered=st.booleans(), turn=turns),
    st.builds(Recorded, kept=st.booleans(), turn=turns),
    st.builds(RoomLeft, turn=turns),
    st.builds(Returned, turn=turns),
    st.just(RoomOpened()),
    st.just(CallerHungUp()),
)
