"""Addresses at which calendar programs read duties: given out once, revoked at once, and only while the person works here."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import act_at, acting_desk
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.roster import queries
from helpdesk.roster.models import Feed
from helpdesk.roster.rules import feeds as rules
from helpdesk.roster.rules.feeds import Entry, FeedRefusal

TOKEN_BYTES = 32


def make_feed(session: Session, name: str, account_id: UUID | None, *, actor: Actor, now: datetime) -> str:
    """Give out an address for a person's duties at the acting desk, or (None) for all of the desk's; answer its token.

    The token is kept nowhere. Raises Refusal when so many addresses are in use that one must have been forgotten.
    """
    if len(queries.open_feeds(session, account_id)) >= rules.MOST_FEEDS:
        raise Refusal(FeedRefusal.TOO_MANY, field="name", count=rules.MOST_FEEDS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed(account_id=account_id, name=name, token_hash=_hash(token), made_at=now, made_by_id=actor.id)
    session.add(feed)
    _note(session, feed, "made", actor, now)
    return token


def revoke_feed(session: Session, feed: Feed, *, actor: Actor, now: datetime) -> None:
    """Let an address lead nowhere from now on. Raises NotFound for somebody else's, and for the desk's without the right to plan."""
    if not may_change(feed, actor):
        raise NotFound(Feed.__name__)
    if feed.revoked_at is None:
        feed.revoked_at = now
        _note(session, feed, "revoked", actor, now)


def may_change(feed: Feed, actor: Actor) -> bool:
    """Whether this feed is the actor's own, or the desk's and the actor plans its duties."""
    return actor.may(Permission.DUTY_MANAGE) if feed.account_id is None else feed.account_id == actor.id


def feed_behind(session: Session, token: str) -> Feed:
    """The feed that a token opens, with the session acting at its desk from now on; NotFound for any that does not open.

    A person who does not work at the desk any more has no feed there either.
    """
    feed = queries.open_feed(session, _hash(token))
    if feed is None:
        raise NotFound(Feed.__name__)
    if feed.account_id is not None and accounts.membership(session, feed.desk_id, feed.account_id) is None:
        raise NotFound(Feed.__name__)
    act_at(session, feed.desk_id)
    return feed


def entries(session: Session, feed: Feed, now: datetime) -> Sequence[Entry]:
    """What a feed of the acting desk shows now."""
    within = rules.window(now)
    return rules.entries(queries.versions_for_feed(session, feed.account_id, within), feed.account_id, within)


def _hash(token: str) -> bytes:
    """The token has 256 random bits, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode()).digest()


def _note(session: Session, feed: Feed, what: str, actor: Actor, now: datetime) -> None:
    detail = {"what": what, "of": "desk" if feed.account_id is None else "person"}
    audit.record(
        session,
        actor=actor,
        tag=Tag.FEED_CHANGED,
        subject=feed.id,
        desk_id=acting_desk(session),
        now=now,
        detail=detail,
    )
