"""What the form asks, step by step, and what may be answered. Nothing is demanded but a way to answer, and coming back is one (QP1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from helpdesk.kernel import phones
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.outreach.rules import HOURS_OF_A_DAY, SafeContact, Way, check_address, check_hours

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_STORY = 20_000
LONGEST_LINE = 200
MOST_FILES = 10
_LONGEST_HOUR = 2


class Step(StrEnum):
    """The pages of the form, in their order."""

    NEED = "need"
    STORY = "story"
    SAFETY = "safety"
    HELP = "help"
    TIME = "time"
    MORE = "more"
    CHECK = "check"


class About(StrEnum):
    """For whom somebody writes."""

    ME = "me"
    SOMEBODY = "somebody"
    WORK = "work"


class Said(StrEnum):
    """The answer to a question of yes or no. Nobody need know, and nobody need say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    UNSAID = "unsaid"


class Need(StrEnum):
    """What somebody needs, in plain words and not as a crime."""

    TALK = "talk"
    HOME = "home"
    SAFE_PLACE = "safe-place"
    WORK = "work"
    PAPERS = "papers"
    CHEATED = "cheated"
    HATE = "hate"
    CHILDREN = "children"
    OTHER = "other"
    UNKNOWN = "unknown"


class Help(StrEnum):
    """Who is to help. An officer is chosen only after the warning (FW-4)."""

    LAWYER = "lawyer"
    PSYCHOLOGIST = "psychologist"
    INFORMATION = "information"
    OFFICER = "officer"
    UNKNOWN = "unknown"


class Reach(StrEnum):
    """By what somebody may be reached. Coming back by oneself is always possible and needs nothing."""

    BACK = "back"
    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"


class Sex(StrEnum):
    """Which interpreter somebody would rather have."""

    ANY = "any"
    WOMAN = "woman"
    MAN = "man"


class AnswerRefusal(StrEnum):
    """What is wrong with an answer."""

    HOURS = "answer:hours"
    NO_EMAIL = "answer:no-email"
    NO_HEARING = "answer:no-hearing"
    NO_PHONE = "answer:no-phone"
    SLOT_TAKEN = "answer:slot-taken"
    TOO_LONG = "answer:too-long"


@dataclass(frozen=True, slots=True)
class Safe:
    """How, when and by whom somebody may be reached, and what may be said (CO1). Empty, nothing is ever sent."""

    ways: tuple[Reach, ...] = (Reach.BACK,)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    from_hour: int | None = None
    until_hour: int | None = None
    voicemail: bool = False
    may_name_us: bool = False
    listeners: str = field(default="", repr=False)

    def by_email(self) -> SafeContact | None:
        """As the only door out understands it; None where no mail may be written."""
        if Reach.EMAIL not in self.ways or not self.email:
            return None
        return self._contact(Way.EMAIL)

    def by_sms(self) -> SafeContact | None:
        """Likewise for a text message."""
        if Reach.SMS not in self.ways or not self.phone:
            return None
        return self._contact(Way.SMS)

    def _contact(self, way: Way) -> SafeContact:
        """Hours that were not named are all of the day."""
        return SafeContact(
            way, has_address=True, from_hour=self.from_hour or 0, until_hour=self.until_hour or HOURS_OF_A_DAY
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ways": [way.value for way in self.ways]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Safe":
        return cls(**{**kept, "ways": tuple(Reach(way) for way in kept["ways"])})


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
        about=_one(About, typed, "about", About.ME),
        minor=_one(Said, typed, "minor", Said.UNSAID),
        needs=_some(Need, typed, "needs"),
        story=clean(_text(typed, "story"), LONGEST_STORY, field="story"),
        danger=_one(Said, typed, "danger", Said.UNSAID),
        called=line(_text(typed, "called"), field="called"),
        safe=read_safe(typed),
        helps=read_helps(typed),
        heard_version=_text(typed, "heard_version"),
        heard_at=_text(typed, "heard_at"),
        language=_language(typed),
        interpreter=_one(Said, typed, "interpreter", Said.UNKNOWN),
        interpreter_sex=_one(Sex, typed, "interpreter_sex", Sex.ANY),
        children=_one(Said, typed, "children", Said.UNSAID),
        disability=_one(Said, typed, "disability", Said.UNSAID),
        care=line(_text(typed, "care"), field="care"),
    )


