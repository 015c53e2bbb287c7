"""Keeping posts: what must be covered, from when until when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.columns import new_id
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk
from helpdesk.desks import queries as desks
from helpdesk.kernel.errors import EditedMeanwhile
from helpdesk.kernel.permissions import Actor, Profession
from helpdesk.premises import queries as premises
from helpdesk.premises.rules import check_purpose
from helpdesk.roster import queries
from helpdesk.roster.models import Post
from helpdesk.roster.rules.posts import PostEntry, check_post

TOPIC = "drafts"


def save_post(
    session: Session,
    entry: PostEntry,
    *,
    post_id: UUID | None = None,
    known_version: int = 0,
    actor: Actor,
    now: datetime,
) -> Post:
    """Add a post, or change the one of this id. What is published at it stays as it is.

    Raises NotFound, Refusal for what cannot be, or EditedMeanwhile if it was typed over an older version.
    """
    entry = _with_place(session, entry)
    check_post(entry)
    _check_purpose(session, entry)
    post = queries.post(session, post_id) if post_id else Post(id=new_id())
    typed = _columns(entry)
    changed = [name for name, value in typed.items() if not post_id or getattr(post, name) != value]
    if changed and post_id and post.version != known_version:
        raise EditedMeanwhile({name: getattr(post, name) for name in changed})
    if not changed:
        return post
    try:
        with session.begin_nested():
            for name in changed:
                setattr(post, name, typed[name])
            session.add(post)
    except StaleDataError as error:
        session.refresh(post)
        raise EditedMeanwhile({name: getattr(post, name) for name in changed}) from error
    _note(session, post, changed, actor, now)
    return post


def end_post(session: Session, post_id: UUID, last: date, *, known_version: int, actor: Actor, now: datetime) -> Post:
    """Let a post be needed up to a last day, that day included. Raises as `save_post` does."""
    entry = entry_of(queries.post(session, post_id))
    ended = replace(entry, days=replace(entry.days, last=last))
    return save_post(session, ended, post_id=post_id, known_version=known_version, actor=actor, now=now)


def entry_of(post: Post) -> PostEntry:
    """A post as somebody described it."""
    return PostEntry(
        name=post.name,
        professions=tuple(Profession(each) for each in post.professions),
        languages=tuple(post.languages),
        qualifications=tuple(post.qualifications),
        people=post.people,
        starts=post.starts,
        ends=post.ends,
        days=post.days,
        place_id=post.place_id,
        room_id=post.room_id,
        purpose=post.purpose,
        slot_minutes=post.slot_minutes,
        pause_minutes=post.pause_minutes,
        rung=post.rung,
        public=post.public,
    )


def _with_place(session: Session, entry: PostEntry) -> PostEntry:
    """A room says by itself at which place it is. Raises NotFound for a room or place that does not exist."""
    if entry.room_id is not None:
        return replace(entry, place_id=premises.room(session, entry.room_id).place_id)
    if entry.place_id is not None:
        premises.place(session, entry.place_id)
    return entry


def _check_purpose(session: Session, entry: PostEntry) -> None:
    desk = desks.this_desk(session, acting_desk(session))
    check_purpose(desk.kind, entry.purpose)


def _columns(entry: PostEntry) -> Mapping[str, Any]:
    days = entry.days
    return {
        "name": " ".join(entry.name.split()),
        "professions": [each.value for each in entry.professions],
        "languages": list(entry.languages),
        "qualifications": list(entry.qualifications),
        "people": entry.people,
        "starts": entry.starts,
        "ends": entry.ends,
        "rhythm": days.rhythm,
        "weekdays": sorted(days.weekdays),
        "every": days.every,
        "anchor": days.anchor,
        "month_day": days.month_day,
        "nth": days.nth,
        "holidays": days.holidays,
        "first": days.first,
        "last": days.last,
        "place_id": entry.place_id,
        "room_id": entry.room_id,
        "purpose": entry.purpose,
        "slot_minutes": entry.slot_minutes,
        "pause_minutes": entry.pause_minutes,
        "rung": entry.rung,
        "public": entry.public,
    }


def _note(session: Session, post: Post, changed: list[str], actor: Actor, now: datetime) -> None:
    detail = {"what": "post", "fields": changed, "version": post.version}
    desk_id = acting_desk(session)
    audit.record(session, actor=actor, tag=Tag.ROSTER_CHANGED, subject=post.id, desk_id=desk_id, now=now, detail=detail)
    tell(session, Changed(desk_id, TOPIC, str(post.id)))
