"""Words for places, rooms and uses."""

from dataclasses import fields

from flask import Flask

from helpdesk.kernel.errors import Refusal
from helpdesk.premises.labels import FIELDS, LABELS, NEEDS, PURPOSES, in_words
from helpdesk.premises.rules import Need, PlaceEntry, PlaceRefusal, Purpose, RoomEntry, UseRefusal
from helpdesk.web import labels


def test_everything_has_words() -> None:
    assert set(LABELS) == {*PlaceRefusal, *UseRefusal}
    assert set(PURPOSES) == set(Purpose)
    assert set(NEEDS) == set(Need)
    assert set(FIELDS) == {field.name for kind in (PlaceEntry, RoomEntry) for field in fields(kind)}


def test_what_is_refused_says_the_numbers_it_is_about(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert "At least 45 minutes" in labels.sentence(Refusal(UseRefusal.APART, minutes=45))
        assert "at most 20." in labels.sentence(Refusal(UseRefusal.CAPACITY, capacity=20))
        assert "cases: 3." in labels.sentence(Refusal(PlaceRefusal.COLLIDES, number=3))
        assert "from 15 to 480" in labels.sentence(Refusal(PlaceRefusal.MARGIN, least=15, most=480))


def test_what_is_too_near_is_said_without_the_words_for_either_side(app: Flask) -> None:
    """Whoever works with one group must not learn from a sentence that the other is there, or that it is support that takes place."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        sentence = labels.sentence(Refusal(UseRefusal.APART, minutes=45)).lower()
    for word in ("support", "victim", "hurt", "corrective", "programme", "desk"):
        assert word not in sentence


def test_values_are_shown_as_people_read_them(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        shown = [in_words("active", False), in_words("active", True), in_words("gmina", "0463011")]
        assert [*shown, in_words("gmina", None), in_words("capacity", 12)] == ["no", "yes", "Toruń", "—", "12"]
