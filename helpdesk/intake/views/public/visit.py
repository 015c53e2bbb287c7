"""What we know of a visit: which drafts are this browser's and which way back it opened. It begins with the first word and ends on leaving."""

from typing import cast
from uuid import UUID

from flask import session

from helpdesk.web.sessions import LazySession

MOST_DRAFTS = 5
_DRAFTS, _WAY, _OPEN, _KEPT, _DIGITS = "drafts", "way", "open", "kept", "digits"


def know() -> None:
    """Read what we know before the page holds a connection, since that takes one of its own: a crowd would wait for itself."""
    len(session)


def key() -> bytes:
    """The key of this browser's drafts."""
    return cast("LazySession", session).key("drafts")


def draft_id(number: int) -> UUID | None:
    """Which draft stands under a number in this visit."""
    found = session.get(_DRAFTS, {}).get(str(number))
    return UUID(found) if found else None


def draft_ids() -> list[UUID]:
    """All that this browser has under way here."""
    return [UUID(each) for each in session.get(_DRAFTS, {}).values()] + ([each] if (each := new_digits()) else [])


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


def hold_new_digits(code_id: UUID, draft_id: UUID) -> None:
    """The way goes on with another code, whose digits lie in a draft until they are kept."""
    session[_WAY], session[_DIGITS] = [session[_WAY][0], str(code_id)], str(draft_id)


def new_digits() -> UUID | None:
    found = session.get(_DIGITS)
    return UUID(found) if found else None


def drop_new_digits() -> list[UUID]:
    """They are kept; answer which draft may be forgotten."""
    found = session.pop(_DIGITS, None)
    return [UUID(found)] if found else []


def go_away() -> None:
    """Close the way back. Drafts of the same visit stay."""
    session.pop(_WAY, None)
    session.pop(_OPEN, None)
    session.pop(_DIGITS, None)
