"""Sentences for refusals. Each domain hands in its own table; none may be without a sentence."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.web.i18n import LazyText, _

_sentences: dict[StrEnum, LazyText] = {}


def register(table: Mapping[StrEnum, LazyText]) -> None:
    """Add a domain's sentences."""
    _sentences.update(table)


def has_sentence(code: StrEnum) -> bool:
    return code in _sentences


def sentence(refusal: Refusal) -> str:
    """The sentence of a refusal, with its values put in."""
    text = _sentences.get(refusal.code)
    if text is None:
        return _("The rules of this desk do not allow this.")
    return str(text) % refusal.data if refusal.data else str(text)
