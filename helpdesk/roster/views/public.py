"""The front door of the public face: whom one can call, in which languages, when somebody is there, and what to do in danger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import LANGUAGES, language
from helpdesk.kernel.permissions import LAWYERS, Profession
from helpdesk.roster import queries
from helpdesk.roster.labels.present import when_next
from helpdesk.roster.rules.present import AHEAD, Advertised, next_in, next_of
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.i18n import lazy, locale, offered, speak
from helpdesk.web.transaction import session

ENDONYMS = {each.tag: each.endonym for each in LANGUAGES}
HELPERS = (
    (frozenset({Profession.PSYCHOLOGIST}), lazy("Psychologist")),
    (LAWYERS, lazy("Lawyer")),
)

public = Blueprint("public", "helpdesk.roster", template_folder="templates")


@dataclass(frozen=True, slots=True)
class Coming:
    """A desk as anybody sees it: its lines, who comes next and in which language, never by name."""

    desk: Desk
    lines: Sequence[PhoneLine]
    helpers: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str]]


@public.get("/")
@open_to_all(Open.PUBLIC)
def front() -> ResponseReturnValue:
    """To the language that the browser asks for; nothing is remembered."""
    return redirect(url_for("public.lines", tag=locale().tag))


@public.get("/<tag>/")
@open_to_all(Open.PUBLIC)
def lines(tag: str) -> ResponseReturnValue:
    """The telephone lines of all desks. The address alone says the language, so that it can stand on a poster."""
    if tag not in {each.tag for each in offered()}:
        raise NotFound
    speak(language(tag))
    return render_template("roster/lines.html", coming=list(_coming(utcnow())), endonyms=ENDONYMS)


def _coming(now: datetime) -> Iterator[Coming]:
    """Every desk that can be called, in two statements for all of them."""
    duties = queries.advertised(session(), now, now + AHEAD)
    for desk, pairs in groupby(desks.public_lines(session()), key=lambda pair: pair[0]):
        found = [line for _desk, line in pairs]
        mine = [each for each in duties if each.desk_id == desk.id]
        tags = dict.fromkeys(tag for line in found for tag in line.languages)
        yield Coming(desk, found, list(_helpers(mine, now)), [(each, _in(mine, each, now)) for each in tags])


def _helpers(duties: Sequence[Advertised], now: datetime) -> Iterator[tuple[str, str]]:
    for professions, words in HELPERS:
        span = next_of(duties, professions, now)
        if span is not None:
            yield str(words), when_next(span, now)


def _in(duties: Sequence[Advertised], tag: str, now: datetime) -> str:
    span = next_in(duties, tag, now)
    return when_next(span, now) if span else ""
