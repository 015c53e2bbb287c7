"""The places of the demonstration."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across, acting_at
from helpdesk.demo.office import DESKS
from helpdesk.demo.places import PLACES, add_places
from helpdesk.kernel.clock import local
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.premises import rules, service
from helpdesk.premises.models import RoomUse
from helpdesk.premises.rules import Purpose, Side, UseRefusal
from tests.factories import make_desk


@pytest.mark.parametrize("weekday", range(7))
def test_the_demonstration_has_its_places_on_whatever_day_it_is_loaded(
    session: Session, now: datetime, weekday: int
) -> None:
    for desk in DESKS:
        make_desk(session, desk.id, desk.kind)
    now += timedelta(days=weekday)
    places = add_places(session, now)
    assert list(places) == [each.key for each in PLACES]
    assert all(place.rooms for place in places.values())
    uses = session.scalars(select(RoomUse), execution_options=across("demo")).all()
    assert {use.side for use in uses} == {Side.HURT, Side.HURTING, None}
    assert all(use.starts_at > now and use.by_hand for use in uses)
    assert {local(use.starts_at).weekday() for use in uses if use.side is Side.HURTING} == {2}
    torun = places["torun"]
    assert rules.lacking([room.capacity for room in torun.rooms], storage=torun.storage) == []


def test_in_the_shared_centre_the_separation_can_be_tried_out(session: Session, now: datetime) -> None:
    for desk in DESKS:
        make_desk(session, desk.id, desk.kind)
    room = add_places(session, now)["torun"].rooms[0]
    first = select(func.min(RoomUse.starts_at)).where(RoomUse.side == Side.HURTING)
    start = session.scalar(first, execution_options=across("demo"))
    assert start
    end = start - timedelta(minutes=44)
    with acting_at(session, "blue-line"), pytest.raises(Refusal) as caught:
        service.book(session, room, Purpose.SUPPORT, end - timedelta(hours=1), end, people=2, actor=SYSTEM, now=now)
    assert (caught.value.code, caught.value.data) == (UseRefusal.APART, {"minutes": 45})
