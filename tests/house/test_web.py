"""Headers, sessions, words and errors of every page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.db.notify import Changed
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Actor, Role
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.i18n import lazy
from helpdesk.web.live import may_hear
from helpdesk.web.sessions import STAFF_COOKIE, BrowserSession
from tests.factories import BLUE_LINE, make_account, make_desk, sign_in


@pytest.fixture
def psychologist(client: FlaskClient, session: Session) -> FlaskClient:
    make_desk(session)
    account = make_account(session)
    session.commit()
    sign_in(client, account)
    return client


def test_a_page_lets_nothing_in_from_elsewhere_and_leaves_nothing_behind(psychologist: FlaskClient) -> None:
    answer = psychologist.get(f"/desk/{BLUE_LINE}/contacts")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_holds_a_random_id_and_the_table_not_even_that(psychologist: FlaskClient, session: Session) -> None:
    cookie = psychologist.get_cookie(STAFF_COOKIE, path="/desk")
    assert cookie is not None
    assert len(cookie.value) == 43
    assert cookie.http_only
    rows = session.scalars(select(BrowserSession)).all()
    assert all(cookie.value.encode() not in row.token_hash for row in rows)


def test_the_staffs_cookie_is_not_sent_to_other_faces(psychologist: FlaskClient) -> None:
    cookie = psychologist.get_cookie(STAFF_COOKIE, path="/desk")
    assert cookie is not None
    assert (cookie.path, cookie.same_site) == ("/desk", "Strict")


def test_health_needs_no_session_and_no_database(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.json == {"status": "alive"}
    assert "Set-Cookie" not in answer.headers


def test_ready_says_so(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_lazy_sentence_is_escaped_like_any_other(app: Flask) -> None:
    with app.test_request_context("/desk/"):
        text = lazy("Hello %(name)s", name="<script>alert(1)</script>")
        assert not hasattr(text, "__html__")
        assert "<script>" not in render_template_string("{{ text }}", text=text)
        assert "&lt;script&gt;" in Markup("{}").format(text)


def test_a_post_without_its_token_is_refused(psychologist: FlaskClient) -> None:
    answer = psychologist.post(f"/desk/{BLUE_LINE}/contacts/new", data={"channel": "VIS"})
    assert answer.status_code == 400


@pytest.mark.parametrize(("tag", "word"), [("pl", 'lang="pl"'), ("en", 'lang="en"')])
def test_a_page_speaks_the_language_that_was_asked_for(psychologist: FlaskClient, tag: str, word: str) -> None:
    assert word in psychologist.get(f"/desk/{BLUE_LINE}/contacts?lang={tag}").text
    assert word in psychologist.get(f"/desk/{BLUE_LINE}/contacts").text


def test_a_language_switch_keeps_what_was_typed(psychologist: FlaskClient) -> None:
    page = psychologist.get(f"/desk/{BLUE_LINE}/handover").text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    typed = {"csrf_token": token, "remarks": "Nie zapomnij o Lubiczu", "_language": "en"}
    answer = psychologist.post(f"/desk/{BLUE_LINE}/handover", data=typed)
    assert answer.status_code == 200
    assert "Nie zapomnij o Lubiczu" in answer.text
    assert 'lang="en"' in answer.text


def test_an_unknown_address_is_a_page_that_says_so(psychologist: FlaskClient) -> None:
    answer = psychologist.get(f"/desk/{BLUE_LINE}/nowhere")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_database_that_is_gone_is_told_without_a_trace(app: Flask) -> None:
    @open_to_all(Open.PUBLIC)
    def gone() -> str:
        raise OperationalError("SELECT secret", {}, Exception("could not connect to 10.0.0.1"))

    app.add_url_rule("/desk/gone", view_func=gone)
    answer = app.test_client().get("/desk/gone")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "10.0.0.1" not in answer.text


def test_an_unexpected_fault_shows_no_insides(app: Flask) -> None:
    @open_to_all(Open.PUBLIC)
    def broken() -> str:
        raise ValueError("the note of a caller")

    app.add_url_rule("/desk/broken", view_func=broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    answer = app.test_client().get("/desk/broken")
    assert answer.status_code == 500
    assert "the note of a caller" not in answer.text


def test_an_open_stream_does_not_keep_the_screen_from_locking(psychologist: FlaskClient, session: Session) -> None:
    """A browser left alone opens its stream again every few minutes; that is nobody's activity."""
    long_ago = utcnow() - timedelta(minutes=10)
    session.execute(update(BrowserSession).values(seen_at=long_ago))
    session.commit()
    with psychologist.get("/desk/live") as answer:
        assert answer.mimetype == "text/event-stream"
    session.expire_all()
    assert (
        session.scalars(select(BrowserSession.seen_at).where(BrowserSession.account_id.is_not(None))).one() == long_ago
    )
    psychologist.get(f"/desk/{BLUE_LINE}/contacts")
    session.expire_all()
    assert (
        session.scalars(select(BrowserSession.seen_at).where(BrowserSession.account_id.is_not(None))).one() > long_ago
    )


def test_what_one_person_is_told_no_colleague_hears_of() -> None:
    told, other = uuid4(), uuid4()
    consultant = frozenset({Role.CONSULTANT})
    for account_id, hears in ((told, True), (other, False)):
        actors = {BLUE_LINE: Actor(account_id, "somebody", BLUE_LINE, consultant)}
        assert may_hear(actors, Changed(BLUE_LINE, "notices", str(told))) is hears


@pytest.mark.parametrize(
    ("role", "contacts", "duties"),
    [
        (Role.CONSULTANT, True, True),
        (Role.COORDINATOR, True, True),
        (Role.DUTY_OFFICER, False, False),
        (Role.ADMINISTRATOR, False, False),
        (Role.PROGRAMME_OFFICER, False, False),
    ],
)
def test_the_live_stream_tells_a_role_only_of_what_it_may_read(role: Role, contacts: bool, duties: bool) -> None:
    """A Border Guard officer does not even learn that somebody called."""
    actors = {BLUE_LINE: Actor(uuid4(), "somebody", BLUE_LINE, frozenset({role}))}
    for topic, may in (("contacts", contacts), ("calls", contacts), ("handover", contacts), ("duties", duties)):
        assert may_hear(actors, Changed(BLUE_LINE, topic, "1")) is may
        assert not may_hear(actors, Changed("help-point", topic, "1"))
