"""Booking, moving, cancelling and settling, against the database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.appointments import counts, queries, service
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import AppointmentRefusal, State, Trouble
from helpdesk.appointments.service import Aim
from helpdesk.appointments.sources import warning
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession
from helpdesk.outreach.rules import ReminderRefusal, SafeContact, Way
from helpdesk.roster.models import Duty, DutyState
from helpdesk.roster.rules.spans import Span
from tests.appointments.office import (
    ELEVEN,
    ELEVEN_THIRTY,
    HALF_HOUR,
    LUNA,
    NOON,
    TEN,
    TEN_THIRTY,
    WEEK_BEFORE,
    Office,
    book,
    heard,
)
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

DAY = Period(day_of(TEN), day_of(TEN) + timedelta(days=1))


def events(session: Session, tag: Tag) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


def move(session: Session, office: Office, appointment: Appointment, to: Aim, **facts: object) -> Appointment:
    given = {"known_version": appointment.version, "still_safe": False, **facts}
    with acting_at(session, HELP_POINT):
        moved = service.move(
            session,
            appointment,
            to,
            actor=actor_of(office.consultant, HELP_POINT),
            now=WEEK_BEFORE,
            **given,  # type: ignore[arg-type]  # whatever a story is about
        )
        session.flush()
    return moved


def changed(session: Session, duty: Duty, **facts: object) -> None:
    """The roster changes a duty, whoever is booked in it."""
    with acting_at(session, HELP_POINT):
        for name, value in facts.items():
            setattr(duty, name, value)
        session.flush()


def code(refused: pytest.ExceptionInfo[Refusal]) -> object:
    return refused.value.code


def test_a_booked_slot_keeps_what_was_said_sealed_and_leaves_a_trail_without_it(
    session: Session, office: Office
) -> None:
    booked = book(session, office, reminder=LUNA)
    session.expire_all()
    with acting_at(session, HELP_POINT):
        found = queries.appointment(session, booked.id)
        assert (found.alias, found.question, found.remind_to) == ("Luna", "Paszport?", "luna@example.org")
        assert (found.starts_at, found.ends_at, found.state) == (TEN, TEN + HALF_HOUR, State.BOOKED)
        assert (found.warning_version, found.warning_language, found.warned_at) == (
            warning("be").version,
            "be",
            WEEK_BEFORE,
        )
    row = session.execute(text("SELECT row_to_json(appointment)::text FROM appointment")).scalar_one()
    [event] = events(session, Tag.APPOINTMENT_BOOKED)
    assert (event.detail["version"], event.detail["language"]) == (warning("be").version, "be")
    trail = [f"{each.detail} {each.subject}" for each in events(session, Tag.APPOINTMENT_BOOKED)]
    assert len(trail) == 1
    for secret in ("Luna", "luna", "Paszport"):
        assert secret not in row
        assert secret not in trail[0]


def test_a_taken_slot_is_refused_with_the_next_free_one_and_the_attempt_is_kept(
    session: Session, office: Office
) -> None:
    book(session, office, TEN)
    book(session, office, TEN_THIRTY)
    with pytest.raises(Refusal) as refused:
        book(session, office, TEN)
    assert code(refused) is AppointmentRefusal.TAKEN
    assert refused.value.data["next"] == ELEVEN
    [attempt] = events(session, Tag.APPOINTMENT_REFUSED)
    assert attempt.detail["why"] == AppointmentRefusal.TAKEN
    assert attempt.subject == str(office.duty.id)


def test_the_database_refuses_a_second_live_appointment_in_a_slot_whoever_writes_it(
    session: Session, office: Office
) -> None:
    """Also where the rules were not asked: the constraint has the last word, and its word is that of the rules."""
    booked = book(session, office)
    row = {"duty_id": office.duty.id, "starts_at": TEN, "ends_at": TEN + HALF_HOUR, "state": State.BOOKED}
    more = {"desk_id": HELP_POINT, "profession": Profession.ADVOCATE, "language": "pl", "booked_at": WEEK_BEFORE}
    with (
        acting_at(session, HELP_POINT),
        pytest.raises(IntegrityError, match="ex_appointment_slot_once"),
        session.begin_nested(),
    ):
        session.execute(insert(Appointment).values(id=office.desk and booked.duty_id, **row, **more))


def test_what_the_database_refuses_is_said_as_a_taken_slot(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if two had looked before either wrote."""
    book(session, office)
    looked: Iterator[list[Span]] = iter([[]])
    true = queries.taken_of
    monkeypatch.setattr(queries, "taken_of", lambda *args, **more: next(looked, None) or true(*args, **more))
    with pytest.raises(Refusal) as refused:
        book(session, office)
    assert code(refused) is AppointmentRefusal.TAKEN


