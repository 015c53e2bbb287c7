"""Somebody who asks for help, as the pages see them: each method is something that they do."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
DIGITS = re.compile(r'class="digits" dir="ltr">([\d ]+)<')


@dataclass
class Visitor:
    client: FlaskClient
    place: str = "p"
    tag: str = "en"
    address: str = ""
    digits_known: str = field(default="", repr=False)
    last: TestResponse | None = field(default=None, repr=False)

    @property
    def page(self) -> str:
        assert self.last is not None
        return self.last.text

    def begins(self) -> "Visitor":
        """Opens the form."""
        self.last = self.client.post(f"/{self.tag}/{self.place}/write")
        assert self.last.status_code == 303, self.page
        self.address = self.last.location
        return self.looks()

    def looks(self, address: str = "") -> "Visitor":
        self.last = self.client.get(address or self.address)
        return self

    def sends(self, go: str = "next", step: str = "", **typed: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """Presses a button of the page, with what was typed into its fields."""
        token = TOKEN.search(self.page)
        on_page = re.search(r'name="step" value="([a-z]+)"', self.page)
        data = {"go": go, "csrf_token": token[1] if token else "", "website": "", **typed}
        if step or on_page:
            data["step"] = step or (on_page[1] if on_page else "")
        sent = self.client.post(self.address, data=data, content_type="multipart/form-data")
        self.last = sent
        if sent.status_code == 303:
            self.address = sent.location
            self.looks()
        return sent

    def goes_to(self, step: str) -> "Visitor":
        """Presses "Next" until a page of the form is there."""
        for _ in range(8):
            if f'name="step" value="{step}"' in self.page:
                return self
            self.sends()
        raise AssertionError(f"There is no page {step}: {self.page}")

    def digits(self) -> str:
        found = DIGITS.search(self.page)
        assert found, self.page
        return found[1]

    def sends_all(self, **typed: Any) -> str:  # noqa: ANN401  fields of a form
        """Fills in one page after the other and sends the form; gives the digits."""
        for step, fields in typed.items():
            self.goes_to(step).sends(**fields)
        self.goes_to("check").sends("send")
        self.digits_known = self.digits()
        return self.digits_known

    def comes_back(self, digits: str, tag: str = "") -> TestResponse:
        self.address = f"/{tag or self.tag}/back"
        self.last = self.client.post(self.address, data={"go": "enter", "code": digits})
        entered = self.last
        if entered.status_code == 303:
            self.looks()
        return entered
