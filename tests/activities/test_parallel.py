"""Two officers at the same second: one writes the agreement down, the other hears why not."""

import os
from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from helpdesk.accounts import models as _accounts  # noqa: F401  tables that others refer to
from helpdesk.activities import queries, service
from helpdesk.activities.queries import Wanted
from helpdesk.activities.rules import AgreementRefusal, TableRefusal
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import Refusal
from tests.activities.register import CLERK, LUBICZ, NOW, TOWN_LIPNO, entry, table
from tests.conftest import make_database
from tests.indicators.office import OFFICE, make_office

Act = Callable[[Session], object]


@pytest.fixture
def own() -> Iterator[Sessions]:
    """A database of its own, in which everything is really committed."""
    engine = make_engine(make_database(f"activities_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(engine)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        make_office(session)
    yield sessions
    engine.dispose()


def together(sessions: Sessions, *acts: Act) -> list[object]:
    """What each act gives, or the code of its refusal, when all begin at the same moment."""
    meet, outcomes = Barrier(len(acts)), list[object]()

    def run(act: Act) -> None:
        meet.wait()
        try:
            with sessions.begin() as session, acting_at(session, OFFICE):
                outcomes.append(act(session))
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return outcomes


def held_numbers(sessions: Sessions) -> list[str]:
    with sessions() as session, acting_at(session, OFFICE):
        return sorted(each.number for each in queries.agreements(session, Wanted()))


def test_of_two_agreements_of_one_gmina_one_is_refused(own: Sessions) -> None:
    def adding(number: str) -> Act:
        return lambda session: service.add_agreement(session, entry(LUBICZ, number), actor=CLERK, now=NOW).number

    outcomes = together(own, adding("1"), adding("2"))
    assert AgreementRefusal.OVERLAPS in outcomes
    assert [each for each in outcomes if each != AgreementRefusal.OVERLAPS] == held_numbers(own)


def test_the_same_table_imported_twice_at_once_is_there_once(own: Sessions) -> None:
    text_ = table(f"{LUBICZ},,,1,2021-01-01,2021-01-01,,,", f"{TOWN_LIPNO},,,2,2021-01-01,2021-01-01,,,")

    def importing(session: Session) -> object:
        report = service.import_csv(session, text_, check=False, actor=CLERK, now=NOW)
        return report.added, report.unchanged

    assert sorted(together(own, importing, importing), key=str) == [(0, 2), (2, 0)]
    assert held_numbers(own) == ["1", "2"]


def test_whoever_imports_after_a_colleague_hears_of_her_agreement(own: Sessions) -> None:
    with own.begin() as session, acting_at(session, OFFICE):
        service.add_agreement(session, entry(LUBICZ, "1", contribution=59500), actor=CLERK, now=NOW)
    with own.begin() as session, acting_at(session, OFFICE):
        report = service.import_csv(
            session, table(f"{LUBICZ},,,1,2021-01-01,2021-01-01,,,"), check=False, actor=CLERK, now=NOW
        )
    assert [each.refusal.code for each in report.problems] == [TableRefusal.CHANGED]


def test_an_agreement_of_the_other_name_is_another_row_in_the_database(own: Sessions) -> None:
    """The constraint holds the gmina by its code; without it the wall of one desk would not help."""
    with own.begin() as session, acting_at(session, OFFICE):
        service.add_agreement(session, entry(LUBICZ, "1"), actor=CLERK, now=NOW)
    with own() as session:
        found = session.execute(text("SELECT gmina, lower(days), upper_inf(days) FROM agreement")).one()
    assert (found[0], str(found[1]), found[2]) == (LUBICZ, "2021-01-01", True)
