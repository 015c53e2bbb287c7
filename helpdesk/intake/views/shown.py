"""What an intake says, as the desk reads it: each question in the reader's language and in that of whoever wrote."""

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.intake.labels import told
from helpdesk.intake.models import Intake
from helpdesk.intake.service.reading import answers_of, safe_of
from helpdesk.web.i18n import speaking

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A question with its answer; what the writer read and chose stands beside it, where that is other words."""

    question: str
    answer: str
    their_question: str
    their_answer: str


def answers(intake: Intake) -> list[Told]:
    """What was sent first, without how the person may be reached, which has a place of its own."""
    return _both(intake, lambda: told.rows(answers_of(intake), with_safe=False))


def safe(intake: Intake) -> list[Told]:
    """How the person may be reached, as they said last."""
    return _both(intake, lambda: told.safe_rows(safe_of(intake)))


def safe_words(intake: Intake) -> str:
    """The same in Polish, for the sheet."""
    with speaking("pl"):
        return "; ".join(f"{question} {answer}" for question, answer in told.safe_rows(safe_of(intake)))


def _both(intake: Intake, rows: Callable[[], Rows]) -> list[Told]:
    ours = rows()
    with speaking(intake.language):
        theirs = rows()
    return [
        Told(question, answer, other(their_question, question), other(their_answer, answer))
        for (question, answer), (their_question, their_answer) in zip(ours, theirs, strict=True)
    ]


def other(theirs: str, ours: str) -> str:
    """Their words, where they differ from ours."""
    return "" if theirs == ours else theirs
