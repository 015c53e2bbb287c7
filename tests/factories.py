"""The least valid office: each function makes one thing, and a test states what matters to it and nothing else."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Membership
from helpdesk.accounts.service.passwords import hashed
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.service import advices, contacts
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.clock import local
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.roster.models import Duty, Post
from helpdesk.web.sessions import STAFF_COOKIE

PASSWORD = "correct horse battery"
BLUE_LINE = "blue-line"
HELP_POINT = "help-point"


@cache
def _hashed() -> str:
    return hashed(PASSWORD)


def make_desk(
    session: Session,
    id: str = BLUE_LINE,  # noqa: A002  the desk's own word for its key
    kind: DeskKind = DeskKind.HELPLINE,
    lines: Sequence[str] = (),
    languages: Sequence[str] = ("pl", "uk", "en"),
) -> Desk:
    """A desk, with a phone line for each number."""
    desk = Desk(
        id=id,
        kind=kind,
        name_pl=id.replace("-", " ").title(),
        name_en=id.replace("-", " ").title(),
        controller="an office",
        number_prefix=id.upper(),
        languages=list(languages),
    )
    session.add(desk)
    session.flush()
    with acting_at(session, id):
        session.add_all(PhoneLine(number=number, languages=list(languages)) for number in lines)
    return desk


def make_account(  # each is a fact some story is about
    session: Session,
    desk_id: str | None = BLUE_LINE,
    roles: Sequence[Role] = (Role.CONSULTANT,),
    profession: Profession = Profession.PSYCHOLOGIST,
    *,
    name: str = "Ewa Zięba",
    login: str | None = None,
    phone: str = "",
    languages: Sequence[str] = ("pl",),
) -> Account:
    """Somebody who can sign in with PASSWORD, at one desk or none."""
    number = session.query(Account).count()
    account = Account(
        login=login or f"person{number}@example.org",
        name=name,
        password_hash=_hashed(),
        locale="en",
        phone=phone,
        languages=list(languages),
    )
    session.add(account)
    if desk_id:
        account.memberships.append(
            Membership(desk_id=desk_id, roles=[role.value for role in roles], profession=profession)
        )
    session.flush()
    return account


def actor_of(account: Account, desk_id: str = BLUE_LINE) -> Actor:
    actor = account.actor_at(desk_id)
    assert actor is not None
    return actor


def make_post(  # each is a fact some story is about
    session: Session,
    desk_id: str = BLUE_LINE,
    *,
    name: str = "Evening telephone",
    professions: Sequence[Profession] = (),
    languages: Sequence[str] = (),
    starts: time = time(17),
    ends: time = time(21),
    first: date = date(2020, 1, 1),
    **facts: Any,  # noqa: ANN401  whatever else a post may have
) -> Post:
    """A post that is covered every day by one person of any profession."""
    with acting_at(session, desk_id):
        post = Post(
            name=name,
            professions=[each.value for each in professions],
            languages=list(languages),
            starts=starts,
            ends=ends,
            anchor=first,
            first=first,
            **{"weekdays": list(range(7)), **facts},
        )
        session.add(post)
        session.flush()
    return post


def any_post(session: Session, desk_id: str) -> Post:
    """The first post of a desk, made if there is none: for stories in which it does not matter."""
    with acting_at(session, desk_id):
        found = session.scalar(select(Post).order_by(Post.id).limit(1))
    return found or make_post(session, desk_id)


def make_duty(
    session: Session, desk_id: str, account: Account | None, at: datetime, hours: int = 4, *, post: Post | None = None
) -> Duty:
    """A published duty that holds the instant `at`: it began an hour before."""
    start = at - timedelta(hours=1)
    end = start + timedelta(hours=hours)
    membership = account.membership_at(desk_id) if account else None
    post = post or any_post(session, desk_id)
    with acting_at(session, desk_id):
        duty = Duty(
            post_id=post.id,
            account_id=account.id if account else None,
            profession=membership.profession if membership else Profession.PSYCHOLOGIST,
            day=local(start).date(),
            starts=local(start).time(),
            ends=local(end).time(),
            starts_at=start,
            ends_at=end,
            changed_at=start - timedelta(days=7),
        )
        session.add(duty)
        session.flush()
    return duty


def make_contact(
    session: Session, desk: Desk, now: datetime, *, channel: str = "PHO", by: Account | None = None
) -> Contact:
    """An open contact; `by` works on it and has an empty advice."""
    actor = actor_of(by, desk.id) if by else Actor(id=None, name="system", desk_id=desk.id)
    with acting_at(session, desk.id):
        contact = contacts.begin(session, desk, channel=channel, actor=actor, now=now)
        session.flush()
        if by:
            advices.take(session, contact, actor=actor, now=now)
            session.flush()
    return contact


def own_advice(contact: Contact, account: Account) -> Advice:
    return next(advice for advice in contact.advices if advice.consultant_id == account.id)


def sign_in(client: FlaskClient, account: Account, password: str = PASSWORD) -> None:
    """Sign in as a person would, through the page; whoever was signed in before has gone."""
    client.delete_cookie(STAFF_COOKIE, path="/desk")
    page = client.get("/desk/login")
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post("/desk/login", data={"login": account.login, "password": password, "csrf_token": token})
    assert answer.status_code == 302, answer.text
    assert client.get_cookie(STAFF_COOKIE, path="/desk") is not None
