"""Where help is: all desks on one page, and a calm page for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.intake import queries
from helpdesk.intake.labels.public import DESKS
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import LANGUAGES, STAFF_LANGUAGES
from helpdesk.kernel.permissions import LAWYERS, Profession
from helpdesk.roster import queries as roster
from helpdesk.roster.labels.coming import when_next
from helpdesk.roster.rules.present import AHEAD, Advertised, next_in, next_of
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.i18n import lazy, locale
from helpdesk.web.transaction import session

ENDONYMS = {each.tag: each.endonym for each in LANGUAGES}
HELPERS = (
    (frozenset({Profession.PSYCHOLOGIST}), lazy("Psychologist")),
    (LAWYERS, lazy("Lawyer")),
)


@dataclass(frozen=True, slots=True)
class Coming:
    """A desk as anybody sees it: its lines, who comes next and in which language, never by name."""

    desk: Desk
    lines: Sequence[PhoneLine]
    helpers: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str]]

    @property
    def name(self) -> str:
        """Its name in the languages that it has one in; in others what it is for, since a name in English tells nobody."""
        own = locale() in STAFF_LANGUAGES or self.desk.kind not in DESKS
        return self.desk.name(locale().tag) if own else str(DESKS[self.desk.kind])


@public.get("/")
@open_to_all(Open.PUBLIC)
def front() -> ResponseReturnValue:
    """To the language that the browser asks for; nothing is remembered."""
    return redirect(url_for("public.start", tag=locale().tag))


@public.get("/robots.txt")
@open_to_all(Open.PUBLIC)
def robots() -> ResponseReturnValue:
    """Search engines may know where help is, and nothing behind it."""
    return Response("User-agent: *\nDisallow: /*/back\nDisallow: /*/write\nDisallow: /desk\n", mimetype="text/plain")


@public.get(f"{IN}/")
@open_to_all(Open.PUBLIC)
def start() -> ResponseReturnValue:
    """All desks. The address alone says the language, so that it can stand on a poster."""
    return render_template("public/start.html", coming=list(_coming(utcnow())), endonyms=ENDONYMS, safety=SAFETY)


@public.get(f"{IN}/<place>/")
@open_to_all(Open.PUBLIC)
def desk(place: str) -> ResponseReturnValue:
    """One desk: what help there is, when somebody answers, and how to write."""
    found = desk_at(place)
    now = utcnow()
    return render_template("public/desk.html", desk=found, mine=_of_desk(found, now), endonyms=ENDONYMS, safety=SAFETY)


def desk_at(place: str) -> Desk:
    """The desk at this place, or NotFound."""
    found = queries.desk_at(session(), place)
    if found is None:
        raise NotFound("Desk")
    return found


def phones_of(desk: Desk) -> Sequence[str]:
    """The numbers of a desk, which stand on every page where something may go wrong."""
    return [line.number for each, line in desks.public_lines(session()) if each.id == desk.id]


def _coming(now: datetime) -> Iterator[Coming]:
    """Every desk that can be called or written to, in three statements for all of them."""
    duties = roster.advertised(session(), now, now + AHEAD)
    lines = _lines()
    written = {each.id: each for each in queries.open_desks(session())}
    known = {each.id: each for each, _ in desks.public_lines(session())} | written
    for desk_id in sorted(known):
        yield _one(known[desk_id], lines.get(desk_id, ()), duties, now)


def _of_desk(found: Desk, now: datetime) -> Coming:
    return _one(found, _lines().get(found.id, ()), roster.advertised(session(), now, now + AHEAD), now)


def _lines() -> Mapping[str, Sequence[PhoneLine]]:
    found: dict[str, list[PhoneLine]] = {}
    for each, line in desks.public_lines(session()):
        found.setdefault(each.id, []).append(line)
    return found


def _one(desk: Desk, lines: Sequence[PhoneLine], duties: Sequence[Advertised], now: datetime) -> Coming:
    mine = [each for each in duties if each.desk_id == desk.id]
    tags = dict.fromkeys(tag for line in lines for tag in line.languages)
    return Coming(desk, lines, list(_helpers(mine, now)), [(each, _in(mine, each, now)) for each in tags])


def _helpers(duties: Sequence[Advertised], now: datetime) -> Iterator[tuple[str, str]]:
    for professions, words in HELPERS:
        span = next_of(duties, professions, now)
        if span is not None:
            yield str(words), when_next(span, now)


def _in(duties: Sequence[Advertised], tag: str, now: datetime) -> str:
    span = next_in(duties, tag, now)
    return when_next(span, now) if span else ""
