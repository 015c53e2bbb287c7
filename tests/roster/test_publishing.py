"""Stories of a draft that becomes the plan, and of what is kept when the plan changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.db.wall import act_at, acting_at
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.premises import service as premises
from helpdesk.premises.models import Place, Room, RoomUse
from helpdesk.premises.rules import Purpose, UseRefusal
from helpdesk.roster import queries, service
from helpdesk.roster.models import Closure, Draft, Duty, DutyState, Pattern, Post
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.patterns import TurnUnit
from helpdesk.roster.rules.publishing import NotPublishable, PublishRefusal
from helpdesk.roster.service import Plan, changing
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

FIRST, LAST = date(2023, 10, 9), date(2023, 10, 15)


@pytest.fixture
def ewa(session: Session) -> Account:
    make_desk(session)
    account = make_account(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def marta(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desk comes with her
    return make_account(session, name="Marta Wilk")


@pytest.fixture
def coordinator(session: Session, ewa: Account) -> Actor:  # noqa: ARG001  likewise
    return actor_of(make_account(session, roles=(Role.COORDINATOR,), name="Karol"))


@pytest.fixture
def evenings(session: Session, ewa: Account) -> Post:  # noqa: ARG001  likewise
    return make_post(session)


def make_pattern(session: Session, post: Post, *people: Account, last: date | None = None) -> Pattern:
    """These people after one another, a day each."""
    pattern = Pattern(
        post_id=post.id,
        name="Evenings",
        starts=post.starts,
        ends=post.ends,
        weekdays=list(range(7)),
        anchor=FIRST,
        first=FIRST,
        last=last,
        groups=[[str(each.id)] for each in people],
        turn_unit=TurnUnit.DAY,
        turns_from=FIRST,
    )
    session.add(pattern)
    session.flush()
    return pattern


def draft_and_publish(session: Session, pattern: Pattern, actor: Actor, now: datetime) -> None:
    service.draft_pattern(session, pattern, FIRST, LAST, actor=actor, now=now)
    service.publish(session, FIRST, LAST, actor=actor, now=now)


def week(session: Session) -> Sequence[Duty]:
    return queries.duties_between(session, FIRST, LAST)


def who(duties: Sequence[Duty]) -> list[str]:
    return [duty.account.name.split()[0] if duty.account else "-" for duty in duties]


def test_a_pattern_is_drafted_without_anybody_being_told_and_then_published(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    pattern = make_pattern(session, evenings, ewa, marta)
    drafted = service.draft_pattern(session, pattern, FIRST, LAST, actor=coordinator, now=now)
    assert (drafted.added, drafted.changed, drafted.removed) == (7, 0, 0)
    assert list(week(session)) == []
    assert session.query(Notice).count() == 0
    published = service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert (published.added, published.changed, published.cancelled) == (7, 0, 0)
    assert who(week(session)) == ["Ewa", "Marta", "Ewa", "Marta", "Ewa", "Marta", "Ewa"]
    assert session.query(Draft).count() == 0
    told = {(notice.account_id, notice.data["number"]) for notice in session.query(Notice)}
    assert told == {(ewa.id, 4), (marta.id, 3)}


def test_publishing_again_changes_nothing(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    pattern = make_pattern(session, evenings, ewa, marta)
    draft_and_publish(session, pattern, coordinator, now)
    again = service.draft_pattern(session, pattern, FIRST, LAST, actor=coordinator, now=now)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    with pytest.raises(Refusal) as caught:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert caught.value.code is PublishRefusal.NOTHING


def test_a_changed_pattern_touches_only_what_it_changes_and_never_the_past_nor_what_people_changed(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    pattern = make_pattern(session, evenings, ewa, marta)
    draft_and_publish(session, pattern, coordinator, now)
    ids = {duty.day: duty.id for duty in week(session)}
    friday = next(duty for duty in week(session) if duty.day == date(2023, 10, 13))
    service.hand_to(session, friday, marta.id, why="by agreement", actor=coordinator, now=now)
    wednesday_evening = datetime.fromisoformat("2023-10-11T20:00+02:00")
    jan = make_account(session, name="Jan Mazur")
    pattern.groups = [[str(ewa.id)], [str(jan.id)]]
    session.flush()
    drafted = service.draft_pattern(session, pattern, FIRST, LAST, actor=coordinator, now=wednesday_evening)
    # Thursday and Saturday go from Marta to Jan; Tuesday is over; on Friday the pattern says what it said before.
    assert (drafted.added, drafted.changed, drafted.removed) == (0, 2, 0)
    service.publish(session, FIRST, LAST, actor=coordinator, now=wednesday_evening)
    assert who(week(session)) == ["Ewa", "Marta", "Ewa", "Jan", "Marta", "Jan", "Ewa"]
    assert {duty.day: duty.id for duty in week(session)} == ids
    assert [duty.version for duty in week(session)] == [1, 1, 1, 2, 2, 2, 1]


def test_a_pattern_that_ends_takes_its_coming_duties_out(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    pattern = make_pattern(session, evenings, ewa)
    draft_and_publish(session, pattern, coordinator, now)
    pattern.last = date(2023, 10, 12)
    session.flush()
    drafted = service.draft_pattern(session, pattern, FIRST, LAST, actor=coordinator, now=now)
    assert (drafted.added, drafted.changed, drafted.removed) == (0, 0, 3)
    published = service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert published.cancelled == 3
    assert [duty.day.day for duty in week(session)] == [9, 10, 11, 12]
    assert session.query(Duty).filter_by(state=DutyState.CANCELLED).count() == 3


def test_a_closed_day_is_not_drafted(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    session.add(Closure(name="Stocktaking", first_day=date(2023, 10, 11), last_day=date(2023, 10, 11)))
    session.flush()
    pattern = make_pattern(session, evenings, ewa)
    assert service.draft_pattern(session, pattern, FIRST, LAST, actor=coordinator, now=now).added == 6


def test_what_cannot_be_is_named_and_nothing_is_published(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    ukrainian = make_post(session, name="Ukrainian", languages=["uk"])
    for post, person in ((evenings, ewa), (ukrainian, marta)):
        service.put_draft(session, Plan(post.id, person.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
    with pytest.raises(NotPublishable) as caught:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert [(each.planned.account_id, each.refusal.code) for each in caught.value.objections] == [
        (marta.id, Unfit.LANGUAGE)
    ]
    assert list(week(session)) == []
    assert session.query(Draft).count() == 2


def test_an_employee_keeps_the_daily_rest_also_between_two_drafts(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    for day, starts, ends in ((FIRST, time(17), time(23)), (date(2023, 10, 10), time(6), time(10))):
        service.put_draft(session, Plan(evenings.id, ewa.id, day, starts, ends), actor=coordinator, now=now)
    with pytest.raises(NotPublishable) as caught:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert {each.refusal.code for each in caught.value.objections} == {Unfit.REST}


def test_two_people_who_change_places_in_one_draft_do_not_stand_in_each_others_way(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    office = make_post(session, name="Office")
    duties = [
        service.plan_duty(session, Plan(post.id, person.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
        for post, person in ((evenings, ewa), (office, marta))
    ]
    for duty, person in zip(duties, (marta, ewa), strict=True):
        plan = Plan(duty.post_id, person.id, FIRST, time(17), time(21))
        service.put_draft(session, plan, duty=duty, known_version=duty.version, actor=coordinator, now=now)
    assert service.publish(session, FIRST, LAST, actor=coordinator, now=now).changed == 2
    assert [duty.account_id for duty in duties] == [marta.id, ewa.id]


def test_a_draft_of_a_duty_that_changed_meanwhile_is_not_published_over_it(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    duty = service.plan_duty(session, Plan(evenings.id, ewa.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
    service.put_draft(
        session,
        Plan(evenings.id, ewa.id, FIRST, time(18), time(21)),
        duty=duty,
        known_version=duty.version,
        actor=coordinator,
        now=now,
    )
    service.hand_to(session, duty, marta.id, why="taken", actor=coordinator, now=now)
    with pytest.raises(NotPublishable) as caught:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert [each.refusal.code for each in caught.value.objections] == [PublishRefusal.CHANGED_MEANWHILE]


def test_the_second_of_two_coordinators_is_told_what_the_first_one_wrote(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    plan = Plan(evenings.id, ewa.id, FIRST, time(17), time(21))
    draft = service.put_draft(session, plan, actor=coordinator, now=now)
    seen = draft.version
    service.put_draft(
        session, replace(plan, starts=time(18)), draft=draft, known_version=seen, actor=coordinator, now=now
    )
    with pytest.raises(EditedMeanwhile) as caught:
        service.put_draft(
            session, replace(plan, account_id=marta.id), draft=draft, known_version=seen, actor=coordinator, now=now
        )
    assert caught.value.fields["starts"] == time(18)
    duty = service.plan_duty(session, replace(plan, day=LAST), actor=coordinator, now=now)
    with pytest.raises(EditedMeanwhile):
        service.change_duty(
            session, duty, replace(plan, day=LAST), known_version=0, why="late", actor=coordinator, now=now
        )


def test_every_version_is_kept_with_who_and_why_and_both_questions_have_their_answer(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    duty = service.plan_duty(session, Plan(evenings.id, ewa.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
    later = now + timedelta(days=2)
    plan = Plan(evenings.id, marta.id, FIRST, time(17), time(21))
    service.change_duty(session, duty, plan, known_version=1, why="Ewa is in court", actor=coordinator, now=later)
    session.flush()
    kept = [
        (each.number, each.account_id, each.why, each.changed_by_name) for each in queries.versions(session, duty.id)
    ]
    assert kept == [(1, ewa.id, "", "Karol"), (2, marta.id, "Ewa is in court", "Karol")]
    during = datetime.fromisoformat("2023-10-09T18:00+02:00")
    assert [each.account_id for each in queries.on_duty(session, during)] == [marta.id]
    then, after = now + timedelta(days=1), later + timedelta(days=1)
    assert [each.account_id for each in queries.known_on_duty(session, during, then)] == [ewa.id]
    assert [each.account_id for each in queries.known_on_duty(session, during, after)] == [marta.id]
    assert list(queries.known_on_duty(session, during, now - timedelta(days=1))) == []
    make_desk(session, HELP_POINT)
    with acting_at(session, HELP_POINT):
        assert list(queries.known_on_duty(session, during, after)) == []
        assert list(queries.versions(session, duty.id)) == []


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE duty_version SET why = 'nobody asked'",
        "UPDATE duty_version SET known_until = now() WHERE known_until IS NOT NULL",
        "DELETE FROM duty_version",
    ],
)
def test_what_was_known_cannot_be_rewritten(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime, forgery: str
) -> None:
    plan = Plan(evenings.id, ewa.id, FIRST, time(17), time(21))
    duty = service.plan_duty(session, plan, actor=coordinator, now=now)
    service.cancel_duty(session, duty, actor=coordinator, now=now + timedelta(hours=1))
    session.flush()
    with pytest.raises(DBAPIError):
        session.execute(text(forgery))


def test_a_change_that_does_not_count_its_version_is_refused_by_the_database(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    service.plan_duty(session, Plan(evenings.id, ewa.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
    session.flush()
    with pytest.raises(DBAPIError, match="uq_duty_version"):
        session.execute(text("UPDATE duty SET why = 'quietly'"))


def test_a_published_duty_changes_only_with_a_reason_and_before_it_begins(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    running = make_duty(session, BLUE_LINE, ewa, now, post=evenings)
    plan = Plan(evenings.id, marta.id, FIRST, time(17), time(21))
    with pytest.raises(Refusal) as caught:
        service.change_duty(session, running, plan, known_version=1, why="x", actor=coordinator, now=now)
    assert caught.value.code is PublishRefusal.BEGUN
    duty = service.plan_duty(session, plan, actor=coordinator, now=now)
    with pytest.raises(Refusal) as caught:
        service.change_duty(session, duty, plan, known_version=1, why="  ", actor=coordinator, now=now)
    assert (caught.value.code, caught.value.field) == (PublishRefusal.WHY_MISSING, "why")


def test_in_an_emergency_a_running_duty_ends_now_and_goes_on_with_another_person(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    duty = service.plan_duty(
        session, Plan(evenings.id, ewa.id, date(2023, 10, 5), time(17), time(21)), actor=coordinator, now=now
    )
    # She has worked until noon: no rest, but the telephone must be answered.
    make_duty(session, BLUE_LINE, marta, now - timedelta(hours=8), hours=4, post=evenings)
    second = service.split_now(session, duty, marta.id, why="ill", actor=coordinator, now=now)
    session.flush()
    assert (duty.account_id, duty.starts, duty.ends) == (ewa.id, time(17), time(18, 10))
    assert (second.account_id, second.starts, second.ends) == (marta.id, time(18, 10), time(21))
    assert [each.account_id for each in queries.on_duty(session, now)] == [marta.id]
    before = now - timedelta(minutes=1)
    assert [each.account_id for each in queries.on_duty(session, before)] == [ewa.id]
    told = {(notice.account_id, notice.code) for notice in session.query(Notice)}
    assert told == {(ewa.id, "duty:given"), (ewa.id, "duty:taken-away"), (marta.id, "duty:given")}


@pytest.mark.parametrize("at", ["2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00"])
def test_in_the_hour_that_comes_twice_in_october_one_goes_as_the_other_comes(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, at: str
) -> None:
    nights = make_post(session, name="Night", starts=time(22), ends=time(6))
    night = Plan(nights.id, ewa.id, date(2026, 10, 24), time(22), time(6))
    minute = datetime.fromisoformat(at)  # the wall says half past two both times
    duty = service.plan_duty(session, night, actor=coordinator, now=minute - timedelta(hours=9))
    begin, end = duty.starts_at, duty.ends_at
    second = service.split_now(session, duty, marta.id, why="ill", actor=coordinator, now=minute)
    session.flush()
    assert (duty.ends, second.starts, second.day) == (time(2, 30), time(2, 30), date(2026, 10, 25))
    assert [(each.starts_at, each.ends_at) for each in (duty, second)] == [(begin, minute), (minute, end)]
    for moment in (minute - timedelta(minutes=1), minute, end - timedelta(minutes=1)):
        assert len(queries.on_duty(session, moment)) == 1, moment
    # A quarter of an hour later Marta falls ill too.
    later = minute + timedelta(minutes=15)
    third = service.split_now(session, second, ewa.id, why="ill too", actor=coordinator, now=later)
    session.flush()
    assert [(each.starts_at, each.ends_at) for each in (second, third)] == [(minute, later), (later, end)]


def test_nobody_who_may_not_hold_a_duty_takes_it_over(
    session: Session, ewa: Account, coordinator: Actor, now: datetime
) -> None:
    lawyers = make_post(session, name="Lawyer", professions=[Profession.ADVOCATE])
    jan = make_account(session, name="Jan", profession=Profession.ADVOCATE)
    duty = service.plan_duty(
        session, Plan(lawyers.id, jan.id, date(2023, 10, 5), time(17), time(21)), actor=coordinator, now=now
    )
    with pytest.raises(Refusal) as caught:
        service.split_now(session, duty, ewa.id, why="ill", actor=coordinator, now=now)
    assert caught.value.code is Unfit.PROFESSION
    assert (duty.version, duty.ends) == (1, time(21))


def test_an_open_duty_is_in_the_plan_and_nobody_is_on_it(
    session: Session, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    service.plan_duty(session, Plan(evenings.id, None, FIRST, time(17), time(21)), actor=coordinator, now=now)
    assert len(week(session)) == 1
    assert list(queries.on_duty(session, datetime.fromisoformat("2023-10-09T18:00+02:00"))) == []


def test_a_duty_drafted_to_another_week_is_gone_from_the_first_one(
    session: Session, ewa: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    duty = service.plan_duty(session, Plan(evenings.id, ewa.id, FIRST, time(17), time(21)), actor=coordinator, now=now)
    moved = Plan(evenings.id, ewa.id, FIRST + timedelta(days=7), time(17), time(21))
    service.put_draft(session, moved, duty=duty, known_version=1, actor=coordinator, now=now)
    inside = [each for each in service.plan_between(session, FIRST, LAST) if FIRST <= each.day <= LAST]
    assert inside == []
    week_after = service.plan_between(session, FIRST + timedelta(days=7), LAST + timedelta(days=7))
    assert [(each.duty_id, each.mark) for each in week_after] == [(duty.id, "changed")]
    service.discard(session, session.scalars(select(Draft)).one(), actor=coordinator, now=now)
    session.flush()
    assert [each.mark for each in service.plan_between(session, FIRST, LAST)] == ["kept"]


def test_who_gave_and_who_got_are_told_and_whoever_did_it_is_not(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, evenings: Post, now: datetime
) -> None:
    duty = service.plan_duty(
        session, Plan(evenings.id, ewa.id, FIRST, time(17), time(21)), actor=actor_of(ewa), now=now
    )
    assert session.query(Notice).count() == 0
    changing.tell_holder(session, duty, marta.id, Told.GIVEN, coordinator, now)
    notice = session.query(Notice).one()
    assert notice.data == {
        "from": "2023-10-09T15:00:00+00:00",
        "to": "2023-10-09T19:00:00+00:00",
        "place": "",
    }


@pytest.fixture
def hall(session: Session, ewa: Account) -> Room:  # noqa: ARG001  the desk comes with her
    place = Place(name="Town hall", address="1 Market Square", margin_minutes=30)
    place.rooms = [Room(name="Room 12", capacity=4)]
    session.add(place)
    session.flush()
    return place.rooms[0]


def test_a_duty_takes_its_room_with_it_and_gives_it_back(
    session: Session, ewa: Account, coordinator: Actor, hall: Room, now: datetime
) -> None:
    post = make_post(session, name="Off-site", place_id=hall.place_id, room_id=hall.id)
    duty = service.plan_duty(session, Plan(post.id, ewa.id, FIRST, time(10), time(14)), actor=coordinator, now=now)
    (use,) = session.scalars(select(RoomUse)).all()
    assert (use.room_id, use.starts_at, use.ends_at) == (hall.id, duty.starts_at, duty.ends_at)
    plan = Plan(post.id, ewa.id, FIRST, time(11), time(15))
    service.change_duty(session, duty, plan, known_version=duty.version, why="later", actor=coordinator, now=now)
    assert (use.starts_at, use.ends_at) == (duty.starts_at, duty.ends_at)
    service.cancel_duty(session, duty, actor=coordinator, now=now)
    session.flush()
    assert session.scalars(select(RoomUse)).all() == []


def test_two_who_are_on_duty_together_share_the_room_until_the_last_one_goes(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, hall: Room, now: datetime
) -> None:
    post = make_post(session, name="Off-site", people=2, place_id=hall.place_id, room_id=hall.id)
    plan = Plan(post.id, ewa.id, FIRST, time(10), time(14))
    first = service.plan_duty(session, plan, actor=coordinator, now=now)
    second = service.plan_duty(session, replace(plan, account_id=marta.id), actor=coordinator, now=now)
    assert first.room_use_id == second.room_use_id
    service.cancel_duty(session, first, actor=coordinator, now=now)
    session.flush()
    (use,) = session.scalars(select(RoomUse)).all()
    later = replace(plan, account_id=marta.id, starts=time(15), ends=time(17))
    service.change_duty(session, second, later, known_version=second.version, why="later", actor=coordinator, now=now)
    assert use.starts_at == second.starts_at
    service.cancel_duty(session, second, actor=coordinator, now=now)
    session.flush()
    assert session.scalars(select(RoomUse)).all() == []


def test_a_duty_moved_towards_a_corrective_session_is_refused_and_stays_where_it_was(
    session: Session, ewa: Account, coordinator: Actor, hall: Room, now: datetime
) -> None:
    post = make_post(session, name="Off-site", place_id=hall.place_id, room_id=hall.id)
    other = Room(name="Room 14", capacity=15, place_id=hall.place_id)
    session.add(other)
    session.flush()
    duty = service.plan_duty(session, Plan(post.id, ewa.id, FIRST, time(10), time(14)), actor=coordinator, now=now)
    make_desk(session, "corrective-torun", DeskKind.CORRECTIVE)
    group = datetime.fromisoformat("2023-10-09T17:00+02:00")
    with acting_at(session, "corrective-torun"):
        premises.book(
            session, other, Purpose.CORRECTIVE, group, group + timedelta(hours=3), people=9, actor=coordinator, now=now
        )
    plan = Plan(post.id, ewa.id, FIRST, time(12, 45), time(16, 45))
    with pytest.raises(Refusal) as caught:
        service.change_duty(session, duty, plan, known_version=duty.version, why="later", actor=coordinator, now=now)
    assert caught.value.code is UseRefusal.APART
    session.refresh(duty)
    assert (duty.starts, duty.version) == (time(10), 1)
    service.put_draft(session, plan, duty=duty, known_version=1, actor=coordinator, now=now)
    with pytest.raises(NotPublishable) as refused:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert [each.refusal.code for each in refused.value.objections] == [UseRefusal.APART]


@pytest.fixture
def study(session: Session, hall: Room) -> Room:
    """Another room of the same place."""
    room = Room(name="Room 14", capacity=4, place_id=hall.place_id)
    session.add(room)
    session.flush()
    return room


def _in_rooms(session: Session) -> Sequence[tuple[str, str, time]]:
    """Which room each published duty has from when to when, and that nothing else is used."""
    uses = {use.id: use for use in session.scalars(select(RoomUse))}
    found = [
        (duty.post.name, uses.pop(duty.room_use_id).room.name, duty.starts)
        for duty in week(session)
        if duty.room_use_id
    ]
    assert not uses
    return found


def test_two_duties_change_rooms_in_one_step(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, hall: Room, study: Room, now: datetime
) -> None:
    talks = make_post(session, name="Talks", place_id=hall.place_id, room_id=hall.id)
    papers = make_post(session, name="Papers", place_id=hall.place_id, room_id=study.id)
    for post, person, room in ((talks, ewa, study), (papers, marta, hall)):
        plan = Plan(post.id, person.id, FIRST, time(10), time(14))
        duty = service.plan_duty(session, plan, actor=coordinator, now=now)
        service.put_draft(session, replace(plan, room_id=room.id), duty=duty, actor=coordinator, now=now)
    assert _in_rooms(session) == [("Talks", "Room 12", time(10)), ("Papers", "Room 14", time(10))]
    later = now + timedelta(hours=1)
    assert service.publish(session, FIRST, LAST, actor=coordinator, now=later).changed == 2
    assert _in_rooms(session) == [("Talks", "Room 14", time(10)), ("Papers", "Room 12", time(10))]
    assert [(duty.version, len(queries.versions(session, duty.id))) for duty in week(session)] == [(2, 2), (2, 2)]


def test_a_row_of_duties_moves_up_in_one_room_whichever_is_written_first(
    session: Session, ewa: Account, coordinator: Actor, hall: Room, now: datetime
) -> None:
    post = make_post(session, name="Talks", place_id=hall.place_id, room_id=hall.id)
    for hour in (8, 10, 12):
        plan = Plan(post.id, ewa.id, FIRST, time(hour), time(hour + 2))
        duty = service.plan_duty(session, plan, actor=coordinator, now=now)
        later = replace(plan, starts=time(hour + 1), ends=time(hour + 3))
        service.put_draft(session, later, duty=duty, actor=coordinator, now=now)
    service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert _in_rooms(session) == [("Talks", "Room 12", time(hour)) for hour in (9, 11, 13)]


def test_where_another_desk_has_the_room_those_who_wanted_it_are_named_and_nobody_moves(
    session: Session, ewa: Account, marta: Account, coordinator: Actor, hall: Room, study: Room, now: datetime
) -> None:
    make_desk(session, HELP_POINT)
    with acting_at(session, HELP_POINT):
        start = datetime.fromisoformat("2023-10-09T15:00+02:00")
        premises.book(
            session, study, Purpose.SUPPORT, start, start + timedelta(hours=2), people=2, actor=coordinator, now=now
        )
    talks = make_post(session, name="Talks", place_id=hall.place_id, room_id=hall.id)
    free = make_post(session, name="Outside")
    plan = Plan(talks.id, ewa.id, FIRST, time(14), time(18))
    duty = service.plan_duty(session, plan, actor=coordinator, now=now)
    service.put_draft(session, replace(plan, room_id=study.id), duty=duty, actor=coordinator, now=now)
    service.put_draft(session, Plan(free.id, marta.id, FIRST, time(14), time(18)), actor=coordinator, now=now)
    with pytest.raises(NotPublishable) as refused:
        service.publish(session, FIRST, LAST, actor=coordinator, now=now)
    assert [(each.planned.key, each.refusal.code) for each in refused.value.objections] == [
        (duty.id, UseRefusal.ROOM_TAKEN)
    ]
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        assert [(each.post.name, each.version) for each in week(session)] == [("Talks", 1)]
        assert len(session.scalars(select(Draft)).all()) == 2
