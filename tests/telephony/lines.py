"""Lines, people and events for the tests, by hand and by Hypothesis."""

from hypothesis import strategies as st

from helpdesk.telephony.rules.flow import CallerHungUp, Event, FlowState, Pressed, RingEnded, Started, Step, step
from helpdesk.telephony.rules.ringing import LineNow, OnDuty

NUMBER = "+48520000001"
LANGUAGES = ("pl", "uk", "en", "ru", "be")


def person(name: str, *languages: str, phone: str = "") -> OnDuty:
    return OnDuty(name, phone or f"+4860000{sum(map(ord, name)):04}", frozenset(languages))


def line(*on_duty: OnDuty, languages: tuple[str, ...] = ("pl", "uk", "en")) -> LineNow:
    return LineNow("blue-line", NUMBER, languages, on_duty)


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
)
lines = st.builds(
    LineNow,
    desk_id=st.just("blue-line"),
    number=st.just(NUMBER),
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=12).map(tuple),
    on_duty=st.lists(people, max_size=14).map(tuple),
)
digits = st.one_of(st.sampled_from(["", "0", "1", "2", "3", "9", "#", "*"]), st.text(max_size=3))
turns = st.one_of(st.none(), st.integers(min_value=0, max_value=20))
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Started()),
    st.builds(Pressed, digits=digits, turn=turns),
    st.builds(RingEnded, answered=st.booleans(), turn=turns),
    st.just(CallerHungUp()),
)
