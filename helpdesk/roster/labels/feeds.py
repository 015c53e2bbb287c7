"""Words for calendars: what an event is called, and why no further address is given out."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.roster.rules.feeds import Entry, FeedRefusal
from helpdesk.web.i18n import LazyText, _, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    FeedRefusal.TOO_MANY: lazy(
        "There are %(count)s addresses already. Revoke one that is not needed any more, and then make a new one."
    ),
}


def own_summary(entry: Entry) -> str:
    """What an event of a person's own calendar is called."""
    return _("Duty: %(post)s", post=entry.post)


def desk_summary(entry: Entry) -> str:
    """What an event of a desk's calendar is called."""
    return _("%(post)s: %(person)s", post=entry.post, person=entry.person or _("nobody yet"))


def calendar_name(desk: str, *, own: bool) -> str:
    """What a calendar program calls the calendar."""
    return _("My duties, %(desk)s", desk=desk) if own else _("All duties, %(desk)s", desk=desk)
