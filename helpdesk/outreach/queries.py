from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.outreach.models import Outgoing

MOST = 100


def outgoing(session: Session) -> Sequence[Outgoing]:
    """What a demonstration would have sent from the acting desk, the newest first."""
    return session.scalars(select(Outgoing).order_by(Outgoing.at.desc()).limit(MOST)).all()
