"""The pages of the programme office: the years, the table, the records behind a figure, what is entered by hand."""

from flask import Blueprint

from helpdesk.kernel.permissions import Permission
from helpdesk.web.access import requires
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

staff = Blueprint("indicators", __name__, template_folder="templates", url_prefix="/desk/<desk_id>")
NAVIGATION = (NavItem("indicators.years", lazy("Schedule"), Permission.SCHEDULE_READ, "s"),)


@staff.get("/schedule")
@requires(Permission.SCHEDULE_READ)
def years(desk_id: str) -> str:  # noqa: ARG001  the wall stands by the address
    """The schedules of the programme, newest first."""
    return ""
