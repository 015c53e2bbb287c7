"""Sentences for refusals. Each domain hands in its own table; none may be without a sentence."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.web.i18n import LazyText, _

# Codes of two enums may be spelt alike, and then they are equal; the kind tells them apart.
_sentences: dict[tuple[type[StrEnum], str], LazyText] = {}


def register(table: Mapping[StrEnum, LazyText]) -> None:
    """Add a domain's sentences."""
    _sentences.update({(type(code), code.value): text for code, text in table.items()})


def has_sentence(code: StrEnum) -> bool:
    return (type(code), code.value) in _sentences


def sentence(refusal: Refusal) -> str:
    """The sentence of a refusal, with its values put in."""
    text = _sentences.get((type(refusal.code), refusal.code.value))
    if text is None:
        return _("The rules of this desk do not allow this.")
    return str(text) % refusal.data if refusal.data else str(text)
