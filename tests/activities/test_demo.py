"""The invented register: real gminas, as many as the programme has."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from helpdesk.activities import counts, queries
from helpdesk.activities.queries import Wanted
from helpdesk.db.wall import acting_at
from helpdesk.demo.agreements import add_agreements
from tests.activities.register import LUBICZ, NOW, RURAL_LIPNO, SWIECIE, TOWN_LIPNO
from tests.indicators.office import OFFICE


@pytest.mark.usefixtures("office")
def test_the_demonstration_has_131_agreements_and_rural_lipno_has_none(session: Session) -> None:
    with acting_at(session, OFFICE):
        add_agreements(session, NOW)
        held = {each.gmina: len(each.annexes) for each in queries.agreements(session, Wanted())}
        stocks = [counts.agreements_in_force(session, day) for day in (date(2021, 1, 1), date(2023, 12, 31))]
    assert len(held) == 131
    assert {LUBICZ, TOWN_LIPNO, SWIECIE} <= set(held)
    assert RURAL_LIPNO not in held
    assert {gmina: number for gmina, number in held.items() if number} == {SWIECIE: 1}
    assert stocks == [122, 131]
