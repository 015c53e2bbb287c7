"""A form is sent: all of it or nothing, once, however often it arrives."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeFile
from helpdesk.intake.rules.answers import Answers
from helpdesk.intake.rules.choices import Said
from helpdesk.intake.rules.screening import suspicion
from helpdesk.intake.rules.waiting import urgency
from helpdesk.intake.service import codes, drafts
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.drafts import Draft
from helpdesk.intake.service.trail import PERSON, note


def send(
    session: Session, key: bytes, draft: Draft, answers: Answers, made: Fresh, *, hidden: str = "", now: datetime
) -> Intake:
    """Make an intake of a draft that was found in this transaction, with a fresh code that the draft then shows until it ends.

    `hidden`: what stands in the field that nobody can see. A draft that was sent already is sent no second time. The session acts at the
    desk of the draft.
    """
    known = queries.sent_from(session, draft.id)
    if known is not None:
        return known
    intake = _intake(draft, answers, now)
    intake.suspicion = suspicion(answers.story, hidden=hidden, begun_at=draft.begun_at, sent_at=now)
    session.add(intake)
    session.flush()  # code and files refer to it
    for file_id in draft.file_ids:
        session.add(IntakeFile(intake_id=intake.id, file_id=file_id, at=now))
    draft.code = codes.give(session, intake, made, actor=PERSON, now=now).text
    draft.typed, draft.file_ids = {}, []
    drafts.save(session, key, draft, now)
    note(session, intake, Tag.INTAKE_SENT, actor=PERSON, now=now, detail={"language": intake.language})
    return intake


def _intake(draft: Draft, answers: Answers, now: datetime) -> Intake:
    intake = Intake(
        desk_id=draft.desk_id,
        key=draft.id,
        language=answers.language or draft.language,
        sent_at=now,
        danger=answers.danger,
        minor=answers.minor is Said.YES,
        urgency=urgency(answers.danger, minor=answers.minor),
        waiting_since=now,
    )
    intake.answers = json.dumps(answers.to_json())
    intake.safe = json.dumps(answers.safe.to_json())
    return intake
