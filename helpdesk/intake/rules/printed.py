"""What can be printed for those who may need us, and where it leads."""

from enum import StrEnum


class Printed(StrEnum):
    """A sheet for the wall, or one to be cut into cards for the pocket."""

    POSTER = "poster"
    CARDS = "cards"


def address(public_url: str, tag: str, place: str) -> str:
    """The desk's page in a language, which the code holds."""
    return f"{public_url}/{tag}/{place}/"


def to_type(url: str) -> str:
    """The same as people type it."""
    return url.partition("://")[2] or url
