"""Whoever leaves is gone at once, to a page in their own language, whether or not our records can be reached."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from helpdesk.app import create_app, examine
from helpdesk.config import Settings
from helpdesk.db import schema
from helpdesk.db.embedded import Cluster, cluster_at
from helpdesk.db.session import make_engine
from helpdesk.intake.models import IntakeDraft
from tests.conftest import QUICK, EnglishClient
from tests.factories import HELP_POINT, make_desk
from tests.intake.visitors import Visitor

PAGES = (("uk", "https://uk.example.com"), ("ar", "https://ar.example.com"))


@pytest.fixture
def abroad(settings: Settings) -> Settings:
    """An office with neutral pages of their own for two languages."""
    return replace(settings, neutral_urls=PAGES)


@pytest.mark.parametrize(
    ("tag", "to"),
    [("uk", "https://uk.example.com"), ("ar", "https://ar.example.com"), ("pl", "https://pl.wikipedia.org")],
)
def test_the_way_out_leads_to_a_page_in_the_language_of_the_reader(
    app: Flask, abroad: Settings, tag: str, to: str
) -> None:
    app.extensions["helpdesk.settings"] = abroad
    assert app.test_client().get(f"/{tag}/leave").location == to


def test_the_script_goes_to_the_same_page_and_tells_our_side_by_the_way(
    abroad: Settings, app: Flask, visitor: Visitor
) -> None:
    made = create_app(abroad, faces=("public",), sessions=app.extensions["helpdesk.sessions"])
    for tag, to in (*PAGES, ("es", "https://pl.wikipedia.org")):
        for path in (f"/{tag}/p/", f"/{tag}/p/nothing-here"):
            page = made.test_client().get(path).text
            assert f'data-exit-to="{to}"' in page
            assert f'href="/{tag}/leave"' in page
    assert visitor.client.post("/en/leave").status_code == 204


def test_a_language_that_nobody_speaks_here_is_named_to_the_office(abroad: Settings, app: Flask) -> None:
    mistaken = replace(abroad, neutral_urls=(*PAGES, ("ua", "https://ua.example.com")))
    with app.extensions["helpdesk.sessions"]() as session:
        said = [each for each in examine(session, mistaken) if "NEUTRAL_URLS" in each]
    assert said == ["HELPDESK_NEUTRAL_URLS names a language that we do not speak: ua."]


# Without a database


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server of this test alone, which may be stopped."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-test-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        made = cluster_at(home / "pg")
        made.start(QUICK)
        yield made
        if made.is_running():
            made.stop()


def test_without_a_database_the_way_out_is_open_and_the_browser_forgets_us(cluster: Cluster, abroad: Settings) -> None:
    engine = make_engine(cluster.url("postgres"))
    schema.upgrade(engine)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        make_desk(session, HELP_POINT, lines=["+48520000002"]).place = "p"
    app = create_app(abroad, faces=("public",), sessions=sessions)
    app.test_client_class = EnglishClient
    visitor = Visitor(app.test_client(), tag="uk").begins()
    visitor.goes_to("story").sends(story="typed")
    cookie = visitor.client.get_cookie("p")
    assert cookie is not None

    cluster.stop()
    left = visitor.client.get("/uk/leave")
    assert (left.status_code, left.location) == (303, "https://uk.example.com")
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert left.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.client.get_cookie("p") is None
    assert visitor.client.get("/uk/p/").status_code == 503
    visitor.client.set_cookie("p", cookie.value)
    assert visitor.client.post("/uk/leave").status_code == 204

    cluster.start(QUICK)
    with sessions() as session:
        assert len(session.scalars(select(IntakeDraft)).all()) == 1  # it runs out by itself
    visitor.client.set_cookie("p", cookie.value)
    assert visitor.client.get("/uk/leave").status_code == 303
    with sessions() as session:
        assert session.scalars(select(IntakeDraft)).all() == []
    engine.dispose()
