"""Words in the reader's language. The locale is an object with its direction; a lazy text has no `__html__`, so it is escaped like any other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache, total_ordering
from pathlib import Path
from typing import Any

import flask_babel
from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request, session, url_for
from flask_babel import Babel
from werkzeug.exceptions import RequestEntityTooLarge

from helpdesk.kernel.clock import local, utcnow
from helpdesk.kernel.languages import LANGUAGES, STAFF_LANGUAGES, Language, language, negotiate
from helpdesk.kernel.phones import display
from helpdesk.web.sessions import face_of

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
SWITCH = "_language"


def _(message: str, **values: object) -> str:
    """The translation of an English sentence, with its named values put in."""
    translated = _translated(message, flask_babel.get_locale())
    return translated % values if values else translated


def _plural(singular: str, plural: str, num: int) -> str:
    """For templates, which put the values in by themselves."""
    return str(flask_babel.get_translations().ungettext(singular, plural, num))


@lru_cache(maxsize=8192)
def _translated(message: str, _locale: Locale | None) -> str:
    """A page holds some hundred sentences, each looked up once per language and not once per reader."""
    return str(flask_babel.gettext(message))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The translation in the plural form that `num` asks for."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


@total_ordering
class LazyText:
    """A sentence that is translated when it is shown. Flask-Babel's own switches escaping off; this one does not."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()

    def __repr__(self) -> str:
        return f"LazyText({self._make()!r})"

    def __mod__(self, values: Any) -> str:  # noqa: ANN401  whatever the format string asks for
        return str(str(self) % values)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __bool__(self) -> bool:
        return bool(str(self))

    def __len__(self) -> int:
        return len(str(self))


def lazy(message: str, **values: object) -> Any:  # noqa: ANN401  a LazyText; the form library's types ask for `str`
    """A sentence to be translated when it is shown, for labels that are written at import time."""
    return LazyText(lambda: _(message, **values))


def offered() -> tuple[Language, ...]:
    """The languages of the face that is being read."""
    return public_languages() if is_public() else STAFF_LANGUAGES


@cache
def public_languages() -> tuple[Language, ...]:
    """The languages in which everything can be said that somebody reads who asks for help; others are not offered."""
    return tuple(each for each in LANGUAGES if each in STAFF_LANGUAGES or _is_ready(each))


def is_public() -> bool:
    """Whether this is a request of the public face: it keeps no language, the address alone says it."""
    return has_request_context() and face_of(request.path) == "public"


def _is_ready(of: Language) -> bool:
    return (TRANSLATIONS / of.tag.replace("-", "_") / "LC_MESSAGES" / "public.mo").is_file()


def locale() -> Language:
    """The reader's language: the one just asked for, the one of the session, the one the browser prefers, or Polish."""
    if "language" not in g:
        g.language = _select() if has_request_context() else STAFF_LANGUAGES[0]
    chosen: Language = g.language
    return chosen


def choose(tag: str) -> None:
    """Remember a language for this browser."""
    if any(tag == each.tag for each in offered()):
        session["language"] = tag
        g.pop("language", None)
        flask_babel.refresh()  # type: ignore[no-untyped-call]


def speak(chosen: Language) -> None:
    """Answer this one request in a language, because its address says so."""
    g.language = chosen
    flask_babel.refresh()  # type: ignore[no-untyped-call]


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Words in the language of whoever will read them, in a job as on a page; a tag in which we cannot speak means Polish.

    Needs an application context; no request. Afterwards the language is the one of before.
    """
    before: Language | None = g.get("language")
    speak(next((each for each in public_languages() if each.tag == tag), STAFF_LANGUAGES[0]))
    try:
        yield
    finally:
        g.pop("language")
        if before is not None:
            g.language = before
        flask_babel.refresh()  # type: ignore[no-untyped-call]


def _select() -> Language:
    if is_public():
        return _of_address()
    tags = [each.tag for each in offered()]
    asked = _asked()
    if asked in tags:
        if session.get("language") != asked:
            session["language"] = asked
        return language(asked)
    if session.get("language") in tags:
        return language(session["language"])
    return negotiate(request.headers.get("Accept-Language", ""), offered())


def _of_address() -> Language:
    """The language in the address, also of a page that is not there; else what the browser likes best."""
    first = request.path.split("/", 2)[1]
    named = next((each for each in offered() if each.tag == first), None)
    return named or negotiate(request.headers.get("Accept-Language", ""), offered())


def _asked() -> str | None:
    try:
        return request.form.get(SWITCH) or request.args.get("lang")
    except RequestEntityTooLarge:  # the page that says so is in a language as well
        return request.args.get("lang")


def switch_url(tag: str) -> str:
    """The address of this page in another language: part of the path on the public face, remembered on the staff's."""
    if is_public():
        return (
            url_for(request.endpoint, **{**(request.view_args or {}), "tag": tag}) if request.endpoint else f"/{tag}/"
        )
    arguments = {**request.args.to_dict(), **(request.view_args or {}), "lang": tag}
    return url_for(request.endpoint, **arguments) if request.endpoint and request.method == "GET" else f"?lang={tag}"


def is_language_switch() -> bool:
    """Whether a form was sent only to be shown again in another language, with all that was typed."""
    return request.method == "POST" and any(request.form.get(SWITCH) == each.tag for each in offered())


def localtime(at: datetime | None, style: str = "time") -> str:
    """An instant on the wall of the office: `time`, `seconds`, `day`, `datetime` or, for tables, `short`."""
    if at is None:
        return ""
    wall = local(at)
    if style == "time":
        return wall.strftime("%H:%M")
    if style == "seconds":
        return wall.strftime("%H:%M:%S")
    if style == "short":
        return wall.strftime("%d.%m.%Y %H:%M")
    day = localdate(wall.date())
    return day if style == "day" else f"{day}, {wall:%H:%M}"


def localdate(day: date | None, form: str = "medium") -> str:
    return "" if day is None else str(flask_babel.format_date(day, form))  # type: ignore[no-untyped-call]


def localnumber(value: float | Decimal | None, form: str | None = None) -> str:
    """A number with the separators of the reader's language."""
    return "" if value is None else _decimal(value, form, flask_babel.get_locale())


@lru_cache(maxsize=4096)
def _decimal(value: float | Decimal, form: str | None, of: Locale | None) -> str:
    """A table of the programme shows some two hundred numbers, and the same ones to everybody."""
    return str(format_decimal(value, form, locale=of))


def localyears(number: int) -> str:
    """So many years, in words with the right plural."""
    years = timedelta(days=366 * number)
    return format_timedelta(years, granularity="year", threshold=2 * number, locale=flask_babel.get_locale())


def ago(at: datetime) -> str:
    """How long ago, in words."""
    return str(flask_babel.format_timedelta(at - utcnow(), granularity="second", threshold=1.2, add_direction=True))


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{TRANSLATIONS};{TRANSLATIONS}"
    app.config["BABEL_DOMAIN"] = "messages;public"
    Babel(  # type: ignore[no-untyped-call]
        app,
        default_locale="en",
        default_timezone="UTC",
        locale_selector=lambda: locale().tag.replace("-", "_"),
    )
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    app.jinja_env.globals["language_switch_url"] = switch_url
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(
        localtime=localtime,
        localdate=localdate,
        localnumber=localnumber,
        localyears=localyears,
        ago=ago,
        phone=display,
    )
    app.context_processor(lambda: {"locale": locale(), "languages": offered(), "all_languages": LANGUAGES})
