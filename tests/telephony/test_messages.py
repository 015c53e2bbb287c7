"""Recorded messages: fetched once, sealed, deleted at the provider at once, and deleted here by rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk.db import reseal, sealed
from helpdesk.db.jobs import Job, run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import across, acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony.models import Call, CallBack, Message
from helpdesk.telephony.provider import Trouble
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import MESSAGE_KEPT, Asked, Outcome
from helpdesk.telephony.service import call_backs
from helpdesk.telephony.service import messages as service
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk
from tests.telephony.callers import Remembering, audited, jobs, make_call

SID = "RE1"
SOUND = b"RIFF" + bytes(range(256)) * 40
DAY = timedelta(days=1)


@dataclass
class Office:
    """The Blue Line, where somebody left a message."""

    session: Session
    sessions: Sessions
    desk: Desk
    ewa: Actor
    call: Call
    provider: Remembering
    now: datetime

    def hears_of(self, sid: str = SID, seconds: int = 12) -> Message:
        """The provider says that there is a recording."""
        with acting_at(self.session, BLUE_LINE):
            noted = service.noted(self.session, self.call, sid, seconds, self.now)
        self.session.commit()
        return noted

    def works(self, now: datetime | None = None) -> int:
        return run_due(self.sessions, service.handlers(self.provider), now=now or self.now)

    def runs(self, kind: str, message_id: UUID) -> None:
        payload = {"desk_id": BLUE_LINE, "message_id": str(message_id)}
        with self.sessions.begin() as session:
            service.handlers(self.provider)[kind](session, payload, self.now)

    def look(self) -> Message:
        self.session.expire_all()
        with acting_at(self.session, BLUE_LINE):
            (found,) = queries.messages_of(self.session, self.call.contact_id)
        return found

    def sound(self) -> bytes:
        with acting_at(self.session, BLUE_LINE):
            return self.look().sound

    def work(self) -> CallBack | None:
        self.session.expire_all()
        with acting_at(self.session, BLUE_LINE):
            return queries.of_call(self.session, self.call.id, Asked.MESSAGE)


@pytest.fixture
def office(session: Session, sessions: Sessions, now: datetime) -> Office:
    desk = make_desk(session)
    make_desk(session, HELP_POINT)
    ewa = actor_of(make_account(session, name="Ewa"))
    call = make_call(session, desk, now)
    session.commit()
    return Office(session, sessions, desk, ewa, call, Remembering(sounds={SID: SOUND}), now)


def test_a_recording_becomes_work_once_however_often_it_is_told(office: Office) -> None:
    first, again = office.hears_of(), office.hears_of()
    assert first.id == again.id
    assert len(jobs(office.session, service.FETCH)) == 1
    asked = office.work()
    assert asked is not None
    assert asked.is_open


def test_it_is_fetched_sealed_and_then_deleted_at_the_provider(office: Office) -> None:
    office.hears_of()
    assert office.works() == 1
    assert (office.sound(), office.provider.deleted) == (SOUND, [])
    assert office.works() == 1
    assert office.provider.deleted == [SID]
    found = office.look()
    assert (found.fetched_at, found.gone_there_at) == (office.now, office.now)
    assert ("message:kept", {}) in audited(office.session, office.call.contact_id)
    assert office.works() == 0


def test_the_database_never_holds_the_sound_and_little_of_its_length(office: Office) -> None:
    office.provider.sounds["RE2"] = b"RIFF" + b"x" * 90_000
    office.hears_of()
    office.hears_of("RE2")
    office.works()
    stored = office.session.scalars(text("SELECT sound_sealed FROM voice_message")).all()
    assert not any(b"RIFF" in each or b"UklGR" in each for each in stored)
    assert len({len(each) for each in stored}) == 1


def test_a_sound_moved_to_another_message_does_not_open(office: Office) -> None:
    office.hears_of()
    other = office.hears_of("RE2")
    office.runs(service.FETCH, office_message(office, SID))
    office.session.execute(
        text("UPDATE voice_message SET sound_sealed = (SELECT sound_sealed FROM voice_message WHERE sid = 'RE1')")
    )
    office.session.expire_all()
    with acting_at(office.session, BLUE_LINE), pytest.raises(sealed.SealError):
        _ = queries.message(office.session, other.id).sound


def office_message(office: Office, sid: str) -> UUID:
    with acting_at(office.session, BLUE_LINE):
        found = queries.message_by_sid(office.session, sid)
    assert found is not None
    return found.id


def test_a_key_that_is_changed_takes_the_sounds_along() -> None:
    assert Message in reseal.sealed_models()


def test_each_step_may_be_done_twice(office: Office) -> None:
    message = office.hears_of()
    for kind in (service.CLEAR, service.FETCH, service.FETCH, service.CLEAR, service.CLEAR, service.FETCH):
        office.runs(kind, message.id)
    assert (office.sound(), office.provider.deleted) == (SOUND, [SID])
    office.runs(service.FETCH, uuid4())


def test_a_worker_that_dies_after_deleting_there_loses_nothing(office: Office) -> None:
    """Given the sound is kept, the worker deletes it at the provider and dies before it can say so; the next one finds it gone."""
    message = office.hears_of()
    office.works()
    payload = {"desk_id": BLUE_LINE, "message_id": str(message.id)}
    with office.sessions() as session:
        service.handlers(office.provider)[service.CLEAR](session, payload, office.now)
        session.rollback()
    assert (office.sound(), office.look().gone_there_at, office.provider.sounds) == (SOUND, None, {})
    office.works()
    assert (office.sound(), office.look().gone_there_at) == (SOUND, office.now)


def test_a_worker_that_dies_before_the_sound_is_kept_has_deleted_nothing(office: Office) -> None:
    message = office.hears_of()
    payload = {"desk_id": BLUE_LINE, "message_id": str(message.id)}
    with office.sessions() as session:
        service.handlers(office.provider)[service.FETCH](session, payload, office.now)
        session.rollback()
    assert (office.sound(), office.provider.sounds) == (b"", {SID: SOUND})
    office.works()
    assert office.sound() == SOUND


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.UNKNOWN, Trouble.REFUSED])
def test_a_provider_in_trouble_is_asked_again(office: Office, trouble: Trouble) -> None:
    office.hears_of()
    office.provider.fails = trouble
    office.works()
    assert office.sound() == b""
    office.provider.fails = None
    office.works(office.now + timedelta(minutes=1))
    assert office.sound() == SOUND


def test_what_the_provider_does_not_have_will_never_come_and_is_said(office: Office) -> None:
    office.hears_of("RE-gone")
    office.works()
    found = office.look()
    assert (found.deleted_at, found.fetched_at) == (office.now, None)
    assert ("message:deleted", {}) in audited(office.session, office.call.contact_id)
    service.tidy(office.sessions, office.now)
    assert office.works() == 0
    asked = office.work()
    assert asked is not None
    assert asked.is_open


def test_a_message_in_which_nothing_was_said_ends_the_work_and_not_the_contact(office: Office) -> None:
    with acting_at(office.session, BLUE_LINE):
        service.absent(office.session, office.call, office.now)
        service.absent(office.session, office.call, office.now)
        # The end of the call comes later and says that there is a message.
        asked = call_backs.ask(office.session, office.call, Asked.MESSAGE, office.now)
    assert (asked.outcome, asked.done_by_id) == (Outcome.NOTHING_SAID, None)
    with acting_at(office.session, BLUE_LINE):
        assert office.call.contact.is_open
    assert [tag for tag, _ in audited(office.session, office.call.contact_id)].count("call-back:done") == 1


@pytest.mark.parametrize("absent_first", [True, False])
def test_where_something_was_said_the_work_stays_in_whichever_order_it_is_told(
    office: Office, *, absent_first: bool
) -> None:
    def silence() -> None:
        with acting_at(office.session, BLUE_LINE):
            service.absent(office.session, office.call, office.now)

    steps: list[Callable[[], object]] = [silence, office.hears_of]
    for step in steps if absent_first else reversed(steps):
        step()
    asked = office.work()
    assert asked is not None
    assert asked.is_open


def test_whoever_listens_first_is_kept_and_every_listening_recorded(office: Office) -> None:
    message = office.hears_of()
    office.works()
    jan = actor_of(make_account(office.session, name="Jan"))
    with acting_at(office.session, BLUE_LINE):
        with pytest.raises(NotFound):
            service.sound(office.session, message.id, actor=jan, now=office.now)
        service.listen(office.session, message.id, actor=office.ewa, now=office.now)
        service.listen(office.session, message.id, actor=jan, now=office.now + DAY)
        assert service.sound(office.session, message.id, actor=jan, now=office.now + DAY) == SOUND
    found = office.look()
    assert (found.heard_by_id, found.heard_at) == (office.ewa.id, office.now)
    assert [tag for tag, _ in audited(office.session, office.call.contact_id)].count("message:heard") == 2


def test_there_is_nothing_to_listen_to_before_it_was_fetched_and_at_another_desk(office: Office) -> None:
    message = office.hears_of()
    with acting_at(office.session, BLUE_LINE), pytest.raises(NotFound):
        service.listen(office.session, message.id, actor=office.ewa, now=office.now)
    office.works()
    with acting_at(office.session, HELP_POINT):
        for deed in (service.listen, service.sound):
            with pytest.raises(NotFound):
                deed(office.session, message.id, actor=office.ewa, now=office.now)


def test_thirty_days_after_it_was_heard_the_sound_is_deleted(office: Office) -> None:
    message = office.hears_of()
    office.works()
    office.works()
    with acting_at(office.session, BLUE_LINE):
        service.listen(office.session, message.id, actor=office.ewa, now=office.now)
    office.session.commit()
    service.tidy(office.sessions, office.now + MESSAGE_KEPT - timedelta(seconds=1))
    assert office.sound() == SOUND
    service.tidy(office.sessions, office.now + MESSAGE_KEPT)
    service.tidy(office.sessions, office.now + MESSAGE_KEPT)
    found = office.look()
    assert (found.deleted_at, office.sound()) == (office.now + MESSAGE_KEPT, b"")
    assert [tag for tag, _ in audited(office.session, office.call.contact_id)].count("message:deleted") == 1


def test_thirty_days_after_its_contact_was_closed_the_sound_is_deleted_and_no_other(office: Office) -> None:
    office.hears_of()
    office.provider.sounds["RE2"] = SOUND
    other = make_call(office.session, office.desk, office.now)
    with acting_at(office.session, BLUE_LINE):
        service.noted(office.session, other, "RE2", 5, office.now)
        office.call.contact.closed_at, office.call.contact.outcome = office.now, "CBK"
    office.session.commit()
    office.works()
    service.tidy(office.sessions, office.now + MESSAGE_KEPT)
    kept = select(Message.sid).where(Message.sound_sealed.is_not(None))
    assert list(office.session.scalars(kept, execution_options=across("telephony"))) == ["RE2"]


def test_what_was_given_up_is_tried_again_within_the_hour(office: Office) -> None:
    office.hears_of()
    office.provider.fails = Trouble.UNREACHABLE
    later = office.now
    while office.works(later):
        later += timedelta(hours=1)
    assert office.session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) == 1
    office.provider.fails = None
    service.tidy(office.sessions, later)
    office.works(later)
    assert office.sound() == SOUND
    # Likewise, where only the deletion there was given up.
    office.session.execute(text("DELETE FROM job"))
    office.session.commit()
    service.tidy(office.sessions, later)
    office.works(later)
    assert office.provider.deleted == [SID]
