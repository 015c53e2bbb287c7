"""Whether somebody may hold a duty, and every reason why not."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.permissions import LAWYERS, Profession
from helpdesk.roster.rules.fitness import Candidate, Judgement, Unfit, Wanted, judge, unfitness
from helpdesk.roster.rules.rest import Engagement, Limit, Rule, Severity, limits_for
from helpdesk.roster.rules.spans import Span, span_of

DAY = date(2026, 11, 25)
MONTH = date(2026, 11, 1)
EVENING = span_of(DAY, time(17), time(21))
NIGHT = span_of(DAY, time(22), time(6))
WANTED = Wanted(LAWYERS, frozenset({"pl", "uk"}), frozenset({"interview-of-minors"}))
MAREK = Candidate(
    account_id=UUID(int=1),
    profession=Profession.LEGAL_COUNSEL,
    languages=frozenset({"pl", "uk", "en"}),
    qualifications={"interview-of-minors": None, "mediation": date(2020, 1, 1)},
    limits=limits_for(Engagement.EMPLOYEE, {}),
)


def _span(hours: str, day: date = DAY) -> Span:
    starts, ends = (time(int(each)) for each in hours.split("-"))
    return span_of(day, starts, ends)


def _unfit(candidate: Candidate, wanted: Wanted = WANTED, span: Span = EVENING) -> list[Unfit]:
    return unfitness(candidate, wanted, span, DAY, period_start=MONTH)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (MAREK, []),
        (replace(MAREK, profession=Profession.ADVOCATE), []),
        (replace(MAREK, profession=Profession.PSYCHOLOGIST), [Unfit.PROFESSION]),
        (replace(MAREK, languages=frozenset({"pl", "en"})), [Unfit.LANGUAGE]),  # one of two is not enough
        (replace(MAREK, qualifications={"mediation": None}), [Unfit.QUALIFICATION]),
        (replace(MAREK, qualifications={"interview-of-minors": DAY}), []),  # the last day is a day
        (replace(MAREK, qualifications={"interview-of-minors": DAY - timedelta(days=1)}), [Unfit.QUALIFICATION_ENDED]),
        (replace(MAREK, absences=(_span("20-22"),)), [Unfit.ABSENT]),
        (replace(MAREK, absences=(_span("14-17"), _span("21-23"))), []),  # away before and after
        (replace(MAREK, duties=(_span("20-22"),)), [Unfit.OVERLAP]),
        (replace(MAREK, duties=(_span("15-17"),)), []),  # from one duty straight to the next
        (replace(MAREK, duties=(_span("06-14"),)), [Unfit.REST]),
        (replace(MAREK, duties=(_span("06-14"),), limits=limits_for(Engagement.VOLUNTEER, {})), []),
    ],
)
def test_whoever_lacks_something_or_is_elsewhere_cannot_hold_the_duty(
    candidate: Candidate, expected: list[Unfit]
) -> None:
    assert _unfit(candidate) == expected


def test_all_reasons_are_told_not_only_the_first() -> None:
    nobody = replace(
        MAREK,
        profession=Profession.TRAINER,
        languages=frozenset(),
        qualifications={"interview-of-minors": date(2026, 1, 1)},
        absences=(_span("08-22"),),
        duties=(_span("06-18"),),
    )
    both = replace(WANTED, qualifications=frozenset({"interview-of-minors", "sign-language"}))
    assert _unfit(nobody, both) == [
        Unfit.PROFESSION,
        Unfit.LANGUAGE,
        Unfit.QUALIFICATION,
        Unfit.QUALIFICATION_ENDED,
        Unfit.ABSENT,
        Unfit.OVERLAP,
        Unfit.REST,
    ]


@pytest.mark.parametrize(("until", "expected"), [(DAY, [Unfit.QUALIFICATION_ENDED]), (DAY + timedelta(days=1), [])])
def test_a_qualification_must_hold_to_the_end_of_the_night(until: date, expected: list[Unfit]) -> None:
    candidate = replace(MAREK, qualifications={"interview-of-minors": until})
    assert _unfit(candidate, span=NIGHT) == expected
    assert _unfit(candidate, span=_span("20-00")) == []  # midnight belongs to the evening


@pytest.mark.parametrize("profession", Profession)
def test_a_post_that_names_no_profession_takes_any(profession: Profession) -> None:
    assert _unfit(replace(MAREK, profession=profession), Wanted()) == []


def test_what_only_warns_is_told_and_forbids_nothing() -> None:
    limits = (Limit(Rule.LONGEST_DUTY, Severity.WARN, 8), Limit(Rule.DAILY_REST, Severity.OFF, 24))
    judgement = judge(replace(MAREK, duties=(_span("10-17"),), limits=limits), WANTED, EVENING, DAY, period_start=MONTH)
    assert judgement.is_fit
    assert [(finding.rule, finding.found) for finding in judgement.warnings] == [
        (Rule.LONGEST_DUTY, timedelta(hours=11))
    ]


def test_what_blocks_is_no_warning() -> None:
    judgement = judge(replace(MAREK, duties=(_span("06-14"),)), WANTED, EVENING, DAY, period_start=MONTH)
    assert not judgement.is_fit
    assert [finding.rule for finding in judgement.findings] == [Rule.DAILY_REST]
    assert judgement.warnings == ()


def test_a_stranger_holds_no_duty() -> None:
    assert Judgement.of_stranger() == Judgement((Unfit.NOT_A_MEMBER,), ())
    assert not Judgement.of_stranger().is_fit


some_languages = st.frozensets(st.sampled_from(["pl", "uk", "en", "ru"]))
some_hours = st.lists(st.integers(0, 22), max_size=3).map(
    lambda hours: tuple(_span(f"{hour}-{hour + 1}") for hour in hours)
)


@given(some_languages, some_languages, some_hours, some_hours, st.sampled_from(Engagement))
def test_asking_less_or_being_free_never_makes_anybody_unfit(
    spoken: frozenset[str],
    asked: frozenset[str],
    absences: tuple[Span, ...],
    duties: tuple[Span, ...],
    engagement: Engagement,
) -> None:
    busy = replace(MAREK, languages=spoken, absences=absences, duties=duties, limits=limits_for(engagement, {}))
    wanted = Wanted(languages=asked)
    found = set(_unfit(busy, wanted))
    assert set(_unfit(busy, Wanted())) <= found
    assert set(_unfit(replace(busy, absences=absences[1:], duties=()), wanted)) <= found
    assert (Unfit.LANGUAGE in found) is bool(asked - spoken)
    assert (Unfit.ABSENT in found) is any(absence.start in EVENING for absence in absences)
    assert (Unfit.OVERLAP in found) is any(duty.start in EVENING for duty in duties)
