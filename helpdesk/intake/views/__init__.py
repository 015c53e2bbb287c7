"""The pages of the public face, and those of the desk that answers."""

from helpdesk.intake.views import public as _public
from helpdesk.intake.views.blueprint import public, staff

__all__ = ["public", "staff"]
_PAGES = (_public,)
