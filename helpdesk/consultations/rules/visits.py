"""What is taken for granted of a visit by appointment, until somebody says otherwise."""

from collections.abc import Mapping

from helpdesk.consultations.rules.codes import FOREIGN_VICTIM, VICTIM
from helpdesk.kernel.permissions import Profession

_KINDS: Mapping[Profession, str] = {
    Profession.ADVOCATE: "LEG",
    Profession.LEGAL_COUNSEL: "LEG",
    Profession.PSYCHOLOGIST: "PSY",
    Profession.SUPERVISOR: "SUP",
}
INFORMATION = "INF"


def usual_kind(profession: Profession) -> str:
    """Which help somebody of a profession gives as a rule; an officer informs, and does no more than that."""
    return _KINDS.get(profession, INFORMATION)


def usual_role(*, foreigners: bool) -> str:
    """In which role a person comes: to a help point as a foreign victim, to a helpline as a person experiencing violence (D.3)."""
    return FOREIGN_VICTIM if foreigners else VICTIM
