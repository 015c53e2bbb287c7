"""What is typed before it is sent: kept for two hours, sealed with a key that only the visitor's cookie gives, gone without a trace on leaving."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.db.columns import new_id
from helpdesk.db.sealed import KeyRing, SealError
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.files import service as files
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeDraft
from helpdesk.intake.rules.codes import Code

LIFE = timedelta(hours=2)
CODE_LIFE = timedelta(minutes=30)
_PAD = 2048


@dataclass(slots=True)
class Draft:
    """A form that is being filled in. `typed` is what the fields hold, by name; `code` is there for this visit only, once it was sent."""

    id: UUID
    desk_id: str
    language: str
    begun_at: datetime
    typed: dict[str, Any] = field(default_factory=dict, repr=False)
    file_ids: list[UUID] = field(default_factory=list)
    code: str = field(default="", repr=False)

    @property
    def is_sent(self) -> bool:
        return bool(self.code)


def begin(session: Session, key: bytes, desk_id: str, *, language: str, now: datetime) -> Draft:
    """An empty draft. `key`: 32 bytes that only this visitor's cookie gives."""
    draft = Draft(new_id(), desk_id, language, now)
    session.add(
        IntakeDraft(id=draft.id, desk_id=desk_id, envelope=_envelope(key, draft), file_ids=[], expires_at=now + LIFE)
    )
    return draft


def find(session: Session, key: bytes, draft_id: UUID, now: datetime, *, held: bool = True) -> Draft | None:
    """The draft of this visitor, held until the transaction ends if it is to be changed; None if it has run out, or is another's."""
    row = queries.draft(session, draft_id, now, held=held)
    if row is None:
        return None
    try:
        kept = json.loads(_ring(key).open(row.envelope, _bound_to(draft_id)))
    except SealError:
        return None
    return Draft(
        draft_id,
        row.desk_id,
        kept["language"],
        datetime.fromisoformat(kept["begun_at"]),
        kept["typed"],
        list(row.file_ids),
        kept["code"],
    )


def save(session: Session, key: bytes, draft: Draft, now: datetime) -> None:
    """Keep a draft that was found in this transaction, for two hours more; one that was sent only as long as its code is shown."""
    row = session.get_one(IntakeDraft, draft.id)
    row.envelope = _envelope(key, draft)
    row.file_ids = draft.file_ids
    row.expires_at = now + (CODE_LIFE if draft.is_sent else LIFE)


def reseal(session: Session, ids: Iterable[UUID], before: bytes, after: bytes) -> None:
    """Go on with drafts under another cookie of the same browser."""
    for row in queries.drafts(session, list(ids)):
        plain = _ring(before).open(row.envelope, _bound_to(row.id))
        row.envelope = _ring(after).seal(plain, _bound_to(row.id), pad=_PAD)


def show_digits(session: Session, key: bytes, intake: Intake, code: Code, now: datetime) -> UUID:
    """Keep new digits for as long as they may be shown in this visit; answer where."""
    draft = begin(session, key, intake.desk_id, language=intake.language, now=now)
    session.flush()  # so that it can be found again
    draft.code = code.text
    save(session, key, draft, now)
    return draft.id


def forget(session: Session, ids: Iterable[UUID]) -> None:
    """Forget drafts and the files that were never sent, as on leaving."""
    for row in queries.drafts(session, list(ids)):
        _forget(session, row)


def sweep(sessions: Sessions, now: datetime) -> None:
    """Forget all drafts that nobody came back to, some at a time."""
    while _sweep_some(sessions, now):
        pass


def _sweep_some(sessions: Sessions, now: datetime) -> bool:
    """Whether there were any."""
    with sessions.begin() as session:
        found = queries.old_drafts(session, now)
        for row in found:
            _forget(session, row)
        return bool(found)


def _forget(session: Session, row: IntakeDraft) -> None:
    with acting_at(session, row.desk_id):
        for file_id in row.file_ids:
            files.forget(session, file_id)
    session.delete(row)


def _envelope(key: bytes, draft: Draft) -> bytes:
    kept = {
        "language": draft.language,
        "begun_at": draft.begun_at.isoformat(),
        "typed": draft.typed,
        "code": draft.code,
    }
    return _ring(key).seal(json.dumps(kept), _bound_to(draft.id), pad=_PAD)


def _ring(key: bytes) -> KeyRing:
    return KeyRing([key], b"")


def _bound_to(draft_id: UUID) -> str:
    return f"{IntakeDraft.__tablename__}:envelope:{draft_id}"
