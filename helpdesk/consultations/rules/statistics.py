"""By what a desk's own statistics are broken down. They go to its controller and the fund, and never into the marshal's table (R-003-09, CR-7)."""

from enum import StrEnum


class Breakdown(StrEnum):
    """What is counted how: contacts by a fact of the contact, closed advices by a fact of the advice.

    An advice with two kinds of help, or two forms of violence, stands in both rows.
    """

    CHANNEL = "channel"
    LANGUAGE = "language"
    OUTCOME = "outcome"
    SEX = "sex"
    AGE = "age"
    PROFESSION = "profession"
    ROLE = "role"
    HELP = "kinds"
    FORMS = "forms"

    @property
    def of_advices(self) -> bool:
        return self in {Breakdown.PROFESSION, Breakdown.ROLE, Breakdown.HELP, Breakdown.FORMS}