def read_safe(typed: Mapping[str, Any]) -> Safe:
    """How somebody may be reached, or Refusal beside the field that lacks. Whoever chose nothing comes back by themselves."""
    ways = _some(Reach, typed, "ways") or (Reach.BACK,)
    email = _email(_text(typed, "mail")) if Reach.EMAIL in ways else ""
    phone = _phone(_text(typed, "number")) if {Reach.PHONE, Reach.SMS} & set(ways) else ""
    if ways == (Reach.BACK,):
        return Safe()
    from_hour, until_hour = _hours(typed)
    return Safe(
        ways=ways,
        email=email,
        phone=phone,
        from_hour=from_hour,
        until_hour=until_hour,
        voicemail=Reach.PHONE in ways and _text(typed, "voicemail") == Said.YES,
        may_name_us=_text(typed, "may_name_us") == Said.YES,
        listeners=line(_text(typed, "listeners"), field="listeners"),
    )


def read_helps(typed: Mapping[str, Any]) -> tuple[Help, ...]:
    """Who is to help; an officer only if the warning was heard, else Refusal (FW-4)."""
    helps = _some(Help, typed, "helps")
    if Help.OFFICER in helps and not _text(typed, "heard_version"):
        raise Refusal(AnswerRefusal.NO_HEARING, field="helps")
    return helps


def check_step(step: Step, typed: Mapping[str, Any]) -> None:
    """Raise Refusal for what cannot stay as it is on this page; other pages are not looked at."""
    match step:
        case Step.STORY:
            clean(_text(typed, "story"), LONGEST_STORY, field="story")
        case Step.SAFETY:
            line(_text(typed, "called"), field="called")
            read_safe(typed)
        case Step.HELP:
            read_helps(typed)
        case Step.MORE:
            line(_text(typed, "care"), field="care")
        case Step.NEED | Step.TIME | Step.CHECK:
            pass


def after(step: Step, *, has_times: bool) -> Step:
    """The next page; after the last one, the last one. Times are asked for only where one is free."""
    order = _order(has_times=has_times)
    return order[min(order.index(step) + 1, len(order) - 1)]


def before(step: Step, *, has_times: bool) -> Step | None:
    """The page before, if there is one."""
    order = _order(has_times=has_times)
    return order[order.index(step) - 1] if step is not order[0] else None


def _order(*, has_times: bool) -> list[Step]:
    return [step for step in Step if has_times or step is not Step.TIME]


def clean(text: str, longest: int, *, field: str) -> str:
    """A text as it may be kept: without NUL, lone surrogates and signs that turn other people's words round; Refusal if it is too long."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if _may_stay(sign))
    if len(kept) > longest:
        raise Refusal(AnswerRefusal.TOO_LONG, field=field, most=longest)
    return kept.strip()


def line(text: str, *, field: str) -> str:
    """The same for one line."""
    return clean(" ".join(text.split()), LONGEST_LINE, field=field)


# Overrides and embeddings turn round the words after them; isolates and marks do not, and Arabic and Hebrew need them.
_TURNING = frozenset("\u202a\u202b\u202d\u202e\u202c")


def _may_stay(sign: str) -> bool:
    return sign in "\n\t" or (
        ord(sign) >= ord(" ") and not "\ud800" <= sign <= "\udfff" and sign not in _TURNING and sign != "\x7f"
    )


def _text(typed: Mapping[str, Any], name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""


def _one(kind: type[Choice], typed: Mapping[str, Any], name: str, nothing: Choice) -> Choice:
    value = _text(typed, name)
    return kind(value) if value in {each.value for each in kind} else nothing


def _some(kind: type[Choice], typed: Mapping[str, Any], name: str) -> tuple[Choice, ...]:
    given: Any = typed.get(name, ())
    chosen: Sequence[Any] = [given] if isinstance(given, str) else list(given)
    return tuple(each for each in kind if each.value in chosen)


def _language(typed: Mapping[str, Any]) -> str:
    tag = _text(typed, "language")
    return tag if tag in {each.tag for each in LANGUAGES} else ""


def _phone(typed: str) -> str:
    number = phones.caller(typed).e164
    if number is None:
        raise Refusal(AnswerRefusal.NO_PHONE, field="number")
    return number


def _email(text: str) -> str:
    try:
        return check_address(text)
    except Refusal:
        raise Refusal(AnswerRefusal.NO_EMAIL, field="mail") from None


def _hours(typed: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The safe hours, or none where none were named."""
    hours = _hour(typed, "from_hour"), _hour(typed, "until_hour")
    if hours == (None, None):
        return hours
    try:
        return check_hours(*hours)
    except Refusal:
        raise Refusal(AnswerRefusal.HOURS, field="from_hour") from None


def _hour(typed: Mapping[str, Any], name: str) -> int | None:
    value = _text(typed, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_HOUR else None


def heard_at(answers: Answers) -> datetime | None:
    """When the warning was heard, if it was."""
    return datetime.fromisoformat(answers.heard_at) if answers.heard_at else None
