"""Agreements of the demonstration, all invented: 131 of the region's 144 gminas, the town of Lipno among them and the country round it not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.activities import queries, rules, service
from helpdesk.activities.rules import AgreementEntry, AnnexEntry
from helpdesk.kernel import teryt
from helpdesk.kernel.permissions import SYSTEM

HOW_MANY = 131
RURAL_LIPNO, SWIECIE = "0408062", "0414093"
# Those without an agreement lie all over the region; the last nine of the others signed a year later than the rest.
EVERY, LATE = 11, 9


def add_agreements(session: Session, now: datetime) -> None:
    """The register of the acting desk, taken in from a table as an office would; Świecie has an annex."""
    table = rules.render(_entries())
    report = service.import_csv(session, table, check=False, actor=SYSTEM, now=now)
    assert report.added == HOW_MANY, report  # noqa: S101  the table of places has changed
    session.flush()  # the annex refers to one of them
    (held,) = queries.of_gminas(session, [SWIECIE])
    annex = AnnexEntry("1", date(2023, 3, 1), "Wyższa wpłata gminy i dwa szkolenia w roku.")
    service.add_annex(session, held.id, annex, actor=SYSTEM, now=now)


def _entries() -> Iterator[AgreementEntry]:
    for number, gmina in enumerate(_gminas(), start=1):
        first_day = date(2021, 1, 1) if number <= HOW_MANY - LATE else date(2022, 3, 1)
        yield AgreementEntry(
            gmina=gmina,
            number=f"KPNL.{number}.{first_day.year}",
            signed_on=first_day - timedelta(days=10 + number % 20),
            first_day=first_day,
            contribution=100 * (400 + 65 * (number % 7)),
        )


def _gminas() -> list[str]:
    """The gminas that have one: all but rural Lipno and every eleventh of the others."""
    others = [each.code for each in teryt.gminas() if each.code != RURAL_LIPNO]
    without = set(others[EVERY // 2 :: EVERY][: len(others) - HOW_MANY])
    return [code for code in others if code not in without]
