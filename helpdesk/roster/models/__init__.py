"""The tables of the roster: what must be covered, what is drafted and published, who may, who gave away, how long."""

from helpdesk.roster.models.duties import Draft, Duty, DutyState, DutyVersion
from helpdesk.roster.models.feeds import Feed
from helpdesk.roster.models.hands import Offer, OfferKind
from helpdesk.roster.models.hours import Confirmation, Worked
from helpdesk.roster.models.people import Absence, AbsenceKind, Engaged, Qualification
from helpdesk.roster.models.posts import Pattern, Post
from helpdesk.roster.models.settings import Closure, ConfirmedYear, RosterSettings, RuleSetting

__all__ = [
    "Absence",
    "AbsenceKind",
    "Closure",
    "Confirmation",
    "ConfirmedYear",
    "Draft",
    "Duty",
    "DutyState",
    "DutyVersion",
    "Engaged",
    "Feed",
    "Offer",
    "OfferKind",
    "Pattern",
    "Post",
    "Qualification",
    "RosterSettings",
    "RuleSetting",
    "Worked",
]
