"""Words for what the telephone does, and for how it is set."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask

from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.spans import Span
from helpdesk.telephony import labels
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Circle, Help, Order, Plan, PlanRefusal, Profile
from helpdesk.telephony.rules.ringing import Reason
from helpdesk.telephony.rules.settings import Answering, LineRefusal
from helpdesk.telephony.rules.state import Chosen, Ending, FlowState, Stage
from helpdesk.telephony.rules.wallboard import Doing
from helpdesk.web.i18n import LazyText
from helpdesk.web.labels import sentence


@pytest.fixture(autouse=True)
def reader(app: Flask) -> Iterator[None]:
    """Somebody who reads English."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


TABLES: list[tuple[type[StrEnum], Mapping[Any, LazyText]]] = [
    (Reason, labels.REASONS),
    (Circle, labels.CIRCLES),
    (Order, labels.ORDERS),
    (Profile, labels.PROFILES),
    (Help, labels.HELPS),
    (Answering, labels.ANSWERING),
    (Doing, labels.DOING),
    (Stage, labels.STAGES),
    (Stage, labels.AT_STAGE),
    (Ending, labels.ENDINGS),
    (CallState, labels.STATES),
    (CallState, labels.LEG_STATES),
]


@pytest.mark.parametrize(("kind", "table"), TABLES)
def test_every_code_has_words(kind: type[StrEnum], table: Mapping[Any, LazyText]) -> None:
    assert set(table) == set(kind)
    assert all(str(text) for text in table.values())


@pytest.mark.parametrize("kind", [LineRefusal, PlanRefusal])
def test_every_refusal_of_a_line_has_a_sentence(kind: type[StrEnum]) -> None:
    assert set(kind) <= set(labels.LABELS)


def test_a_refusal_names_its_language() -> None:
    refused = Refusal(LineRefusal.NOBODY_ANSWERS, field="languages", language="Georgian")
    assert sentence(refused).startswith("Nobody answers in this language in the coming week: Georgian.")
    assert sentence(Refusal(PlanRefusal.RING_SECONDS)) == "Write a number of seconds from 10 to 60."


STORIES = [
    (FlowState(), ["The call has just come in."]),
    (FlowState(stage=Stage.RINGING, rings=1), ["Telephones rang 1 time.", "Telephones ring."]),
    (
        FlowState(stage=Stage.WAITING, chosen=Chosen.DEFAULT, help=Help.LAWYER, rings=3, waited=135),
        [
            "The caller chose no language.",
            "The caller asked for a lawyer.",
            "Telephones rang 3 times.",
            "The caller waited for 2:15 at most.",
            "The caller waits and hears music.",
        ],
    ),
    (
        FlowState(stage=Stage.ENDED, chosen=Chosen.KEY, closed=True, offered=True, ending=Ending.MESSAGE),
        [
            "Nobody was on duty, so the caller heard when the next duty begins.",
            "The caller was offered to leave a message or to be called back.",
            "The caller left a message.",
        ],
    ),
    (
        FlowState(stage=Stage.ENDED, ending=Ending.CANNOT_TALK),
        ["The caller pressed the star: talking was not possible. The call ended at once, without a word."],
    ),
    (FlowState(stage=Stage.ROOM, ending=Ending.ANSWERED), ["The caller talks with several people."]),
    (FlowState(stage=Stage.ENDED), ["The call is over."]),
]


@pytest.mark.parametrize(("state", "expected"), STORIES)
def test_how_a_call_went_is_told_in_order(state: FlowState, expected: list[str]) -> None:
    assert labels.story(state) == expected


def test_a_line_that_offers_much_says_so() -> None:
    plan = Plan(
        order=Order.IN_TURN,
        helps=tuple(Help),
        circles=(Circle.SPEAKERS, Circle.OTHER_DESK),
        other_desk="help-point",
        waiting_seconds=90,
        profile=Profile.PORTABLE,
    )
    said = " ".join(labels.behaviour(plan, "Help Point"))
    for words in (
        "a psychologist or a lawyer",
        "one after the other",
        "speaks the language, Help Point.",
        "at most 2 minutes",
        "leave a message or ask to be called back",
        "no machine ever answers",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("voicemail", "call_back", "words"),
    [
        (True, False, "callers may leave a message."),
        (False, True, "callers may ask to be called back."),
        (False, False, "callers hear only the emergency number."),
    ],
)
def test_a_line_says_what_it_offers_when_nobody_can_answer(*, voicemail: bool, call_back: bool, words: str) -> None:
    said = labels.behaviour(Plan(voicemail=voicemail, call_back=call_back, waiting_seconds=0), "")
    assert any(words in each for each in said)
    assert "Nobody is asked to wait." in said


def test_a_menu_says_its_keys_and_one_language_needs_none() -> None:
    assert labels.languages(("pl", "uk")) == "1 Polish, 2 Ukrainian"
    assert labels.languages(("pl",)) == "Polish"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WARSAW)


HOURS = [
    ((), "closed on this day"),
    ((Span(at(29, 0), at(30, 0)),), "day and night"),
    ((Span(at(29, 17), at(29, 21, 30)), Span(at(29, 22), at(30, 0))), "17:00–21:30, 22:00–24:00"),
]


@pytest.mark.parametrize(("spans", "words"), HOURS)
def test_the_hours_of_a_day_end_at_its_midnight(spans: tuple[Span, ...], words: str) -> None:
    assert labels.clock_hours(spans) == words


def test_a_wait_reads_on_after_the_first_hour_and_never_below_zero() -> None:
    assert labels.minutes(timedelta(hours=1, seconds=5)) == "60:05"
    assert labels.minutes(timedelta(seconds=-5)) == "0:00"
