from collections.abc import Iterable, Mapping
from enum import StrEnum

from helpdesk.texts.rules import TextRefusal, Verdict
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    TextRefusal.CHANGED: lazy("This sentence was changed meanwhile. Read it again; what you typed is still there."),
    TextRefusal.EMPTY: lazy("Write something here."),
    TextRefusal.TAKEN: lazy("There is a template of this name in this language already."),
}

VERDICTS: Mapping[Verdict, LazyText] = {
    Verdict.GOOD: lazy("good"),
    Verdict.WRONG: lazy("wrong"),
}

# The sentences on which somebody's safety may depend, handed in by the domains that say them.
_SENTENCES: dict[str, LazyText] = {}


def register(sentences: Iterable[tuple[StrEnum, LazyText]]) -> None:
    """Let native speakers look at these."""
    _SENTENCES.update({code.value: text for code, text in sentences})


def sentences() -> Mapping[str, LazyText]:
    return _SENTENCES
