"""Words for duties: who is on duty in one line, and why a duty cannot be planned, changed, published or cancelled."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Profession
from helpdesk.roster import queries
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.web.i18n import LazyText, _, lazy, localtime

LABELS: dict[StrEnum, LazyText] = {
    DutyRefusal.ALREADY_BEGUN: lazy("This duty has begun and stays in the plan."),
    DutyRefusal.ALREADY_OVER: lazy("This duty would be over already. Choose a later day."),
    DutyRefusal.NO_LENGTH: lazy("The end is the same as the start. Write when the duty ends."),
    DutyRefusal.NOT_A_MEMBER: lazy("Choose somebody who works at this desk."),
    DutyRefusal.OVERLAP: lazy("This person is on another duty at this time. Choose another time or person."),
    DutyRefusal.SKIPPED: lazy("In this night the clocks go forward and this hour does not exist."),
    DutyRefusal.TOO_LONG: lazy("A duty lasts at most %(hours)s hours. Divide it between two people."),
    PublishRefusal.BEGUN: lazy("This duty has begun or would have begun already. What was stays as it was."),
    PublishRefusal.CHANGED_MEANWHILE: lazy("Somebody else changed this duty meanwhile. Look at it again."),
    PublishRefusal.NOTHING: lazy("Nothing is drafted for these days, so there is nothing to publish."),
    PublishRefusal.OBJECTIONS: lazy("Some duties of the draft cannot be published. Nothing was published."),
    PublishRefusal.OVERLAP: lazy("Somebody would be on two duties at once. Nothing was published."),
    PublishRefusal.POST_MISSING: lazy("Choose a post of this desk."),
    PublishRefusal.WHY_MISSING: lazy("Write why. Those concerned and the history will show it."),
    Unfit.NOT_A_MEMBER: lazy("This person does not work at this desk."),
    Unfit.PROFESSION: lazy("This person does not have a profession that the post asks for."),
    Unfit.LANGUAGE: lazy("This person does not speak every language that the post asks for."),
    Unfit.QUALIFICATION: lazy("This person lacks a qualification that the post asks for."),
    Unfit.QUALIFICATION_ENDED: lazy("A qualification of this person will have ended by then."),
    Unfit.ABSENT: lazy("This person is absent at this time."),
    Unfit.OVERLAP: lazy("This person is on another duty at this time."),
    Unfit.REST: lazy("This person would not have the rest that the rules ask for."),
}

# As short as the header needs; the whole words stand with the accounts.
SHORT: Mapping[Profession, LazyText] = {
    Profession.ADMINISTRATOR: lazy("admin."),
    Profession.ADVOCATE: lazy("advoc."),
    Profession.BORDER_GUARD_OFFICER: lazy("Border Guard"),
    Profession.DATA_PROTECTION_OFFICER: lazy("data prot."),
    Profession.INTERPRETER: lazy("interp."),
    Profession.LEGAL_COUNSEL: lazy("legal"),
    Profession.PROGRAMME_OFFICER: lazy("progr."),
    Profession.PSYCHOLOGIST: lazy("psych."),
    Profession.SUPERVISOR: lazy("superv."),
    Profession.TRAINER: lazy("train."),
}


def on_duty_line(session: Session, at: datetime | None = None) -> str:
    """Who is on duty at the acting desk, at an instant or now, in one line for the header of every page."""
    return in_one_line(queries.on_duty(session, at or utcnow()))


def in_one_line(duties: Iterable[Duty]) -> str:
    """Duties that are running: "On duty: psych. Ewa Zięba (until 21:00) · legal …"."""
    people = " · ".join(_with_end(duty) for duty in duties)
    return _("On duty: %(people)s", people=people) if people else _("Nobody is on duty now.")


def _with_end(duty: Duty) -> str:
    name = duty.account.name if duty.account else _("nobody yet")
    words = {"profession": SHORT[duty.profession], "name": name, "time": localtime(duty.ends_at)}
    return _("%(profession)s %(name)s (until %(time)s)", **words)
