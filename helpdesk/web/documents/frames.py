"""What stands round every document: its title, the foot of its pages, its language."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from helpdesk.kernel.clock import day_of, local
from helpdesk.web.i18n import _, localdate, locale

PAGE, PAGES = "{page}", "{pages}"


@dataclass(frozen=True, slots=True)
class Frame:
    """`page` is a sentence with `{page}` and `{pages}` in it; the sentences of `foot` stand at the foot of each page."""

    title: str
    made: datetime
    language: str
    page: str
    foot: tuple[str, ...] = ()


def frame(title: str, *, made: datetime, by: str, as_of: date | None = None) -> Frame:
    """In the reader's language: as of which day, when it was made and by whom. Needs an application."""
    when = {"day": localdate(day_of(made), "long"), "time": f"{local(made):%H:%M}"}
    foot = [_("Made on %(day)s at %(time)s by %(name)s", name=by, **when)]
    if as_of:
        foot.insert(0, _("As of %(day)s", day=localdate(as_of, "long")))
    return Frame(title, made, locale().tag, _("Page %(page)s of %(pages)s", page=PAGE, pages=PAGES), tuple(foot))


def polish_frame(title: str, *, made: datetime, by: str = "", as_of: date | None = None) -> Frame:
    """As `frame`, for what the office keeps in its records: in Polish whoever asks, also from the command line.

    Without a name where nobody asked for it but the system.
    """
    said = f"Sporządzono {_polish(day_of(made))} o godz. {local(made):%H:%M}"
    foot = [f"{said}, {by}" if by else said]
    if as_of:
        foot.insert(0, f"Stan na {_polish(as_of)}")
    return Frame(title, made, "pl", f"Strona {PAGE} z {PAGES}", tuple(foot))


def _polish(day: date) -> str:
    return f"{format_date(day, 'd MMMM y', locale='pl')} r."
