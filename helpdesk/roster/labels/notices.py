"""What people are told about their duties, in sentences: times and places, and never a word about anybody helped."""

from collections.abc import Mapping
from datetime import datetime

from helpdesk.accounts.models import Notice
from helpdesk.kernel.clock import local
from helpdesk.roster.rules.notices import Told
from helpdesk.web.i18n import LazyText, _, lazy, localdate, ngettext

# A mail program shows this on a locked telephone: it says nothing to anybody but its owner.
SUBJECT = lazy("Duty changed")

SENTENCES: Mapping[Told, LazyText] = {
    Told.ASKED: lazy("Could you take this duty? The first who says yes has it."),
    Told.CANCELLED: lazy("Your duty was cancelled."),
    Told.CHANGED: lazy("Your duty was changed. This is how it is now."),
    Told.FREED: lazy("Duties were freed by an absence and are being offered."),
    Told.GIVEN: lazy("This duty is yours now."),
    Told.LAPSED: lazy("Nobody took over this duty in time. It stays as it was."),
    Told.MOVE_APPOINTMENTS: lazy("A duty with appointments was changed. Look at which of them must be moved."),
    Told.NOBODY_ASKED: lazy("Nobody may hold this duty, so nobody could be asked. Find somebody, or change it."),
    Told.PUBLISHED: lazy("The plan was published. Look at your duties."),
    Told.REFUSED: lazy("It was not agreed that this duty changes hands. It stays as it was."),
    Told.SWAP_ASKED: lazy("Would you swap duties? You would get the first one and give the second."),
    Told.TAKEN: lazy("Somebody has taken over your duty. It is not yours any more."),
    Told.TAKEN_AWAY: lazy("This duty is not yours any more."),
    Told.TAKEN_OVER: lazy("A duty was taken over at once. Look at who holds it now."),
    Told.TO_APPROVE: lazy("Somebody would take this duty. Please agree or refuse."),
    Told.WAITING: lazy("Somebody would take your duty. Until the coordinator agrees, it is still yours."),
    Told.WITHDRAWN: lazy("You were asked about this duty. Nobody is needed for it any more."),
}

# Where whoever is told can do something about it.
PAGES: Mapping[Told, str] = {
    Told.ASKED: "roster.offers",
    Told.FREED: "roster.offers",
    Told.MOVE_APPOINTMENTS: "appointments.week",
    Told.NOBODY_ASKED: "roster.offers",
    Told.SWAP_ASKED: "roster.offers",
    Told.TO_APPROVE: "roster.offers",
    Told.TAKEN_OVER: "roster.duties",
}


def sentence(notice: Notice) -> str:
    """What happened."""
    known = _told(notice)
    return str(SENTENCES[known]) if known else _("Something about your duties changed.")


def about(notice: Notice) -> list[str]:
    """When and where: one line for a duty, two for a swap, one for several duties together."""
    data = notice.data
    if {"number", "from", "to"} <= data.keys():
        number = int(data["number"])
        duties = ngettext("%(count)s duty", "%(count)s duties", number, count=number)
        return [_("%(duties)s, %(days)s", duties=duties, days=_days(data))]
    return [_duty(data, prefix) for prefix in ("", "return_") if {f"{prefix}from", f"{prefix}to"} <= data.keys()]


def page(notice: Notice) -> str:
    """The endpoint of the page on which it can be looked at."""
    known = _told(notice)
    return PAGES.get(known, "roster.mine") if known else "roster.mine"


def _told(notice: Notice) -> Told | None:
    return next((each for each in Told if each.value == notice.code), None)


def _instant(data: Mapping[str, object], name: str) -> datetime:
    return local(datetime.fromisoformat(str(data[name])))


def _duty(data: Mapping[str, object], prefix: str) -> str:
    start, end = _instant(data, f"{prefix}from"), _instant(data, f"{prefix}to")
    hours = f"{start:%H:%M}–{end:%H:%M}"
    words = {"day": localdate(start.date(), "EEEE d MMMM"), "hours": hours, "place": data.get(f"{prefix}place")}
    return _("%(day)s, %(hours)s, %(place)s", **words) if words["place"] else _("%(day)s, %(hours)s", **words)


def _days(data: Mapping[str, object]) -> str:
    first, last = _instant(data, "from").date(), _instant(data, "to").date()
    if first == last:
        return localdate(first, "EEEE d MMMM")
    return f"{localdate(first, 'd MMMM')} – {localdate(last, 'd MMMM y')}"
