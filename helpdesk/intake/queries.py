"""What is asked of intakes. Every question has a name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from helpdesk.appointments.models import Appointment
from helpdesk.db.wall import across, get_here
from helpdesk.desks.models import Desk
from helpdesk.files.models import StoredFile
from helpdesk.intake.models import Intake, IntakeDraft, IntakeFile, IntakeMessage, IntakeOffer, ReturnCode
from helpdesk.intake.rules.messages import OfferState, Side
from helpdesk.kernel.errors import NotFound

PAGE = 25


def desk_at(session: Session, place: str) -> Desk | None:
    """The desk that stands at this place of the public addresses."""
    return session.scalar(select(Desk).where(Desk.place == place))


def open_desks(session: Session) -> Sequence[Desk]:
    """The desks that have a public form, in order."""
    return session.scalars(select(Desk).where(Desk.place.is_not(None)).order_by(Desk.place)).all()


def draft(session: Session, draft_id: UUID, now: datetime, *, held: bool) -> IntakeDraft | None:
    """A draft that has not run out; held until the transaction ends, if it is to be changed."""
    statement = select(IntakeDraft).where(IntakeDraft.id == draft_id, IntakeDraft.expires_at > now)
    return session.scalar(statement.with_for_update() if held else statement)


def drafts(session: Session, ids: Sequence[UUID]) -> Sequence[IntakeDraft]:
    """These drafts, whether or not they have run out."""
    return session.scalars(select(IntakeDraft).where(IntakeDraft.id.in_(ids))).all()


def old_drafts(session: Session, now: datetime, limit: int = 100) -> Sequence[IntakeDraft]:
    """Drafts that have run out, held, but for those that somebody is at work on."""
    statement = select(IntakeDraft).where(IntakeDraft.expires_at <= now).limit(limit)
    return session.scalars(statement.with_for_update(skip_locked=True)).all()


def forget_draft(session: Session, draft_id: UUID) -> None:
    session.execute(delete(IntakeDraft).where(IntakeDraft.id == draft_id))


def intake(session: Session, intake_id: UUID) -> Intake:
    """The intake of the acting desk, or NotFound."""
    return get_here(session, Intake, intake_id)


def intake_held(session: Session, intake_id: UUID) -> Intake:
    """The intake of the acting desk as it is now, held until the transaction ends, or NotFound. Others may refer to it meanwhile."""
    statement = select(Intake).where(Intake.id == intake_id).with_for_update(of=Intake, key_share=True)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Intake.__name__)
    return found


def sent_from(session: Session, key: UUID) -> Intake | None:
    """The intake that a draft has become."""
    return session.scalar(select(Intake).where(Intake.key == key))


def waiting(session: Session) -> Sequence[Intake]:
    """Who waits for an answer at the acting desk, in order of danger and then of waiting; what was set apart is not among them."""
    return session.scalars(_waiting().order_by(Intake.urgency, Intake.waiting_since, Intake.id)).all()


def count_waiting(session: Session, now: datetime) -> tuple[int, int]:
    """How many wait for an answer, and how many of them longer than the desk has promised."""
    late = Intake.waiting_since + func.make_interval(0, 0, 0, 0, Desk.answer_hours) < now
    counted = (
        _waiting().join(Desk, Desk.id == Intake.desk_id).with_only_columns(func.count(), func.count().filter(late))
    )
    waiting, overdue = session.execute(counted).one()
    return waiting, overdue


def apart(session: Session) -> Sequence[Intake]:
    """What looks like no person wrote it and nobody has looked at yet, the newest first."""
    statement = select(Intake).where(Intake.suspicion.is_not(None), Intake.closed_at.is_(None))
    return session.scalars(statement.order_by(Intake.sent_at.desc())).all()


def answered(session: Session, before: tuple[datetime, UUID] | None = None) -> Sequence[Intake]:
    """A page of intakes that wait for nothing, the newest first, and one more if there are others."""
    statement = select(Intake).where(Intake.waiting_since.is_(None))
    if before is not None:
        statement = statement.where(func.row(Intake.sent_at, Intake.id) < func.row(*before))
    return session.scalars(statement.order_by(Intake.sent_at.desc(), Intake.id.desc()).limit(PAGE + 1)).all()


def of_contact(session: Session, contact_id: UUID) -> Intake | None:
    """The intake from which a contact came, or for which one was opened by telephone; none once the person took it back."""
    statement = select(Intake).where(Intake.contact_id == contact_id, Intake.withdrawn_at.is_(None))
    return session.scalar(statement.limit(1))


def messages(session: Session, intake_id: UUID) -> Sequence[IntakeMessage]:
    """What was written to and fro, oldest first."""
    statement = select(IntakeMessage).where(IntakeMessage.intake_id == intake_id)
    return session.scalars(statement.order_by(IntakeMessage.at, IntakeMessage.id)).all()


def message_sent(session: Session, intake_id: UUID, key: UUID) -> IntakeMessage | None:
    """A message that the page has sent already."""
    statement = select(IntakeMessage).where(IntakeMessage.intake_id == intake_id, IntakeMessage.key == key)
    return session.scalar(statement)


def untaken_messages(session: Session, intake_id: UUID) -> Sequence[IntakeMessage]:
    """What the person wrote that belongs to no contact yet, oldest first."""
    statement = select(IntakeMessage).where(
        IntakeMessage.intake_id == intake_id, IntakeMessage.side == Side.PERSON, IntakeMessage.contact_id.is_(None)
    )
    return session.scalars(statement.order_by(IntakeMessage.at)).all()


def files(session: Session, intake_id: UUID) -> Sequence[StoredFile]:
    """The files that came with an intake, as they were sent, in order."""
    of_intake = (IntakeFile.desk_id == StoredFile.desk_id) & (IntakeFile.file_id == StoredFile.id)
    statement = select(StoredFile).join(IntakeFile, of_intake).where(IntakeFile.intake_id == intake_id)
    return session.scalars(statement.order_by(IntakeFile.at, StoredFile.id)).all()


def intake_files(session: Session, intake_id: UUID) -> Sequence[IntakeFile]:
    """Which files came with an intake."""
    return session.scalars(select(IntakeFile).where(IntakeFile.intake_id == intake_id)).all()


def open_offer(session: Session, intake_id: UUID, *, held: bool = True) -> IntakeOffer | None:
    """The time that was offered and not yet accepted or declined; held if something is to be done with it."""
    statement = select(IntakeOffer).where(IntakeOffer.intake_id == intake_id, IntakeOffer.state == OfferState.OPEN)
    newest = statement.order_by(IntakeOffer.offered_at.desc()).limit(1)
    return session.scalar(newest.with_for_update() if held else newest)


def code_at(session: Session, locator: str) -> ReturnCode | None:
    """The code with this locator, of whichever desk, dead or alive: the one question that comes before any desk is known."""
    statement = select(ReturnCode).where(ReturnCode.locator == locator)
    return session.scalar(statement, execution_options=across("public"))


def count_try(session: Session, code_id: UUID) -> int:
    """Count one more wrong try for a code of the acting desk; answer how many there are now."""
    statement = update(ReturnCode).where(ReturnCode.id == code_id).values(wrong_tries=ReturnCode.wrong_tries + 1)
    return session.scalar(statement.returning(ReturnCode.wrong_tries)) or 0


def code(session: Session, code_id: UUID) -> ReturnCode:
    """A code of the acting desk, or NotFound."""
    return get_here(session, ReturnCode, code_id)


def live_codes(session: Session, intake_id: UUID) -> Sequence[ReturnCode]:
    """The codes with which somebody can come back to an intake."""
    return session.scalars(
        select(ReturnCode).where(ReturnCode.intake_id == intake_id, ReturnCode.dead_at.is_(None))
    ).all()


def silent(session: Session, since: datetime, limit: int) -> Sequence[Intake]:
    """Intakes of which nobody has written since then and no appointment is to come, held, but for those that somebody is at work on."""
    wrote = select(IntakeMessage.id).where(IntakeMessage.intake_id == Intake.id, IntakeMessage.at >= since)
    booked = select(Appointment.id).where(Appointment.id == Intake.appointment_id, Appointment.starts_at >= since)
    statement = select(Intake).where(Intake.sent_at < since, ~wrote.exists(), ~booked.exists()).limit(limit)
    return session.scalars(statement.with_for_update(of=Intake, skip_locked=True)).all()


def forget_ways(session: Session, intake_id: UUID) -> None:
    """Nobody can come back to an intake any more, and nothing is offered there."""
    for model in (ReturnCode, IntakeOffer):
        session.execute(delete(model).where(model.intake_id == intake_id))


def with_messages(session: Session, intake_id: UUID) -> Intake:
    """The intake with all its messages, or NotFound."""
    statement = select(Intake).where(Intake.id == intake_id).options(selectinload(Intake.messages))
    found = session.scalar(statement)
    if found is None:
        raise NotFound(Intake.__name__)
    return found


def _waiting() -> Select[Intake]:
    return select(Intake).where(
        Intake.waiting_since.is_not(None), Intake.closed_at.is_(None), Intake.suspicion.is_(None)
    )
