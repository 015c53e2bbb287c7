"""Every endpoint says who may call it, and every role is answered as the table says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from helpdesk.kernel.permissions import Permission, Profession, Role, permissions_of
from helpdesk.web.access import Access, Open, access_of, refuse_unmarked_views
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, sign_in

OPEN = {
    Open.FEED: {"roster_feeds.calendar"},
    Open.HEALTH: {"health.alive", "health.ready"},
    Open.PUBLIC: {
        "public.accessibility",
        "public.back",
        "public.before_writing",
        "public.begin",
        "public.data",
        "public.desk",
        "public.front",
        "public.leave",
        "public.near",
        "public.robots",
        "public.start",
        "public.write",
        "sounds.sound",
        "start.style",
    },
    Open.STATIC: {"static"},
}
ANSWERED_BY_PERMISSION = {200, 302, 303, 400, 404, 409, 415, 422}


@dataclass(frozen=True)
class Door:
    """An address and a method by which it may be called."""

    endpoint: str
    method: str
    rule: Rule


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield Door(rule.endpoint, method, rule)


def address(app: Flask, door: Door, desk_id: str) -> str:
    samples = {"desk_id": desk_id, "year": 2023, "key": "3.1.b"}
    values: dict[str, Any] = {name: samples.get(name, str(uuid4())) for name in door.rule.arguments}
    with app.test_request_context():
        return app.url_for(door.endpoint, **values)


def _profession(role: Role) -> Profession:
    return Profession.BORDER_GUARD_OFFICER if role is Role.DUTY_OFFICER else Profession.PSYCHOLOGIST


@pytest.fixture
def open_app(app: Flask, session: Session) -> Flask:
    """Two desks."""
    for desk_id in (BLUE_LINE, HELP_POINT):
        make_desk(session, desk_id)
    session.commit()
    return app


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    assert all(access_of(app, endpoint) is not None for endpoint in app.view_functions)


def test_an_application_with_a_silent_view_does_not_start(app: Flask) -> None:
    app.view_functions["silent"] = lambda: "anybody"
    with pytest.raises(RuntimeError, match="silent"):
        refuse_unmarked_views(app)


def test_only_these_pages_are_open(app: Flask) -> None:
    found: dict[Open, set[str]] = {}
    for endpoint in app.view_functions:
        access = access_of(app, endpoint)
        assert isinstance(access, Access)
        if access.open_for:
            found.setdefault(access.open_for, set()).add(endpoint)
    assert {reason: found.get(reason) for reason in OPEN} == OPEN
    assert all(endpoint.startswith("accounts.") for endpoint in found[Open.SIGN_IN])
    assert all(endpoint.startswith("telephony_webhooks.") or "webhook" in endpoint for endpoint in found[Open.PROVIDER])
    assert set(found) == {*OPEN, Open.SIGN_IN, Open.PROVIDER}


def test_nobody_signed_in_reaches_no_staff_page(open_app: Flask, session: Session) -> None:
    for door in doors(open_app):
        access = access_of(open_app, door.endpoint)
        if access and access.open_for is None:
            open_app.config["WTF_CSRF_ENABLED"] = False  # likewise
            client = open_app.test_client()
            answer = client.open(address(open_app, door, BLUE_LINE), method=door.method)
            assert answer.status_code == 302, door
            assert "/desk/login" in answer.location, door
    assert session.is_active


@pytest.mark.parametrize("role", Role)
def test_every_role_is_answered_as_the_table_says(open_app: Flask, session: Session, role: Role) -> None:
    """A role without the permission gets 403 at its own desk; any role gets 404 at another desk, as if that did not exist."""
    client = open_app.test_client()
    sign_in(client, make_account(session, BLUE_LINE, [role], _profession(role)))
    open_app.config["WTF_CSRF_ENABLED"] = False  # who may call is asked here, not what was typed
    allowed = permissions_of(frozenset({role}))
    for door in doors(open_app):
        access = access_of(open_app, door.endpoint)
        if access is None or access.permission is None:
            continue
        here = client.open(address(open_app, door, BLUE_LINE), method=door.method).status_code
        elsewhere = client.open(address(open_app, door, HELP_POINT), method=door.method).status_code
        assert elsewhere == 404, door
        assert (here in ANSWERED_BY_PERMISSION) if access.permission in allowed else (here == 403), (door, here)


def test_a_border_guard_officer_may_nothing_but_see_his_own_duties() -> None:
    assert permissions_of(frozenset({Role.DUTY_OFFICER})) == {Permission.DESK_ENTER}


def test_an_administrator_reads_no_content() -> None:
    assert not {permission for permission in permissions_of(frozenset({Role.ADMINISTRATOR})) if "contact" in permission}


def test_permissions_stand_in_alphabetical_order() -> None:
    assert [permission.value for permission in Permission] == sorted(permission.value for permission in Permission)
