"""The sentences on which somebody's safety may depend. Each carries, per language, whether a native speaker has looked at it."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.web.i18n import LazyText, lazy


class Safety(StrEnum):
    """Which sentence."""

    CODE_HIDE = "code-hide"
    CODE_LOST = "code-lost"
    CODE_ONLY = "code-only"
    CODE_SHARED = "code-shared"
    DANGER = "danger"
    EXIT = "exit"
    EXIT_KEYS = "exit-keys"
    MINOR = "minor"
    NEUTRAL = "neutral"
    NOT_PROMISED = "not-promised"
    NOT_SENT = "not-sent"
    SEEN = "seen"
    TYPED = "typed"


SAFETY: Mapping[Safety, LazyText] = {
    Safety.CODE_HIDE: lazy(
        "Write the digits down so that they look like any other number, for example a telephone number. Do not write beside them what they are for."
    ),
    Safety.CODE_LOST: lazy("If you lose the digits, call us. We can give you new ones."),
    Safety.CODE_ONLY: lazy(
        "Only with these digits can you read our answer. We do not keep them and cannot look them up."
    ),
    Safety.CODE_SHARED: lazy("Whoever has these digits can read the answers."),
    Safety.DANGER: lazy("If you are in danger now, call 112."),
    Safety.EXIT: lazy(
        "“Leave this site” takes you to another page at once. It does not clear the history of the browser."
    ),
    Safety.EXIT_KEYS: lazy("On a keyboard, pressing Shift three times does the same."),
    Safety.MINOR: lazy("Under 18? You can also call 116 111. It is free, for children and young people."),
    Safety.NEUTRAL: lazy("If you allow it, we send one short sentence. It says nothing about us or about you."),
    Safety.NOT_PROMISED: lazy(
        "We do not pass your status on from this form. If you report to Police or Border Guard, they must follow their own rules."
    ),
    Safety.NOT_SENT: lazy("We never call or write to you unless you allow it here."),
    Safety.SEEN: lazy("If somebody can see what you do on this phone, use another phone or call us."),
    Safety.TYPED: lazy(
        "What you write is not kept on this phone. Until you send it, we keep it for two hours. If you leave, it is deleted at once."
    ),
}
