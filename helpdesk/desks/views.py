"""The front door of the public face: whom one can call, in which languages, and what to do in danger."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import LANGUAGES, language
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.i18n import locale, offered, speak
from helpdesk.web.transaction import session

ENDONYMS = {each.tag: each.endonym for each in LANGUAGES}

public = Blueprint("desks", __name__, template_folder="templates")


@public.get("/")
@open_to_all(Open.PUBLIC)
def front() -> ResponseReturnValue:
    """To the language that the browser asks for; nothing is remembered."""
    return redirect(url_for("desks.lines", tag=locale().tag))


@public.get("/<tag>/")
@open_to_all(Open.PUBLIC)
def lines(tag: str) -> ResponseReturnValue:
    """The telephone lines of all desks. The address alone says the language, so that it can stand on a poster."""
    if tag not in {each.tag for each in offered()}:
        raise NotFound
    speak(language(tag))
    return render_template("desks/lines.html", lines=queries.public_lines(session()), endonyms=ENDONYMS)
