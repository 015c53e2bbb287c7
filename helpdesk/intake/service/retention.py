"""What was written is deleted when nobody has written for as long as the desk keeps it. The contacts that came of it are its record and stay."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries as desks
from helpdesk.files import service as files
from helpdesk.intake import queries
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.waiting import keep_since
from helpdesk.intake.service.trail import note
from helpdesk.kernel.permissions import SYSTEM

_SOME = 50


def sweep(sessions: Sessions, now: datetime) -> None:
    """Delete what every desk keeps no longer, some at a time; stopped in the middle it goes on where it was."""
    with sessions() as session:
        keeping = {desk.id: desk.keep_years for desk in desks.all_desks(session) if desk.keep_years}
    for desk_id, years in keeping.items():
        while _sweep_some(sessions, desk_id, keep_since(now, years), now):
            pass


def forget_words(session: Session, intake: Intake) -> None:
    """Messages and files of an intake are gone, and how the person may be reached."""
    for each in queries.messages(session, intake.id):
        session.delete(each)
    for stored in queries.intake_files(session, intake.id):
        file_id = stored.file_id
        session.delete(stored)
        session.flush()  # the file is named by it until now
        files.forget(session, file_id)


def _sweep_some(sessions: Sessions, desk_id: str, since: datetime, now: datetime) -> bool:
    """Whether there were any."""
    with sessions.begin() as session, acting_at(session, desk_id):
        found = queries.silent(session, since, _SOME)
        for intake in found:
            forget_words(session, intake)
            queries.forget_ways(session, intake.id)
            session.delete(intake)
            note(session, intake, Tag.INTAKE_FORGOTTEN, actor=SYSTEM, now=now)
        return bool(found)
