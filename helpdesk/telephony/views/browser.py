"""The browser as somebody's own telephone: a page that rings, and the tokens with which it does. Only where settings switch it on.

The page is a window of its own, since a talk ends with the page that carries it. Here alone the browser may use the microphone, and reach
one host that is not ours.
"""

from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.models import Account
from helpdesk.accounts.service import people
from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.phones import BROWSER
from helpdesk.telephony import gateway
from helpdesk.web import identity
from helpdesk.web.access import even_locked, signed_in
from helpdesk.web.i18n import _
from helpdesk.web.security import let_talk
from helpdesk.web.transaction import session

telephone = Blueprint("browser", __name__, url_prefix="/desk/telephone", template_folder="../templates")

# The page asks for another one before it ends; whoever has signed out gets none, and is rung no longer than that.
TOKEN_SECONDS = 15 * 60

# The provider's own script, put there by `make static`.
SCRIPT = "vendor/twilio-voice.js"

_ABSENT = "-"
# Where no place is set, whichever of the provider's is nearest.
_NEAREST = "roaming"


@telephone.get("")
@signed_in
def page() -> ResponseReturnValue:
    """The telephone itself, or how to have calls ring here."""
    edge = _edge(_settings())
    shown = render_template(
        "telephony/browser.html",
        rings_here=people.rings_in_browser(_mine()),
        has_script=has_script(Path(str(current_app.static_folder))),
        script=SCRIPT,
        edge=edge,
    )
    return let_talk(make_response(shown), f"wss://voice-js.{edge}.twilio.com")


@telephone.post("/here")
@signed_in
def here() -> ResponseReturnValue:
    """Calls ring in my browser from now on, and nowhere else."""
    people.ring_in_browser(session(), _mine(), on=True, actor=identity.actor(), now=utcnow())
    flash(_("Calls ring in your browser now, as long as this window is open."), "success")
    return redirect(url_for("browser.page"))


@telephone.post("/not-here")
@signed_in
def not_here() -> ResponseReturnValue:
    """Calls no longer ring in my browser."""
    people.ring_in_browser(session(), _mine(), on=False, actor=identity.actor(), now=utcnow())
    flash(_("Calls no longer ring in your browser. Type your number here to be rung there."), "info")
    return redirect(url_for("accounts.account"))


@telephone.post("/token")
@even_locked
def token() -> ResponseReturnValue:
    """A token for my own telephone and no other. A locked screen goes on ringing, as a telephone on a table does."""
    mine, settings = _mine(), _settings()
    if not people.rings_in_browser(mine):
        abort(409)
    region = "" if settings.twilio_region == _ABSENT else settings.twilio_region
    made = gateway.browser_token(
        settings.twilio_account_sid,
        settings.twilio_api_key,
        settings.twilio_api_secret,
        mine.phone.removeprefix(BROWSER),
        region=region,
        seconds=TOKEN_SECONDS,
    )
    return {"token": made}


def has_script(static: Path) -> bool:
    """Whether the provider's script is among our files."""
    return (static / SCRIPT).is_file()


def examine(settings: Settings, static: Path) -> Iterator[str]:
    """Say, in an English sentence, why no browser can ring although it is switched on."""
    if settings.rings_browsers and not has_script(static):
        yield f"HELPDESK_TWILIO_API_KEY is set, but {SCRIPT} is missing: no browser rings. Run: make static"


def _mine() -> Account:
    person = identity.person()
    return session().get_one(Account, person.id if person else None)


def _edge(settings: Settings) -> str:
    return _NEAREST if settings.twilio_edge == _ABSENT else settings.twilio_edge


def _settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found
