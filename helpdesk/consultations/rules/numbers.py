"""Numbers of contacts: desk, year, and a running number without gaps."""

import re
from datetime import datetime

from helpdesk.kernel.clock import day_of

_NUMBER = re.compile(r"(?P<prefix>[A-Z][A-Z0-9-]*)/(?P<year>\d{4})/(?P<running>\d{1,9})")


def contact_number(prefix: str, started_at: datetime, running: int) -> str:
    """Such as KPNL/2026/000612; the year is the one in which the contact began, on the office's wall."""
    return f"{prefix}/{day_of(started_at).year}/{running:06d}"


def as_number(text: str) -> str | None:
    """The contact number that somebody typed, in its full form, or None if it is not one."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return f"{found['prefix']}/{found['year']}/{int(found['running']):06d}" if found else None
