"""The pages of one form in one visit: which fields stand on them, and what is said beside."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments.sources import Warned, warning
from helpdesk.desks.models import Desk
from helpdesk.files import service as files
from helpdesk.intake.forms.public import FORMS, CodeForm, HelpForm, MoreForm, StepForm, TimeForm
from helpdesk.intake.labels import told
from helpdesk.intake.labels.public import QUESTIONS
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.rules.answers import language_of, read_answers
from helpdesk.intake.rules.choices import About, Help, Said
from helpdesk.intake.rules.steps import Step, before
from helpdesk.intake.service import drafts
from helpdesk.intake.service.drafts import Draft
from helpdesk.intake.views.public import times, visit
from helpdesk.intake.views.public.start import phones_of
from helpdesk.kernel.errors import Refusal
from helpdesk.web.i18n import locale
from helpdesk.web.transaction import session

STEP, WARNED, ANEW = "step", "warned", "anew"


class Page:
    """One form in one visit, and the pages it can show."""

    def __init__(self, desk: Desk, place: str, number: int, now: datetime) -> None:
        self.desk, self.place, self.number, self.now = desk, place, number, now

    def here(self, tag: str | None = None) -> ResponseReturnValue:
        """Back to this address, in another language if one is named."""
        url = url_for("public.write", place=self.place, number=self.number, tag=tag or locale().tag)
        return redirect(url, 303)

    def save(self, draft: Draft) -> None:
        drafts.save(session(), visit.key(), draft, self.now)

    def form(self, draft: Draft, step: Step) -> StepForm:
        if step is Step.HELP:
            return HelpForm(draft.typed, has_officer=times.has_officer(self.now))
        if step is Step.TIME:
            return TimeForm(draft.typed, times=self.times(draft))
        return MoreForm(draft.typed, language=locale().tag) if step is Step.MORE else FORMS[step](draft.typed)

    def times(self, draft: Draft) -> list[tuple[str, str]]:
        wanted = draft.typed.get("helps", ())
        return times.free_times([each for each in Help if each.value in wanted], self.now)

    def show(self, draft: Draft, step: Step, form: StepForm | None = None) -> str:
        shown = form or self.form(draft, step)
        is_warned = step is Step.HELP and draft.typed.get(WARNED)
        return render_template(
            "public/warning.html" if is_warned else f"public/{step.value}.html",
            desk=self.desk,
            form=shown,
            page_form=shown,
            step=step.value,
            number=list(Step).index(step) + 1,
            of=len(Step),
            draft=draft,
            answers=self.told(draft) if step is Step.CHECK else [],
            files=files.names_of(session(), draft.file_ids) if step in {Step.STORY, Step.CHECK} else (),
            warning=warning_for(draft) if is_warned else None,
            is_minor=draft.typed.get("minor") == Said.YES,
            is_in_danger=draft.typed.get("danger") == Said.YES and step not in {Step.NEED, Step.SAFETY},
            is_for_another=draft.typed.get("about") in {About.SOMEBODY, About.WORK},
            is_anew=ANEW in draft.typed,
            is_first=before(step, has_times=True) is None,
            safety=SAFETY,
            phones=phones_of(self.desk),
        )

    def told(self, draft: Draft) -> list[tuple[str, str]]:
        """What will be sent, question by question; nothing while something of it cannot stay as it is."""
        try:
            answers = told.rows(read_answers(draft.typed))
        except Refusal:
            return []
        time = dict(self.times(draft)).get(draft.typed.get("slot", ""))
        return [*answers, (str(QUESTIONS["slot"]), time)] if time else answers

    def code(self, form: CodeForm, draft: Draft) -> str:
        return render_template(
            "public/code.html", desk=self.desk, form=form, page_form=form, code=draft.code, safety=SAFETY
        )


def warning_for(draft: Draft) -> Warned:
    """What is to be heard before an officer is chosen, in the language in which the person wants to talk (FW-4)."""
    return warning(language_of(draft.typed) or draft.language)


def step_of(draft: Draft) -> Step:
    return Step(draft.typed.get(STEP, Step.NEED.value))
