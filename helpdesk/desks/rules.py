"""What kinds of desks there are, and what each kind does."""

from enum import StrEnum


class DeskKind(StrEnum):
    """A kind decides which pages a desk has; the walls are between desks, whatever their kind."""

    CORRECTIVE = "corrective"
    HELP_POINT = "help-point"
    HELPLINE = "helpline"
    PROGRAMME_OFFICE = "programme-office"


# Only these kinds have contacts and advices; no other desk has a contact list at all.
ANSWERING = frozenset({DeskKind.HELPLINE, DeskKind.HELP_POINT})
