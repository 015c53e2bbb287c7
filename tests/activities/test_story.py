"""S9: the register of a year, from the import to the printed table and the records behind it; S1: what is told beside the caller's gmina."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy.orm import Session

from helpdesk.activities import queries, service
from helpdesk.activities.labels import standing_words
from helpdesk.activities.queries import Wanted
from helpdesk.activities.rules import AnnexEntry
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.indicators import service as indicators
from helpdesk.indicators.rules.progress import Planned, progress
from helpdesk.indicators.service.figures import question
from helpdesk.indicators.sources import records
from helpdesk.kernel.errors import Refusal
from tests.accounts.visitor import Visitor
from tests.activities.register import CLERK, NOW, RURAL_LIPNO, SWIECIE, TOWN_LIPNO, add, entry, many, table
from tests.factories import make_desk
from tests.indicators.office import OFFICE, bring_in, enter, executed, kept, reached

JUNE, YEAR_END = date(2023, 6, 30), date(2023, 12, 31)
AGREEMENTS = "liczba porozumień"
LAST = 130

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def year(session: Session, office: Desk) -> None:
    """S9 as far as agreements go: 131 imported, one signs in May, one ends in September, one has an annex."""
    assert office.id
    bring_in(session, now=NOW)
    rows = [f"{gmina},,,KPNL/{gmina},2021-01-01,2023-01-01,,," for gmina in many(131)]
    with acting_at(session, OFFICE):
        report = service.import_csv(session, table(*rows), check=False, actor=CLERK, now=NOW)
        assert (report.problems, report.added) == ((), 131)
        rural = entry(RURAL_LIPNO, signed_on=date(2023, 5, 15), first_day=date(2023, 5, 15))
        service.add_agreement(session, rural, actor=CLERK, now=NOW)
        held = {each.gmina: each for each in queries.agreements(session, Wanted())}
        annex = AnnexEntry("1", date(2023, 3, 1), "wyższa wpłata")
        service.add_annex(session, held[SWIECIE].id, annex, actor=CLERK, now=NOW)
        service.end_agreement(
            session,
            held[many(131)[LAST]].id,
            date(2023, 9, 30),
            why="wypowiedziane",
            known_version=1,
            actor=CLERK,
            now=NOW,
        )


@pytest.mark.usefixtures("year")
def test_agreements_are_a_stock_on_the_reporting_day_and_never_added_over_years(session: Session) -> None:
    """S9, CR-8: 132 on 30 June, 131 on 31 December, never 262 or 263."""
    days = (
        date(2023, 1, 1),
        date(2023, 5, 14),
        date(2023, 5, 15),
        JUNE,
        date(2023, 9, 30),
        date(2023, 10, 1),
        YEAR_END,
    )
    assert [reached(session, "3.1.a", day) for day in days] == [131, 131, 132, 132, 132, 131, 131]
    assert [executed(session, AGREEMENTS, day) for day in (JUNE, YEAR_END)] == ["132 <sup>5</sup>", "131 <sup>5</sup>"]
    # Asked in later years, the table of 2023 still ends with its December.
    assert reached(session, "3.1.a", date(2026, 11, 25)) == 131


@pytest.mark.usefixtures("year")
def test_the_year_is_reached_whole_and_the_programme_is_not(session: Session) -> None:
    """S9, CR-12: 100.0 % of the plan of 2023 and 97.8 % of 134."""
    with acting_at(session, OFFICE):
        schedule = kept(session)
        figure = indicators.figures(session, schedule, YEAR_END)["3.1.a"]
        line = next(each for each in schedule.indicators if each.key == "3.1.a")
        said = line.said([])
        position = next(each for row in schedule.directions for each in row.positions if line in each.indicators)
    planned = Planned(line.aggregation, 2023, said.plan, said.executed, said.six_year, position.span)
    state = progress(planned, figure.value, on=YEAR_END)
    assert (str(state.of_year), str(state.of_programme)) == ("100.0", "97.8")


@pytest.mark.usefixtures("year")
def test_behind_the_figure_stand_the_agreements_both_of_one_name_among_them(session: Session) -> None:
    with acting_at(session, OFFICE):
        schedule = kept(session)
        line = next(each for each in schedule.indicators if each.key == "3.1.a")
        behind = records(session, question(schedule, line, YEAR_END), after=None, limit=200)
        in_winter = records(session, question(schedule, line, date(2022, 12, 31)), after=None, limit=200)
        town = queries.by_numbers(session, [f"KPNL/{TOWN_LIPNO}"])[f"KPNL/{TOWN_LIPNO}"]
    gminas = [getattr(each, "gmina", "") for each in behind]
    assert len(gminas) == len(set(gminas)) == 131
    assert {TOWN_LIPNO, RURAL_LIPNO, SWIECIE} <= set(gminas)
    assert many(131)[LAST] not in gminas
    assert list(in_winter) == []
    assert (town.first_day, town.version) == (date(2023, 1, 1), 1)  # nobody overwrote the town


def test_where_nobody_keeps_the_register_the_printed_number_stays(session: Session) -> None:
    bring_in(session, now=NOW)
    assert executed(session, AGREEMENTS, YEAR_END) == "131"
    add(session, first_day=date(2024, 1, 1))  # of a later year: nothing is known of 2023
    assert executed(session, AGREEMENTS, YEAR_END) == "131"


def test_where_all_have_ended_the_print_does_not_hold_any_more(session: Session) -> None:
    bring_in(session, now=NOW)
    add(session, last_day=date(2022, 12, 31))
    assert executed(session, AGREEMENTS, YEAR_END) == "0 <sup>5</sup>"


def test_agreements_of_another_desk_are_not_counted(session: Session) -> None:
    bring_in(session, now=NOW)
    make_desk(session, "corrective-torun", kind=DeskKind.CORRECTIVE)
    add(session)
    with acting_at(session, "corrective-torun"):
        service.add_agreement(session, entry(SWIECIE), actor=CLERK, now=NOW)
    assert reached(session, "3.1.a", YEAR_END) == 1


def test_what_is_counted_is_not_typed_by_hand_as_well(session: Session) -> None:
    bring_in(session, now=NOW)
    with pytest.raises(Refusal, match="counted"):
        enter(session, "3.1.a", 131, YEAR_END)


@pytest.mark.usefixtures("year")
def test_the_officer_sees_the_stock_opens_its_records_and_takes_them_away(officer: Visitor) -> None:
    page = officer.reads(f"/desk/{OFFICE}/schedule/2023?as_of=2023-12-31")
    row = page.split("liczba porozumień")[1].split("</tr>")[0]
    for words in ("2023: 131 of 131", "100.0", "97.8", "the region has 144 gminas", "counted"):
        assert words in row or words in page.split("liczba porozumień")[0][-400:], words
    behind = officer.reads(f"/desk/{OFFICE}/schedule/2023/3.1.a/records?as_of=2023-06-30")
    assert "132 gminas with an agreement in force on" in behind
    assert "Lipno (gmina wiejska" not in behind  # in English: "rural gmina"
    assert "Lipno (rural gmina, lipnowski county)" in behind
    older = behind.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "KPNL/" in officer.reads(older)
    exported = officer.opens(f"/desk/{OFFICE}/agreements/export").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert len(rows) == 132
    assert (
        next(each for each in rows if each["teryt"] == RURAL_LIPNO)["gmina"]
        == "Lipno (gmina wiejska, powiat lipnowski)"
    )


def test_the_words_beside_a_gmina_never_say_that_somebody_is_not_helped(app: object, session: Session) -> None:
    assert app
    add(session, TOWN_LIPNO)
    with app.test_request_context(headers={"Accept-Language": "en"}):  # type: ignore[attr-defined]
        said = [standing_words(queries.agreement_of(session, gmina, YEAR_END)) for gmina in (TOWN_LIPNO, RURAL_LIPNO)]
        before = standing_words(queries.agreement_of(session, TOWN_LIPNO, date(2020, 1, 1)))
    assert said == [
        "Agreement in force since January 1, 2021.",
        "No agreement with this gmina: first help is for everybody.",
    ]
    assert before == ""
