"""What other domains have to do at a desk, said where the desk begins and where a shift is handed over."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import Flask, request
from sqlalchemy.orm import Session

from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line: a word of state and its kind (`components.html: mark`), a sentence, and where it is done."""

    kind: str
    word: str
    text: str
    url: str


def init_app(app: Flask, sources: Iterable[Callable[[Session, str], Iterable[ToDo]]]) -> None:
    """Give the pages `to_do()`; each source answers for a session that acts at the desk and a reader who may read its contacts."""
    asked = tuple(sources)

    def to_do() -> Iterator[ToDo]:
        desk_id = str((request.view_args or {})["desk_id"])
        for source in asked:
            yield from source(session(), desk_id)

    app.jinja_env.globals["to_do"] = to_do
