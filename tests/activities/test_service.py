"""The register of agreements on a real database."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.activities import counts, queries, service
from helpdesk.activities.models import Agreement, AgreementRevision
from helpdesk.activities.queries import Wanted
from helpdesk.activities.rules import AgreementRefusal, AnnexEntry, Standing, TableRefusal
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import WallError, acting_at
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from tests.activities.register import (
    CLERK,
    LUBICZ,
    NOW,
    RURAL_LIPNO,
    SWIECIE,
    TOWN_LIPNO,
    add,
    entry,
    table,
)
from tests.factories import BLUE_LINE, make_desk
from tests.indicators.office import OFFICE

YEAR_END = date(2023, 12, 31)


pytestmark = pytest.mark.usefixtures("office")


def change(session: Session, held: Agreement, *, why: str = "pomyłka", version: int = 0, **facts: Any) -> Agreement:  # noqa: ANN401  the fields of an entry
    with acting_at(session, OFFICE):
        wanted = entry(held.gmina, held.number, **facts)
        known = version or held.version
        return service.change_agreement(session, held.id, wanted, why=why, known_version=known, actor=CLERK, now=NOW)


def stock(session: Session, on: date) -> int | None:
    with acting_at(session, OFFICE):
        return counts.agreements_in_force(session, on)


def acts(session: Session) -> list[tuple[str, object]]:
    found = session.scalars(select(AuditEvent).where(AuditEvent.tag.startswith("agreement")).order_by(AuditEvent.id))
    return [(each.tag, each.detail.get("what")) for each in found]


def imported(session: Session, text: str, *, check: bool = False) -> service.Report:
    with acting_at(session, OFFICE):
        return service.import_csv(session, text, check=check, actor=CLERK, now=NOW)


def held_number(session: Session) -> int:
    with acting_at(session, OFFICE):
        return session.scalar(select(func.count()).select_from(Agreement)) or 0


def test_a_gmina_has_one_agreement_on_a_day_and_may_have_the_next_one_the_day_after(session: Session) -> None:
    add(session, LUBICZ, "1", last_day=date(2022, 12, 31))
    with pytest.raises(Refusal) as refused:
        add(session, LUBICZ, "2", first_day=date(2022, 12, 31))
    assert (refused.value.code, refused.value.data) == (AgreementRefusal.OVERLAPS, {"number": "1"})
    add(session, LUBICZ, "2", first_day=date(2023, 1, 1))
    add(session, TOWN_LIPNO, "3")
    assert [stock(session, day) for day in (date(2022, 12, 31), date(2023, 1, 1))] == [2, 2]


def test_a_number_is_signed_once(session: Session) -> None:
    add(session, LUBICZ, "1")
    with pytest.raises(Refusal) as refused:
        add(session, TOWN_LIPNO, "1")
    assert (refused.value.code, refused.value.field) == (AgreementRefusal.NUMBER_TAKEN, "number")


def test_the_database_itself_refuses_two_agreements_on_one_day(session: Session) -> None:
    add(session, LUBICZ, "1")
    with acting_at(session, OFFICE):
        facts = entry(LUBICZ, "2", first_day=date(2025, 1, 1))
        session.add(Agreement(changed_by="", **{name: getattr(facts, name) for name in service.FIELDS}))
        with pytest.raises(IntegrityError, match="ex_agreement_one_at_a_time"), session.begin_nested():
            session.flush()


def test_a_correction_has_a_reason_and_keeps_what_stood_there(session: Session) -> None:
    held = add(session, LUBICZ, contribution=59500)
    with pytest.raises(Refusal) as refused:
        change(session, held, why="  ", contribution=60000)
    assert refused.value.code is AgreementRefusal.REASON
    change(session, held, why="aneks 2", contribution=60000)
    with acting_at(session, OFFICE):
        (before,) = queries.revisions(session, held.id)
        stored = queries.agreement(session, held.id)
    assert (before.version, before.was["contribution"], before.was["first_day"], before.why) == (
        1, 59500, "2021-01-01", "aneks 2",
    )  # fmt: skip
    assert (stored.version, stored.contribution) == (2, 60000)
    assert acts(session) == [("agreement:changed", "added"), ("agreement:changed", "changed")]


def test_saving_what_stands_there_already_changes_nothing_and_asks_for_no_reason(session: Session) -> None:
    held = add(session)
    change(session, held, why="")
    assert held.version == 1
    assert acts(session) == [("agreement:changed", "added")]


def test_nobody_overwrites_what_a_colleague_saved_meanwhile(session: Session) -> None:
    held = add(session)
    change(session, held, remarks="od koleżanki")
    with pytest.raises(EditedMeanwhile) as edited:
        change(session, held, version=1, remarks="moje")
    assert (edited.value.fields, edited.value.by) == ({"remarks": "od koleżanki"}, "Olga")


def test_a_correction_may_not_take_the_number_or_the_days_of_another(session: Session) -> None:
    add(session, LUBICZ, "1", last_day=date(2022, 12, 31))
    held = add(session, LUBICZ, "2", first_day=date(2023, 1, 1))
    with pytest.raises(Refusal) as refused:
        change(session, held, first_day=date(2022, 6, 1))
    assert refused.value.code is AgreementRefusal.OVERLAPS
    change(session, held, first_day=date(2023, 2, 1))  # its own days are not in its way


def test_an_ended_agreement_counts_up_to_its_last_day(session: Session) -> None:
    held = add(session)
    with acting_at(session, OFFICE):
        service.end_agreement(
            session, held.id, date(2023, 9, 30), why="wypowiedziane", known_version=1, actor=CLERK, now=NOW
        )
    assert [stock(session, day) for day in (date(2023, 9, 30), date(2023, 10, 1))] == [1, 0]
    with acting_at(session, OFFICE), pytest.raises(Refusal) as refused:
        service.end_agreement(session, held.id, date(2020, 1, 1), why="pomyłka", known_version=2, actor=CLERK, now=NOW)
    assert refused.value.code is AgreementRefusal.DAYS


def test_an_annex_changes_nothing_that_is_counted_and_has_its_number_once(session: Session) -> None:
    held = add(session, SWIECIE)
    annex = AnnexEntry("1", date(2023, 3, 1), "wyższa wpłata")
    with acting_at(session, OFFICE):
        service.add_annex(session, held.id, annex, actor=CLERK, now=NOW)
        with pytest.raises(Refusal) as refused:
            service.add_annex(session, held.id, annex, actor=CLERK, now=NOW)
        session.refresh(held)
        assert [each.what for each in held.annexes] == ["wyższa wpłata"]
    assert (refused.value.code, refused.value.field) == (AgreementRefusal.NUMBER_TAKEN, "annex_number")
    assert (stock(session, YEAR_END), held.version) == (1, 1)


def test_a_count_of_no_register_is_no_count(session: Session) -> None:
    """None that is entered, or none that had begun by then: the printed number is not contradicted."""
    assert stock(session, YEAR_END) is None
    add(session, first_day=date(2023, 6, 1), last_day=date(2023, 6, 30))
    assert [stock(session, day) for day in (date(2023, 5, 31), date(2023, 6, 1), YEAR_END)] == [None, 1, 0]


def test_the_records_behind_the_figure_are_those_in_force_a_page_at_a_time(session: Session) -> None:
    add(session, LUBICZ, "1", last_day=date(2022, 12, 31))
    for number, gmina in enumerate((TOWN_LIPNO, SWIECIE, RURAL_LIPNO), start=2):
        add(session, gmina, str(number), first_day=date(2021, 1, number))
    with acting_at(session, OFFICE):
        found = counts.agreement_records(session, YEAR_END, limit=2)
        rest = counts.agreement_records(session, YEAR_END, after=(found[-1].first_day, found[-1].id), limit=2)
    assert [each.gmina for each in (*found, *rest)] == [RURAL_LIPNO, SWIECIE, TOWN_LIPNO]
    assert (found[0].number, found[0].first_day, found[0].last_day) == ("4", date(2021, 1, 4), None)


def test_another_desk_learns_since_when_and_nothing_else(session: Session) -> None:
    make_desk(session)
    held = add(session, LUBICZ, last_day=date(2023, 12, 31))
    add(session, RURAL_LIPNO, first_day=date(2023, 5, 15))
    with acting_at(session, BLUE_LINE):
        assert queries.agreement_of(session, LUBICZ, YEAR_END) == Standing(date(2021, 1, 1))
        assert queries.agreement_of(session, LUBICZ, date(2024, 1, 1)) == Standing(None)
        assert queries.agreement_of(session, RURAL_LIPNO, date(2023, 5, 14)) == Standing(None)
        assert queries.agreement_of(session, TOWN_LIPNO, YEAR_END) == Standing(None)
        assert queries.agreement_of(session, LUBICZ, date(2020, 12, 31)) is None
        assert queries.agreements(session, Wanted()) == []
        with pytest.raises(NotFound):
            queries.agreement(session, held.id)
    with pytest.raises(WallError):
        queries.agreements(session, Wanted())


def test_only_the_desk_that_carries_the_programme_speaks_of_agreements(session: Session) -> None:
    """A table that somebody of another desk brought in by mistake tells the telephone nothing."""
    make_desk(session, "corrective-torun", kind=DeskKind.CORRECTIVE)
    with acting_at(session, "corrective-torun"):
        service.add_agreement(session, entry(), actor=CLERK, now=NOW)
        assert queries.agreement_of(session, LUBICZ, YEAR_END) is None


def test_agreements_are_found_by_gmina_county_number_and_day(session: Session) -> None:
    add(session, TOWN_LIPNO, "KPNL/1")
    add(session, RURAL_LIPNO, "KPNL/2", first_day=date(2023, 5, 15))
    add(session, LUBICZ, "KPNL/3", last_day=date(2021, 12, 31))
    with acting_at(session, OFFICE):
        found = {
            words: [each.number for each in queries.agreements(session, Wanted(words))]
            for words in ("lipno", "lipnowski", "lipno wiej", "kpnl/3", "%", "")
        }
        in_may = [each.number for each in queries.agreements(session, Wanted(on=date(2023, 5, 14)))]
    assert found == {
        "lipno": ["KPNL/1", "KPNL/2"],
        "lipnowski": ["KPNL/1", "KPNL/2"],
        "lipno wiej": ["KPNL/2"],
        "kpnl/3": ["KPNL/3"],
        "%": [],
        "": ["KPNL/1", "KPNL/2", "KPNL/3"],
    }
    assert in_may == ["KPNL/1"]


GOOD = (f"{LUBICZ},,,1,2021-01-01,2021-01-01,,595,", f"{TOWN_LIPNO},,,2,2021-01-01,2021-01-01,2023-12-31,,")


def test_a_check_changes_nothing_and_an_import_twice_changes_nothing_more(session: Session) -> None:
    assert imported(session, table(*GOOD), check=True) == service.Report((), 2, 0)
    assert (held_number(session), acts(session)) == (0, [])
    assert imported(session, table(*GOOD)) == service.Report((), 2, 0)
    assert imported(session, table(*GOOD)) == service.Report((), 0, 2)
    assert (held_number(session), stock(session, YEAR_END)) == (2, 2)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{SWIECIE},,,9,2021-13-01,2021-01-01,,,", TableRefusal.DATE),
        (f"{LUBICZ},,,1,2021-01-01,2021-01-01,,600,", TableRefusal.CHANGED),
        (f"{LUBICZ},,,9,2021-01-01,2025-01-01,,,", AgreementRefusal.OVERLAPS),
        (",Lipno,,9,2021-01-01,2021-01-01,,,", TableRefusal.AMBIGUOUS),
    ],
)
def test_nothing_is_half_imported_and_nothing_is_overwritten(session: Session, line: str, code: object) -> None:
    imported(session, table(*GOOD))
    fresh = f"{RURAL_LIPNO},,,7,2021-01-01,2021-01-01,,,"
    for check in (True, False):
        report = imported(session, table(fresh, line), check=check)
        assert [(each.line, each.refusal.code) for each in report.problems] == [(3, code)]
    assert held_number(session) == 2
    with acting_at(session, OFFICE):
        assert queries.by_numbers(session, ["1"])["1"].contribution == 59500


def test_an_export_is_imported_elsewhere_and_says_the_same(session: Session) -> None:
    imported(session, table(*GOOD))
    with acting_at(session, OFFICE):
        entries = [each.entry for each in queries.agreements(session, Wanted())]
        text = service.export_csv(session, entries, actor=CLERK, now=NOW)
        for each in queries.agreements(session, Wanted()):
            session.delete(each)
        session.flush()
    assert imported(session, text) == service.Report((), 2, 0)
    with acting_at(session, OFFICE):
        assert [each.entry for each in queries.agreements(session, Wanted())] == entries
    assert ("agreement:exported", None) in acts(session)


def test_nothing_of_the_register_is_lost_by_a_refused_change(session: Session) -> None:
    held = add(session, LUBICZ, "1")
    add(session, TOWN_LIPNO, "2")
    wanted = entry(TOWN_LIPNO, "1")
    with acting_at(session, OFFICE), pytest.raises(Refusal):
        service.change_agreement(session, held.id, wanted, why="x", known_version=1, actor=CLERK, now=NOW)
    session.expire_all()
    with acting_at(session, OFFICE):
        assert queries.agreement(session, held.id).gmina == LUBICZ
        assert session.scalar(select(func.count()).select_from(AgreementRevision)) == 0
