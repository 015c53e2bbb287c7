"""When a translated sentence counts as looked at, and what a template of an answer must be."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Permission

LONGEST_NAME, LONGEST_TEXT = 80, 4000


class Verdict(StrEnum):
    """What a reviewer says of a sentence in their own language."""

    GOOD = "good"
    WRONG = "wrong"


class TextRefusal(StrEnum):
    """Why a text cannot be kept."""

    CHANGED = "text:changed"
    EMPTY = "text:empty"
    TAKEN = "text:taken"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was said of one sentence, as it stood then."""

    key: str
    digest: str
    verdict: Verdict


def digest_of(text: str) -> str:
    """What a review holds for: exactly these words. A changed translation is unreviewed again."""
    return hashlib.sha256(text.encode()).hexdigest()


def verdict_on(key: str, text: str, reviews: Iterable[Reviewed]) -> Verdict | None:
    """The last word on a sentence as it stands now; reviews come oldest first. None where nobody has looked at it."""
    digest = digest_of(text)
    said = [each.verdict for each in reviews if (each.key, each.digest) == (key, digest)]
    return said[-1] if said else None


def may_see(actor: Actor, tag: str) -> bool:
    """Whether somebody sees our texts in a language: who manages texts sees all, a reviewer those that were given."""
    return actor.may(Permission.TEXT_MANAGE) or tag in actor.reviews


def check_same(read: str, text: str) -> None:
    """Raise Refusal if a sentence no longer says what the reviewer read; `read` is the digest of that."""
    if read != digest_of(text):
        raise Refusal(TextRefusal.CHANGED)


def check_template(name: str, text: str) -> None:
    """Raise Refusal for a template without a name or without words."""
    if not name.strip():
        raise Refusal(TextRefusal.EMPTY, field="name")
    if not text.strip():
        raise Refusal(TextRefusal.EMPTY, field="text")
