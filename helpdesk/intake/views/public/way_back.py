"""The way back: digits in, answers out, at one address."""

import time
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.db.wall import act_at
from helpdesk.intake import queries
from helpdesk.intake.forms.public import CodeForm, MessageForm
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.models import ReturnCode
from helpdesk.intake.rules.codes import Code, CodeRefusal, read_code, seconds_to_wait
from helpdesk.intake.service import codes, drafts, way_back
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.intake.views.public import visit
from helpdesk.intake.views.public.form import MOST_BYTES
from helpdesk.intake.views.public.way import DEEDS, Way, here
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.web import transaction
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.apologies import ONCE_MORE
from helpdesk.web.forms import Form
from helpdesk.web.i18n import SWITCH, is_language_switch, locale
from helpdesk.web.transaction import session
from helpdesk.web.uploads import takes_uploads

# Every wrong answer takes as long as this, whatever was wrong.
WRONG_TAKES = 0.4


@public.route(f"{IN}/back", methods=["GET", "POST"])
@open_to_all(Open.PUBLIC)
@takes_uploads(MOST_BYTES)
def back() -> ResponseReturnValue:
    """Digits at first; behind them what was written to and fro."""
    if is_language_switch() and request.form[SWITCH] != locale().tag:
        # With what was typed, which is then shown and not done.
        return redirect(url_for("public.back", tag=request.form[SWITCH]), 307)
    pressed = "" if is_language_switch() else request.form.get("go", "")
    if pressed == "enter":
        return _enter(CodeForm())
    way = visit.way()
    if way is None:
        return here() if pressed else _entry(CodeForm())
    return _on_the_way(*way, pressed)


def _on_the_way(desk_id: str, code_id: UUID, pressed: str) -> ResponseReturnValue:
    made = codes.fresh() if pressed == "replace" else None  # before anything is held
    act_at(session(), desk_id)
    try:
        intake = way_back.still_open(session(), code_id, held=bool(pressed))
    except NotFound:
        visit.go_away()
        return _entry(CodeForm())
    shown = Way(intake, queries.code(session(), code_id), utcnow(), made)
    if not pressed:
        return shown.page(message=MessageForm() if is_language_switch() else None)
    if not Form().validate():
        return shown.page(message=_once_more(MessageForm())), 400
    return DEEDS.get(pressed, Way.unknown)(shown)


def _once_more(form: MessageForm) -> MessageForm:
    form.form_errors.append(str(ONCE_MORE))
    return form


def _entry(form: CodeForm) -> str:
    return render_template("public/back.html", form=form, page_form=form, safety=SAFETY)


def _enter(form: CodeForm) -> ResponseReturnValue:
    """Right digits open at once. Wrong, unknown, dead and malformed ones get one answer after one time (attack test 2)."""
    begun = time.monotonic()
    code = _code(form.code.data or "")
    row = queries.code_at(session(), code.locator) if code else None
    transaction.commit()  # no connection is held while the slow hash is made
    if row is not None and codes.is_right(row, code):
        act_at(session(), row.desk_id)
        way_back.returned(session(), row, utcnow())
        _come_back(row)
        return here()
    if row is None:
        codes.is_right(None, code)
    _wait_out(begun, _count_try(row))
    form.refuse(Refusal(CodeRefusal.WRONG, field="code"))
    return _entry(form), 403


def _come_back(row: ReturnCode) -> None:
    """Under a new cookie; what is being typed in another window goes along."""
    before = visit.key()
    visit.come_back(row.desk_id, row.id)
    drafts.reseal(session(), visit.draft_ids(), before, visit.key())


def _code(typed: str) -> Code | None:
    try:
        return read_code(typed)
    except Refusal:
        return None


def _count_try(row: ReturnCode | None) -> int:
    """How often wrong digits were tried for this row, this time included; kept before the answer is waited for."""
    if row is None:
        return 0
    act_at(session(), row.desk_id)
    tries = queries.count_try(session(), row.id)
    transaction.commit()
    return tries


def _wait_out(begun: float, tries: int) -> None:
    time.sleep(max(0.0, WRONG_TAKES + seconds_to_wait(tries) - (time.monotonic() - begun)))
