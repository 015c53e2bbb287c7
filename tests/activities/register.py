"""Agreements for tests: the least one needs, and whoever may write it down."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.activities import service
from helpdesk.activities.models import Agreement
from helpdesk.activities.rules import AgreementEntry
from helpdesk.db.wall import acting_at
from helpdesk.kernel import teryt
from helpdesk.kernel.permissions import Actor
from tests.indicators.office import OFFICE

NOW = datetime(2024, 1, 10, 12, tzinfo=UTC)
CLERK = Actor(id=None, name="Olga", desk_id=OFFICE)
REGISTER = f"/desk/{OFFICE}/agreements"

LUBICZ, SWIECIE = "0415042", "0414093"
TOWN_LIPNO, RURAL_LIPNO = "0408011", "0408062"


def entry(gmina: str = LUBICZ, number: str = "", **facts: Any) -> AgreementEntry:  # noqa: ANN401  the fields of an entry
    """An agreement in force from the first day of 2021, if nothing else is said."""
    since = date(2021, 1, 1)
    return AgreementEntry(
        **{"gmina": gmina, "number": number or f"KPNL/{gmina}", "signed_on": since, "first_day": since, **facts}
    )


def add(session: Session, gmina: str = LUBICZ, number: str = "", **facts: Any) -> Agreement:  # noqa: ANN401  likewise
    """An agreement as the office would have written it down."""
    with acting_at(session, OFFICE):
        return service.add_agreement(session, entry(gmina, number, **facts), actor=CLERK, now=NOW)


def many(number: int) -> list[str]:
    """So many gminas of the region, Świecie and urban Lipno among them and rural Lipno not."""
    chosen = [each.code for each in teryt.gminas() if each.code not in {RURAL_LIPNO, TOWN_LIPNO, SWIECIE}]
    return [TOWN_LIPNO, SWIECIE, *chosen][:number]


def table(
    *lines: str, header: str = "teryt,gmina,county,number,signed_on,first_day,last_day,contribution,remarks"
) -> str:
    return "\n".join([header, *lines]) + "\n"
