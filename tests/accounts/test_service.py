"""What the services promise where no page stands between."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account, KnownBrowser, SignInFailure
from helpdesk.accounts.rules import AccountRefusal, Place
from helpdesk.accounts.service import attempts, entrance, passwords, people
from helpdesk.accounts.service.people import Newcomer
from helpdesk.audit.models import AuditEvent
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM, Profession, Role
from tests.factories import HELP_POINT, PASSWORD, make_account, make_desk

ADMINISTRATOR = Place(frozenset({Role.ADMINISTRATOR}), Profession.ADMINISTRATOR)
CONSULTANT = Place(frozenset({Role.CONSULTANT}), Profession.PSYCHOLOGIST)


def _boss(session: Session, name: str) -> Account:
    return make_account(
        session, roles=(Role.ADMINISTRATOR,), profession=Profession.ADMINISTRATOR, login=name, name=name
    )


def test_an_account_is_added_from_the_command_line(session: Session, now: datetime) -> None:
    make_desk(session)
    newcomer = Newcomer("Anna.Nowak", " Anna Nowak ", ["pl", "uk"])
    account = people.add_account(session, newcomer, password="a walk in the rain", actor=SYSTEM, now=now)
    people.add_member(session, account, "blue-line", ADMINISTRATOR, actor=SYSTEM, now=now)
    session.flush()
    found = entrance.show_password(session, " ANNA.nowak ", "a walk in the rain", browser=None, now=now)
    assert (found.login, found.name, found.desk_ids) == ("anna.nowak", "Anna Nowak", ("blue-line",))
    with pytest.raises(Refusal):
        people.add_account(session, newcomer, password="a walk in the rain", actor=SYSTEM, now=now)


def test_only_a_demonstration_has_accounts_with_an_easy_password(session: Session, now: datetime) -> None:
    with pytest.raises(Refusal):
        people.add_account(session, Newcomer("demo", "Demo"), password="demo", actor=SYSTEM, now=now)
    people.add_account(session, Newcomer("demo", "Demo"), password="demo", actor=SYSTEM, now=now, checked=False)


def test_the_last_administrator_is_not_removed_even_by_another_hand(session: Session, now: datetime) -> None:
    make_desk(session)
    make_desk(session, HELP_POINT)
    first, second = _boss(session, "first"), _boss(session, "second")
    make_account(session, HELP_POINT, (Role.ADMINISTRATOR,), Profession.ADMINISTRATOR, login="of-another-desk")
    people.change_place(session, second.memberships[0], CONSULTANT, actor=first.person, now=now)
    for place in (CONSULTANT, None):
        with pytest.raises(Refusal) as refused:
            _change(session, first, place, now)
        assert refused.value.code is AccountRefusal.LAST_ADMINISTRATOR


def _change(session: Session, account: Account, place: Place | None, now: datetime) -> None:
    """Give somebody another place, or none."""
    if place:
        people.change_place(session, account.memberships[0], place, actor=SYSTEM, now=now)
    else:
        people.leave(session, account.memberships[0], actor=SYSTEM, now=now)


def test_an_administrator_whose_account_is_closed_does_not_count(session: Session, now: datetime) -> None:
    make_desk(session)
    first, second = _boss(session, "first"), _boss(session, "second")
    second.active = False
    session.flush()
    with pytest.raises(Refusal):
        people.leave(session, first.memberships[0], actor=SYSTEM, now=now)


def test_a_hash_made_with_weaker_parameters_is_made_anew(session: Session, now: datetime) -> None:
    make_desk(session)
    account = make_account(session, login="ewa")
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    old = account.password_hash
    entrance.show_password(session, "ewa", PASSWORD, browser=None, now=now)
    assert account.password_hash != old
    assert passwords.is_right(account, PASSWORD)


def test_a_crowd_at_the_door_is_asked_to_wait(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    make_desk(session)
    account = make_account(session)
    monkeypatch.setattr(passwords, "_PATIENCE_SECONDS", 0.01)
    held = [passwords._AT_ONCE.acquire() for _ in range(4)]
    try:
        with pytest.raises(Refusal) as refused:
            passwords.is_right(account, PASSWORD)
    finally:
        for _ in held:
            passwords._AT_ONCE.release()
    assert refused.value.code is AccountRefusal.BUSY


def test_old_failures_and_old_browsers_are_forgotten(session: Session, now: datetime) -> None:
    make_desk(session)
    account = make_account(session, login="ewa")
    long_ago = now - rules.BROWSER_MEMORY - timedelta(days=1)
    queries.know(session, account.id, b"old", long_ago)
    session.add(SignInFailure(login_hash=b"x", source_hash=b"", at=long_ago))
    with pytest.raises(Refusal):
        entrance.show_password(session, "ewa", "guess", browser=None, now=now)
    entrance.come_in(session, account, browser="token", how="password", now=now)
    assert session.query(SignInFailure).filter(SignInFailure.at < now).count() == 0
    assert session.query(KnownBrowser).count() == 1


def test_nothing_readable_of_browser_or_login_is_kept_with_a_failure(session: Session, now: datetime) -> None:
    with pytest.raises(Refusal):
        entrance.show_password(session, "ewa", "guess", browser="token-of-a-browser", now=now)
    session.flush()
    kept = session.query(SignInFailure).one()
    assert b"ewa" not in kept.login_hash
    assert kept.source_hash == b"", "a browser that is not known is one of all the others"
    assert attempts.counter(session, " EWA ", None, None).login_hash == kept.login_hash


def test_what_concerns_the_whole_account_is_written_at_each_of_its_desks(session: Session, now: datetime) -> None:
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = make_account(session, login="ewa")
    people.add_member(session, account, HELP_POINT, CONSULTANT, actor=SYSTEM, now=now)
    entrance.come_in(session, account, browser="token", how="password", now=now)
    session.flush()
    events = session.query(AuditEvent).filter_by(tag="account:signed-in")
    assert {(event.desk_id, event.detail["how"]) for event in events} == {
        ("blue-line", "password"),
        ("help-point", "password"),
    }


def test_start_passwords_meet_our_own_rules() -> None:
    made = {passwords.start_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        rules.check_password(password, login="anna.kowalska", name="Anna Kowalska")
