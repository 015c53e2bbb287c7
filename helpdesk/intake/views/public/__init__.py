"""What anybody may open: where help is, the form, the way back, and the way out."""

from flask import request

from helpdesk.intake.views.blueprint import public
from helpdesk.intake.views.public import form, leave, near, start, statements, visit, way_back


@public.before_request
def _know() -> None:
    """Who leaves must be able to go although we cannot tell who it is; that view asks by itself."""
    if request.endpoint != "public.leave":
        visit.know()


_PAGES = (form, leave, near, start, statements, way_back)
