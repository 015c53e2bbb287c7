from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.text import fold, polish_key, words

POLISH_CITIES = ["Bydgoszcz", "Ciechocinek", "Łabiszyn", "lipno", "Łasin", "Świecie", "Żnin", "Śliwice", "Toruń"]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zażółć gęślą jaźń", "zazolc gesla jazn"),
        ("ŁÓDŹ", "lodz"),
        ("Golub-Dobrzyń", "golub dobrzyn"),
        ("  ul.\tDługa 5/7 \n", "ul dluga 5 7"),
        ("Đặng Thị Ngọc", "dang thi ngoc"),
        ("Straße, Œuvre, Ærø, Þór, İstanbul, ılık", "strasse oeuvre aero thor istanbul ilik"),
        ("м’ята, м'ята, мʼята", "мята мята мята"),
        ("Oʻzbekiston O‘zbekiston O'zbekiston", "ozbekiston ozbekiston ozbekiston"),
        ("ґанок Їжак", "ганок іжак"),
        ("مُحَمَّد محـمد", "محمد محمد"),
        ("हिन्दी", "हिनदी"),
        ("٠٥٢ ०५२", "052 052"),
        ("㎒ ﬁn ½", "mhz fin 1 2"),
        ("soft\N{SOFT HYPHEN}ly", "softly"),
        ("…!?", ""),
        ("", ""),
    ],
)
def test_what_people_type_meets_what_is_written(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_words_that_differ_by_a_letter_stay_different() -> None:
    assert len({fold(word) for word in ("Kowal", "Kowale", "Lipno", "Lipna")}) == 4


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="latin-1") | st.sampled_from("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")))
def test_case_does_not_matter_to_a_search(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) or "µ" in text


@given(st.text())
def test_a_folded_text_has_single_blanks_only_between_words(text: str) -> None:
    assert fold(text) == " ".join(words(text))


@given(st.text(), st.text())
def test_a_text_with_two_parts_folds_to_the_words_of_both(left: str, right: str) -> None:
    assert words(f"{left} {right}") == words(left) + words(right)


@pytest.mark.parametrize(
    "in_order",
    [
        ["cel", "ćma", "dom"],
        ["lipa", "luk", "łapa", "mak"],
        ["zebra", "zuch", "źle", "żal"],
        ["a", "ą", "b"],
        ["112", "2", "Alfa"],
        ["Kowal", "Kowal Nowy", "Kowalewo"],
        ["lipno", "Lipno", "lipnowski"],
        ["Rene", "René", "Reneta"],
        ["Zbiczno", "Żnin", "Київ"],
        ["", "a"],
    ],
)
def test_names_stand_in_polish_order(in_order: list[str]) -> None:
    assert all(polish_key(left) < polish_key(right) for left, right in pairwise(in_order))


def test_towns_of_the_region_stand_in_polish_order() -> None:
    assert sorted(POLISH_CITIES, key=polish_key) == [
        "Bydgoszcz", "Ciechocinek", "lipno", "Łabiszyn", "Łasin", "Śliwice", "Świecie", "Toruń", "Żnin",
    ]  # fmt: skip


def test_a_hyphen_sorts_as_a_blank() -> None:
    assert polish_key("Golub-Dobrzyń")[0] == polish_key(" Golub – Dobrzyń. ")[0]


def test_a_letter_typed_in_two_signs_sorts_like_the_letter() -> None:
    assert polish_key("a\N{COMBINING OGONEK}")[0] == polish_key("ą")[0]


@given(st.text(), st.text())
def test_only_equal_texts_have_equal_sort_keys(left: str, right: str) -> None:
    assert (polish_key(left) == polish_key(right)) == (left == right)


@given(st.lists(st.text(max_size=5)), st.randoms(use_true_random=False))
def test_sorting_does_not_depend_on_the_order_of_entry(texts: list[str], chance: Random) -> None:
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert sorted(texts, key=polish_key) == sorted(shuffled, key=polish_key)
