"""The people of the Help Point who answer, and what they press on the staff's pages."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from helpdesk.db.wall import acting_at
from helpdesk.intake.models import Intake
from helpdesk.kernel.permissions import Profession, Role
from tests.factories import HELP_POINT, make_account, sign_in
from tests.intake.visitors import TOKEN


class Colleague:
    """Somebody who works at the Help Point and has signed in."""

    def __init__(self, app: Flask, session: Session, roles: Sequence[Role] = (Role.CONSULTANT,), **facts: Any) -> None:  # noqa: ANN401  facts of an account
        profession = facts.pop("profession", Profession.LEGAL_COUNSEL)
        self.session = session
        self.account = make_account(session, HELP_POINT, roles=roles, profession=profession, **facts)
        session.commit()
        self.client = app.test_client()
        sign_in(self.client, self.account)

    def intake(self) -> Intake:
        with acting_at(self.session, HELP_POINT):
            self.session.expire_all()
            return self.session.scalars(select(Intake).order_by(Intake.sent_at.desc(), Intake.id.desc())).all()[0]

    def reads(self, path: str = "") -> TestResponse:
        return self.client.get(f"/desk/{HELP_POINT}/intakes{path}")

    def opens(self) -> TestResponse:
        return self.reads(f"/{self.intake().id}")

    def presses(self, deed: str, **typed: Any) -> TestResponse:  # noqa: ANN401  fields of a form
        """Presses a button of the page of the newest intake, with what it holds."""
        token = TOKEN.search(self.opens().text)
        assert token is not None
        data = {"csrf_token": token[1], **typed}
        return self.client.post(f"/desk/{HELP_POINT}/intakes/{self.intake().id}/{deed}", data=data)

    def answers(self, text: str, **typed: Any) -> TestResponse:  # noqa: ANN401  likewise
        """Writes an answer, looks at it as the person will, and sends it."""
        page = self.opens().text
        key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
        assert key is not None, page
        fields = {
            "key": key[1],
            "safe_version": str(self.intake().safe_version),
            "language": "en",
            "read": "y",
            **typed,
        }
        preview = self.presses("answer", go="preview", text=text, **fields)
        assert preview.status_code == 200
        return self.presses("answer", go="send", text=text, **fields)
