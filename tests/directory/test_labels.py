"""Every code of the directory has words, and the words say what to do."""

from collections.abc import Iterator
from enum import StrEnum

import pytest
from flask import Flask

from helpdesk.directory.labels import ACCESS, FIELDS, LABELS, hours_in_words, place_of, sentence
from helpdesk.directory.rules import COLUMNS, Access, Problem, RowProblem
from helpdesk.kernel.phones import PhoneRefusal


@pytest.fixture(autouse=True)
def reader(app: Flask) -> Iterator[None]:
    """Somebody who reads English."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize("codes", [RowProblem, PhoneRefusal])
def test_every_problem_has_a_sentence(codes: type[StrEnum]) -> None:
    with_words = {(type(code), code) for code in LABELS}
    assert with_words >= {(codes, code) for code in codes}


def test_every_need_and_every_field_has_words() -> None:
    assert set(ACCESS) == set(Access)
    assert set(FIELDS) == set(COLUMNS) - {"key"}


@pytest.mark.parametrize(
    ("problem", "place", "words"),
    [
        (Problem(12, "phones", RowProblem.PHONE, "0700 123 456"), "line 12, column phones", "0700 123 456"),
        (Problem(12, "phones", RowProblem.PHONE, "123"), "line 12, column phones", "is too short"),
        (Problem(3, "kind", RowProblem.KIND, "QQQ"), "line 3, column kind", "kinds of institutions"),
        (Problem(7, "", RowProblem.CELL_COUNT, "5"), "line 7", "more or fewer cells"),
        (Problem(0, "", RowProblem.UNREADABLE, "x"), "the whole file", "not a table"),
    ],
)
def test_a_problem_is_told_with_its_place_and_its_reason(problem: Problem, place: str, words: str) -> None:
    assert place_of(problem) == place
    assert words in sentence(problem)


@pytest.mark.parametrize(
    ("hours", "tag", "words"),
    [
        ("", "en", []),
        ("24/7", "en", ["day and night, every day"]),
        ("Mo-Fr 07:30-15:30", "en", ["Monday–Friday 07:30–15:30"]),
        ("Mo,We 08:00-12:00,13:00-17:00; Sa 09:00-24:00", "pl",
         ["poniedziałek, środa 08:00–12:00, 13:00–17:00", "sobota 09:00–24:00"]),
    ],
)  # fmt: skip
def test_hours_are_read_out_in_words(hours: str, tag: str, words: list[str]) -> None:
    assert hours_in_words(hours, tag) == words
