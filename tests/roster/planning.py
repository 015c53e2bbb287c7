"""The office of a coordinator who plans: a fixed day, a post of every evening, two psychologists, and her browser."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Actor, Role
from helpdesk.roster import queries, service
from helpdesk.roster.models import Draft, Duty, Pattern, Post
from helpdesk.roster.rules.patterns import TurnUnit
from helpdesk.roster.service import Plan
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, actor_of, make_account

# A Wednesday; the week that is planned begins on the Monday after.
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
WEEK = "2026-W49"
ROSTER = f"/desk/{BLUE_LINE}/roster"
GRID = f"{ROSTER}?week={WEEK}"
EVENING = (time(17), time(21))


def a_coordinator(session: Session, name: str = "Karol Coordinator") -> Account:
    return make_account(session, roles=(Role.COORDINATOR,), name=name)


def browser_of(app: Flask, account: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.signs_in(account)
    return visitor


def make_pattern(session: Session, post: Post, *people: Account, **facts: Any) -> Pattern:  # noqa: ANN401  whatever else a pattern may say
    """Every day at the hours of its post, one person after the other."""
    with acting_at(session, post.desk_id):
        said = {
            "name": post.name,
            "weekdays": list(range(7)),
            "anchor": MONDAY,
            "first": MONDAY,
            "groups": [[str(person.id)] for person in people],
            "turn_unit": TurnUnit.OCCURRENCE,
            "turns_from": MONDAY,
            "starts": post.starts,
            "ends": post.ends,
        }
        pattern = Pattern(post_id=post.id, **{**said, **facts})
        session.add(pattern)
        session.flush()
    return pattern


def make_draft(
    session: Session,
    post: Post,
    person: Account | None,
    day: date = MONDAY,
    hours: tuple[time, time] = EVENING,
    *,
    duty: Duty | None = None,
    by: Actor | None = None,
) -> Draft:
    with acting_at(session, post.desk_id):
        plan = Plan(post.id, person.id if person else None, day, *hours)
        return service.put_draft(session, plan, duty=duty, actor=by or _planner(session), now=NOW)


def publish_duty(
    session: Session, post: Post, person: Account | None, day: date = MONDAY, hours: tuple[time, time] = EVENING
) -> Duty:
    with acting_at(session, post.desk_id):
        plan = Plan(post.id, person.id if person else None, day, *hours)
        duty = service.plan_duty(session, plan, actor=_planner(session), now=NOW)
        session.flush()
    return duty


def drafts(session: Session) -> Sequence[str]:
    """Everything that is drafted at the desk, in a line each."""
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        found = queries.drafts_between(session, date(2000, 1, 1), date(2100, 1, 1))
        return [_line(each) + (" cancelled" if each.removes else "") for each in found]


def duties(session: Session) -> Sequence[str]:
    """Everything that is published at the desk, in a line each."""
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        return [_line(each) for each in queries.duties_between(session, date(2000, 1, 1), date(2100, 1, 1))]


def draft_id(session: Session) -> UUID:
    """The only draft there is."""
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        (found,) = queries.drafts_between(session, date(2000, 1, 1), date(2100, 1, 1))
        return found.id


def value_of(page: str, name: str) -> str:
    """What a field of a page holds."""
    found = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)
    assert found, name
    if found[0].startswith("<input"):
        value = re.search(r'value="([^"]*)"', found[0])
        return html.unescape(value[1]) if value else ""
    chosen = re.search(r'value="([^"]*)" selected', page[found.end() : page.index("</select>", found.end())])
    return chosen[1] if chosen else ""


def filled_in(page: str, **changes: str) -> dict[str, str]:
    """The form of a duty as it stands on a page, with some fields typed over."""
    return {
        name: value_of(page, name) for name in ("post", "person", "day", "starts", "ends", "room", "version")
    } | changes


def _planner(session: Session) -> Actor:
    found = session.query(Account).filter_by(name="Karol Coordinator").one_or_none()
    return actor_of(found or a_coordinator(session))


def _line(each: Duty | Draft) -> str:
    who = each.account.name if each.account else "-"
    return f"{each.day:%d.%m.} {each.starts:%H:%M}-{each.ends:%H:%M} {each.post.name}: {who}"
