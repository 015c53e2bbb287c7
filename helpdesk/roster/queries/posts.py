"""What must be covered, and by which patterns."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import get_here
from helpdesk.roster.models import Pattern, Post


def posts(session: Session) -> Sequence[Post]:
    """Every post of the acting desk, also those that are not needed any more, by name."""
    return session.scalars(select(Post).order_by(Post.name, Post.id)).all()


def post(session: Session, post_id: UUID) -> Post:
    """The post of the acting desk, or NotFound."""
    return get_here(session, Post, post_id)


def patterns(session: Session) -> Sequence[Pattern]:
    """Every pattern of the acting desk, by name."""
    return session.scalars(select(Pattern).order_by(Pattern.name, Pattern.id)).unique().all()


def pattern(session: Session, pattern_id: UUID) -> Pattern:
    """The pattern of the acting desk, or NotFound."""
    return get_here(session, Pattern, pattern_id)