def test_an_officer_is_never_booked_without_the_warning_not_even_by_hand(session: Session, office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        book(session, office, heard=None)
    assert code(refused) is AppointmentRefusal.WARNING_MISSING
    with pytest.raises(Refusal):
        book(session, office, heard=heard("uk"))
    booked = book(session, office)
    forgotten = update(Appointment).where(Appointment.id == booked.id).values(warned_at=None)
    with acting_at(session, HELP_POINT), pytest.raises(IntegrityError, match="ck_appointment_officer_after_warning"):
        session.execute(forgotten)


def test_a_lawyer_is_booked_without_a_warning(session: Session, office: Office) -> None:
    assert book(session, office, NOON, office.lawyers_duty, heard=None).warned_at is None


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": DutyState.CANCELLED}, AppointmentRefusal.NOT_BOOKABLE),
        ({"account_id": None}, AppointmentRefusal.NOT_BOOKABLE),
        ({"starts_at": TEN_THIRTY}, AppointmentRefusal.NOT_A_SLOT),
    ],
)
def test_a_duty_that_was_changed_meanwhile_is_not_booked(
    session: Session, office: Office, facts: dict[str, object], why: AppointmentRefusal
) -> None:
    changed(session, office.duty, **facts)
    with pytest.raises(Refusal) as refused:
        book(session, office)
    assert code(refused) is why


def test_a_post_without_a_length_of_slots_takes_no_appointments(session: Session, office: Office) -> None:
    post = make_post(session, HELP_POINT, name="Telephone")
    duty = make_duty(session, HELP_POINT, office.consultant, TEN, post=post)
    with pytest.raises(Refusal) as refused:
        book(session, office, duty.starts_at, duty)
    assert code(refused) is AppointmentRefusal.NOT_BOOKABLE


def test_a_reminder_that_can_never_go_out_is_refused_at_once(session: Session, office: Office) -> None:
    by_text = service.Wish(SafeContact(Way.SMS, has_address=True, from_hour=0, until_hour=24), "601234567")
    with pytest.raises(Refusal) as refused:
        book(session, office, reminder=by_text)
    assert code(refused) is ReminderRefusal.NOT_BY_SMS


def test_a_cancelled_slot_is_free_again_and_the_address_is_forgotten(session: Session, office: Office) -> None:
    booked = book(session, office, reminder=LUNA)
    with acting_at(session, HELP_POINT):
        service.cancel(session, booked, actor=actor_of(office.consultant, HELP_POINT), now=WEEK_BEFORE)
        session.flush()
    assert booked.state is State.CANCELLED
    assert booked.remind_to_sealed is None
    assert book(session, office).starts_at == TEN


def test_a_moved_appointment_stays_the_same_one_and_frees_its_slot(session: Session, office: Office) -> None:
    booked = book(session, office, reminder=LUNA)
    with acting_at(session, HELP_POINT):
        booked.reminded_at = WEEK_BEFORE
    moved = move(session, office, booked, Aim(office.duty, ELEVEN), still_safe=True)
    assert moved.id == booked.id
    assert (moved.starts_at, moved.ends_at, moved.reminded_at) == (ELEVEN, ELEVEN + HALF_HOUR, None)
    assert moved.remind_to == "luna@example.org"
    assert book(session, office, TEN).starts_at == TEN


