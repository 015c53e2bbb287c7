"""What is asked about how lines were set before, and about which desks help one another."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.accounts.models import Account
from helpdesk.telephony.models import DeskHelp, LineVersion


def versions_of(session: Session, number: str) -> Sequence[LineVersion]:
    """How a line of the acting desk was set before, each time until somebody changed it; the newest first."""
    statement = select(LineVersion).where(LineVersion.line_number == number).order_by(LineVersion.version.desc())
    return session.scalars(
        statement.options(joinedload(LineVersion.changed_by).lazyload(Account.memberships)),
    ).all()


def newest_version(session: Session, number: str) -> int:
    """The number of the newest kept version of a line of the acting desk; 0 where none is kept."""
    return session.scalar(select(func.max(LineVersion.version)).where(LineVersion.line_number == number)) or 0


def helpers_of(session: Session, desk_id: str) -> frozenset[str]:
    """The desks that answer the calls of this one where nobody here can, as they said themselves."""
    return frozenset(session.scalars(select(DeskHelp.helper_id).where(DeskHelp.helped_id == desk_id)))


def help_given(session: Session, desk_id: str) -> Sequence[DeskHelp]:
    """What this desk has promised to others."""
    return session.scalars(select(DeskHelp).where(DeskHelp.helper_id == desk_id)).all()
