import re

import pytest

from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.prompts import Prompt

WRITTEN = ("pl", "en", "uk", "ru")
# A bystander who hears one of these knows what the line is for.
TELLING = [
    "przemoc",
    "ofiar",
    "krzywd",
    "violen",
    "abus",
    "victim",
    "насил",
    "жертв",
    "policj",
    "police",
    "полі",
    "поли",
]


def test_the_four_languages_of_the_first_lines_are_whole() -> None:
    assert prompts.missing(WRITTEN) == {}


def test_a_language_without_sentences_lacks_them_all() -> None:
    assert prompts.missing(["pl", "ka"]) == {"ka": tuple(Prompt)}


def test_there_is_no_sentence_that_nobody_says() -> None:
    assert {key for texts in prompts.sentences().values() for key in texts} == {prompt.value for prompt in Prompt}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("prompt", Prompt)
def test_every_language_names_the_same_keys_as_polish(prompt: Prompt, language: str) -> None:
    texts = prompts.sentences()
    assert re.findall(r"%\(\w+\)s|%", texts[language][prompt]) == re.findall(r"%\(\w+\)s|%", texts["pl"][prompt])


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("prompt", Prompt)
def test_nothing_that_is_said_tells_a_bystander_what_the_line_is_for(prompt: Prompt, language: str) -> None:
    said = prompts.sentence(prompt, language, key="1").casefold()
    assert [word for word in TELLING if word in said] == []


@pytest.mark.parametrize("language", WRITTEN)
def test_the_emergency_number_is_given_in_every_language(language: str) -> None:
    assert "112" in prompts.sentence(Prompt.EMERGENCY, language)


def test_the_menu_speaks_to_each_in_their_own_language() -> None:
    assert prompts.sentence(Prompt.CHOOSE, "pl", key="1") == "Dla języka polskiego naciśnij 1."
    assert prompts.sentence(Prompt.CHOOSE, "uk", key="2") == "Для української натисніть 2."


def test_a_call_is_never_left_without_words() -> None:
    assert prompts.sentence(Prompt.NOBODY, "ka") == prompts.sentence(Prompt.NOBODY, "pl")


def test_more_words_take_more_time() -> None:
    assert prompts.seconds("") < prompts.seconds("Dzień dobry.") < prompts.seconds("Dzień dobry." * 3)
