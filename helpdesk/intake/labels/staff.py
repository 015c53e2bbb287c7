"""Words for the desk that answers."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.intake.rules.printed import Printed
from helpdesk.intake.rules.screening import Suspicion
from helpdesk.intake.rules.waiting import IntakeRefusal, IntakeState
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    IntakeRefusal.CHANGED_MEANWHILE: lazy("Somebody changed this meanwhile. Look at it again."),
    IntakeRefusal.NOT_READ: lazy("Confirm that you have read how it is safe to answer."),
    IntakeRefusal.NOT_TAKEN: lazy("Take this intake first: then it is clear who answers."),
    IntakeRefusal.SAFETY_CHANGED: lazy(
        "The person has just changed what is safe. Read it again above; your text is still here."
    ),
    IntakeRefusal.TAKEN_BY_OTHER: lazy("%(by)s has taken this meanwhile."),
    IntakeRefusal.WITHDRAWN: lazy("The person has taken everything back. There is nothing to answer any more."),
}

STATES: Mapping[IntakeState, LazyText] = {
    IntakeState.ANSWERED: lazy("answered"),
    IntakeState.APART: lazy("set apart"),
    IntakeState.CLOSED: lazy("closed"),
    IntakeState.NEW: lazy("new"),
    IntakeState.TAKEN: lazy("taken"),
    IntakeState.WITHDRAWN: lazy("taken back"),
}

SUSPICIONS: Mapping[Suspicion, LazyText] = {
    Suspicion.HIDDEN_FIELD: lazy("A field was filled in that no person can see."),
    Suspicion.LINKS: lazy("It is full of links."),
    Suspicion.TOO_FAST: lazy("It was sent faster than anybody can read."),
}

PRINTED: Mapping[Printed, LazyText] = {
    Printed.POSTER: lazy("Poster (A4)"),
    Printed.CARDS: lazy("Cards for the pocket (ten on a sheet, to be cut)"),
}
