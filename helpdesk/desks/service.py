from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.desks.rules import DeskRefusal, NewDesk, check_desk, check_languages, line_number
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
    audit.record(
        session, actor=actor, tag=Tag.DESK_CHANGED, subject=desk.id, desk_id=desk.id, now=now, detail={"what": "added"}
    )
    return desk


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
    audit.record(
        session,
        actor=actor,
        tag=Tag.DESK_CHANGED,
        subject=desk.id,
        desk_id=desk.id,
        now=now,
        detail={"what": "line-added"},
    )
    return line
