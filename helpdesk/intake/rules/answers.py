"""What the form asks, step by step, and what may be answered. Nothing is demanded but a way to answer, and coming back is one (QP1)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.appointments.rules import Heard
from helpdesk.intake.rules.choices import About, Help, Need, Said, Sex
from helpdesk.intake.rules.safe import Safe, read_safe
from helpdesk.intake.rules.steps import Step
from helpdesk.intake.rules.typed import AnswerRefusal, clean, line, one, some, text_of
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES

LONGEST_STORY = 20_000
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Answers:
    """All that somebody told on the form. Every field has an answer that says nothing."""

    about: About = About.ME
    minor: Said = Said.UNSAID
    needs: tuple[Need, ...] = ()
    story: str = field(default="", repr=False)
    danger: Said = Said.UNSAID
    called: str = field(default="", repr=False)
    safe: Safe = field(default_factory=Safe)
    helps: tuple[Help, ...] = ()
    heard_version: str = ""
    heard_language: str = ""
    heard_at: str = ""
    language: str = ""
    interpreter: Said = Said.UNKNOWN
    interpreter_sex: Sex = Sex.ANY
    children: Said = Said.UNSAID
    disability: Said = Said.UNSAID
    care: str = field(default="", repr=False)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"safe": self.safe.to_json(), "needs": list(self.needs), "helps": list(self.helps)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Answers":
        """Read what `to_json` gave."""
        return cls(
            **{
                **kept,
                "about": About(kept["about"]),
                "needs": tuple(Need(each) for each in kept["needs"]),
                "helps": tuple(Help(each) for each in kept["helps"]),
                "safe": Safe.from_json(kept["safe"]),
                "interpreter_sex": Sex(kept["interpreter_sex"]),
                **{name: Said(kept[name]) for name in ("minor", "danger", "interpreter", "children", "disability")},
            }
        )


def read_answers(typed: Mapping[str, Any]) -> Answers:
    """The answers of a draft as they were typed, each a text or a list of texts by the name of its field.

    An unknown choice, a missing field and a list where a text belongs count as not answered (attack test 15). Raises Refusal with the
    field for what was promised and is missing, such as the number of a telephone that may be rung.
    """
    return Answers(
        about=one(About, typed, "about", About.ME),
        minor=one(Said, typed, "minor", Said.UNSAID),
        needs=some(Need, typed, "needs"),
        story=clean(text_of(typed, "story"), LONGEST_STORY, field="story"),
        danger=one(Said, typed, "danger", Said.UNSAID),
        called=line(text_of(typed, "called"), field="called"),
        safe=read_safe(typed),
        helps=read_helps(typed),
        heard_version=text_of(typed, "heard_version"),
        heard_language=text_of(typed, "heard_language"),
        heard_at=text_of(typed, "heard_at"),
        language=language_of(typed),
        interpreter=one(Said, typed, "interpreter", Said.UNKNOWN),
        interpreter_sex=one(Sex, typed, "interpreter_sex", Sex.ANY),
        children=one(Said, typed, "children", Said.UNSAID),
        disability=one(Said, typed, "disability", Said.UNSAID),
        care=line(text_of(typed, "care"), field="care"),
    )


def read_helps(typed: Mapping[str, Any]) -> tuple[Help, ...]:
    """Who is to help; an officer only if the warning was heard, else Refusal (FW-4)."""
    helps = some(Help, typed, "helps")
    if Help.OFFICER in helps and not text_of(typed, "heard_version"):
        raise Refusal(AnswerRefusal.NO_HEARING, field="helps")
    return helps


def check_step(step: Step, typed: Mapping[str, Any]) -> None:
    """Raise Refusal for what cannot stay as it is on this page; other pages are not looked at."""
    match step:
        case Step.STORY:
            clean(text_of(typed, "story"), LONGEST_STORY, field="story")
        case Step.SAFETY:
            line(text_of(typed, "called"), field="called")
            read_safe(typed)
        case Step.HELP:
            read_helps(typed)
        case Step.MORE:
            line(text_of(typed, "care"), field="care")
        case Step.NEED | Step.TIME | Step.CHECK:
            pass


def language_of(typed: Mapping[str, Any]) -> str:
    """In which language somebody wants to talk; nothing where none of ours was chosen."""
    tag = text_of(typed, "language")
    return tag if tag in {each.tag for each in LANGUAGES} else ""


def heard(answers: Answers) -> Heard | None:
    """Which warning was heard before an officer was chosen, in which language and when; None if none was (FW-4)."""
    if not answers.heard_at:
        return None
    return Heard(answers.heard_version, answers.heard_language, datetime.fromisoformat(answers.heard_at))
