"""The pages of the public face, and those of the desk that answers."""

from helpdesk.intake.views import answers, lists, one, opening, outbox, printed, settings
from helpdesk.intake.views import public as _public
from helpdesk.intake.views.blueprint import public, staff
from helpdesk.kernel.permissions import Permission
from helpdesk.web.i18n import lazy
from helpdesk.web.navigation import NavItem

NAVIGATION = (NavItem("intake.intakes", lazy("Intakes"), Permission.INTAKE_READ, "w"),)

__all__ = ["NAVIGATION", "public", "staff"]
_PAGES = (_public, answers, lists, one, opening, outbox, printed, settings)
