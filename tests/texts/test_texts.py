"""Templates that a desk writes, and what native speakers say of our sentences."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.texts.models import AnswerTemplate, TextReview
from helpdesk.texts.rules import Reviewed, Verdict, digest_of, verdict_on
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, sign_in


def person(app: Flask, session: Session, role: Role, desk: str = BLUE_LINE) -> FlaskClient:
    client = app.test_client()
    sign_in(
        client, make_account(session, desk, [role], Profession.INTERPRETER, login=f"{role.value}@{desk}.example.org")
    )
    return client


def token(page: str) -> str:
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    make_desk(session)
    return person(app, session, Role.COORDINATOR)


def test_a_template_is_written_changed_and_never_written_over_unseen(
    coordinator: FlaskClient, session: Session
) -> None:
    address = f"/desk/{BLUE_LINE}/texts/new"
    typed = {"csrf_token": token(coordinator.get(address).text), "name": "Thanks", "language": "uk", "version": "0"}
    assert coordinator.post(address, data={**typed, "text": "Дякуємо."}).status_code == 302
    with acting_at(session, BLUE_LINE):
        kept = session.scalars(select(AnswerTemplate)).one()
    assert "There is a template of this name" in coordinator.post(address, data={**typed, "text": "Вдруге."}).text
    one = f"/desk/{BLUE_LINE}/texts/{kept.id}"
    assert coordinator.post(one, data={**typed, "version": "1", "text": "Щиро дякуємо."}).status_code == 302
    late = coordinator.post(one, data={**typed, "version": "1", "text": "late words"})
    assert late.status_code == 409
    assert "Щиро дякуємо." in late.text
    assert "late words" in late.text


def test_templates_stay_behind_the_wall(coordinator: FlaskClient, app: Flask, session: Session) -> None:
    address = f"/desk/{BLUE_LINE}/texts/new"
    typed = {"csrf_token": token(coordinator.get(address).text), "name": "Ours", "language": "pl", "version": "0"}
    coordinator.post(address, data={**typed, "text": "nasze"})
    make_desk(session, HELP_POINT)
    stranger = person(app, session, Role.COORDINATOR, HELP_POINT)
    with acting_at(session, BLUE_LINE):
        kept = session.scalars(select(AnswerTemplate)).one()
    assert "nasze" not in stranger.get(f"/desk/{HELP_POINT}/texts").text
    for desk in (BLUE_LINE, HELP_POINT):
        assert stranger.get(f"/desk/{desk}/texts/{kept.id}").status_code == 404


def test_an_interpreter_reviews_each_sentence_beside_the_polish(
    coordinator: FlaskClient, app: Flask, session: Session
) -> None:
    interpreter = person(app, session, Role.INTERPRETER)
    address = f"/desk/{BLUE_LINE}/texts/review/en"
    page = interpreter.get(address).text
    assert "Jeśli teraz grozi niebezpieczeństwo, proszę dzwonić pod 112." in page
    key, digest = re.findall(r'name="key" value="([a-z-]+)">\s*<input type="hidden" name="digest" value="(\w+)"', page)[
        0
    ]
    typed = {"csrf_token": token(page), "key": key, "digest": digest, "verdict": "good", "remark": ""}
    assert interpreter.post(address, data=typed).status_code == 302
    assert session.scalars(select(TextReview)).one().verdict is Verdict.GOOD
    interpreter.post(address, data={**typed, "digest": "0" * 64})
    assert len(session.scalars(select(TextReview)).all()) == 1
    assert interpreter.get(f"/desk/{BLUE_LINE}/texts/new").status_code == 403
    assert coordinator.get(f"/desk/{BLUE_LINE}/texts").status_code == 200
    assert interpreter.get(f"/desk/{BLUE_LINE}/texts/review/xx").status_code == 404


def test_a_changed_sentence_is_unreviewed_again() -> None:
    said = [Reviewed("danger", digest_of("call 112"), Verdict.GOOD)]
    assert verdict_on("danger", "call 112", said) is Verdict.GOOD
    assert verdict_on("danger", "call 112!", said) is None
    assert verdict_on("exit", "call 112", said) is None
    again = [*said, Reviewed("danger", digest_of("call 112"), Verdict.WRONG)]
    assert verdict_on("danger", "call 112", again) is Verdict.WRONG
