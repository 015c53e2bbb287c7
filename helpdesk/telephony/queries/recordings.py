"""What is asked about recordings. The sounds themselves are only read where somebody plays one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across, acting_desk
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.telephony.models import Recording
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.recordings import Slot


def recordings(session: Session) -> dict[Slot, Recording]:
    """The recordings of the acting desk by what they say, without their sounds."""
    return {Slot(Prompt(each.prompt), each.language, each.key): each for each in session.scalars(select(Recording))}


def digests(session: Session) -> dict[Slot, str]:
    """Which sound each recording of the acting desk is; nothing else, for while somebody waits on the telephone."""
    rows = session.execute(select(Recording.prompt, Recording.language, Recording.key, Recording.digest))
    return {Slot(Prompt(prompt), language, key): digest for prompt, language, key, digest in rows}


def recording(session: Session, slot: Slot) -> Recording | None:
    """What this sentence sounds like at the acting desk, or None."""
    of_slot = (Recording.prompt == slot.prompt, Recording.language == slot.language, Recording.key == slot.key)
    return session.scalar(select(Recording).where(*of_slot))


def sound(session: Session, digest: str) -> bytes | None:
    """The sound of this digest, of whichever desk: what is played to every caller is no secret. None where there is none."""
    statement = select(Recording.sound).where(Recording.digest == digest).limit(1)
    return session.scalar(statement, execution_options=across("telephony"))


def languages_of_lines(session: Session) -> Sequence[tuple[str, ...]]:
    """The languages of each line of the acting desk, in the order of its menu."""
    found = session.scalars(select(PhoneLine.languages).order_by(PhoneLine.number))
    return [tuple(languages) for languages in found]


def hold_desk(session: Session) -> None:
    """Two who change the recordings of the acting desk come one after the other. A call that comes in meanwhile does not wait."""
    session.execute(select(Desk.id).where(Desk.id == acting_desk(session)).with_for_update(key_share=True))
