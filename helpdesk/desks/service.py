from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.desks.rules import DeskRefusal, NewDesk, PublicFace, check_desk, check_languages, line_number, name_of
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor


def add_desk(session: Session, new: NewDesk, *, actor: Actor, now: datetime) -> Desk:
    """Add a desk, or raise Refusal naming what is wrong or taken."""
    check_desk(new)
    if any(new.id == each.id or new.prefix == each.number_prefix for each in queries.all_desks(session)):
        raise Refusal(DeskRefusal.TAKEN, field="id")
    desk = Desk(
        id=new.id,
        kind=new.kind,
        name_pl=new.name_pl,
        name_en=new.name_en,
        controller=new.controller,
        number_prefix=new.prefix,
        languages=list(new.languages),
    )
    session.add(desk)
    session.flush()  # lines and memberships refer to it
    _note(session, desk, "added", actor, now)
    return desk


def rename_desk(
    session: Session, desk: Desk, *, name_pl: str | None = None, name_en: str | None = None, actor: Actor, now: datetime
) -> None:
    """Give a desk another name in one language or in both, or raise Refusal. Its short name stays: tables and addresses hold it."""
    names = {"name_pl": name_pl, "name_en": name_en}
    wanted = {field: name_of(text) for field, text in names.items() if text is not None}
    changed = [field for field, name in wanted.items() if getattr(desk, field) != name]
    for field in changed:
        setattr(desk, field, wanted[field])
    if changed:
        _note(session, desk, "renamed", actor, now, fields=changed)


def open_to_public(session: Session, desk: Desk, face: PublicFace, *, actor: Actor, now: datetime) -> None:
    """Give a desk its place in the public addresses, or take it away with an empty one, and what it says there of itself.

    Raises Refusal for a place that another desk has.
    """
    if face.place and any(each.place == face.place and each.id != desk.id for each in queries.all_desks(session)):
        raise Refusal(DeskRefusal.PLACE_TAKEN, field="place")
    wanted = asdict(face) | {"place": face.place or None}
    changed = [field for field, value in wanted.items() if getattr(desk, field) != value]
    for field in changed:
        setattr(desk, field, wanted[field])
    _note(session, desk, "public", actor, now, fields=changed)


def add_line(
    session: Session, desk: Desk, number: str, languages: Sequence[str], *, actor: Actor, now: datetime
) -> PhoneLine:
    """Give a desk a telephone number with the languages of its menu, in their order; or raise Refusal."""
    e164 = line_number(number)
    check_languages(languages)
    if queries.line_of(session, e164):
        raise Refusal(DeskRefusal.LINE_TAKEN, field="number")
    with acting_at(session, desk.id):
        line = PhoneLine(number=e164, languages=list(languages))
        session.add(line)
    _note(session, desk, "line-added", actor, now)
    return line


def remove_line(session: Session, desk: Desk, number: str, *, actor: Actor, now: datetime) -> PhoneLine:
    """Take a telephone number away from a desk, or raise Refusal. Whether somebody is just calling there is not known here."""
    line = queries.line_of(session, line_number(number))
    if line is None or line.desk_id != desk.id:
        raise Refusal(DeskRefusal.LINE_ELSEWHERE, field="number")
    with acting_at(session, desk.id):
        session.delete(line)
    _note(session, desk, "line-removed", actor, now)
    return line


def _note(session: Session, desk: Desk, what: str, actor: Actor, now: datetime, **more: list[str]) -> None:
    detail = {"what": what, **more}
    audit.record(session, actor=actor, tag=Tag.DESK_CHANGED, subject=desk.id, desk_id=desk.id, now=now, detail=detail)
