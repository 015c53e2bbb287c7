"""Which word was meant, and what may still be trusted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.directory.rules import needs_checking, slips, slips_of_all

words = st.text(alphabet="abcdeł", min_size=1, max_size=7)


@pytest.mark.parametrize(
    ("typed", "word", "few"),
    [
        ("torun", "torun", 0),
        ("torun", "toruniu", 0),  # an ending is no slip
        ("tourn", "torun", 1),  # swapped
        ("polcja", "policja", 1),  # left out
        ("policjja", "policja", 1),  # one too many
        ("pokicja", "policja", 1),  # the key beside
        ("bydogszcz", "bydgoszcz", 1),
        ("sad", "szpital", 2),
        ("", "szpital", 0),
        ("abc", "", 3),
    ],
)
def test_a_slip_is_a_letter_missed_added_changed_or_swapped(typed: str, word: str, few: int) -> None:
    assert slips(typed, word) == few


@given(words, words)
def test_there_are_never_more_slips_than_letters_typed(typed: str, word: str) -> None:
    assert 0 <= slips(typed, word) <= len(typed)


@given(words, words)
def test_no_slip_means_that_the_word_begins_so(typed: str, word: str) -> None:
    assert (slips(typed, word) == 0) == word.startswith(typed)


@given(words, st.data())
def test_one_letter_left_out_is_at_most_one_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    assert slips(word[:place] + word[place + 1 :], word) <= 1


@pytest.mark.parametrize(
    ("typed", "known", "together"),
    [
        (["sow", "tourn"], ["sow", "torunski"], 1),
        (["sow", "tourn"], ["sow", "bydgoszcz"], None),
        (["spw", "torun"], ["sow", "torun"], None),  # three letters are too few to be mistyped
        (["rogo"], ["rogw"], 1),
        (["rgoo"], ["rowy"], None),  # four letters bear one slip
        (["polcjaa"], ["policja"], 2),
        (["torun"], [], None),
        ([], ["torun"], 0),
    ],
)
def test_all_words_must_have_been_meant(typed: list[str], known: list[str], together: int | None) -> None:
    assert slips_of_all(typed, known) == together


@pytest.mark.parametrize(
    ("checked_on", "today", "overdue"),
    [
        (None, date(2023, 10, 5), True),
        (date(2023, 10, 5), date(2023, 10, 5), False),
        (date(2022, 10, 5), date(2023, 10, 5), False),
        (date(2022, 10, 4), date(2023, 10, 5), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (date(2030, 1, 1), date(2023, 10, 5), False),
    ],
)
def test_what_nobody_checked_for_a_year_needs_checking(checked_on: date | None, today: date, *, overdue: bool) -> None:
    assert needs_checking(checked_on, today) is overdue
