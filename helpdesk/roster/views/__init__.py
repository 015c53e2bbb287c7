"""The pages of the roster. Importing the modules puts their addresses on the blueprint."""

from helpdesk.kernel.permissions import Permission
from helpdesk.roster.views import (
    absences,
    duty,
    feeds,
    free_days,
    gaps,
    giving,
    grid,
    habits,
    hands,
    hours,
    importing,
    limits,
    mailbox,
    mine,
    patterns,
    people,
    posts,
    printing,
    publishing,
    week,
    who,
)
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.feeds import calendars
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

NAVIGATION = (
    NavItem("roster.grid", lazy("Roster"), Permission.DUTY_MANAGE, "r"),
    NavItem("roster.duties", lazy("Duties"), Permission.DUTY_READ, "r", unless=Permission.DUTY_MANAGE),
)

__all__ = ["NAVIGATION", "calendars", "staff"]
_PAGES = (
    absences,
    duty,
    feeds,
    free_days,
    gaps,
    giving,
    grid,
    habits,
    hands,
    hours,
    importing,
    limits,
    mailbox,
    mine,
    patterns,
    people,
    posts,
    printing,
    publishing,
    week,
    who,
)
