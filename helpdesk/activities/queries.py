"""Agreements are read by the desk that keeps them. Other desks learn one thing of a gmina: since when it has an agreement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.activities.models import Agreement, AgreementAnnex, AgreementRevision
from helpdesk.activities.rules import Standing, gminas_meant
from helpdesk.db.wall import across, get_here
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel import teryt

_WRITERS_TURN = 0x61677265  # any constant of our own


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words of a gmina, a county or a number, and a day on which an agreement holds."""

    words: str = ""
    on: date | None = None


def agreement_of(session: Session, gmina: str, on: date) -> Standing | None:
    """Whether a gmina has an agreement in force on a day, for whichever desk asks; None where no agreements have been entered by then.

    It reads over the wall: what a gmina has signed is public and about no person. Nothing else of an agreement leaves its desk.
    """
    begun = Agreement.first_day <= on
    since = func.max(Agreement.first_day).filter(Agreement.gmina == gmina, holds(on))
    statement = (
        select(func.count(), since)
        .select_from(Agreement)
        .join(Desk, Desk.id == Agreement.desk_id)
        .where(Desk.kind == DeskKind.PROGRAMME_OFFICE, begun)
    )
    kept, first_day = session.execute(statement, execution_options=across("agreements")).one()
    return Standing(first_day) if kept else None


def agreements(session: Session, wanted: Wanted) -> Sequence[Agreement]:
    """All agreements that are wanted, with their annexes, in Polish order of the gminas, the latest of each first.

    The region has 144 gminas, so these are hundreds at most.
    """
    statement = select(Agreement).options(selectinload(Agreement.annexes)).order_by(Agreement.first_day.desc())
    if words := wanted.words.strip():
        numbered = Agreement.number.icontains(words, autoescape=True)
        statement = statement.where(or_(Agreement.gmina.in_(gminas_meant(words)), numbered))
    if wanted.on is not None:
        statement = statement.where(holds(wanted.on))
    places = {each.code: place for place, each in enumerate(teryt.gminas())}
    return sorted(session.scalars(statement), key=lambda each: places.get(each.gmina, len(places)))


def agreement(session: Session, agreement_id: UUID) -> Agreement:
    """The agreement of the acting desk, or NotFound."""
    return get_here(session, Agreement, agreement_id)


def held(session: Session, agreement_id: UUID) -> Agreement:
    """The same as it is now, held until the transaction ends; or NotFound."""
    found = agreement(session, agreement_id)
    session.refresh(found, with_for_update=True)
    return found


def of_gminas(session: Session, gminas: Collection[str]) -> Sequence[Agreement]:
    """All agreements of these gminas, of whatever time."""
    return session.scalars(select(Agreement).where(Agreement.gmina.in_(gminas))).all()


def by_numbers(session: Session, numbers: Collection[str]) -> Mapping[str, Agreement]:
    """The agreements with one of these numbers."""
    return {each.number: each for each in session.scalars(select(Agreement).where(Agreement.number.in_(numbers)))}


def annex_numbered(session: Session, agreement_id: UUID, number: str) -> AgreementAnnex | None:
    """The annex of this number to an agreement."""
    statement = select(AgreementAnnex).where(
        AgreementAnnex.agreement_id == agreement_id, AgreementAnnex.number == number
    )
    return session.scalar(statement)


def revisions(session: Session, agreement_id: UUID) -> Sequence[AgreementRevision]:
    """What stood in an agreement before, latest first."""
    statement = select(AgreementRevision).where(AgreementRevision.agreement_id == agreement_id)
    return session.scalars(statement.order_by(AgreementRevision.version.desc())).all()


def take_turn(session: Session) -> None:
    """Let only one writer at a time look for a free number and free days, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_WRITERS_TURN)))


def holds(on: date) -> ColumnElement[bool]:
    """Whether an agreement is in force on a day, as a condition: `rules.in_force` for the database."""
    return (Agreement.first_day <= on) & or_(Agreement.last_day.is_(None), Agreement.last_day >= on)
