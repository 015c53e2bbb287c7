"""Somebody with a browser: opens pages, fills in their forms, carries the cookies."""

import html
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.accounts.models import Account
from helpdesk.web.sessions import STAFF_COOKIE
from tests.factories import PASSWORD

_TOKEN = re.compile(r'<meta name="csrf-token"\s+content="([^"]+)"')


class Visitor:
    """One browser. Every `sends` begins on a page, as a person's does, and takes the page's token along."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def opens(self, path: str) -> TestResponse:
        return self.client.get(path)

    def reads(self, path: str) -> str:
        """The words of a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.location)
        return html.unescape(answer.text)

    def token(self, page: str) -> str:
        found = _TOKEN.search(self.client.get(page, follow_redirects=True).text)
        assert found, page
        return html.unescape(found[1])

    def sends(self, path: str, fields: dict[str, Any] | None = None, *, page: str | None = None) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(page or path), **(fields or {})})

    def asks(self, path: str, fields: dict[str, Any] | None = None, *, page: str) -> TestResponse:
        """What a script of the page sends."""
        headers = {"X-CSRFToken": self.token(page), "X-Requested-With": "passkey"}
        return self.client.post(path, data=fields or {}, headers=headers)

    def signs_in(self, account: Account, password: str = PASSWORD, path: str = "/desk/login") -> TestResponse:
        return self.sends(path, {"login": account.login, "password": password})

    def types_code(self, code: str) -> TestResponse:
        return self.sends("/desk/login/second", {"code": code})

    def is_in(self) -> bool:
        return self.client.get("/desk/account").status_code == 200

    @property
    def session_id(self) -> str:
        cookie = self.client.get_cookie(STAFF_COOKIE, path="/desk")
        assert cookie
        return cookie.value

    def carries(self, session_id: str) -> None:
        """Use a session id that was seen elsewhere."""
        self.client.set_cookie(STAFF_COOKIE, session_id, path="/desk")


def words(answer: TestResponse) -> str:
    return html.unescape(answer.text)
