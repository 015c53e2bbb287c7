import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.languages import (
    ENGLISH,
    LANGUAGES,
    POLISH,
    STAFF_LANGUAGES,
    Direction,
    language,
    language_name,
    negotiate,
)


def test_polish_and_fifteen_more_are_spoken() -> None:
    tags = "pl uk ru en es be ka hi ne fil ro id zh-Hans ar uz vi"
    assert [spoken.tag for spoken in LANGUAGES] == tags.split()


def test_only_arabic_is_written_from_the_right() -> None:
    assert [spoken.tag for spoken in LANGUAGES if spoken.direction is Direction.RTL] == ["ar"]


@pytest.mark.parametrize("spoken", LANGUAGES, ids=lambda spoken: spoken.tag)
def test_the_directions_agree_with_the_locale_data(spoken: object) -> None:
    known = language(getattr(spoken, "tag", ""))
    assert Locale.parse(known.tag, sep="-").text_direction == known.direction


def test_no_two_languages_share_a_tag_or_a_name() -> None:
    assert len({spoken.tag for spoken in LANGUAGES}) == len({spoken.endonym for spoken in LANGUAGES}) == 16


def test_staff_work_in_polish_and_english() -> None:
    assert STAFF_LANGUAGES == (POLISH, ENGLISH)


@pytest.mark.parametrize(("tag", "found"), [("uk", "uk"), ("zh_Hans", "zh-Hans"), ("ZH-HANS", "zh-Hans"), ("PL", "pl")])
def test_a_language_is_found_by_its_tag(tag: str, found: str) -> None:
    assert language(tag).tag == found


def test_an_unknown_language_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="'xx'"):
        language("xx")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "pl"),
        ("pl", "pl"),
        ("uk-UA,uk;q=0.9,ru;q=0.8,en;q=0.7", "uk"),
        ("ru;q=0.3, uk;q=0.9", "uk"),
        ("en;q=0.5, es", "es"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("tl-PH", "fil"),
        ("mo", "ro"),
        ("in-ID", "id"),
        ("si", "en"),
        ("si-LK, bn;q=0.9, ar;q=0.1", "ar"),
        ("*", "pl"),
        ("si, *;q=0.1", "pl"),
        ("uk;q=0, ru", "ru"),
        ("uk;q=zero, ru;q=nan, es;q=0.1", "es"),
        ("uk;q=7", "pl"),
        (";;;,,,=", "pl"),
        ("UK-ua", "uk"),
    ],
)
def test_the_browser_gets_the_language_it_likes_best(header: str, tag: str) -> None:
    assert negotiate(header, LANGUAGES).tag == tag


def test_staff_with_a_ukrainian_browser_get_english() -> None:
    assert negotiate("uk", STAFF_LANGUAGES) == ENGLISH


def test_where_english_is_not_offered_the_first_language_is_given() -> None:
    assert negotiate("si", (POLISH, language("uk"))) == POLISH


@given(st.text() | st.text(alphabet="plukzhenar-*;,=q0.19 "), st.lists(st.sampled_from(LANGUAGES), min_size=1))
def test_every_header_gets_an_offered_language(header: str, offered: list[object]) -> None:
    chosen = [spoken for spoken in LANGUAGES if spoken in offered]
    assert negotiate(header, chosen) in chosen


@given(st.sampled_from(LANGUAGES))
def test_who_asks_for_an_offered_language_gets_it(spoken: object) -> None:
    known = language(getattr(spoken, "tag", ""))
    assert negotiate(known.tag, LANGUAGES) == known


@pytest.mark.parametrize(
    ("tag", "locale_tag", "name"),
    [
        ("uk", "pl", "ukraiński"),
        ("uk", "en", "Ukrainian"),
        ("zh-Hans", "pl", "chiński uproszczony"),
        ("fil", "pl", "filipiński"),
        ("uk", "fil", "Ukrainian"),
        ("si", "pl", "syngaleski"),
        ("pl", "zh-Hans", "波兰语"),
        ("uk", "xx", "українська"),
        ("uk", "!", "українська"),
        ("qqq", "pl", "qqq"),
    ],
)
def test_a_language_has_a_name_in_every_other(tag: str, locale_tag: str, name: str) -> None:
    assert language_name(tag, locale_tag) == name


@pytest.mark.parametrize("reader", [spoken.tag for spoken in LANGUAGES])
def test_no_language_is_shown_by_its_bare_tag(reader: str) -> None:
    assert all(language_name(spoken.tag, reader) != spoken.tag for spoken in LANGUAGES)
