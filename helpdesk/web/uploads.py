"""Uploads: only where a view asks for them, few at a time, and never on a disk where they could be found."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar

from flask import Request, request
from werkzeug.datastructures import FileStorage

View = TypeVar("View", bound=Callable[..., Any])
# Each may hold a whole upload in memory while it is looked at and sealed.
_AT_ONCE = threading.BoundedSemaphore(2)
_MEGABYTE = 1024 * 1024


class InMemoryRequest(Request):
    """A request whose files stay in memory: a temporary file would hold in plain what we seal."""

    def _get_file_stream(self, *_args: object, **_kwargs: object) -> BytesIO:
        return BytesIO()


def takes_uploads(most_bytes: int) -> Callable[[View], View]:
    """Let a view be sent so many bytes; all others are refused more than the usual."""

    def mark(view: View) -> View:
        @wraps(view)
        def taking(*args: object, **kwargs: Any) -> Any:  # noqa: ANN401  the view's own
            request.max_content_length = most_bytes
            with _one_of_few():
                return view(*args, **kwargs)

        return taking  # type: ignore[return-value]

    return mark


def given_files(name: str) -> list[FileStorage]:
    """The files that were chosen in a field; a browser sends an empty one where none was."""
    return [each for each in request.files.getlist(name) if each.filename]


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Large requests wait for one another before they are read, and so do those that do not say how large they are; small ones never do."""
    length = request.content_length
    if request.method == "GET" or (length is not None and length <= _MEGABYTE):
        yield
        return
    with _AT_ONCE:
        yield
