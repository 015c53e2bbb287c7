"""Pages go out without the indentation of their templates: it serves whoever writes them, and is a third of a page as it is made.

It is left out once, when a template is compiled, so no request pays for it. What stands in values is never touched.
"""

import re
from collections.abc import Iterable

from flask import Flask
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# `re.ASCII`, because a space that must not break is a letter and no indentation.
_BREAK_OR_EDGE = re.compile(r"(?P<edge></?(?:pre|textarea)\b)|\s*\n\s*", re.ASCII | re.IGNORECASE)


class Unindented(Extension):
    """In templates of pages, white space that holds the end of a line becomes the end of a line alone.

    Never nothing: between words and links it is a blank. Within `<pre>` and `<textarea>` every blank counts, and stays; so it does
    in templates of any other kind.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        return _unindented(stream) if stream.name and stream.name.endswith(".html") else stream


def _unindented(stream: TokenStream) -> Iterable[Token]:
    keeps = False

    def shorter(found: re.Match[str]) -> str:
        nonlocal keeps
        if found["edge"]:
            keeps = not found["edge"].startswith("</")
        return found[0] if found["edge"] or keeps else "\n"

    for token in stream:
        yield token._replace(value=_BREAK_OR_EDGE.sub(shorter, token.value)) if token.type == "data" else token


def init_app(app: Flask) -> None:
    app.jinja_env.add_extension(Unindented)
