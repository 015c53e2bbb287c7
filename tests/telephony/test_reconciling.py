"""Our calls beside the provider's list: by rule, and for a whole night in a real database."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.consultations.models import Contact
from helpdesk.db.session import Sessions
from helpdesk.db.wall import across, acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.models import Call, Difference, RoomGuest
from helpdesk.telephony.provider import NoProvider, ProviderFailed, Trouble
from helpdesk.telephony.rules import reconciling as rules
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.reconciling import TOLERANCE, Differs, Found, Listed, Ours, differences
from helpdesk.telephony.rules.rooms import GuestKind
from helpdesk.telephony.rules.state import FlowState, Stage
from helpdesk.telephony.service import reconciling
from helpdesk.telephony.service.ending import settle
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_contact, make_desk

DAY = date(2026, 11, 24)
# The day of the office in Warsaw, in winter.
FIRST, LAST = datetime(2026, 11, 23, 23, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 19, 55, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


def ours(sid: str = "CA1", state: CallState = CallState.COMPLETED, at: datetime = EVENING, **facts: object) -> Ours:
    ended = at + timedelta(minutes=9) if state.is_terminal else None
    return replace(Ours(sid, state, at, ended, talked=state is CallState.COMPLETED), **facts)  # type: ignore[arg-type]


def theirs(sid: str = "CA1", status: str = "completed", at: datetime = EVENING, **facts: object) -> Listed:
    return replace(Listed(sid, status, at, at + timedelta(minutes=9)), **facts)  # type: ignore[arg-type]


def compared(here: Iterable[Ours], there: Iterable[Listed]) -> list[Found]:
    return differences(here, there, FIRST, LAST)


def test_two_lists_that_agree_have_no_differences() -> None:
    assert compared([ours(), ours("CA2", CallState.ABANDONED)], [theirs("CA2"), theirs()]) == []
    assert compared([], []) == []


def test_a_call_that_only_one_side_knows_is_named_in_both_directions() -> None:
    assert compared([ours("CA1")], [theirs("CA2", "no-answer")]) == [
        Found("CA1", Differs.NOT_THERE, ours="completed"),
        Found("CA2", Differs.NOT_HERE, theirs="no-answer"),
    ]


@pytest.mark.parametrize("status", ["completed", "no-answer", "canceled", "busy", "failed"])
def test_an_end_that_never_came_to_us_is_a_difference(status: str) -> None:
    (found,) = compared([ours(state=CallState.IN_PROGRESS)], [theirs(status=status)])
    assert (found.kind, found.ours, found.theirs) == (Differs.STATE, "in-progress", status)


@pytest.mark.parametrize(
    ("known", "status"),
    [
        # The provider calls completed whatever a machine of ours spoke to.
        (ours(state=CallState.ABANDONED), "completed"),
        (ours(state=CallState.NO_ANSWER, told_nobody=True), "completed"),
        # That somebody talked outweighs every report that nobody did.
        (ours(state=CallState.COMPLETED), "no-answer"),
        (ours(state=CallState.IN_PROGRESS), "in-progress"),
        (ours(state=CallState.RINGING), "a word of 2027"),
    ],
)
def test_what_the_provider_cannot_know_better_is_no_difference(known: Ours, status: str) -> None:
    assert compared([known], [theirs(status=status)]) == []


def test_a_call_that_still_lasts_there_is_a_difference() -> None:
    (found,) = compared([ours()], [theirs(status="in-progress", ended_at=None)])
    assert (found.kind, found.theirs) == (Differs.STATE, "in-progress")


def test_ends_may_lie_apart_as_far_as_clocks_and_reports_do() -> None:
    end = EVENING + timedelta(minutes=9)
    assert compared([ours(ended_at=end + TOLERANCE)], [theirs(ended_at=end)]) == []
    (found,) = compared([ours(ended_at=end + TOLERANCE + timedelta(seconds=1))], [theirs(ended_at=end)])
    assert (found.ours, found.theirs) == ("completed 2026-11-24T20:06:01Z", "completed 2026-11-24T20:04:00Z")


def test_a_call_of_midnight_belongs_to_one_day_and_is_found_on_both_sides() -> None:
    """Ours came a second before midnight by our clock, and a second after it by theirs."""
    here, there = ours(at=LAST - timedelta(seconds=1)), theirs(at=LAST + timedelta(seconds=1))
    assert compared([here], [there]) == []
    assert differences([here], [there], LAST, LAST + timedelta(days=1)) == []
    assert differences([], [there], FIRST, LAST) == []
    assert [each.kind for each in differences([], [there], LAST, LAST + timedelta(days=1))] == [Differs.NOT_HERE]


sids = st.sampled_from([f"CA{number}" for number in range(6)])
ends = st.sampled_from(["completed", "no-answer", "busy", "in-progress", "ringing"])


@given(
    st.dictionaries(sids, st.sampled_from(CallState)),
    st.dictionaries(sids, ends),
)
def test_every_call_of_one_side_alone_is_named_once_and_no_agreement_is(
    here: dict[str, CallState], there: dict[str, str]
) -> None:
    found = compared([ours(*each) for each in here.items()], [theirs(*each) for each in there.items()])
    assert {each.sid for each in found if each.kind is Differs.NOT_HERE} == set(there) - set(here)
    assert {each.sid for each in found if each.kind is Differs.NOT_THERE} == set(here) - set(there)
    assert {each.sid for each in found if each.kind is Differs.STATE} <= set(here) & set(there)
    assert len({(each.sid, each.kind) for each in found}) == len(found)


class ProvidersList(NoProvider):
    """A provider that lists calls, and remembers for which span it was asked."""

    def __init__(self, *listed: Listed, fails: Trouble | None = None) -> None:
        self.listed = list(listed)
        self.fails = fails
        self.asked: list[tuple[datetime, datetime]] = []

    def calls_between(self, start: datetime, end: datetime) -> Iterator[Listed]:
        self.asked.append((start, end))
        if self.fails:
            raise ProviderFailed(self.fails)
        return iter([each for each in self.listed if start <= each.started_at < end])


def call_of(session: Session, sid: str, state: CallState, *, desk_id: str = BLUE_LINE, at: datetime = EVENING) -> Call:
    """A call as it would be in the database."""
    with acting_at(session, desk_id):
        contact = make_contact(session, session.get_one(Desk, desk_id), at)
        ended = at + timedelta(minutes=9) if state.is_terminal else None
        flow = FlowState(stage=Stage.ENDED if ended else Stage.RINGING, language="uk", turn=2)
        call = Call(
            sid=sid,
            contact_id=contact.id,
            line_number="+48520000001",
            caller_kind=CallerKind.WITHHELD,
            state=state,
            flow=flow.to_json(),
            started_at=at,
            heard_at=at + timedelta(minutes=1),
            ended_at=ended,
        )
        session.add(call)
    session.commit()
    return call


@pytest.fixture
def office(session: Session) -> Session:
    make_desk(session)
    make_desk(session, HELP_POINT)
    session.commit()
    return session


def kept(session: Session) -> list[tuple[str, Differs, bool]]:
    session.expire_all()
    rows = session.scalars(select(Difference).order_by(Difference.sid))
    return [(row.sid, row.kind, row.settled_at is not None) for row in rows]


def test_a_night_lists_what_differs_at_all_desks_and_a_second_one_nothing_more(
    office: Session, sessions: Sessions
) -> None:
    call_of(office, "CA1", CallState.COMPLETED)
    call_of(office, "CA2", CallState.ABANDONED, desk_id=HELP_POINT)
    call_of(office, "CA9", CallState.COMPLETED, at=EVENING - timedelta(days=1))
    provider = ProvidersList(theirs("CA1"), theirs("CA3"))
    found = reconciling.reconcile(sessions, provider, DAY, NIGHT)
    assert [(each.sid, each.kind) for each in found] == [("CA2", Differs.NOT_THERE), ("CA3", Differs.NOT_HERE)]
    assert provider.asked == [(FIRST - TOLERANCE, LAST + TOLERANCE)]
    assert len(reconciling.reconcile(sessions, provider, DAY, NIGHT + timedelta(days=1))) == 2
    assert kept(office) == [("CA2", Differs.NOT_THERE, False), ("CA3", Differs.NOT_HERE, False)]
    (said,) = reconciling.examine(office)
    assert "1 that only the provider knows, 1 that only we know." in said


def test_a_call_whose_end_never_came_ends_as_the_provider_says(office: Session, sessions: Sessions) -> None:
    call = call_of(office, "CA1", CallState.IN_PROGRESS)
    other = call_of(office, "CA2", CallState.IN_PROGRESS, desk_id=HELP_POINT)
    found = reconciling.reconcile(sessions, ProvidersList(theirs("CA1"), theirs("CA2", "in-progress")), DAY, NIGHT)
    office.expire_all()
    assert found == []
    assert kept(office) == [("CA1", Differs.STATE, True)]
    assert (call.state, call.ended_at, call.now_at.stage) == (
        CallState.ABANDONED,
        EVENING + timedelta(minutes=9),
        Stage.ENDED,
    )
    contact = office.scalar(select(Contact).where(Contact.id == call.contact_id), execution_options=across("telephony"))
    assert contact is not None
    assert (contact.ended_at, contact.closed_at) == (call.ended_at, None)  # only people close contacts
    ended = select(AuditEvent.detail).where(AuditEvent.tag == "call:ended")
    assert [each["call"] for each in office.scalars(ended)] == [str(call.id)]
    assert (other.state, other.ended_at) == (CallState.IN_PROGRESS, None)


def test_a_difference_that_a_late_request_resolved_waits_for_nobody(office: Session, sessions: Sessions) -> None:
    provider = ProvidersList(theirs("CA1"))
    assert len(reconciling.reconcile(sessions, provider, DAY, NIGHT)) == 1
    call_of(office, "CA1", CallState.COMPLETED)
    assert reconciling.reconcile(sessions, provider, DAY, NIGHT) == []
    assert kept(office) == [("CA1", Differs.NOT_HERE, True)]
    assert list(reconciling.examine(office)) == []


def test_what_somebody_has_looked_at_is_not_brought_up_again(office: Session, sessions: Sessions) -> None:
    provider = ProvidersList(theirs("CA1"), theirs("CA2"))
    reconciling.reconcile(sessions, provider, DAY, NIGHT)
    assert reconciling.look_at(office, "CA1", NIGHT) == 1
    office.commit()
    assert [each.sid for each in reconciling.reconcile(sessions, provider, DAY, NIGHT)] == ["CA2"]
    assert reconciling.look_at(office, "CA1", NIGHT) == 0


def test_one_hour_of_the_night_compares_the_last_days_and_no_other_hour_does(
    office: Session, sessions: Sessions
) -> None:
    assert office
    provider = ProvidersList()
    reconciling.nightly(sessions, provider, NIGHT - timedelta(hours=1))
    reconciling.nightly(sessions, provider, NIGHT + timedelta(hours=1))
    assert provider.asked == []
    reconciling.nightly(sessions, provider, NIGHT)
    assert [(start + TOLERANCE).date() for start, _ in provider.asked] == [
        date(2026, 11, 21),
        date(2026, 11, 22),
        date(2026, 11, 23),
    ]
    assert provider.asked[-1] == (FIRST - TOLERANCE, LAST + TOLERANCE)


def test_a_provider_that_does_not_answer_is_tried_in_the_next_night_and_said_aloud(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    provider = ProvidersList(fails=Trouble.UNREACHABLE)
    with caplog.at_level(logging.ERROR):
        reconciling.nightly(sessions, provider, NIGHT)
    assert len(provider.asked) == 1
    assert "could not be read: unreachable" in caplog.text


def test_an_office_without_a_provider_has_no_list_and_no_alarm(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reconciling.nightly(sessions, NoProvider(), NIGHT)
    assert caplog.text == ""


# Interpreters, who are paid by the minute.


def interpreted(session: Session, call: Call, sid: str, joined: datetime, left: datetime | None) -> RoomGuest:
    """An interpreter in the talk of a call, as we know of it."""
    olha = make_account(
        session, roles=[Role.INTERPRETER], profession=Profession.INTERPRETER, name="Olha", login=sid.lower()
    )
    with acting_at(session, call.desk_id):
        guest = RoomGuest(
            call_id=call.id,
            kind=GuestKind.INTERPRETER,
            account_id=olha.id,
            asked_at=joined - timedelta(seconds=20),
            asked_by_id=olha.id,
            joined_at=joined,
            left_at=left,
            sid=sid,
        )
        session.add(guest)
    session.commit()
    return guest


JOINED = EVENING + timedelta(minutes=2)


def leg(
    sid: str = "CAolha", ended: datetime | None = JOINED + timedelta(minutes=14), status: str = "completed"
) -> Listed:
    return Listed(sid, status, JOINED - timedelta(seconds=20), ended, ours=True)


@pytest.mark.parametrize(
    ("known", "listed", "told"),
    [
        (None, leg(), JOINED + timedelta(minutes=14)),
        (JOINED + timedelta(minutes=40), leg(), JOINED + timedelta(minutes=14)),
        (JOINED, leg(), JOINED + timedelta(minutes=14)),
        # What was reported in time stays: clocks differ.
        (JOINED + timedelta(minutes=13), leg(), None),
        (JOINED + timedelta(minutes=16), leg(), None),
        # It still lasts there, or the list does not say.
        (None, leg(status="in-progress", ended=None), None),
        (None, leg(ended=None), None),
        # Nobody is in a talk before having joined it.
        (None, leg(ended=JOINED - timedelta(seconds=5)), JOINED),
    ],
)
def test_when_a_guest_left_is_what_the_list_says_where_nobody_told_us(
    known: datetime | None, listed: Listed, told: datetime | None
) -> None:
    assert rules.left_at(JOINED, known, listed) == told


def test_whoever_never_joined_has_no_end() -> None:
    assert rules.left_at(None, None, leg()) is None


def left_notes(session: Session, call: Call) -> list[dict[str, object]]:
    statement = select(AuditEvent.detail).where(
        AuditEvent.tag == "call:guest-left", AuditEvent.subject == str(call.contact_id)
    )
    return list(session.scalars(statement.order_by(AuditEvent.id)))


def test_an_interpreter_whose_end_was_never_told_is_counted_by_her_own_call(
    office: Session, sessions: Sessions
) -> None:
    call = call_of(office, "CA1", CallState.COMPLETED, at=EVENING)
    guest = interpreted(office, call, "CAolha", JOINED, EVENING + timedelta(minutes=40))
    other = call_of(office, "CA2", CallState.COMPLETED, desk_id=HELP_POINT)
    kept_as_told = interpreted(office, other, "CAhanna", JOINED, JOINED + timedelta(minutes=3))
    listed = [
        theirs("CA1"),
        theirs("CA2"),
        leg(),
        leg("CAhanna", JOINED + timedelta(minutes=3, seconds=4)),
        leg("CAewa"),
    ]
    for night in range(3):
        assert reconciling.reconcile(sessions, ProvidersList(*listed), DAY, NIGHT + timedelta(days=night)) == []
    office.expire_all()
    assert (guest.left_at, guest.minutes) == (JOINED + timedelta(minutes=14), 14)
    assert kept_as_told.minutes == 3
    assert left_notes(office, call) == [
        {"call": str(call.id), "guest": str(guest.id), "kind": "interpreter", "listed": True}
    ]
    assert left_notes(office, other) == []


def test_an_interpreter_in_a_call_whose_end_never_came_leaves_it_with_the_caller(
    office: Session, sessions: Sessions
) -> None:
    call = call_of(office, "CA1", CallState.IN_PROGRESS)
    guest = interpreted(office, call, "CAolha", JOINED, None)
    reconciling.reconcile(sessions, ProvidersList(theirs("CA1")), DAY, NIGHT)
    office.expire_all()
    assert (guest.left_at, guest.minutes) == (EVENING + timedelta(minutes=9), 7)
    reconciling.reconcile(sessions, ProvidersList(theirs("CA1"), leg(ended=JOINED + timedelta(minutes=4))), DAY, NIGHT)
    office.expire_all()
    assert guest.minutes == 4


def test_without_any_word_of_the_end_no_minute_is_invented_and_the_list_still_corrects_it(
    office: Session, sessions: Sessions
) -> None:
    call = call_of(office, "CA1", CallState.IN_PROGRESS)
    guest = interpreted(office, call, "CAolha", JOINED, None)
    hours_later = EVENING + timedelta(hours=5)
    with sessions.begin() as session:
        settle(session, {"desk_id": BLUE_LINE, "call_id": str(call.id)}, hours_later)
    office.expire_all()
    assert call.ended_at is not None
    assert (guest.left_at, guest.minutes) == (JOINED, 0)
    with sessions.begin() as session:
        settle(session, {"desk_id": BLUE_LINE, "call_id": str(call.id)}, hours_later)
    reconciling.reconcile(sessions, ProvidersList(theirs("CA1"), leg()), DAY, NIGHT)
    office.expire_all()
    assert guest.minutes == 14
