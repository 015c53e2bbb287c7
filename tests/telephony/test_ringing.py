from hypothesis import given
from hypothesis import strategies as st

from helpdesk.telephony.rules.ringing import MOST_AT_ONCE, LineNow, OnDuty, Reason, consider
from tests.telephony.lines import LANGUAGES, NUMBER, line, lines, person


def decided(now: LineNow, language: str, *, anyone: bool = False) -> dict[str, tuple[bool, Reason]]:
    return {who.person_id: (who.rung, who.reason) for who, _ in consider(now, language, anyone=anyone)}


def test_only_those_who_speak_the_language_are_rung_first() -> None:
    now = line(person("Olena", "uk", "pl"), person("Jan", "pl"))
    assert decided(now, "uk") == {"Olena": (True, Reason.SPEAKS), "Jan": (False, Reason.OTHER_LANGUAGE)}


def test_then_everybody_on_duty_is_rung() -> None:
    now = line(person("Jan", "pl"), person("Olena", "uk"))
    assert decided(now, "uk", anyone=True) == {"Olena": (True, Reason.SPEAKS), "Jan": (True, Reason.ON_DUTY)}


def test_nobody_on_duty_is_a_decision_about_nobody() -> None:
    assert decided(line(), "pl", anyone=True) == {}


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
    decisions = decided(line(*polish, person("Olena", "uk")), "uk", anyone=True)
    assert decisions["Olena"] == (True, Reason.SPEAKS)
    assert decisions["p9"] == (False, Reason.TOO_MANY)


def test_a_language_that_is_not_whole_is_not_offered() -> None:
    assert line(languages=("be", "uk", "pl", "uk")).offered == ("uk", "pl")


def test_a_line_without_a_whole_language_is_polish() -> None:
    assert line(languages=("ka",)).offered == ("pl",)
    assert line(languages=()).default_language == "pl"


def test_whoever_chooses_nothing_gets_the_first_language_where_there_is_no_polish() -> None:
    assert line(languages=("uk", "en")).default_language == "uk"


@given(now=lines, language=st.sampled_from(LANGUAGES), anyone=st.booleans())
def test_everybody_on_duty_is_considered_and_no_telephone_rings_twice(
    *, now: LineNow, language: str, anyone: bool
) -> None:
    decisions = consider(now, language, anyone=anyone)
    rung = [who.phone for decision, who in decisions if decision.rung]
    assert sorted(who.person_id for who, _ in decisions) == sorted(who.person_id for who in now.on_duty)
    assert len(rung) == len(set(rung)) <= MOST_AT_ONCE
    assert not {"", now.number} & set(rung)
