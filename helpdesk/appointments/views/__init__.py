"""The pages of appointments. Importing the modules puts their addresses on the blueprint."""

from helpdesk.appointments.views import booking, mine, moving, one, week
from helpdesk.appointments.views.blueprint import staff
from helpdesk.kernel.permissions import Permission
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

NAVIGATION = (NavItem("appointments.week", lazy("Appointments"), Permission.APPOINTMENT_READ, "v"),)

__all__ = ["NAVIGATION", "staff"]
_PAGES = (booking, mine, moving, one, week)
