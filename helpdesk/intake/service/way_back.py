"""What a person does who comes back with the digits: reads, writes, changes what is safe, takes an appointment, or takes everything back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.appointments import service as appointments
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import Heard
from helpdesk.audit.rules import Tag
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeFile, IntakeMessage, IntakeOffer, ReturnCode
from helpdesk.intake.rules import messages
from helpdesk.intake.rules.choices import Said
from helpdesk.intake.rules.codes import Code
from helpdesk.intake.rules.messages import OfferState, Side
from helpdesk.intake.rules.safe import read_safe
from helpdesk.intake.rules.waiting import IntakeRefusal
from helpdesk.intake.service import codes, sheets
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.reading import answers_of
from helpdesk.intake.service.retention import forget_words
from helpdesk.intake.service.sheets import SafeWords
from helpdesk.intake.service.trail import PERSON, note
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.roster import queries as roster


def returned(session: Session, code: ReturnCode, now: datetime) -> None:
    """Somebody came in with the right digits. The session acts at the desk of the code."""
    code.wrong_tries = 0
    note(session, queries.intake(session, code.intake_id), Tag.INTAKE_RETURNED, actor=PERSON, now=now)


def still_open(session: Session, code_id: UUID, *, held: bool) -> Intake:
    """The intake that a code of this visit opens; held if something is to be done. NotFound once the code is dead or all was taken back."""
    code = queries.code(session, code_id)
    intake = queries.intake_held(session, code.intake_id) if held else queries.intake(session, code.intake_id)
    if code.dead_at is not None or intake.withdrawn_at is not None:
        raise NotFound(ReturnCode.__name__)
    return intake


def read(session: Session, intake: Intake, now: datetime) -> Sequence[IntakeMessage]:
    """All messages, oldest first; those of the desk count as read from now on."""
    found = queries.messages(session, intake.id)
    for each in found:
        if each.side is Side.DESK and each.seen_at is None:
            each.seen_at = now
    return found


@dataclass(frozen=True, slots=True)
class Letter:
    """What the person writes. `key` is given by the page, so that sent twice it is one; `locator`: of the code they came in with."""

    text: str = field(repr=False)
    key: UUID
    language: str
    locator: str = field(repr=False)
    file_ids: Sequence[UUID] = ()


def write(session: Session, intake: Intake, letter: Letter, now: datetime) -> IntakeMessage:
    """A new message to the desk. Raises Refusal for one that is empty, too long, or holds the code."""
    known = queries.message_sent(session, intake.id, letter.key)
    if known is not None:
        return known
    written = IntakeMessage(intake_id=intake.id, key=letter.key, side=Side.PERSON, language=letter.language, at=now)
    written.text = messages.message(letter.text, letter.locator)
    session.add(written)
    for file_id in letter.file_ids:
        session.add(IntakeFile(intake_id=intake.id, file_id=file_id, at=now))
    _tell_desk(intake, now)
    note(session, intake, Tag.INTAKE_WROTE, actor=PERSON, now=now)
    return written


def change_safe(
    session: Session, intake: Intake, typed: Mapping[str, Any], now: datetime, *, safe_words: SafeWords
) -> None:
    """What is safe has changed (CO5). Raises Refusal beside the field that lacks. It also says that the code is in the right hands again."""
    safe = read_safe(typed)
    with sheets.following(session, intake, safe_words, now):
        intake.safe = json.dumps(safe.to_json())
        intake.safe_version += 1
        intake.unsafe_since = None
    note(session, intake, Tag.INTAKE_SAFETY_CHANGED, actor=PERSON, now=now)


def replace_code(session: Session, intake: Intake, made: Fresh, now: datetime, *, safe_words: SafeWords) -> Code:
    """The digits may be known to somebody else: they open nothing any more, and new ones do. Until more is said, nobody is contacted."""
    with sheets.following(session, intake, safe_words, now):
        intake.unsafe_since = now
        intake.safe_version += 1
    return codes.give(session, intake, made, actor=PERSON, now=now)


def withdraw(session: Session, intake: Intake, now: datetime, *, safe_words: SafeWords) -> None:
    """Take everything back: words, files and ways to be reached are gone, and the digits with them.

    An appointment is called off. What the desk has written down of a conversation is its record, and stays.
    """
    appointment = _appointment(session, intake)
    if appointment is not None and appointment.is_open:
        appointments.cancel(session, appointment, actor=PERSON, now=now)
    forget_words(session, intake)
    with sheets.following(session, intake, safe_words, now):
        intake.answers, intake.safe = "", ""
    codes.end(session, intake, actor=PERSON, now=now)
    intake.withdrawn_at, intake.waiting_since = now, None
    note(session, intake, Tag.INTAKE_WITHDRAWN, actor=PERSON, now=now)


def accept(
    session: Session,
    intake: Intake,
    offer: IntakeOffer,
    starts_at: datetime,
    *,
    heard: Heard | None = None,
    now: datetime,
) -> Appointment:
    """Say yes to the time that was offered, or to another free one of the same duty. Raises Refusal; for a taken one with the next free one."""
    _check_open(offer)
    duty = roster.duty(session, offer.duty_id)
    answers = answers_of(intake)
    details = appointments.Details(
        language=intake.language,
        interpreter=answers.interpreter is Said.YES,
        alias=answers.called,
        heard=heard,
    )
    booked = appointments.book(session, duty, starts_at, details, actor=PERSON, now=now)
    offer.state = OfferState.ACCEPTED
    intake.appointment_id = booked.id
    _tell_desk(intake, now)
    note(session, intake, Tag.INTAKE_CHANGED, actor=PERSON, now=now, detail={"offer": OfferState.ACCEPTED.value})
    return booked


def move(session: Session, intake: Intake, booked: Appointment, starts_at: datetime, now: datetime) -> None:
    """Take another time of the same duty. Raises Refusal, and then the former one stays."""
    aim = appointments.Aim(booked.duty, starts_at)
    appointments.move(session, booked, aim, known_version=booked.version, still_safe=False, actor=PERSON, now=now)
    note(session, intake, Tag.INTAKE_CHANGED, actor=PERSON, now=now, detail={"moved": True})


def cancel(session: Session, intake: Intake, booked: Appointment, now: datetime) -> None:
    """Call a time off; the desk hears of it."""
    appointments.cancel(session, booked, actor=PERSON, now=now)
    _tell_desk(intake, now)
    note(session, intake, Tag.INTAKE_CHANGED, actor=PERSON, now=now, detail={"cancelled": True})


def decline(session: Session, intake: Intake, offer: IntakeOffer, now: datetime) -> None:
    """Say no to the time that was offered; the desk sees it and answers again."""
    _check_open(offer)
    offer.state = OfferState.DECLINED
    _tell_desk(intake, now)
    note(session, intake, Tag.INTAKE_CHANGED, actor=PERSON, now=now, detail={"offer": OfferState.DECLINED.value})


def _tell_desk(intake: Intake, now: datetime) -> None:
    """From now on somebody waits for an answer, also if the desk had closed the intake."""
    intake.waiting_since = intake.waiting_since or now
    intake.closed_at = None


def _appointment(session: Session, intake: Intake) -> Appointment | None:
    return session.get(Appointment, (intake.desk_id, intake.appointment_id)) if intake.appointment_id else None


def _check_open(offer: IntakeOffer) -> None:
    if offer.state is not OfferState.OPEN:
        raise Refusal(IntakeRefusal.OFFER_GONE)
