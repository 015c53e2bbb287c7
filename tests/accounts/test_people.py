"""Stories of the administrator of a desk."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.kernel.permissions import Profession, Role
from tests.accounts.visitor import Visitor, words
from tests.factories import HELP_POINT, make_account, make_desk

PEOPLE = "/desk/blue-line/people"
_START = re.compile(r">\s*([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\s*<")
NEW = {
    "login": "olga",
    "name": "Olga Petrenko",
    "roles": ["consultant"],
    "profession": "psychologist",
    "languages": ["uk"],
}


@pytest.fixture
def boss(ewa: Account, session: Session) -> Account:  # noqa: ARG001  the desk comes with her
    """The only administrator of the Blue Line."""
    account = make_account(
        session, roles=(Role.ADMINISTRATOR,), profession=Profession.ADMINISTRATOR, login="boss", name="Bogna"
    )
    session.commit()
    return account


@pytest.fixture
def admin(app: Flask, boss: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.signs_in(boss)
    return visitor


@pytest.fixture
def stranger(session: Session, boss: Account) -> Account:  # noqa: ARG001  the other desk is there first
    """Somebody of another desk."""
    make_desk(session, HELP_POINT)
    account = make_account(session, HELP_POINT, login="stranger", name="Somebody Elsewhere")
    session.commit()
    return account


def _tags(session: Session) -> list[tuple[str, str | None, str | None]]:
    events = session.query(AuditEvent).order_by(AuditEvent.id)
    return [(event.tag, event.subject, event.desk_id) for event in events]


def test_the_administrator_sees_the_people_of_this_desk_only(admin: Visitor, stranger: Account) -> None:
    page = admin.reads(PEOPLE)
    assert "Ewa Zięba" in page
    assert "Psychologist" in page
    assert "Somebody Elsewhere" not in page
    assert admin.opens(f"{PEOPLE}/{stranger.id}").status_code == 404
    assert admin.sends(f"{PEOPLE}/{stranger.id}/end", page=PEOPLE).status_code == 404
    assert admin.sends(f"{PEOPLE}/{stranger.id}/reset-factor", page=PEOPLE).status_code == 404
    assert admin.opens("/desk/help-point/people").status_code == 404


def test_a_consultant_does_not_manage_people(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    for page in (PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/known", f"{PEOPLE}/{ewa.id}"):
        assert visitor.opens(page).status_code == 403


def test_a_new_person_comes_in_with_a_start_password_that_is_shown_once(
    app: Flask, admin: Visitor, session: Session
) -> None:
    page = admin.sends(f"{PEOPLE}/new", NEW).text
    found = _START.search(page)
    assert found
    assert found[1] not in admin.reads(PEOPLE)
    newcomer = session.query(Account).filter_by(login="olga").one()
    visitor = Visitor(app)
    assert visitor.signs_in(newcomer, found[1]).location == "/desk/login/password"
    again = admin.sends(f"{PEOPLE}/{newcomer.id}/start-password", page=PEOPLE).text
    assert visitor.opens("/desk/login/password").location == "/desk/login", (
        "the first start password is worth nothing now"
    )
    found = _START.search(again)
    assert found
    visitor.signs_in(newcomer, found[1])
    visitor.sends("/desk/login/password", {"password": "words of my own", "again": "words of my own"})
    assert visitor.is_in()
    assert ("account:joined", str(newcomer.id), "blue-line") in _tags(session)


def test_the_form_of_a_new_person_says_what_is_missing(admin: Visitor) -> None:
    page = words(admin.sends(f"{PEOPLE}/new", {"login": "OLGA P", "name": "", "profession": ""}))
    assert "Choose a profession." in page
    assert "Write the name as colleagues know it." in page
    page = words(admin.sends(f"{PEOPLE}/new", {**NEW, "login": "olga p"}))
    assert "Use only letters" in page
    assert "Olga Petrenko" in page
    assert "Choose at least one role." in words(admin.sends(f"{PEOPLE}/new", {**NEW, "roles": []}))
    assert "Somebody has this login already." in words(admin.sends(f"{PEOPLE}/new", {**NEW, "login": "EWA"}))


def test_somebody_of_another_desk_is_added_by_login_and_keeps_the_place_there(
    admin: Visitor, stranger: Account, session: Session
) -> None:
    place = {"roles": ["coordinator"], "profession": "advocate"}
    assert "Nobody has this login." in words(admin.sends(f"{PEOPLE}/known", {"login": "nobody", **place}))
    assert admin.sends(f"{PEOPLE}/known", {"login": "stranger", **place}).location == PEOPLE
    page = admin.reads(f"{PEOPLE}/{stranger.id}")
    assert "help-point" not in page
    assert "Help Point" not in page
    session.expire_all()
    assert set(stranger.desk_ids) == {"blue-line", "help-point"}
    assert "This person works at this desk already." in words(
        admin.sends(f"{PEOPLE}/known", {"login": "stranger", **place})
    )
    admin.sends(f"{PEOPLE}/{stranger.id}/end", page=PEOPLE)
    session.expire_all()
    assert stranger.desk_ids == ("help-point",)
    assert stranger.active


def test_roles_are_changed_and_the_change_is_written_down(admin: Visitor, ewa: Account, session: Session) -> None:
    admin.sends(f"{PEOPLE}/{ewa.id}", {"roles": ["coordinator", "consultant"], "profession": "psychologist"})
    session.expire_all()
    assert ewa.memberships[0].roles == ["consultant", "coordinator"]
    event = session.query(AuditEvent).filter_by(tag="account:changed").one()
    assert event.detail == {
        "roles": ["consultant", "coordinator"],
        "before": ["consultant"],
        "profession": "psychologist",
        "reviews": [],
    }
    assert event.actor_name == "Bogna"


def test_nobody_gives_oneself_the_right_to_read_records(admin: Visitor, boss: Account, session: Session) -> None:
    own = "You cannot change your own place at a desk."
    both = {"roles": ["administrator", "consultant"], "profession": "psychologist"}
    assert own in words(admin.sends(f"{PEOPLE}/{boss.id}", both))
    assert own in words(admin.sends(f"{PEOPLE}/known", {"login": "boss", **both}))
    assert own in words(admin.sends(f"{PEOPLE}/{boss.id}/end", page=PEOPLE))
    assert own in words(admin.sends(f"{PEOPLE}/{boss.id}/reset-factor", page=PEOPLE))
    session.expire_all()
    assert boss.memberships[0].roles == ["administrator"]


def test_whoever_leaves_the_only_desk_is_out_at_once(
    app: Flask, admin: Visitor, ewa: Account, session: Session
) -> None:
    colleague = Visitor(app)
    colleague.signs_in(ewa)
    assert admin.sends(f"{PEOPLE}/{ewa.id}/end", page=PEOPLE).location == PEOPLE
    assert not colleague.is_in()
    assert colleague.signs_in(ewa).status_code == 200
    assert "Ewa" not in admin.opens(PEOPLE).text.split("<table", 1)[1]
    assert ("account:left", str(ewa.id), "blue-line") in _tags(session)


def test_whoever_lost_the_second_factor_sets_up_another(
    app: Flask, office: Flask, admin: Visitor, ewa: Account, session: Session
) -> None:
    ewa.totp_secret, ewa.totp_confirmed_at = "JBSWY3DPEHPK3PXP", datetime.now(UTC)
    session.commit()
    colleague = Visitor(app)
    colleague.signs_in(ewa)
    admin.sends(f"{PEOPLE}/{ewa.id}/reset-factor", page=f"{PEOPLE}/{ewa.id}")
    assert not colleague.is_in()
    assert Visitor(office).signs_in(ewa).location == "/desk/login/set-up"


def test_an_administrator_sets_no_password_for_an_account_in_use(app: Flask, admin: Visitor, ewa: Account) -> None:
    refused = admin.sends(f"{PEOPLE}/{ewa.id}/start-password", page=PEOPLE)
    assert "This person has chosen a password already." in words(refused)
    assert Visitor(app).signs_in(ewa).status_code == 302


def test_a_person_who_does_not_exist_is_not_found(admin: Visitor) -> None:
    assert admin.opens(f"{PEOPLE}/{uuid4()}").status_code == 404
    assert admin.opens(f"{PEOPLE}/5").status_code == 404
