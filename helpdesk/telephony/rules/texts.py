"""Text messages that somebody writes to a line: what their words mean to the provider, and whether one may be answered."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The code of the channel list for what is written to and fro; the list has none for text messages alone (CR-1).
CHANNEL = "CHT"

# A message that consists of one of these makes the provider send nothing more to its sender, whatever was meant by it.
# Source: the provider's "Advanced Opt-Out", the words of a number without settings of its own.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})

# Whoever has just written still holds the telephone; later somebody else may (CO1).
STILL_THERE = timedelta(minutes=30)

# Codes of safe contact and of danger (domain report, D.11).
_PHONE, _EMAIL, _NO_CONTACT, _MONITORED = "SPH", "SEM", "SNO", "MON"


class Meant(StrEnum):
    """What the provider takes a message for, besides its text."""

    TEXT = "text"
    STOP = "stop"
    START = "start"


class Answer(StrEnum):
    """The fixed sentences with which a message may be answered; their words stand in `outreach/data/answers.csv`."""

    THANKS = "thanks"
    CALL = "call"
    WHEN = "when"


class TextState(StrEnum):
    """How far an answer came, or what a message brought besides its text."""

    ARRIVED = ""
    WITH_MEDIA = "with-media"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    HELD_BACK = "held-back"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class TextRefusal(StrEnum):
    """Why a text message may not be answered."""

    CLOSED = "text:closed"
    MONITORED = "text:monitored"
    NO_SENDER = "text:no-sender"
    NOT_READ = "text:not-read"
    NOT_SAFE = "text:not-safe"
    STOPPED = "text:stopped"
    TOO_LATE = "text:too-late"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether the sender of some messages may be answered: the codes of the sheet, and the messages themselves."""

    is_open: bool
    safe_ways: Collection[str]
    safety_flags: Collection[str]
    has_sender: bool
    stopped: bool
    last_at: datetime


def meant(body: str, opt_out: str = "") -> Meant:
    """Tell what the provider takes a message for; `opt_out` is its own word for it, which also knows the words of our settings."""
    if opt_out.strip().upper() in {"STOP", "START"}:
        return Meant(opt_out.strip().lower())
    word = "".join(letter for letter in body.upper() if not _is_mark(letter))
    if word in STOP_WORDS:
        return Meant.STOP
    return Meant.START if word in START_WORDS else Meant.TEXT


def is_stopped(bodies: Iterable[Meant]) -> bool:
    """Tell from the messages of one sender, oldest first, whether the provider sends nothing more there."""
    last = [each for each in bodies if each is not Meant.TEXT][-1:]
    return last == [Meant.STOP]


def may_answer(standing: Standing, now: datetime) -> TextRefusal | None:
    """What forbids to answer at this moment; None if it is allowed (CO1, CO5).

    Nobody is written to who wants no contact or another way. Without a word on the telephone, only whoever has just written is.
    """
    if not standing.is_open:
        return TextRefusal.CLOSED
    return _unsafe(standing, now) or _impossible(standing)


def _impossible(standing: Standing) -> TextRefusal | None:
    if not standing.has_sender:
        return TextRefusal.NO_SENDER
    return TextRefusal.STOPPED if standing.stopped else None


def _unsafe(standing: Standing, now: datetime) -> TextRefusal | None:
    ways = frozenset(standing.safe_ways)
    if _NO_CONTACT in ways or (_EMAIL in ways and _PHONE not in ways):
        return TextRefusal.NOT_SAFE
    if _PHONE in ways:
        return None
    if _MONITORED in standing.safety_flags:
        return TextRefusal.MONITORED
    return TextRefusal.TOO_LATE if now - standing.last_at > STILL_THERE else None


def _is_mark(letter: str) -> bool:
    """Blanks and signs round a word do not make it another one."""
    return unicodedata.category(letter)[0] in {"C", "P", "S", "Z"}
