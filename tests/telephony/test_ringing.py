from hypothesis import given
from hypothesis import strategies as st

from helpdesk.telephony.rules.plan import Circle, Help
from helpdesk.telephony.rules.ringing import MOST_AT_ONCE, LineNow, OnDuty, Reason, Sought, consider
from tests.telephony.lines import LANGUAGES, NUMBER, line, lines, person


def decided(
    now: LineNow, language: str, circle: Circle = Circle.SPEAKERS, *, asked: Help | None = None, last: bool = False
) -> dict[str, tuple[bool, Reason]]:
    sought = Sought(circle, language, asked, last=last)
    return {who.person_id: (who.rung, who.reason) for who, _ in consider(now, sought)}


def test_only_those_who_speak_the_language_are_rung_first() -> None:
    now = line(person("Olena", "uk", "pl"), person("Jan", "pl"))
    assert decided(now, "uk") == {"Olena": (True, Reason.SPEAKS), "Jan": (False, Reason.OTHER_LANGUAGE)}


def test_then_everybody_on_duty_is_rung() -> None:
    now = line(person("Jan", "pl"), person("Olena", "uk"))
    assert decided(now, "uk", Circle.ANYONE) == {"Olena": (True, Reason.SPEAKS), "Jan": (True, Reason.ON_DUTY)}


def test_nobody_on_duty_is_a_decision_about_nobody() -> None:
    assert decided(line(), "pl", Circle.ANYONE) == {}


def test_whoever_cannot_be_rung_is_named_with_the_reason() -> None:
    now = line(
        person("Ala", "pl", phone="+48600000001"),
        person("Basia", "pl", phone="+48600000001"),
        person("Celina", "pl", phone=NUMBER),
        person("Dorota", "uk", phone="+48600000002"),
        OnDuty("Ewa", "", frozenset({"pl"})),
    )
    assert decided(now, "pl") == {
        "Ala": (True, Reason.SPEAKS),
        "Basia": (False, Reason.SAME_PHONE),
        "Celina": (False, Reason.OWN_LINE),
        "Dorota": (False, Reason.OTHER_LANGUAGE),
        "Ewa": (False, Reason.NO_PHONE),
    }


def test_a_provider_rings_ten_at_once_and_those_who_speak_the_language_come_first() -> None:
    polish = [person(f"p{n}", "pl", phone=f"+486000000{n:02}") for n in range(MOST_AT_ONCE)]
    decisions = decided(line(*polish, person("Olena", "uk")), "uk", Circle.ANYONE)
    assert decisions["Olena"] == (True, Reason.SPEAKS)
    assert decisions["p9"] == (False, Reason.TOO_MANY)


def test_a_language_that_is_not_whole_is_not_offered() -> None:
    assert line(languages=("xx", "uk", "pl", "uk")).offered == ("uk", "pl")


def test_a_line_without_a_whole_language_is_polish() -> None:
    assert line(languages=("xx",)).offered == ("pl",)
    assert line(languages=()).default_language == "pl"


def test_whoever_chooses_nothing_gets_the_first_language_where_there_is_no_polish() -> None:
    assert line(languages=("uk", "en")).default_language == "uk"


def test_whoever_talks_is_rung_only_when_nobody_else_is_left() -> None:
    now = line(person("Jan", "pl", busy=True))
    assert decided(now, "pl") == {"Jan": (False, Reason.BUSY)}
    assert decided(now, "pl", Circle.ANYONE, last=True) == {"Jan": (True, Reason.SPEAKS)}


def test_a_coordinator_answers_for_every_help() -> None:
    now = line(coordinators=(person("Kasia", "pl", profession="supervisor"),))
    assert decided(now, "uk", Circle.COORDINATORS, asked=Help.LAWYER) == {"Kasia": (True, Reason.COORDINATES)}


@given(
    now=lines,
    circle=st.sampled_from(Circle),
    language=st.sampled_from(LANGUAGES),
    help_=st.sampled_from([None, *Help]),
    last=st.booleans(),
)
def test_everybody_of_a_circle_is_considered_and_no_telephone_rings_twice(
    *, now: LineNow, circle: Circle, language: str, help_: Help | None, last: bool
) -> None:
    decisions = consider(now, Sought(circle, language, help_, last=last))
    rung = [who.phone for decision, who in decisions if decision.rung]
    assert sorted(who.person_id for who, _ in decisions) == sorted(who.person_id for who in now.of_circle(circle))
    assert len(rung) == len(set(rung)) <= MOST_AT_ONCE
    assert not {"", now.number} & set(rung)
