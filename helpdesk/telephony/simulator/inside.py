"""A wire without a socket: requests go straight into an application, through everything that a request from outside goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from wsgiref.types import WSGIApplication

from werkzeug.test import Client


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the application in the shape of one of `requests`."""

    status_code: int
    headers: Mapping[str, str]
    text: str


class Inside:
    """Posts to a WSGI application in the shape of a session of `requests`."""

    def __init__(self, application: WSGIApplication) -> None:
        self.client = Client(application)

    def post(
        self,
        url: str,
        data: dict[str, str],
        *,
        headers: dict[str, str],
        timeout: int,  # noqa: ARG002  nothing comes between
        allow_redirects: bool,
    ) -> Answer:
        with self.client.post(url, data=data, headers=headers, follow_redirects=allow_redirects) as response:
            return Answer(response.status_code, dict(response.headers), response.get_data(as_text=True))
