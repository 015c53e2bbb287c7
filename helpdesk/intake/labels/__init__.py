"""Words of the form, of the way back, and of the desk that answers."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.intake.labels import public, staff
from helpdesk.web.i18n import LazyText

LABELS: Mapping[StrEnum, LazyText] = {**public.LABELS, **staff.LABELS}