def test_an_appointment_may_move_to_a_slot_that_only_it_touches(session: Session, office: Office) -> None:
    """The post has slots of an hour now, and the half hour that is moved lies in the one that is wanted."""
    booked = book(session, office, TEN_THIRTY)
    with acting_at(session, HELP_POINT):
        office.duty.post.slot_minutes = 60
    assert move(session, office, booked, Aim(office.duty, TEN)).starts_at == TEN


def test_a_reminder_is_dropped_unless_the_person_says_again_that_it_is_safe(session: Session, office: Office) -> None:
    booked = book(session, office, reminder=LUNA)
    moved = move(session, office, booked, Aim(office.duty, ELEVEN), still_safe=False)
    assert (moved.remind_by, moved.remind_to_sealed, moved.safe) == (None, None, None)


def test_an_appointment_that_somebody_else_changed_is_looked_at_again_first(session: Session, office: Office) -> None:
    booked = book(session, office)
    known = booked.version
    move(session, office, booked, Aim(office.duty, ELEVEN))
    with pytest.raises(Refusal) as refused:
        move(session, office, booked, Aim(office.duty, TEN), known_version=known)
    assert code(refused) is AppointmentRefusal.CHANGED_MEANWHILE


def test_whoever_chose_a_lawyer_is_not_moved_to_an_officer_without_the_warning(
    session: Session, office: Office
) -> None:
    booked = book(session, office, NOON, office.lawyers_duty, heard=None)
    with pytest.raises(Refusal) as refused:
        move(session, office, booked, Aim(office.duty, TEN))
    assert code(refused) is AppointmentRefusal.WARNING_MISSING
    moved = move(session, office, booked, Aim(office.duty, TEN), heard=heard())
    assert (moved.profession, moved.warned_at) == (Profession.BORDER_GUARD_OFFICER, WEEK_BEFORE)


def test_nobody_who_was_promised_a_time_is_forgotten_when_the_duty_changes(session: Session, office: Office) -> None:
    booked = book(session, office, TEN)
    fits = book(session, office, ELEVEN_THIRTY)
    elsewhere = book(session, office, NOON, office.lawyers_duty, heard=None)
    changes: list[tuple[dict[str, object], Trouble, set[Appointment]]] = [
        ({"starts_at": TEN_THIRTY}, Trouble.MOVED, {booked}),
        ({"account_id": None}, Trouble.NOBODY, {booked, fits}),
        ({"profession": Profession.ADVOCATE}, Trouble.PROFESSION, {booked, fits}),
        ({"state": DutyState.CANCELLED}, Trouble.CANCELLED, {booked, fits}),
    ]
    for facts, why, affected in changes:
        before = {name: getattr(office.duty, name) for name in facts}
        changed(session, office.duty, **facts)
        with acting_at(session, HELP_POINT):
            found = queries.to_move(session)
            assert set(found) == affected
            assert queries.count_to_move(session) == len(affected)
        assert {each.trouble for each in found} == {why}
        changed(session, office.duty, **before)
    with acting_at(session, HELP_POINT):
        assert queries.to_move(session) == []
    assert elsewhere.trouble is None


def test_what_is_settled_needs_no_other_time(session: Session, office: Office) -> None:
    booked = book(session, office)
    with acting_at(session, HELP_POINT):
        service.mark_no_show(session, booked, actor=actor_of(office.officer, HELP_POINT), now=NOON)
    changed(session, office.duty, state=DutyState.CANCELLED)
    with acting_at(session, HELP_POINT):
        assert queries.to_move(session) == []


def test_an_appointment_without_a_duty_to_come_to_can_be_cancelled_even_afterwards(
    session: Session, office: Office
) -> None:
    booked = book(session, office)
    actor = actor_of(office.consultant, HELP_POINT)
    changed(session, office.duty, state=DutyState.CANCELLED)
    with acting_at(session, HELP_POINT):
        with pytest.raises(Refusal) as refused:
            service.mark_no_show(session, booked, actor=actor, now=NOON)
        assert code(refused) is AppointmentRefusal.MUST_MOVE
        assert service.cancel(session, booked, actor=actor, now=NOON).state is State.CANCELLED


