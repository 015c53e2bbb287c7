"""What the indicators may read of agreements: how many gminas have one on a day, and the agreements behind the number.

Both ask at the desk that carries the programme, so they need no way over the wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.activities.models import Agreement
from helpdesk.activities.queries import holds


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """One counted agreement: the gmina's TERYT code, its number, its first and its last day (both included, None: open)."""

    id: UUID
    gmina: str
    number: str
    first_day: date
    last_day: date | None


def agreements_in_force(session: Session, on: date) -> int | None:
    """How many gminas of the acting desk have an agreement in force on a day, each once (CR-8).

    None where none that is entered had begun by then: nobody keeps the register for that time, and none would be a claim.
    """
    statement = select(func.count(), func.count(Agreement.gmina.distinct()).filter(holds(on))).where(
        Agreement.first_day <= on
    )
    begun, gminas = session.execute(statement).one()
    return int(gminas) if begun else None


def agreement_records(
    session: Session, on: date, *, after: tuple[date, UUID] | None = None, limit: int = 50
) -> Sequence[AgreementRecord]:
    """The agreements behind the figure, the latest begun first, a page at a time. `after` is the first day and the id of the last one shown."""
    columns = (Agreement.id, Agreement.gmina, Agreement.number, Agreement.first_day, Agreement.last_day)
    statement = select(*columns).where(holds(on))
    if after:
        statement = statement.where(tuple_(Agreement.first_day, Agreement.id) < after)
    found = session.execute(statement.order_by(Agreement.first_day.desc(), Agreement.id.desc()).limit(limit))
    return [AgreementRecord(*row) for row in found]
