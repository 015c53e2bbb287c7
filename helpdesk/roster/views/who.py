"""Who answers at an instant, and everybody who was considered."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.forms.who import WhoForm
from helpdesk.roster.labels.present import when, why
from helpdesk.roster.rules.present import Answer, Held, Verdict
from helpdesk.roster.service import present
from helpdesk.roster.views.blueprint import staff
from helpdesk.web.access import requires
from helpdesk.web.i18n import locale
from helpdesk.web.transaction import session


@staff.get("/roster/who")
@requires(Permission.DUTY_READ)
def who(desk_id: str) -> ResponseReturnValue:
    """Who answers at an instant, in a language, as the plan stands or as it was known once."""
    desk = desks.desk(session(), desk_id)
    form = WhoForm(request.args, desk.languages if desk else (), utcnow())
    asked = form.instants()
    answer = None
    if asked is not None:
        answer = present.who_answers(session(), asked[0], known_at=asked[1], language=form.spoken)
    page = render_template("roster/who.html", desk_id=desk_id, form=form, answer=answer, **_rows(answer))
    return page, 200 if asked is not None else 422


def _rows(answer: Answer | None) -> dict[str, Any]:
    """Each person as a row of words."""
    if answer is None:
        return {}
    return {
        "answering": [[*_who(each), _duty(each.duty)] for each in answer.answering],
        "others": [[*_who(each), why(each), _duty(each.duty), _duty(each.next)] for each in answer.others],
        "warnings": [each.person.name for each in answer.answering if each.absent],
    }


def _who(verdict: Verdict) -> list[str]:
    person, tag = verdict.person, locale().tag
    spoken = ", ".join(language_name(each, tag) for each in person.languages)
    return [person.name, str(PROFESSIONS[person.profession]), spoken]


def _duty(held: Held | None) -> str:
    return f"{held.post}, {when(held.span)}" if held else "—"