def test_whoever_was_written_down_as_missing_may_have_come_after_all(session: Session, office: Office) -> None:
    booked, actor = book(session, office), actor_of(office.officer, HELP_POINT)
    with acting_at(session, HELP_POINT):
        service.mark_no_show(session, booked, actor=actor, now=NOON)
        service.mark_no_show(session, booked, actor=actor, now=NOON)
        assert len(events(session, Tag.APPOINTMENT_CHANGED)) == 1
        assert service.mark_attended(session, booked, actor=actor, now=NOON).state is State.ATTENDED
        with pytest.raises(Refusal):
            service.mark_no_show(session, booked, actor=actor, now=NOON)


def test_appointments_of_another_desk_are_not_there(session: Session, office: Office) -> None:
    booked = book(session, office)
    changed(session, office.duty, state=DutyState.CANCELLED)
    make_desk(session)
    with acting_at(session, BLUE_LINE):
        assert queries.to_move(session) == []
        assert queries.count_to_move(session) == 0
        with pytest.raises(NotFound):
            queries.appointment(session, booked.id)


def test_an_officer_gets_own_appointments_of_people_who_chose_an_officer(session: Session, office: Office) -> None:
    own = book(session, office, TEN)
    theirs = book(session, office, NOON, office.lawyers_duty, heard=None)
    later = make_duty(session, HELP_POINT, office.officer, TEN + timedelta(days=1), hours=2, post=office.post)
    with acting_at(session, HELP_POINT):
        # Somebody chose a lawyer, and the officer has taken over that duty since.
        changed(session, office.lawyers_duty, account_id=None)
        taken_over = theirs.duty
        taken_over.account_id, taken_over.profession = office.officer.id, Profession.BORDER_GUARD_OFFICER
        session.flush()
        assert queries.appointment_of(session, own.id, office.officer.id) == own
        for appointment, person in ((own, office.other_officer), (theirs, office.officer), (own, office.lawyer)):
            with pytest.raises(NotFound):
                queries.appointment_of(session, appointment.id, person.id)
        assert queries.unsettled_of(session, office.officer.id, NOON + timedelta(days=9)) == [own]
    assert later.account_id == office.officer.id


def test_the_numbers_of_a_day_count_each_appointment_once(session: Session, office: Office) -> None:
    actor = actor_of(office.consultant, HELP_POINT)
    attended, missed, cancelled = (
        book(session, office, TEN),
        book(session, office, TEN_THIRTY),
        book(session, office, ELEVEN),
    )
    moved = book(session, office, ELEVEN_THIRTY)
    next_day = make_duty(session, HELP_POINT, office.officer, TEN + timedelta(days=1, hours=1), 2, post=office.post)
    book(session, office, next_day.starts_at, next_day)
    with pytest.raises(Refusal):
        book(session, office, TEN)
    with pytest.raises(Refusal):
        book(session, office, TEN + timedelta(minutes=7))  # no such slot: not an attempt at a taken one
    with acting_at(session, HELP_POINT):
        service.cancel(session, cancelled, actor=actor, now=WEEK_BEFORE)
        session.flush()
    move(session, office, moved, Aim(office.duty, ELEVEN))
    with acting_at(session, HELP_POINT):
        service.mark_attended(session, attended, actor=actor, now=NOON)
        service.mark_no_show(session, missed, actor=actor, now=NOON)
        session.flush()
    officers = counts.appointments(session, desk_id=HELP_POINT, period=DAY, profession=Profession.BORDER_GUARD_OFFICER)
    assert officers == counts.Tally(booked=4, refused=1, attended=1, no_show=1, cancelled=1, free=1)
    everybody = counts.appointments(session, desk_id=HELP_POINT, period=DAY)
    assert (everybody.booked, everybody.free) == (4, 1 + 3)
    make_desk(session)
    make_duty(session, BLUE_LINE, make_account(session), TEN)
    assert counts.appointments(session, desk_id=BLUE_LINE, period=DAY) == counts.Tally(0, 0, 0, 0, 0, 0)
