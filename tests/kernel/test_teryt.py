from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.teryt import (
    Area,
    Kind,
    Level,
    area,
    areas,
    counties,
    county_of,
    display,
    full_code,
    gminas,
    search,
    short_name,
    within,
)

places = st.deferred(lambda: st.sampled_from(list(areas().values())))


def test_the_region_has_23_counties_and_144_gminas() -> None:
    assert Counter(place.level for place in areas().values()) == {
        Level.VOIVODESHIP: 1,
        Level.COUNTY: 23,
        Level.GMINA: 144,
    }
    assert (len(counties()), len(gminas())) == (23, 144)


def test_three_gminas_became_mixed_since_the_table_of_2023() -> None:
    assert Counter(place.kind for place in gminas()) == {Kind.URBAN: 17, Kind.RURAL: 88, Kind.MIXED: 39}


@pytest.mark.parametrize(
    ("county", "number"),
    [("0401", 9), ("0402", 10), ("0408", 9), ("0414", 11), ("0418", 13), ("0461", 1), ("0463", 1)],
)
def test_a_county_has_its_gminas(county: str, number: int) -> None:
    assert sum(within(place.code, county) for place in gminas()) == number


def test_the_last_digit_of_a_gmina_agrees_with_its_kind() -> None:
    digits = {Kind.URBAN: "1", Kind.RURAL: "2", Kind.MIXED: "3"}
    assert all(place.kind and digits[place.kind] == place.code[-1] for place in gminas())


def test_eleven_names_of_county_gminas_belong_to_two_places() -> None:
    names = Counter(place.name for place in gminas() if place.county != place.name)
    doubled = {name for name, number in names.items() if number > 1}
    assert doubled == {
        "Aleksandrów Kujawski", "Brodnica", "Chełmno", "Chełmża", "Golub-Dobrzyń", "Inowrocław", "Kowal", "Lipno",
        "Radziejów", "Rogowo", "Rypin",
    }  # fmt: skip


def test_no_two_places_look_alike_on_the_page() -> None:
    for locale_tag in ("pl", "en"):
        assert len({display(place, locale_tag) for place in areas().values()}) == 168


@pytest.mark.parametrize(
    ("code", "polish", "english"),
    [
        ("0408062", "Lipno (gmina wiejska, powiat lipnowski)", "Lipno (rural gmina, lipnowski county)"),
        ("0408011", "Lipno (gmina miejska, powiat lipnowski)", "Lipno (urban gmina, lipnowski county)"),
        ("0414093", "Świecie (gmina miejsko-wiejska, powiat świecki)", "Świecie (urban-rural gmina, świecki county)"),
        ("0463011", "Toruń (gmina miejska, miasto na prawach powiatu)", "Toruń (urban gmina, city with county rights)"),
        ("0463", "Toruń (miasto na prawach powiatu)", "Toruń (city with county rights)"),
        ("0415", "powiat toruński", "toruński county"),
        ("04", "województwo kujawsko-pomorskie", "kujawsko-pomorskie voivodeship"),
    ],
)
def test_a_place_is_shown_with_what_tells_it_apart(code: str, polish: str, english: str) -> None:
    assert display(area(code)) == polish
    assert display(area(code), "en") == display(area(code), "uk") == english


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("0408062", "0408062"),
        (" 0408062 ", "0408062"),
        ("040806", "0408062"),
        ("0403044", "0403043"),
        ("0403045", "0403043"),
        ("0408022", "0408023"),
        ("0408", "0408"),
        ("04", "04"),
    ],
)
def test_a_code_is_completed_where_there_is_no_doubt(written: str, full: str) -> None:
    assert full_code(written) == full
    assert area(written).code == full


@pytest.mark.parametrize("code", ["", "0", "0499", "0408061", "0408013", "040899", "04080622", "0408o62", "1408062"])
def test_a_wrong_code_is_an_error_and_never_a_guess(code: str) -> None:
    with pytest.raises(KeyError, match="TERYT"):
        area(code)


@pytest.mark.parametrize(("code", "county"), [("0408062", "0408"), ("0408", "0408"), ("0463011", "0463")])
def test_a_gmina_lies_in_its_county(code: str, county: str) -> None:
    assert county_of(code).code == county


def test_the_voivodeship_lies_in_no_county() -> None:
    with pytest.raises(KeyError, match="'04'"):
        county_of("04")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("lipno", ["0408011", "0408062", "0408"]),
        ("LIPNO", ["0408011", "0408062", "0408"]),
        ("lipno wiej", ["0408062"]),
        ("Rogowo", ["0412032", "0419052"]),
        ("rogowo rypiński", ["0412032"]),
        ("chelmno", ["0404011", "0404022"]),
        ("swiecie", ["0414093", "0406062"]),
        ("nad wisła", ["0408043"]),
        ("dobrz", ["0408043", "0405011", "0405032", "0405"]),
        ("powiat lipnowski", ["0408"]),
        ("gmina kowal", ["0418011", "0418092", "0405043"]),
        ("kujawsko", ["04"]),
        ("xyz", []),
        ("powiat", []),
        ("", []),
        (" - ", []),
    ],
)
def test_a_place_is_found_by_the_beginnings_of_words(typed: str, codes: list[str]) -> None:
    assert [place.code for place in search(typed)] == codes


def test_the_city_comes_before_the_county_round_it_and_gminas_before_counties() -> None:
    assert [place.code for place in search("toru")] == ["0463011", "0463", "0415"]
    assert [place.code for place in search("grudziadz")] == ["0462011", "0406012", "0462", "0406"]


def test_a_search_may_ask_for_gminas_only() -> None:
    assert [place.code for place in search("toru", level=Level.GMINA)] == ["0463011"]


def test_a_search_gives_no_more_than_asked() -> None:
    assert len(search("b")) == 10
    assert len(search("b", limit=3)) == 3


@given(places)
def test_every_place_is_found_by_its_whole_name(place: Area) -> None:
    assert place in search(place.name)
    assert search(place.name)[0].name == place.name


@given(places, st.integers(min_value=1, max_value=4))
def test_every_place_is_found_by_the_beginning_of_its_name(place: Area, letters: int) -> None:
    assert place in search(place.name[:letters], limit=168)


@given(st.text())
def test_any_text_may_be_searched(typed: str) -> None:
    assert all(isinstance(place, Area) for place in search(typed))


def test_a_short_name_is_enough_only_where_there_is_one() -> None:
    assert short_name(area("0415042")) == "Lubicz"
    assert short_name(area("0408062")) == "Lipno (gmina wiejska, powiat lipnowski)"
