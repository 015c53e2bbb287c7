"""Who answers, and what is missing: asked by pages, by the command, by whoever looks whether all is well."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Membership
from helpdesk.db.wall import acting_at, acting_desk
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, local
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.rules import present as rules
from helpdesk.roster.rules.coverage import Gap
from helpdesk.roster.rules.present import Answer, Held, Person
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import looking

LOOKED_AHEAD = timedelta(days=14)


def who_answers(
    session: Session, at: datetime, *, known_at: datetime | None = None, language: str | None = None
) -> Answer:
    """Who answers at the acting desk at an instant, with everybody who was considered, in three or four statements.

    With `known_at` the duties are those that the system took for true then, otherwise those of the plan as it stands. Who works here,
    which languages they speak and which posts are rung is always as it is now; absences are those that had been entered by then.
    """
    ahead = Span(at, at + rules.AHEAD)
    held = _known(session, ahead, known_at) if known_at else _planned(session, ahead)
    away = _away(session, at, known_at)
    members = accounts.memberships(session, acting_desk(session))
    people = [_person(member, held.get(member.account_id, ()), away.get(member.account_id, ())) for member in members]
    return Answer(at, known_at, language, rules.explain(people, at, language=language))


def gaps_ahead(session: Session, now: datetime, ahead: timedelta) -> list[Gap]:
    """The gaps of the acting desk that are not over, up to a day so far ahead; one that has begun is told from now on."""
    report = looking.gaps_ahead(session, queries.posts(session), day_of(now) + ahead, now)
    return [_from_now(gap, now) for gap in report.gaps]


def examine(session: Session, now: datetime) -> Iterator[str]:
    """Say, in English sentences, which desks have gaps in the next two weeks, or a coming year that nobody confirmed."""
    for desk in desks.all_desks(session):
        with acting_at(session, desk.id):
            yield from _examine(session, desk.id, now)


def _examine(session: Session, desk_id: str, now: datetime) -> Iterator[str]:
    names = {post.id: post.name for post in queries.posts(session)}
    if not names:
        return
    found = gaps_ahead(session, now, LOOKED_AHEAD)
    if found:
        first = f"{in_words(found[0].span)} at {names[found[0].post_id]}"
        many = f"{len(found)} gaps" if len(found) > 1 else "1 gap"
        yield f"The plan of {desk_id} has {many} in the next {LOOKED_AHEAD.days} days, the first one {first}."
    today = day_of(now)
    year = rules.needs_confirming(queries.confirmed_years(session), today.year, today.month)
    if year is not None:
        yield f"Nobody has confirmed the holidays and closings of {year} at {desk_id}."


def in_words(span: Span) -> str:
    """A span of instants on the wall of the office, as "2026-11-28 17:00–21:00"; the second day is named where there is one."""
    start, end = local(span.start), local(span.end)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{until}"


def _from_now(gap: Gap, now: datetime) -> Gap:
    span = Span(max(gap.span.start, now.replace(second=0, microsecond=0)), gap.span.end)
    return Gap(gap.post_id, gap.day, span, gap.missing)


def _planned(session: Session, ahead: Span) -> Mapping[UUID, Sequence[Held]]:
    found: dict[UUID, list[Held]] = defaultdict(list)
    for duty in queries.duties_within(session, ahead):
        if duty.account_id is not None:
            found[duty.account_id].append(Held(duty.id, duty.post.name, duty.when, duty.post.rung))
    return found


def _known(session: Session, ahead: Span, known_at: datetime) -> Mapping[UUID, Sequence[Held]]:
    found: dict[UUID, list[Held]] = defaultdict(list)
    for version, post, rung in queries.known_within(session, ahead, known_at):
        if version.account_id is not None:
            found[version.account_id].append(Held(version.duty_id, post, version.when, rung))
    return found


def _away(session: Session, at: datetime, known_at: datetime | None) -> Mapping[UUID, Sequence[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    for absence in queries.absences(session, Span(at, at + timedelta(seconds=1))):
        if known_at is None or absence.entered_at <= known_at:
            found[absence.account_id].append(absence.when)
    return found


def _person(member: Membership, held: Sequence[Held], away: Sequence[Span]) -> Person:
    account = member.account
    return Person(
        account_id=member.account_id,
        name=account.name,
        profession=member.profession,
        languages=tuple(account.languages),
        may_answer=member.actor.may(Permission.CONTACT_WRITE),
        has_phone=account.phone_sealed is not None,
        duties=tuple(held),
        absences=tuple(away),
    )
