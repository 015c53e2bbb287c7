"""A cheap telephone on a slow network: how much a first page weighs with all that belongs to it, and each one after (LA5)."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.desks.models import Desk
from helpdesk.web.i18n import public_languages
from tests.intake.visitors import Visitor

FIRST_LOAD, LATER_LOAD, MOST_REQUESTS = 24_000, 6_000, 4
_PARTS = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def _weight(content: bytes) -> int:
    return len(gzip.compress(content))


@pytest.mark.parametrize("tag", [each.tag for each in public_languages()])
def test_a_page_is_light_at_first_and_lighter_afterwards(app: Flask, help_point: Desk, tag: str) -> None:
    assert help_point.place == "p"
    client = app.test_client()
    for path in ("/", "/p/", "/p/write", "/back", "/near", "/accessibility", "/p/data"):
        page = client.get(f"/{tag}{path}").data
        parts = set(_PARTS.findall(page.decode()))
        assert len(parts) + 1 <= MOST_REQUESTS, parts
        assert _weight(page) + sum(_fetched(client, part) for part in parts) <= FIRST_LOAD, path
        assert _weight(page) <= LATER_LOAD, path


def _fetched(client: FlaskClient, part: str) -> int:
    with client.get(part) as answer:
        return _weight(answer.data)


def test_the_pages_of_the_form_are_light(visitor: Visitor) -> None:
    for step in ("need", "story", "safety", "help", "more", "check"):
        assert _weight(visitor.goes_to(step).page.encode()) <= LATER_LOAD, step
