"""What we know of a visit: which drafts are this browser's and which way back it opened. It begins with the first word and ends on leaving."""

from typing import cast
from uuid import UUID

from flask import session

from helpdesk.web.sessions import LazySession

MOST_DRAFTS = 5
_DRAFTS, _WAY, _OPEN, _KEPT = "drafts", "way", "open", "kept"


def key() -> bytes:
    """The key of this browser's drafts."""
    return cast("LazySession", session).key("drafts")


def draft_id(number: int) -> UUID | None:
    """Which draft stands under a number in this visit."""
    found = session.get(_DRAFTS, {}).get(str(number))
    return UUID(found) if found else None


def draft_ids() -> list[UUID]:
    return [UUID(each) for each in session.get(_DRAFTS, {}).values()]


def add_draft(added: UUID) -> int:
    """Remember one more draft; answer its number. Numbers are never given twice in a visit."""
    known = session.get(_DRAFTS, {})
    number = max((int(each) for each in known), default=0) + 1
    session[_DRAFTS] = dict(list(known.items())[-MOST_DRAFTS + 1 :]) | {str(number): str(added)}
    return number


def drop_draft(number: int) -> None:
    """The digits are kept: nothing of them is left here but the number of the form."""
    session[_DRAFTS] = {each: found for each, found in session.get(_DRAFTS, {}).items() if each != str(number)}
    session[_KEPT] = number


def is_kept(number: int) -> bool:
    return bool(session.get(_KEPT) == number)


def come_back(desk_id: str, code_id: UUID) -> None:
    """Somebody came in with digits: under a new cookie, and seeing little at first."""
    cast("LazySession", session).renew()
    session[_WAY], session[_OPEN] = [desk_id, str(code_id)], False


def way() -> tuple[str, UUID] | None:
    """The desk and the code of the way back that is open in this visit."""
    found = session.get(_WAY)
    return (found[0], UUID(found[1])) if found else None


def is_open() -> bool:
    return bool(session.get(_OPEN))


def open_up() -> None:
    session[_OPEN] = True


def go_away() -> None:
    """Close the way back. Drafts of the same visit stay."""
    session.pop(_WAY, None)
    session.pop(_OPEN, None)
