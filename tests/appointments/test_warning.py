"""The warning before a Border Guard officer is booked (FW-4)."""

import re

import pytest

from helpdesk.appointments.sources import warning, warning_languages
from helpdesk.kernel.languages import LANGUAGES, language

TAGS = [each.tag for each in LANGUAGES]
SCRIPTS = {
    "Arab": "\u0600-\u06ff",
    "Cyrl": "\u0400-\u04ff",
    "Deva": "\u0900-\u097f",
    "Geor": "\u10a0-\u10ff",
    "Hans": "\u4e00-\u9fff",
    "Latn": "a-zA-Z",
}


def test_everybody_can_be_warned_in_a_language_that_we_speak() -> None:
    assert set(warning_languages()) == set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_the_warning_has_two_sentences_in_the_script_of_its_language(tag: str) -> None:
    text = warning(tag).text
    assert len(re.findall(r"[.。।](?:\s|$)|。", text)) == 2
    assert text == text.strip()
    letters = re.findall(f"[{SCRIPTS[language(tag).script]}]", text.replace("Straż Graniczna", ""))
    assert len(letters) > 25
    assert tag == "pl" or "Straż Graniczna" in text


def test_no_two_languages_share_a_text() -> None:
    assert len({warning(tag).text for tag in TAGS}) == len(TAGS)


def test_of_the_same_version_in_every_language() -> None:
    assert {warning(tag).version for tag in TAGS} == {"2"}


def test_somebody_of_another_language_is_warned_in_english() -> None:
    assert warning("other").language == "en"
