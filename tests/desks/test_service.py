"""An office sets up its desks and lines."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from helpdesk.desks import queries, service
from helpdesk.desks.rules import DeskKind, DeskRefusal, NewDesk
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM

GOOD = {
    "id": "blue-line", "kind": DeskKind.HELPLINE, "name_pl": "Niebieska Linia", "name_en": "Blue Line", "controller": "Marszałek", "prefix": "KPNL",
    "languages": ("pl", "uk"),
}  # fmt: skip


def new(**changed: object) -> NewDesk:
    return NewDesk(**{**GOOD, **changed})  # type: ignore[arg-type]


def test_a_desk_with_a_line_is_found_by_its_number(session: Session, now: datetime) -> None:
    desk = service.add_desk(session, new(), actor=SYSTEM, now=now)
    service.add_line(session, desk, "52 000 00 01", ("uk", "pl"), actor=SYSTEM, now=now)
    session.flush()
    line = queries.line_of(session, "+48520000001")
    assert line is not None
    assert (line.desk_id, line.languages) == ("blue-line", ["uk", "pl"])
    assert queries.line_of(session, "+48520000002") is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "Blue Line"}, DeskRefusal.SHORT_NAME),
        ({"id": "-x"}, DeskRefusal.SHORT_NAME),
        ({"prefix": "kpnl"}, DeskRefusal.PREFIX),
        ({"languages": ()}, DeskRefusal.LANGUAGE),
        ({"languages": ("pl", "xx")}, DeskRefusal.LANGUAGE),
    ],
)
def test_a_desk_that_cannot_be_is_refused(
    session: Session, now: datetime, changed: dict[str, object], code: DeskRefusal
) -> None:
    with pytest.raises(Refusal) as refused:
        service.add_desk(session, new(**changed), actor=SYSTEM, now=now)
    assert refused.value.code is code


@pytest.mark.parametrize("changed", [{"prefix": "X"}, {"id": "other"}])
def test_a_short_name_and_a_prefix_belong_to_one_desk(
    session: Session, now: datetime, changed: dict[str, object]
) -> None:
    service.add_desk(session, new(), actor=SYSTEM, now=now)
    with pytest.raises(Refusal) as refused:
        service.add_desk(session, new(**changed), actor=SYSTEM, now=now)
    assert refused.value.code is DeskRefusal.TAKEN


def test_a_number_belongs_to_one_desk(session: Session, now: datetime) -> None:
    first = service.add_desk(session, new(), actor=SYSTEM, now=now)
    second = service.add_desk(session, new(id="other", prefix="O"), actor=SYSTEM, now=now)
    service.add_line(session, first, "+48520000001", ("pl",), actor=SYSTEM, now=now)
    session.flush()
    for number, code in (("+48 52 000 00 01", DeskRefusal.LINE_TAKEN), ("anonymous", DeskRefusal.NUMBER)):
        with pytest.raises(Refusal) as refused:
            service.add_line(session, second, number, ("pl",), actor=SYSTEM, now=now)
        assert refused.value.code is code
