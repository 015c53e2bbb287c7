"""What may be chosen on the form, in plain words."""

from enum import StrEnum


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
