"""Telling the people of a desk something about their work: a row they find on their page, and a mail where there is a server."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts.models import Notice
from helpdesk.db import jobs
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk

TOPIC = "notices"
MAIL_NOTICE = "mail-notice"


def notify(
    session: Session, account_id: UUID, code: StrEnum, data: Mapping[str, str | int], *, now: datetime
) -> Notice:
    """Tell one person, in this transaction. `data` holds instants as ISO text, places and numbers; never a word about a person helped."""
    desk_id = acting_desk(session)
    notice = Notice(account_id=account_id, code=code.value, data=dict(data), at=now)
    session.add(notice)
    jobs.enqueue(session, MAIL_NOTICE, {"desk_id": desk_id, "notice_id": str(notice.id)}, due=now)
    tell(session, Changed(desk_id, TOPIC, str(account_id)))
    return notice
