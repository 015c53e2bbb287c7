"""What anybody may open: where help is, the form, the way back, and the way out."""

from helpdesk.intake.views.public import form, leave, near, start, statements, way_back

_PAGES = (form, leave, near, start, statements, way_back)
