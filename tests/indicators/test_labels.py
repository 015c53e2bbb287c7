"""Nobody meets a bare code."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

import pytest
from flask import Flask

from helpdesk.indicators import labels
from helpdesk.indicators.rules.counting import DEFINITIONS, Beside, Origin
from helpdesk.indicators.rules.entering import EntryDoubt, EntryRefusal
from helpdesk.indicators.rules.progress import Mark, NoPercent
from helpdesk.indicators.rules.table import Column, Doubt, ImportRefusal, Problem, Warned
from helpdesk.indicators.rules.values import Expected
from helpdesk.indicators.service import Outcome
from helpdesk.indicators.sources import REGISTERS


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Beside, labels.BESIDE),
        (Column, labels.COLUMNS),
        (Doubt, labels.DOUBTS),
        (EntryDoubt, labels.ENTRY_DOUBTS),
        (EntryRefusal, labels.LABELS),
        (Expected, labels.EXPECTED),
        (ImportRefusal, labels.LABELS),
        (Mark, labels.MARKS),
        (NoPercent, labels.NO_PERCENT),
        (Origin, labels.ORIGINS),
        (Outcome, labels.OUTCOMES),
    ],
)
def test_every_code_has_words(kind: type[Enum], words: Mapping[object, object]) -> None:
    assert set(kind) <= set(words)


def test_every_desk_whose_records_are_counted_has_a_name() -> None:
    counted = [each for each in DEFINITIONS.values() if each.register in REGISTERS]
    assert {desk for each in counted for desk in each.desks} <= set(labels.DESKS)


@pytest.mark.parametrize("doubt", list(Doubt))
def test_every_warning_can_be_said(app: Flask, doubt: Doubt) -> None:
    with app.test_request_context("/desk?lang=en"):
        assert labels.warning_words(Warned(doubt, 7, "x" * 200, "9")).startswith("Line 7: ")


def test_a_problem_says_where_it_is_what_stands_there_and_what_should(app: Flask) -> None:
    with app.test_request_context("/desk?lang=en"):
        said = labels.problem_words(Problem(55, 10, Column.EXECUTED, "24I7", Expected.SUM_OF_FUNDS, "12"))
    assert said == ("55", "10", "Execution", "24I7", "own funds and others together: 12")


@pytest.mark.parametrize(
    ("percent", "words"),
    [(Decimal("100.0"), "100.0 %"), (Decimal("1234.5"), "1,234.5 %"), (NoPercent.NOT_PLANNED, "not planned")],
)
def test_a_percentage_has_one_decimal(app: Flask, percent: Decimal | NoPercent, words: str) -> None:
    with app.test_request_context("/desk?lang=en"):
        assert labels.percent_words(percent) == words
