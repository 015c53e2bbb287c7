"""Templates that a desk writes, and what native speakers say of our sentences."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Membership
from helpdesk.db.wall import acting_at
from helpdesk.kernel.languages import LANGUAGES
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


REVIEW = f"/desk/{BLUE_LINE}/texts/review"


@pytest.fixture
def reviewer(coordinator: FlaskClient, app: Flask, session: Session) -> FlaskClient:
    """Somebody who grew up with Ukrainian, and to whom English was given as well."""
    assert coordinator
    client = person(app, session, Role.INTERPRETER)
    membership = session.scalars(select(Membership).where(Membership.roles.contains([Role.INTERPRETER.value]))).one()
    membership.reviews = ["en", "uk"]
    session.commit()
    return client


def first_of(page: str) -> dict[str, str]:
    """What the form of the first sentence sends by itself."""
    found = re.search(r'name="key" value="([a-z-]+)">\s*<input type="hidden" name="digest" value="(\w+)"', page)
    assert found, page
    return {"csrf_token": token(page), "key": found[1], "digest": found[2]}


def test_an_interpreter_reviews_each_sentence_beside_the_polish(reviewer: FlaskClient, session: Session) -> None:
    page = reviewer.get(f"{REVIEW}/en").text
    assert "Jeśli teraz grozi niebezpieczeństwo, proszę dzwonić pod 112." in page
    assert reviewer.post(f"{REVIEW}/en", data={**first_of(page), "verdict": "good", "remark": ""}).status_code == 302
    assert session.scalars(select(TextReview)).one().verdict is Verdict.GOOD
    assert reviewer.get(f"/desk/{BLUE_LINE}/texts/new").status_code == 403


def test_a_reviewer_sees_the_languages_that_were_given_and_no_other(
    reviewer: FlaskClient, coordinator: FlaskClient, session: Session
) -> None:
    address = f"/desk/{BLUE_LINE}/texts/new"
    for tag, text in (("uk", "Дякуємо."), ("ar", "شكرا")):
        typed = {"csrf_token": token(coordinator.get(address).text), "name": "Thanks", "version": "0"}
        assert coordinator.post(address, data={**typed, "language": tag, "text": text}).status_code == 302
    assert seen(reviewer) == {"en", "uk"}
    assert len(seen(coordinator)) == len(LANGUAGES)
    mine = reviewer.get(f"/desk/{BLUE_LINE}/texts").text
    assert "Дякуємо." in mine
    assert "شكرا" not in mine
    page = first_of(reviewer.get(f"{REVIEW}/uk").text)
    for tag in ("ar", "pl", "xx"):
        assert reviewer.get(f"{REVIEW}/{tag}").status_code == 404
        assert reviewer.post(f"{REVIEW}/{tag}", data={**page, "verdict": "good"}).status_code == 404
    assert session.scalars(select(TextReview)).all() == []


def seen(client: FlaskClient) -> set[str]:
    return set(re.findall(r"/texts/review/([\w-]+)\"", client.get(f"/desk/{BLUE_LINE}/texts").text))


def test_who_was_given_no_language_is_told_whom_to_ask(coordinator: FlaskClient, app: Flask, session: Session) -> None:
    assert coordinator
    page = person(app, session, Role.INTERPRETER).get(f"/desk/{BLUE_LINE}/texts").text
    assert "No language was given to you yet." in page


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"verdict": ""}, 200, "Choose one."),
        ({"verdict": "wrong", "remark": "x" * 501}, 200, "Write at most 500 characters."),
        ({"verdict": "wrong", "digest": "0" * 64}, 409, "This sentence was changed meanwhile."),
    ],
)
def test_what_was_typed_about_a_sentence_is_kept_and_what_is_wrong_is_said(
    reviewer: FlaskClient, session: Session, typed: dict[str, str], status: int, sentence: str
) -> None:
    kept = first_of(reviewer.get(f"{REVIEW}/uk").text)
    said = {"remark": "краще інакше", **kept, **typed}
    answer = reviewer.post(f"{REVIEW}/uk", data=said)
    assert answer.status_code == status
    assert sentence in answer.text.split("</h2>")[1]  # in the summary above
    assert "alid choice" not in answer.text
    mine = answer.text.split(f'<section id="{kept["key"]}"')[1].split("</section>")[0]
    assert re.search(r"<details[^>]* open", mine)
    assert f'value="{said["remark"]}"' in mine
    assert len(re.findall(r"value=\"wrong\"[^>]*\schecked", mine)) == (said["verdict"] == "wrong")
    assert said["remark"] not in answer.text.replace(mine, "")
    assert f'name="digest" value="{kept["digest"]}"' in mine.replace("\n", " ")
    assert session.scalars(select(TextReview)).all() == []


def test_of_a_sentence_that_is_none_of_ours_nothing_is_put_down(reviewer: FlaskClient) -> None:
    kept = first_of(reviewer.get(f"{REVIEW}/uk").text)
    assert reviewer.post(f"{REVIEW}/uk", data={**kept, "key": "nothing", "verdict": "good"}).status_code == 404


def test_a_changed_sentence_is_unreviewed_again() -> None:
    said = [Reviewed("danger", digest_of("call 112"), Verdict.GOOD)]
    assert verdict_on("danger", "call 112", said) is Verdict.GOOD
    assert verdict_on("danger", "call 112!", said) is None
    assert verdict_on("exit", "call 112", said) is None
    again = [*said, Reviewed("danger", digest_of("call 112"), Verdict.WRONG)]
    assert verdict_on("danger", "call 112", again) is Verdict.WRONG
