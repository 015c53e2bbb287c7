"""What looks like no person wrote it. It is set apart for a look and never thrown away unread (attack test 16)."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

FASTEST = timedelta(seconds=2)
MOST_LINKS = 2
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class Suspicion(StrEnum):
    """Why something was set apart."""

    HIDDEN_FIELD = "hidden-field"
    LINKS = "links"
    TOO_FAST = "too-fast"


def suspicion(text: str, *, hidden: str, begun_at: datetime, sent_at: datetime) -> Suspicion | None:
    """Why a submission is set apart: a field that nobody can see was filled, it came faster than anybody reads, or it is full of links."""
    if hidden:
        return Suspicion.HIDDEN_FIELD
    if sent_at - begun_at < FASTEST:
        return Suspicion.TOO_FAST
    return Suspicion.LINKS if len(_LINK.findall(text)) > MOST_LINKS else None
