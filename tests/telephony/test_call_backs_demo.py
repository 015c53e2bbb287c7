"""The call-backs of the demonstration."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.demo.call_backs import add_call_backs
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import Asked, DialRefusal, Tried
from helpdesk.telephony.service import call_backs
from tests.factories import BLUE_LINE, actor_of, make_account, make_desk
from tests.telephony.callers import LINE


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_one_waits_for_one_we_are_late_and_one_left_a_message(session: Session, now: datetime, hour: int) -> None:
    make_desk(session, lines=[LINE])
    ewa = actor_of(make_account(session))
    now += timedelta(hours=hour)
    add_call_backs(session, now)
    with acting_at(session, BLUE_LINE):
        late, *others = queries.waiting(session)
        assert queries.how_many(session, now) == (3, 1)
        assert {each.asked for each in others} == {Asked.CALL_BACK, Asked.MESSAGE}
        assert [each.tried for each in late.attempts] == [Tried.NO_ANSWER]
        spoke = next(each for each in others if each.asked is Asked.MESSAGE)
        (message,) = queries.messages_of(session, spoke.contact_id)
        assert message.sound[:4] == b"RIFF"
        spoken = call_backs.verdict(queries.call_back(session, spoke.id), ewa, now)
    assert spoken.refused == (DialRefusal.NOT_ASKED,)
