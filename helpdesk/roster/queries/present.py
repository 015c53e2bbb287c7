"""What is true now, for whoever asks: the public, the telephone, and whoever wants to know who was known to be on duty."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import across
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.models import Duty, DutyState, DutyVersion, Post
from helpdesk.roster.rules.present import Advertised
from helpdesk.roster.rules.spans import Span


class KnownDuty(NamedTuple):
    """A duty as it was known once, with its post as that is called now."""

    version: DutyVersion
    post: str
    rung: bool


def known_within(session: Session, span: Span, known_at: datetime) -> Sequence[KnownDuty]:
    """The held duties of the acting desk that touch a span, as the system took them for true at `known_at`, in order."""
    at_post = and_(Post.desk_id == DutyVersion.desk_id, Post.id == DutyVersion.post_id)
    statement = (
        select(DutyVersion, Post.name, Post.rung)
        .join(Post, at_post)
        .where(
            DutyVersion.span.overlaps(func.tstzrange(span.start, span.end)),
            DutyVersion.known.contains(known_at),
            DutyVersion.state == DutyState.PUBLISHED,
            DutyVersion.account_id.is_not(None),
        )
    )
    rows = session.execute(statement.order_by(DutyVersion.starts_at, DutyVersion.duty_id))
    return [KnownDuty(*row) for row in rows]


def advertised(session: Session, now: datetime, until: datetime) -> Sequence[Advertised]:
    """The held duties at public posts of all desks that are not over and begin before `until`, for anybody to read.

    No name and no place comes along, and no duty of a Border Guard officer at all.
    """
    at_post = and_(Post.desk_id == Duty.desk_id, Post.id == Duty.post_id)
    statement = (
        select(Duty.desk_id, Duty.profession, Account.languages, Duty.starts_at, Duty.ends_at)
        .join(Post, at_post)
        .join(Account, Account.id == Duty.account_id)
        .where(
            Post.public,
            Duty.span.overlaps(func.tstzrange(now, until)),
            Duty.state == DutyState.PUBLISHED,
            Duty.profession != Profession.BORDER_GUARD_OFFICER,
        )
        .order_by(Duty.starts_at)
    )
    rows = session.execute(statement, execution_options=across("public"))
    return [
        Advertised(desk_id, profession, tuple(languages), Span(starts_at, ends_at))
        for desk_id, profession, languages, starts_at, ends_at in rows
    ]


def public_posts(session: Session) -> Sequence[Post]:
    """The posts of the acting desk at which calls ring and of which anybody may know; none of Border Guard officers alone."""
    statement = select(Post).where(Post.public, Post.rung, Post.professions != [Profession.BORDER_GUARD_OFFICER.value])
    return session.scalars(statement).all()
