"""How a line may be set: which languages it can offer, who answers in them, and which other desk helps out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpdesk.kernel.errors import Refusal
from helpdesk.telephony.rules.plan import Circle, Plan, problems
from helpdesk.telephony.rules.prompts import missing
from helpdesk.telephony.rules.recordings import Slot, lacking
from helpdesk.telephony.rules.ringing import MOST_LANGUAGES

# The whisper says it while a caller waits.
LONGEST_NAME = 60
LONGEST_WHY = 200


class LineRefusal(StrEnum):
    """Why a line cannot be set like this, beside what its plan itself forbids."""

    NOBODY_ANSWERS = "line:nobody-answers"
    NOT_AGREED = "line:not-agreed"
    NOT_HEARD = "line:not-heard"
    NOT_WHOLE = "line:not-whole"
    NO_LANGUAGE = "line:no-language"
    TOO_MANY_LANGUAGES = "line:too-many-languages"


class NotSettable(Exception):
    """A line cannot be set like this; `refusals` are all the reasons, so that they are told at once."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(each.code.value for each in refusals))
        self.refusals = refusals


class Answering(StrEnum):
    """Who answers in a language; the first that holds."""

    ON_DUTY = "on-duty"
    COORDINATOR = "coordinator"
    INTERPRETER = "interpreter"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class LineSettings:
    """What a coordinator decides about a line. `languages` stand in the order of the menu."""

    name: str
    languages: tuple[str, ...]
    plan: Plan

    def to_json(self) -> dict[str, Any]:
        """Give plain values, to be kept when the line is set otherwise."""
        return {"name": self.name, "languages": list(self.languages), "plan": self.plan.to_json()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "LineSettings":
        """Read what `to_json` gave. Raises ValueError for a word of the plan that there is not."""
        return cls(kept["name"], tuple(kept["languages"]), Plan.from_json(kept["plan"]))


@dataclass(frozen=True, slots=True)
class Speakers:
    """The languages of those who can be rung: on duty in the coming week, as coordinators, as interpreters who are called in."""

    on_duty: frozenset[str] = frozenset()
    coordinators: frozenset[str] = frozenset()
    interpreters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the setting of a line is judged by: who can be rung, what is recorded, and in which languages a voice speaks.

    `agreed` are the desks whose own coordinators said that they help out here.
    """

    speakers: Speakers
    recorded: frozenset[Slot]
    voices: frozenset[str]
    agreed: frozenset[str]

    def unworded(self, languages: Sequence[str]) -> dict[str, int]:
        """Give the languages that lack sentences, each with how many."""
        return {language: len(gaps) for language, gaps in missing(languages).items()}

    def unheard(self, languages: Sequence[str]) -> dict[str, int]:
        """Give the languages of a menu in which something can neither be played nor be said, each with how many sentences."""
        return {language: len(gaps) for language, gaps in lacking(languages, self.recorded, self.voices).items()}


def answering(language: str, circles: Iterable[Circle], speakers: Speakers) -> Answering:
    """Tell who answers in a language. An interpreter is only called in by somebody who does not speak it, so in that circle.

    The roster of a desk that helps out is not ours to read, so it counts for nothing here.
    """
    rung = frozenset(circles)
    if rung & {Circle.SPEAKERS, Circle.ANYONE} and language in speakers.on_duty:
        return Answering.ON_DUTY
    if Circle.COORDINATORS in rung and language in speakers.coordinators:
        return Answering.COORDINATOR
    if Circle.ANYONE in rung and language in speakers.interpreters:
        return Answering.INTERPRETER
    return Answering.NOBODY


def changed(before: LineSettings, after: LineSettings) -> list[str]:
    """Name the settings in which the two differ, in the order of the form."""
    old, new = _flat(before), _flat(after)
    return [name for name, value in new.items() if old[name] != value]


def objections(after: LineSettings, before: LineSettings, known: Known) -> list[Refusal]:
    """Everything that keeps a line from being set like this, each with the field it belongs to.

    Only a language that is new on the line is refused for what it lacks. One that is there already is warned of instead: with an
    empty roster a coordinator could otherwise change nothing any more, not even that callers may leave a message.
    """
    return [*_of_languages(after, before, known), *problems(after.plan), *_of_desk(after.plan, known)]


def _of_languages(after: LineSettings, before: LineSettings, known: Known) -> Iterator[Refusal]:
    if not after.languages:
        yield Refusal(LineRefusal.NO_LANGUAGE, field="languages")
    if len(after.languages) > MOST_LANGUAGES:
        yield Refusal(LineRefusal.TOO_MANY_LANGUAGES, field="languages", most=MOST_LANGUAGES)
    unworded, unheard = known.unworded(after.languages), known.unheard(after.languages)
    for language in after.languages:
        if language in before.languages:
            continue
        if language in unworded:
            yield Refusal(LineRefusal.NOT_WHOLE, field="languages", language=language)
        elif language in unheard:
            yield Refusal(LineRefusal.NOT_HEARD, field="languages", language=language)
        if answering(language, after.plan.circles, known.speakers) is Answering.NOBODY:
            yield Refusal(LineRefusal.NOBODY_ANSWERS, field="languages", language=language)


def _of_desk(plan: Plan, known: Known) -> Iterator[Refusal]:
    if plan.other_desk and plan.other_desk not in known.agreed:
        yield Refusal(LineRefusal.NOT_AGREED, field="other_desk")


def _flat(settings: LineSettings) -> dict[str, Any]:
    return {"name": settings.name, "languages": list(settings.languages), **settings.plan.to_json()}
