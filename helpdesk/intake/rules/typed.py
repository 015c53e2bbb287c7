"""What was typed, as it may be kept. Whatever is none of the choices counts as not answered (attack test 15)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from helpdesk.kernel.errors import Refusal

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_LINE = 200


class AnswerRefusal(StrEnum):
    """What is wrong with an answer."""

    HOURS = "answer:hours"
    NO_EMAIL = "answer:no-email"
    NO_HEARING = "answer:no-hearing"
    NO_PHONE = "answer:no-phone"
    NOT_SURE = "answer:not-sure"
    SLOT_TAKEN = "answer:slot-taken"
    TOO_LONG = "answer:too-long"


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


def text_of(typed: Mapping[str, Any], name: str) -> str:
    """What stands in a field; nothing where it is missing, or holds no text."""
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""


def one(kind: type[Choice], typed: Mapping[str, Any], name: str, nothing: Choice) -> Choice:
    """The choice that was made, else the one that says nothing."""
    value = text_of(typed, name)
    return kind(value) if value in {each.value for each in kind} else nothing


def some(kind: type[Choice], typed: Mapping[str, Any], name: str) -> tuple[Choice, ...]:
    """The choices that were made, in our order and each once."""
    given: Any = typed.get(name, ())
    chosen: Sequence[Any] = [given] if isinstance(given, str) else list(given)
    return tuple(each for each in kind if each.value in chosen)
