"""The telephone of the demonstration, to be played by hand: as the caller, as whoever's telephone rings, and as time that goes by.

It is no part of an office: it is only there in a demonstration. Every step is a request that the provider would make, signed as it signs,
and goes through the whole application.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.config import Settings
from helpdesk.desks import queries as desks
from helpdesk.kernel.phones import display
from helpdesk.telephony.simulator import Exchange, InvalidMarkup, Line, SimulatorError, trial
from helpdesk.telephony.simulator.inside import Inside
from helpdesk.telephony.views.phone_words import CallForm, TextForm, happened, shown
from helpdesk.web.access import signed_in
from helpdesk.web.i18n import _, locale
from helpdesk.web.transaction import session

demo = Blueprint("phone", __name__, url_prefix="/desk/phone", template_folder="../templates")

KEYS = frozenset("0123456789*#")

# How long somebody speaks after the tone.
MESSAGE_SECONDS = 12


@demo.get("")
@signed_in
def network() -> ResponseReturnValue:
    """All telephones that are in a call now, and what happened to them."""
    return _page(CallForm(_lines()), TextForm(_lines()))


@demo.post("/call")
@signed_in
def call() -> ResponseReturnValue:
    """Somebody calls a line."""
    form = CallForm(_lines())
    if not form.is_sent():
        return _page(form, TextForm(_lines(), formdata=None)), 422 if form.errors else 200
    return _play(lambda exchange: exchange.calls(form.caller.data or "", form.line.data or "", press=None))


@demo.post("/text")
@signed_in
def text() -> ResponseReturnValue:
    """Somebody writes to a line."""
    form = TextForm(_lines())
    if not form.is_sent():
        return _page(CallForm(_lines(), formdata=None), form), 422 if form.errors else 200
    said = form.words.data or ""
    return _play(lambda exchange: exchange.writes(form.sender.data or "", form.number.data or "", said))


@demo.post("/go-on")
@signed_in
def go_on() -> ResponseReturnValue:
    """The provider does what it was asked to do."""
    return _play(lambda _exchange: None)


@demo.post("/clear")
@signed_in
def clear() -> ResponseReturnValue:
    """What is over is no longer shown."""
    return _play(trial.clear)


@demo.post("/<sid>/<act>")
@signed_in
def act(sid: str, act: str) -> ResponseReturnValue:
    """One telephone does something."""
    done = _ACTS.get(act)
    if done is None:
        abort(404)

    def do(exchange: Exchange) -> None:
        line = exchange.with_sid(sid)
        if line is None or line.is_over:
            flash(_("This telephone is no longer in a call."), "warning")
        else:
            done(exchange, line)

    return _play(do)


def _press(exchange: Exchange, line: Line) -> None:
    key = request.form.get("key", "")
    if key not in KEYS:
        abort(400)
    exchange.presses(line, key)


_ACTS: Mapping[str, Callable[[Exchange, Line], None]] = {
    "hang-up": Exchange.puts_down,
    "pick-up": Exchange.picks_up,
    "press": _press,
    "ring-out": Exchange.rings_out,
    "say-nothing": lambda exchange, line: exchange.speaks(line, 0),
    "silence": lambda exchange, line: exchange.presses(line, ""),
    "speak": lambda exchange, line: exchange.speaks(line, MESSAGE_SECONDS),
}


def _play(step: Callable[[Exchange], object]) -> ResponseReturnValue:
    """Do one step and show what came of it. What the server did wrong is told, since finding that is what this page is for."""
    try:
        with trial.network(_settings(), Inside(current_app.wsgi_app)) as exchange:
            step(exchange)
    except (SimulatorError, InvalidMarkup) as error:
        flash(_("The server did not answer as it should: %(error)s", error=str(error)), "warning")
    return redirect(url_for("phone.network"))


def _page(call_form: CallForm, text_form: TextForm) -> str:
    exchange, asked = trial.seen(_settings(), Inside(current_app.wsgi_app))
    return render_template(
        "telephony/phone.html",
        call_form=call_form,
        text_form=text_form,
        asked=asked,
        telephones=shown(exchange, session()),
        happened=happened(exchange, session()),
        keys=("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"),
    )


def _lines() -> list[tuple[str, str]]:
    """Every number of every desk, with the desk's name."""
    found = desks.public_lines(session())
    return [(line.number, f"{display(line.number)} · {desk.name(locale().tag)}") for desk, line in found]


def _settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found
