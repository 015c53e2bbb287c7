"""Calendars: the address behind a token, and every version of the duties that one shows."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import across, get_here
from helpdesk.premises.models import Place
from helpdesk.roster.models import DutyState, DutyVersion, Feed, Post
from helpdesk.roster.rules.feeds import Version
from helpdesk.roster.rules.spans import Span


def open_feed(session: Session, token_hash: bytes) -> Feed | None:
    """The feed with this token, unless it was revoked, whichever desk it belongs to: nothing but the token is known yet."""
    statement = select(Feed).where(Feed.token_hash == token_hash, Feed.revoked_at.is_(None))
    return session.scalar(statement, execution_options=across("feeds"))


def feed(session: Session, feed_id: UUID) -> Feed:
    """The feed of the acting desk, or NotFound."""
    return get_here(session, Feed, feed_id)


def open_feeds(session: Session, account_id: UUID | None) -> Sequence[Feed]:
    """The feeds that are not revoked, of a person or (None) of the desk as a whole, the newest first."""
    whose = Feed.account_id.is_(None) if account_id is None else Feed.account_id == account_id
    statement = select(Feed).where(whose, Feed.revoked_at.is_(None))
    return session.scalars(statement.order_by(Feed.made_at.desc(), Feed.id)).all()


def versions_for_feed(session: Session, account_id: UUID | None, within: Span) -> Sequence[Version]:
    """Every version of each duty of which a published one touches a span, a person's or (None) anybody's, by duty and number."""
    touching = select(DutyVersion.duty_id).where(
        DutyVersion.span.overlaps(func.tstzrange(within.start, within.end)), DutyVersion.state == DutyState.PUBLISHED
    )
    if account_id is not None:
        touching = touching.where(DutyVersion.account_id == account_id)
    at_post = and_(Post.desk_id == DutyVersion.desk_id, Post.id == DutyVersion.post_id)
    statement = (
        select(DutyVersion, Post.name, Place, Account.name)
        .join(Post, at_post)
        .outerjoin(Place, Place.id == Post.place_id)
        .outerjoin(Account, Account.id == DutyVersion.account_id)
        .where(DutyVersion.duty_id.in_(touching))
        .order_by(DutyVersion.duty_id, DutyVersion.number)
    )
    return [_version(*row) for row in session.execute(statement)]


def _version(version: DutyVersion, post: str, place: Place | None, person: str | None) -> Version:
    return Version(
        duty_id=version.duty_id,
        number=version.number,
        account_id=version.account_id,
        is_published=version.state is DutyState.PUBLISHED,
        span=version.when,
        zone=ZoneInfo(version.zone),
        known_from=version.known_from,
        post=post,
        place=f"{place.name}, {place.address}" if place else "",
        person=person or "",
    )
