"""The pages of the programme office: the years, the table, the records behind a figure, what is entered by hand."""

from helpdesk.indicators.views import entries, records, table, years
from helpdesk.indicators.views.blueprint import staff
from helpdesk.kernel.permissions import Permission
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

NAVIGATION = (NavItem("indicators.years", lazy("Schedule"), Permission.SCHEDULE_READ, "s"),)

__all__ = ["NAVIGATION", "entries", "records", "staff", "table", "years"]
