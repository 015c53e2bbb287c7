"""How a desk plans and counts."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.forms.settings import HabitsForm
from helpdesk.roster.labels.settings import FIELDS, in_words
from helpdesk.roster.rules.settings import Habits
from helpdesk.roster.service import settings as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@staff.route("/roster/settings/habits", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def habits(desk_id: str) -> ResponseReturnValue:
    """How the desk plans and counts."""
    form = HabitsForm(service.habits(session()), service.version(session()))
    wanted = form.habits()
    if wanted is None:
        return _habits_page(desk_id, form)
    known = form.known_version
    try:
        service.save_habits(session(), wanted, known_version=known, actor=identity.actor(), now=utcnow())
    except Refusal as refusal:
        form.refuse(refusal)
        return _habits_page(desk_id, form), 409
    except EditedMeanwhile as error:
        form.version.data = str(service.version(session()))
        return _habits_page(desk_id, form, _both(error, wanted)), 409
    flash(_("Saved."), "success")
    return redirect(url_for("roster.habits", desk_id=desk_id))


def _habits_page(desk_id: str, form: HabitsForm, both: Sequence[object] = ()) -> str:
    return render_template("roster/settings_habits.html", desk_id=desk_id, form=form, page_form=form, both=both)


def _both(error: EditedMeanwhile, wanted: Habits) -> list[tuple[object, str, str]]:
    """What is stored now beside what was typed, where they differ."""
    return [
        (FIELDS[name], in_words(stored), in_words(getattr(wanted, name)))
        for name, stored in error.fields.items()
        if stored != getattr(wanted, name)
    ]
