"""What was answered, question by question, in the language that is being spoken; what was left open is left out."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from helpdesk.intake.labels.public import ABOUT, HELPS, NEEDS, QUESTIONS, REACHES, SAID, SEXES
from helpdesk.intake.rules.answers import Answers
from helpdesk.intake.rules.choices import About, Said, Sex
from helpdesk.intake.rules.safe import Safe
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.phones import display
from helpdesk.web.i18n import LazyText

Choice = TypeVar("Choice", bound=StrEnum)
_ENDONYMS = {each.tag: each.endonym for each in LANGUAGES}


def rows(answers: Answers, *, with_safe: bool = True) -> list[tuple[str, str]]:
    """Every question with its answer, in the order of the form; without those on how somebody may be reached, if they stand elsewhere."""
    told: dict[str, str] = {
        "needs": _all(NEEDS, answers.needs),
        "about": "" if answers.about is About.ME else str(ABOUT[answers.about]),
        "minor": _said(answers.minor),
        "story": answers.story,
        "danger": _said(answers.danger),
        "called": answers.called,
        **(_safe(answers.safe) if with_safe else {}),
        "helps": _all(HELPS, answers.helps),
        "language": _ENDONYMS.get(answers.language, ""),
        "interpreter": _said(answers.interpreter),
        "interpreter_sex": "" if answers.interpreter_sex is Sex.ANY else str(SEXES[answers.interpreter_sex]),
        "children": _said(answers.children),
        "disability": _said(answers.disability),
        "care": answers.care,
    }
    return [(str(QUESTIONS[name]), answer) for name, answer in told.items() if answer]


def safe_rows(safe: Safe) -> list[tuple[str, str]]:
    """How somebody may be reached, and what may be said."""
    return [(str(QUESTIONS[name]), answer) for name, answer in _safe(safe).items() if answer]


def _safe(safe: Safe) -> Mapping[str, str]:
    return dict(_safe_pairs(safe))


def _safe_pairs(safe: Safe) -> Iterator[tuple[str, str]]:
    yield "ways", _all(REACHES, safe.ways)
    yield "mail", safe.email
    yield "number", display(safe.phone, international=True) if safe.phone else ""
    yield "from_hour", "" if safe.from_hour is None else f"{safe.from_hour:02}:00"
    yield "until_hour", "" if safe.until_hour is None else f"{safe.until_hour:02}:00"
    if safe.phone:
        yield "voicemail", str(SAID[Said.YES if safe.voicemail else Said.NO])
        yield "may_name_us", str(SAID[Said.YES if safe.may_name_us else Said.NO])
    yield "listeners", safe.listeners


def _said(said: Said) -> str:
    return "" if said in {Said.UNSAID, Said.UNKNOWN} else str(SAID[said])


def _all(words: Mapping[Choice, LazyText], chosen: Iterable[Choice]) -> str:
    return ", ".join(str(words[each]) for each in chosen)
