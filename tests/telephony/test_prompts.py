import re
from datetime import datetime

import pytest

from helpdesk.kernel.languages import LANGUAGES
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.prompts import KEYS, Prompt

WRITTEN = tuple(prompts.sentences())
# A bystander who hears one of these knows what the line is for: violence, abuse, harm, a victim, a help line, a hot line, the police.
TELLING = {
    "pl": ("przemoc", "ofiar", "krzywd", "policj", "linia pomoc", "infolini"),
    "en": ("violen", "abus", "victim", "police", "helpline", "hotline"),
    "uk": ("насил", "жертв", "кривд", "поліц", "гаряч"),
    "ru": ("насил", "жертв", "полиц", "горяч"),
    "es": ("violen", "maltrat", "abus", "víctima", "policía", "línea de ayuda"),
    "be": ("гвалт", "ахвяр", "паліц", "міліц", "крыўд"),
    "ka": ("ძალად", "მსხვერპლ", "პოლიცი", "ცხელი"),
    "hi": ("हिंसा", "पीड़ित", "पीड़ि", "पुलिस", "हेल्पलाइन", "अत्याचार"),
    "ne": ("हिंसा", "पीडित", "प्रहरी", "हेल्पलाइन", "दुर्व्यवहार"),
    "fil": ("karahasan", "biktima", "pulis", "pang-aabuso", "helpline"),
    "ro": ("violen", "abuz", "victim", "poliți", "linie de ajutor"),
    "id": ("kekerasan", "korban", "polisi", "pelecehan", "saluran bantuan"),
    "zh-Hans": ("暴力", "家暴", "受害", "虐待", "警察", "报警", "求助热线"),
    "ar": ("عنف", "ضحي", "ضحاي", "إساءة", "شرطة", "خط المساعدة"),
    "uz": ("zoʻravon", "qurbon", "jabrlan", "politsiya", "ishonch telefon"),
    "vi": ("bạo lực", "nạn nhân", "bạo hành", "công an", "cảnh sát", "đường dây nóng"),
}
# What the keys beside the digits are called.
STAR = {
    "pl": "gwiazdk",
    "en": "star",
    "uk": "зірочк",
    "ru": "звёздочк",
    "es": "asterisco",
    "be": "зорачк",
    "ka": "ფიფქ",
    "hi": "स्टार",
    "ne": "स्टार",
    "fil": "star",
    "ro": "steluță",
    "id": "bintang",
    "zh-Hans": "星号",
    "ar": "النجمة",
    "uz": "yulduzcha",
    "vi": "phím sao",
}


def placeholders(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)s|%", text)


def test_every_language_of_ours_is_whole() -> None:
    assert set(WRITTEN) == {each.tag for each in LANGUAGES}
    assert prompts.missing(WRITTEN) == {}


def test_a_language_without_sentences_lacks_them_all() -> None:
    assert prompts.missing(["pl", "fr"]) == {"fr": tuple(Prompt)}


def test_there_is_no_sentence_that_nobody_says() -> None:
    assert {key for texts in prompts.sentences().values() for key in texts} == {prompt.value for prompt in Prompt}


@pytest.mark.parametrize("language", WRITTEN)
def test_every_language_names_the_same_keys_as_polish(language: str) -> None:
    texts = prompts.sentences()
    for prompt in Prompt:
        assert placeholders(texts[language][prompt]) == placeholders(texts["pl"][prompt]), prompt


@pytest.mark.parametrize("prompt", Prompt)
def test_whatever_names_a_key_says_which_keys_there_are(prompt: Prompt) -> None:
    assert ("%(key)s" in prompts.sentences()["pl"][prompt]) == (prompt in KEYS)


@pytest.mark.parametrize("language", WRITTEN)
def test_nothing_that_is_said_tells_a_bystander_what_the_line_is_for(language: str) -> None:
    for prompt in Prompt:
        said = prompts.sentence(prompt, language, key="1", value="x").casefold()
        assert [word for word in (*TELLING[language], *TELLING["en"]) if word in said] == [], prompt


@pytest.mark.parametrize("language", WRITTEN)
def test_no_sentence_is_longer_than_somebody_frightened_can_follow(language: str) -> None:
    for prompt in Prompt:
        assert len(prompts.sentence(prompt, language, key="1")) <= 200, prompt


@pytest.mark.parametrize("language", WRITTEN)
def test_no_sentence_is_lent_from_another_language(language: str) -> None:
    """A cell that was copied and never translated would stand in two columns; only what has no words of its own may."""
    texts = prompts.sentences()
    for prompt in set(Prompt) - {Prompt.LINE, Prompt.GREETING}:
        same = [other for other in WRITTEN if other != language and texts[other][prompt] == texts[language][prompt]]
        assert same == [], prompt


@pytest.mark.parametrize("language", WRITTEN)
def test_the_emergency_number_is_given_in_every_language(language: str) -> None:
    assert "112" in prompts.sentence(Prompt.EMERGENCY, language)


@pytest.mark.parametrize("language", WRITTEN)
def test_whoever_cannot_talk_is_told_the_key_in_every_language(language: str) -> None:
    assert STAR[language] in prompts.sentence(Prompt.CANNOT_TALK, language)


@pytest.mark.parametrize("language", WRITTEN)
def test_when_somebody_answers_again_can_be_said_in_every_language(language: str) -> None:
    moment = prompts.moment(datetime(2026, 12, 24, 20, 55), language)  # noqa: DTZ001  local
    said = prompts.sentence(Prompt.NEXT_DUTY, language, value=moment)
    assert "24" in said
    assert "20:55" in said


def test_the_menu_speaks_to_each_in_their_own_language() -> None:
    assert prompts.sentence(Prompt.CHOOSE, "pl", key="1") == "Dla języka polskiego naciśnij 1."
    assert prompts.sentence(Prompt.CHOOSE, "uk", key="2") == "Для української натисніть 2."
    assert prompts.sentence(Prompt.CHOOSE, "ka", key="3") == "ქართული ენისთვის დააჭირეთ ღილაკს 3."


def test_a_call_is_never_left_without_words() -> None:
    assert prompts.sentence(Prompt.NOBODY, "fr") == prompts.sentence(Prompt.NOBODY, "pl")


def test_more_words_take_more_time() -> None:
    assert prompts.seconds("") < prompts.seconds("Dzień dobry.") < prompts.seconds("Dzień dobry." * 3)
