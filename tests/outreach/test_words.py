"""The words of a reminder say a day and a time, and nothing that tells anybody more."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.demo.office import DESKS, PEOPLE
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.outreach.sources import reminder, reminder_languages, unreviewed

TUESDAY_TEN = datetime(2023, 10, 17, 8, tzinfo=UTC)
DAY_BEFORE = TUESDAY_TEN - timedelta(days=1)
TAGS = [each.tag for each in LANGUAGES]


def test_every_language_that_we_speak_has_its_reminder() -> None:
    assert set(reminder_languages()) == set(TAGS)
    assert set(unreviewed()) <= set(TAGS)


@pytest.mark.parametrize(
    ("tag", "subject", "body"),
    [
        ("en", "Reminder", "Tomorrow, Tue, Oct 17, 10:00."),
        ("pl", "Przypomnienie", "Jutro, wt., 17 października, 10:00."),
        ("uk", "Нагадування", "Завтра, вт, 17 жовтня, 10:00."),
        ("zh-Hans", "提醒", "明天，10月17日周二，10:00。"),
        ("ar", "تذكير", "غدًا، الثلاثاء، 17 أكتوبر، 10:00."),
    ],
)
def test_a_reminder_reads_like_this(tag: str, subject: str, body: str) -> None:
    words = reminder(tag, TUESDAY_TEN, DAY_BEFORE)
    assert (words.subject, words.body) == (subject, body)


@pytest.mark.parametrize("tag", TAGS)
def test_a_reminder_names_no_office_no_person_no_way_back(tag: str) -> None:
    words = reminder(tag, TUESDAY_TEN, DAY_BEFORE)
    said = f"{words.subject} {words.body}".lower()
    names = {each.name for each in PEOPLE} | {name for desk in DESKS for name in (desk.id, desk.name_pl, desk.name_en)}
    controllers = {desk.controller for desk in DESKS}
    parts = {part.lower() for name in names | controllers for part in re.split(r"[\s\-]+", name) if len(part) > 2}
    assert not {part for part in parts if re.search(rf"\b{re.escape(part)}\b", said)}
    assert not re.search(r"https?:|www|@|/|\+", said)
    assert sorted(re.findall(r"\d+", said)) == sorted(_numbers(tag))


def _numbers(tag: str) -> list[str]:
    """The day and the time; Chinese and Vietnamese number the month, Vietnamese the day of the week, too."""
    more = {"zh-Hans": ["10"], "vi": ["3", "10"]}
    return ["17", "10", "00", *more.get(tag, [])]


@pytest.mark.parametrize("tag", TAGS)
def test_tomorrow_is_said_only_where_it_is_true(tag: str) -> None:
    tomorrow = reminder(tag, TUESDAY_TEN, DAY_BEFORE).body
    earlier = reminder(tag, TUESDAY_TEN, DAY_BEFORE - timedelta(days=1)).body
    assert tomorrow.endswith(earlier)
    assert len(earlier) < len(tomorrow)


def test_somebody_of_another_language_reads_english_and_polish() -> None:
    words = reminder("other", TUESDAY_TEN, DAY_BEFORE)
    assert words.subject == "Reminder / Przypomnienie"
    assert words.body.splitlines() == ["Tomorrow, Tue, Oct 17, 10:00.", "Jutro, wt., 17 października, 10:00."]


def test_the_hour_is_that_of_the_polish_wall_in_either_half_of_the_doubled_hour() -> None:
    first, second = (datetime(2023, 10, 29, hour, 30, tzinfo=UTC) for hour in (0, 1))
    said = [reminder("en", at, at - timedelta(days=1)).body for at in (first, second)]
    assert said == ["Tomorrow, Sun, Oct 29, 02:30.", "Tomorrow, Sun, Oct 29, 02:30."]
