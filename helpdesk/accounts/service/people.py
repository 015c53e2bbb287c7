"""The people of a desk: who joins, as what, and who leaves. A desk sees and changes its own memberships only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account, Membership
from helpdesk.accounts.rules import AccountRefusal, Place
from helpdesk.accounts.service import factors, passwords
from helpdesk.accounts.service.trail import note
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.kernel import phones
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who has no account yet."""

    login: str
    name: str
    languages: Sequence[str] = ()
    locale: str = "pl"


def add_account(
    session: Session,
    newcomer: Newcomer,
    *,
    password: str,
    actor: Actor,
    now: datetime,
    checked: bool = True,
) -> Account:
    """Make an account at no desk yet, or raise Refusal. Only a demonstration, whose password everybody knows, is not `checked`."""
    login = rules.check_login(newcomer.login)
    if queries.account_by_login(session, login):
        raise Refusal(AccountRefusal.LOGIN_TAKEN, field="login")
    if checked:
        rules.check_password(password, login=login, name=newcomer.name)
    account = Account(
        login=login,
        name=newcomer.name.strip(),
        password_hash=passwords.hashed(password),
        locale=newcomer.locale,
        languages=list(newcomer.languages),
    )
    session.add(account)
    audit.record(session, actor=actor, tag=Tag.ACCOUNT_ADDED, subject=account.id, now=now)
    return account


def add_member(
    session: Session, account: Account, desk_id: str, place: Place, *, actor: Actor, now: datetime
) -> Membership:
    """Give somebody a place at a desk, or raise Refusal."""
    rules.check_place(place)
    if account.membership_at(desk_id):
        raise Refusal(AccountRefusal.MEMBER_ALREADY, field="login")
    membership = Membership(
        desk_id=desk_id, roles=_sorted(place), profession=place.profession, reviews=sorted(place.reviews)
    )
    account.memberships.append(membership)
    account.active = True
    _note_place(session, Tag.ACCOUNT_JOINED, membership, place, actor=actor, now=now)
    return membership


def join(session: Session, newcomer: Newcomer, desk_id: str, place: Place, *, actor: Actor, now: datetime) -> str:
    """Make an account with a place at a desk; answer the start password, which is shown once and never again."""
    rules.check_place(place)
    account = add_account(session, newcomer, password=passwords.start_password(), actor=actor, now=now)
    add_member(session, account, desk_id, place, actor=actor, now=now)
    return give_start_password(session, account, actor=actor, now=now)


def give_start_password(session: Session, account: Account, *, actor: Actor, now: datetime) -> str:
    """A start password in place of the password of before. For an account in use this is for whoever runs the server only."""
    start = passwords.start_password()
    account.password_hash = passwords.hashed(start)
    account.start_password_until = now + rules.START_PASSWORD_LIFE
    note(session, account, Tag.ACCOUNT_PASSWORD_CHANGED, actor=actor, now=now, detail={"what": "start-password"})
    return start


def renew_start_password(session: Session, membership: Membership, *, actor: Actor, now: datetime) -> str:
    """Another start password for somebody who has not come in yet; an administrator never sets one for an account in use."""
    if membership.account.start_password_until is None:
        raise Refusal(AccountRefusal.ACCOUNT_IN_USE)
    return give_start_password(session, membership.account, actor=actor, now=now)


def join_known(session: Session, login: str, desk_id: str, place: Place, *, actor: Actor, now: datetime) -> Membership:
    """Give somebody who has an account elsewhere a place at this desk, too; nothing is said of the other desks."""
    account = queries.account_by_login(session, login)
    if account is None:
        raise Refusal(AccountRefusal.LOGIN_UNKNOWN, field="login")
    if account.id == actor.id:
        raise Refusal(AccountRefusal.OWN_MEMBERSHIP)
    return add_member(session, account, desk_id, place, actor=actor, now=now)


def change_place(session: Session, membership: Membership, place: Place, *, actor: Actor, now: datetime) -> None:
    """Give a member other roles, another profession or other languages to review, or raise Refusal."""
    rules.check_place(place)
    _check_change(session, membership, actor, stays=Role.ADMINISTRATOR in place.roles)
    before = sorted(membership.roles)
    membership.roles, membership.profession = _sorted(place), place.profession
    membership.reviews = sorted(place.reviews)
    _note_place(session, Tag.ACCOUNT_CHANGED, membership, place, actor=actor, now=now, before=before)


def leave(session: Session, membership: Membership, *, actor: Actor, now: datetime) -> None:
    """End somebody's place at a desk. Whoever has no other desk cannot sign in any more; what they wrote stays."""
    _check_change(session, membership, actor, stays=False)
    account = membership.account
    _note_place(session, Tag.ACCOUNT_LEFT, membership, membership.place, actor=actor, now=now)
    account.active = queries.count_memberships(session, account.id) > 1
    account.memberships.remove(membership)
    session.delete(membership)


def reset_factor(session: Session, membership: Membership, *, actor: Actor, now: datetime) -> None:
    """Let a member who lost the second factor set up another one. Nobody does this for oneself, and no password is given out."""
    if membership.account_id == actor.id:
        raise Refusal(AccountRefusal.OWN_MEMBERSHIP)
    factors.reset(session, membership.account, actor=actor, now=now)


def set_details(account: Account, *, name: str, locale: str, languages: Sequence[str], phone: str) -> None:
    """Change what people say of themselves, or raise Refusal for a number that cannot be called.

    Without a number, a browser that rings goes on ringing.
    """
    number = _callable_number(phone)
    account.phone = number if number or not rings_in_browser(account) else account.phone
    account.name, account.locale, account.languages = name.strip(), locale, list(languages)


def rings_in_browser(account: Account) -> bool:
    """Whether calls ring in the browser of this person."""
    return account.phone == _browser_of(account)


def ring_in_browser(session: Session, account: Account, *, on: bool, actor: Actor, now: datetime) -> None:
    """Let calls ring in the browser of this person and nowhere else, or no longer. A machine may answer there, as at a mobile."""
    account.phone, account.phone_by_person = _browser_of(account) if on else "", False
    note(session, account, Tag.ACCOUNT_CHANGED, actor=actor, now=now, detail={"what": "browser-telephone", "on": on})


def _browser_of(account: Account) -> str:
    return phones.BROWSER + account.id.hex


def _callable_number(phone: str) -> str:
    """The number in full; short numbers are refused, since no duty may ring the police."""
    if not phone.strip():
        return ""
    try:
        number = phones.institution_number(phone)
    except Refusal:
        number = ""
    if not number.startswith("+"):
        raise Refusal(AccountRefusal.PHONE_NOT_USABLE, field="phone")
    return number


def _check_change(session: Session, membership: Membership, actor: Actor, *, stays: bool) -> None:
    rules.check_change(
        actor_id=actor.id,
        member_id=membership.account_id,
        administrators=queries.administrators_held(session, membership.desk_id),
        stays=stays,
    )


def _sorted(place: Place) -> list[str]:
    return sorted(role.value for role in place.roles)


def _note_place(
    session: Session,
    tag: Tag,
    membership: Membership,
    place: Place,
    *,
    actor: Actor,
    now: datetime,
    before: Sequence[str] = (),
) -> None:
    detail = {
        "roles": _sorted(place),
        "profession": place.profession.value,
        "reviews": sorted(place.reviews),
        "before": list(before),
    }
    subject = membership.account.id
    audit.record(session, actor=actor, tag=tag, subject=subject, desk_id=membership.desk_id, now=now, detail=detail)
