"""What other domains show on a page, such as the telephone on a sheet: the page's own domain knows none of them."""

from collections.abc import Callable, Iterable, Mapping

from flask import Flask, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from helpdesk.web.transaction import session

Section = Callable[[Session, str, object], Markup]


def init_app(app: Flask, sources: Mapping[str, Iterable[Section]]) -> None:
    """Give the pages `sections(place, row)`: what belongs to a place of a page about a row, from sources by place.

    Each answers for a session that acts at the desk and a reader who may read the row.
    """
    asked = {place: tuple(each) for place, each in sources.items()}

    def sections(place: str, row: object) -> Markup:
        desk_id = str((request.view_args or {})["desk_id"])
        return Markup().join(source(session(), desk_id, row) for source in asked.get(place, ()))

    app.jinja_env.globals["sections"] = sections
