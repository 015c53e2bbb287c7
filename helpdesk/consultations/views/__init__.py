"""The pages of a desk that answers: the desk, the sheet, the list, the hand-over."""

from helpdesk.consultations.views import contacts, desk, sheet, statistics, visits
from helpdesk.consultations.views.blueprint import staff
from helpdesk.kernel.permissions import Permission
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

NAVIGATION = (
    NavItem("consultations.desk", lazy("Desk"), Permission.CONTACT_READ, "d"),
    NavItem("consultations.contact_list", lazy("Contacts"), Permission.CONTACT_READ, "c"),
)

__all__ = ["NAVIGATION", "contacts", "desk", "sheet", "staff", "statistics", "visits"]
