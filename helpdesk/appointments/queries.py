"""What is asked of appointments. Every question has a name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from helpdesk.accounts.models import Account
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import State
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.models import Duty, DutyState, Post
from helpdesk.roster.rules.spans import Span

# A reminder goes out at most three days before; one more, so that no zone and no change of clocks is left out.
REMINDED_AHEAD = timedelta(days=4)


def appointment(session: Session, appointment_id: UUID) -> Appointment:
    """The appointment of the acting desk, or NotFound."""
    return _one(session, _with_duty().where(Appointment.id == appointment_id))


def appointment_held(session: Session, appointment_id: UUID) -> Appointment:
    """The appointment as it is now, held until the transaction ends, or NotFound."""
    statement = _with_duty().where(Appointment.id == appointment_id).with_for_update(of=Appointment)
    return _one(session, statement.execution_options(populate_existing=True))


def appointment_of(session: Session, appointment_id: UUID, account_id: UUID) -> Appointment:
    """The same if this person is to see whoever comes, and was chosen as what they are on duty; otherwise NotFound (FW-3)."""
    statement = _with_duty().where(Appointment.id == appointment_id, *_chosen(account_id))
    return _one(session, statement.with_for_update(of=Appointment).execution_options(populate_existing=True))


def live_at(session: Session, duty_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Appointment]]:
    """The appointments that take a slot of these duties, by duty, in order."""
    if not duty_ids:
        return {}
    statement = _with_duty().where(Appointment.duty_id.in_(duty_ids), Appointment.state != State.CANCELLED)
    found: dict[UUID, list[Appointment]] = {}
    for each in session.scalars(statement.order_by(Appointment.starts_at)):
        found.setdefault(each.duty_id, []).append(each)
    return found


def taken_of(session: Session, duty_id: UUID, *, without: UUID | None = None) -> Sequence[Span]:
    """The spans of a duty that are taken, in order, as they are stored now; but for one appointment."""
    statement = select(Appointment.id, Appointment.starts_at, Appointment.ends_at).where(
        Appointment.duty_id == duty_id, Appointment.state != State.CANCELLED
    )
    rows = session.execute(statement.order_by(Appointment.starts_at))
    return [Span(starts_at, ends_at) for row_id, starts_at, ends_at in rows if row_id != without]


def bookable_duties(session: Session, span: Span, professions: Collection[Profession] = ()) -> Sequence[Duty]:
    """The published and held duties that overlap a span of instants and offer slots, in order; of some professions, or of all."""
    statement = _offering().where(Duty.span.overlaps(func.tstzrange(span.start, span.end)))
    if professions:
        statement = statement.where(Duty.profession.in_(professions))
    return session.scalars(statement.order_by(Duty.starts_at, Duty.profession, Duty.id)).all()


def duties_of(session: Session, account_id: UUID, now: datetime, limit: int) -> Sequence[Duty]:
    """The next duties of one person that offer slots, the present one included."""
    statement = _offering().where(Duty.account_id == account_id, Duty.ends_at > now)
    return session.scalars(statement.order_by(Duty.starts_at).limit(limit)).all()


def to_move(session: Session) -> Sequence[Appointment]:
    """The open appointments that cannot stay where they are, in order: nobody who was promised a time is forgotten."""
    return session.scalars(_with_duty().where(*_in_trouble()).order_by(Appointment.starts_at, Appointment.id)).all()


def count_to_move(session: Session) -> int:
    """How many appointments must be moved."""
    counted = select(func.count(Appointment.id)).join(Duty, Appointment.duty).where(*_in_trouble())
    return session.scalar(counted) or 0


def unsettled(session: Session, now: datetime) -> Sequence[Appointment]:
    """The appointments that are over and of which nobody has said yet whether the person came, in order."""
    statement = _with_duty().where(Appointment.state == State.BOOKED, Appointment.ends_at <= now, ~_trouble())
    return session.scalars(statement.order_by(Appointment.starts_at, Appointment.id)).all()


def unsettled_of(session: Session, account_id: UUID, now: datetime) -> Sequence[Appointment]:
    """Likewise of one person, those that have only begun included."""
    statement = _with_duty().where(
        Appointment.state == State.BOOKED, Appointment.starts_at <= now, ~_trouble(), *_chosen(account_id)
    )
    return session.scalars(statement.order_by(Appointment.starts_at, Appointment.id)).all()


def untold(session: Session) -> Sequence[Appointment]:
    """The appointments that must be moved and of which nobody was told yet, in order; held, but for those that somebody is at work on."""
    statement = _with_duty().where(*_in_trouble(), Appointment.trouble_told_at.is_(None))
    return session.scalars(_held_if_free(statement).order_by(Appointment.starts_at, Appointment.id)).all()


def told_and_well(session: Session) -> Sequence[Appointment]:
    """The appointments that somebody was told to move and that may stay after all; likewise held."""
    statement = _with_duty().where(Appointment.trouble_told_at.is_not(None), or_(~_trouble(), ~_open()))
    return session.scalars(_held_if_free(statement)).all()


def may_be_reminded(session: Session, now: datetime) -> Sequence[UUID]:
    """The appointments of the coming days whose reminder has not gone out yet."""
    statement = (
        select(Appointment.id)
        .join(Duty, Appointment.duty)
        .where(
            Appointment.state == State.BOOKED,
            Appointment.remind_by.is_not(None),
            Appointment.reminded_at.is_(None),
            Appointment.starts_at > now,
            Appointment.starts_at <= now + REMINDED_AHEAD,
            ~_trouble(),
        )
    )
    return session.scalars(statement.order_by(Appointment.starts_at, Appointment.id)).all()


def appointment_to_remind(session: Session, appointment_id: UUID) -> Appointment | None:
    """The appointment as it is now, held; None while somebody else has it, who then sends the reminder or changes its time."""
    statement = _with_duty().where(Appointment.id == appointment_id, Appointment.reminded_at.is_(None))
    return session.scalar(_held_if_free(statement))


def _one(session: Session, statement: Select[Appointment]) -> Appointment:
    found = session.scalar(statement)
    if found is None:
        raise NotFound(Appointment.__name__)
    return found


def _held_if_free(statement: Select[Appointment]) -> Select[Appointment]:
    held = statement.with_for_update(of=Appointment, skip_locked=True)
    return held.execution_options(populate_existing=True)


def _offering() -> Select[Duty]:
    """Published and held duties whose post takes appointments, or did when somebody was booked in one."""
    booked = select(Appointment.duty_id).where(Appointment.state != State.CANCELLED)
    return (
        select(Duty)
        .join(Duty.post)
        .where(
            Duty.state == DutyState.PUBLISHED,
            Duty.account_id.is_not(None),
            or_(Post.slot_minutes.is_not(None), Duty.id.in_(booked)),
        )
        .options(joinedload(Duty.account).lazyload(Account.memberships))
    )


def _open() -> ColumnElement[bool]:
    return Appointment.state == State.BOOKED


def _trouble() -> ColumnElement[bool]:
    """What `rules.trouble` says, for a statement that joins the duty."""
    outside = or_(Appointment.starts_at < Duty.starts_at, Duty.ends_at < Appointment.ends_at)
    lost = or_(Duty.account_id.is_(None), Duty.profession != Appointment.profession)
    return or_(Duty.state != DutyState.PUBLISHED, outside, lost)


def _in_trouble() -> tuple[ColumnElement[bool], ...]:
    return _open(), _trouble()


def _chosen(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """One's own appointments: in a published duty of one's own, by somebody who chose the profession in which one is on duty."""
    return (
        Duty.account_id == account_id,
        Duty.state == DutyState.PUBLISHED,
        Duty.profession == Appointment.profession,
    )


def _with_duty() -> Select[Appointment]:
    """Appointments with their duties, and these with post and person: where else the person works is not asked for."""
    duty = contains_eager(Appointment.duty)
    return (
        select(Appointment)
        .join(Duty, Appointment.duty)
        .options(duty.joinedload(Duty.account).lazyload(Account.memberships), duty.joinedload(Duty.post))
    )


def forget_addresses(session: Session, now: datetime) -> int:
    """Erase where people could be reminded of appointments that are over, settled or not; answer how many."""
    over = update(Appointment).where(Appointment.ends_at <= now, Appointment.remind_by.is_not(None))
    nothing = over.values(remind_by=None, remind_to_sealed=None, remind_from_hour=None, remind_until_hour=None)
    options = {"synchronize_session": False}
    return len(session.scalars(nothing.returning(Appointment.id), execution_options=options).all())
