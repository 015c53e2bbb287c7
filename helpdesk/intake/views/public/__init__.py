"""What anybody may open: where help is, the form, the way back, and the way out."""

from helpdesk.intake.views.blueprint import public
from helpdesk.intake.views.public import form, leave, near, start, statements, visit, way_back

public.before_request(visit.know)
_PAGES = (form, leave, near, start, statements, way_back)
