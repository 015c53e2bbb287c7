"""Stories of somebody who looks for an institution while a caller waits."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from helpdesk.directory import queries, service
from helpdesk.directory.queries import Wanted
from helpdesk.kernel.errors import NotFound
from tests.directory.entries import BYDGOSZCZ, CLERK, DEMO, LUBICZ, NOW, TORUN, add


@pytest.fixture
def demo(session: Session) -> Session:
    """The directory of the demonstration."""
    service.import_csv(session, DEMO, check=False, actor=CLERK, now=NOW)
    session.flush()
    return session


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("osrodek wsparcia przystan", "Specjalistyczny Ośrodek Wsparcia „Przystań”"),
        ("SOW tor", "Specjalistyczny Ośrodek Wsparcia „Przystań”"),
        ("sow tourn", "Specjalistyczny Ośrodek Wsparcia „Przystań”"),
        ("OPS lubcz", "Gminny Ośrodek Pomocy Społecznej w Lubiczu"),
        ("polciaj torun", "Komenda Miejska Policji w Toruniu"),
        ("PROKURATRUA WŁOCŁAWEK", "Prokuratura Rejonowa we Włocławku"),
        ("niebieska lina", "Kujawsko-Pomorska Niebieska Linia"),
    ],
)
def test_diacritics_typing_errors_kinds_and_places_all_find(demo: Session, typed: str, first: str) -> None:
    assert queries.find(demo, typed)[0].name == first


def test_a_kind_is_found_in_the_words_of_both_languages(demo: Session) -> None:
    for typed in ("terapia uzaleznien", "addiction therapy", "TUZ"):
        assert {each.kind for each in queries.find(demo, typed)} == {"TUZ"}


def test_what_is_written_as_typed_is_never_mixed_with_what_is_only_similar(demo: Session) -> None:
    exact = queries.search(demo, Wanted("lubicz"))
    assert not exact.alike
    assert all("lubicz" in each.search for each in exact.rows)
    assert queries.search(demo, Wanted("lubcz")).alike
    assert queries.search(demo, Wanted("xyzzy")).total == 0


def test_the_nearest_of_equal_ones_comes_first(demo: Session) -> None:
    assert queries.find(demo, "policja", near=LUBICZ)[0].name == "Komenda Miejska Policji w Toruniu"
    assert queries.find(demo, "policja", near=BYDGOSZCZ)[0].name == "Komenda Miejska Policji w Bydgoszczy"


def test_a_kind_and_a_language_narrow_what_is_found(session: Session) -> None:
    add(session, "OPS w Lubiczu", languages=("pl", "uk"))
    add(session, "Fundacja Lubicz", kind="NGO", languages=("pl",))
    assert [each.kind for each in queries.find(session, "lubicz", kind="NGO")] == ["NGO"]
    assert [each.name for each in queries.search(session, Wanted(language="uk")).rows] == ["OPS w Lubiczu"]
    assert queries.search(session, Wanted("lubicz", kind="POL")).total == 0


def test_without_words_everything_is_found_in_polish_order_page_by_page(session: Session) -> None:
    for name in ("Łan", "Zdrój", "Lipa", "Ćma", "Cis"):
        add(session, name, teryt=(TORUN,))
    first, second = (queries.search(session, Wanted(), offset=place, limit=3) for place in (0, 3))
    assert [each.name for each in first.rows + second.rows] == ["Cis", "Ćma", "Lipa", "Łan", "Zdrój"]
    assert first.total == second.total == 5


def test_signs_that_mean_something_to_the_database_are_letters_like_any_other(demo: Session) -> None:
    everything = queries.search(demo, Wanted()).total
    assert queries.search(demo, Wanted("%")).total == everything  # nothing is left of it when folded
    assert queries.search(demo, Wanted("' OR 1=1 --")).total < everything
    assert queries.search(demo, Wanted("_olicja \\")).total == queries.search(demo, Wanted("olicja")).total


@pytest.mark.parametrize("condition", ["search LIKE '% tor%'", "search %> 'tourn'"])
def test_both_ways_of_finding_can_use_the_index(session: Session, condition: str) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = " ".join(session.scalars(text(f"EXPLAIN SELECT id FROM institution WHERE {condition}")))  # noqa: S608  ours
    assert "ix_institution_search" in plan


def test_an_institution_is_found_by_its_key_and_by_its_id_or_not_at_all(session: Session) -> None:
    added = add(session)
    assert queries.by_key(session, "ops-w-lubiczu") is added
    assert queries.by_key(session, "ops") is None
    assert queries.institution(session, added.id) is added
    with pytest.raises(NotFound):
        queries.institution(session, uuid4())
