"""Taking in a plan from a spreadsheet: every row is judged before the first one is drafted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.permissions import Actor
from helpdesk.roster import queries
from helpdesk.roster.models import Post
from helpdesk.roster.rules import importing as rules
from helpdesk.roster.rules.importing import ImportRefusal, KnownPerson, KnownPost, Problem, Wish
from helpdesk.roster.rules.overlay import Mark, Planned, has_begun
from helpdesk.roster.service import drafting, judging, publishing
from helpdesk.roster.service.writing import Plan


@dataclass(frozen=True, slots=True)
class Report:
    """How many duties a file drafts, how many it holds that are planned already, and what is wrong with it."""

    added: int = 0
    unchanged: int = 0
    problems: Sequence[Problem] = ()


def import_plan(session: Session, text: str, *, check: bool, actor: Actor, now: datetime) -> Report:
    """Draft the duties of a table at the acting desk; with `check` only say what would come of it.

    If anything is wrong with any row, nothing is drafted. Rows that are in the plan already, published or drafted, change nothing.
    """
    reading = rules.read(text)
    members = accounts.memberships(session, acting_desk(session))
    posts = [_known_post(post) for post in queries.posts(session)]
    wishes, unmatched = rules.matched(reading.rows, [_known_person(each) for each in members], posts)
    plan = _plan_around(session, wishes)
    there = {_content(each) for each in plan if each.stands}
    new = [wish for wish in wishes if wish.content not in there]
    problems = [*reading.problems, *unmatched]
    problems += _judge(session, plan, new, {each.line for each in problems}, now)
    if problems:
        return Report(problems=sorted(problems, key=lambda each: each.line))
    report = Report(added=len(new), unchanged=len(wishes) - len(new))
    if new and not check:
        _draft(session, new, report, actor, now)
    return report


def _draft(session: Session, wishes: Sequence[Wish], report: Report, actor: Actor, now: datetime) -> None:
    for wish in wishes:
        plan = Plan(wish.post_id, wish.account_id, wish.day, wish.starts, wish.ends, wish.zone)
        drafting.put_draft(session, plan, actor=actor, now=now)
    audit.record(
        session,
        actor=actor,
        tag=Tag.ROSTER_IMPORTED,
        desk_id=acting_desk(session),
        now=now,
        detail={"added": report.added, "unchanged": report.unchanged},
    )


def _plan_around(session: Session, wishes: Sequence[Wish]) -> list[Planned]:
    """The plan of all days that decide about the duties of a file."""
    if not wishes:
        return []
    first, last = min(each.day for each in wishes), max(each.day for each in wishes)
    return publishing.plan_between(session, first - judging.REACH, last + judging.REACH)


def _judge(
    session: Session, plan: Sequence[Planned], wishes: Sequence[Wish], wrong: set[int], now: datetime
) -> list[Problem]:
    """What stands against the duties of a file, those with another fault left out: as if all of them were drafted."""
    keys = {uuid4(): wish for wish in wishes if wish.line not in wrong}
    begun = [Problem(wish.line, ImportRefusal.BEGUN) for wish in keys.values() if has_begun(wish.span, now)]
    wished = [_planned(key, wish) for key, wish in keys.items()]
    found = publishing.judge_plan(session, [*plan, *wished], only=frozenset(keys)) if wished else {}
    past = {each.line for each in begun}
    return begun + [
        Problem(keys[key].line, judgement.unfit[0])
        for key, judgement in found.items()
        if judgement.unfit and keys[key].line not in past
    ]


def _planned(key: UUID, wish: Wish) -> Planned:
    return Planned(None, key, wish.post_id, wish.account_id, wish.day, wish.starts, wish.ends, wish.span, Mark.ADDED)


def _content(each: Planned) -> tuple[object, ...]:
    return each.post_id, each.account_id, each.day, each.starts, each.ends


def _known_person(member: Membership) -> KnownPerson:
    account = member.account
    return KnownPerson(account.id, account.name, account.login, member.profession, frozenset(account.languages))


def _known_post(post: Post) -> KnownPost:
    return KnownPost(post.id, post.name, post.wanted, post.days, post.starts, post.ends, ZoneInfo(post.zone))
