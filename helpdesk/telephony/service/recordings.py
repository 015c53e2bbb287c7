"""What the sentences of a desk sound like: put, replaced, removed, and found again by the telephone."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony import twiml
from helpdesk.telephony.models import Recording
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules import recordings as rules
from helpdesk.telephony.rules.recordings import Slot
from helpdesk.telephony.service.converting import convert
from helpdesk.telephony.twiml import Clips, clip


def put(
    session: Session, slot: Slot, content: bytes, *, actor: Actor, now: datetime, stand_in: bool = False
) -> Recording:
    """Take a WAV or MP3 in as what this sentence sounds like at the acting desk, in place of what was there. Raises Refusal.

    `stand_in`: a machine spoke it, for a trial.
    """
    rules.check_slot(slot)
    converted = convert(content, lengthen=stand_in)  # before anything is held: it takes a while
    queries.hold_desk(session)
    kept = queries.recording(session, slot)
    what = "changed" if kept else "added"
    if kept is None:
        kept = Recording(prompt=slot.prompt.value, language=slot.language, key=slot.key)
        session.add(kept)
    kept.sound, kept.seconds, kept.digest = converted.sound, converted.seconds, converted.digest
    kept.stand_in, kept.made_at, kept.made_by_id = stand_in, now, actor.id
    _note(session, kept, what, actor, now)
    return kept


def remove(session: Session, slot: Slot, *, actor: Actor, now: datetime) -> None:
    """Take away what this sentence sounds like at the acting desk. Raises NotFound where nothing was recorded."""
    queries.hold_desk(session)
    kept = queries.recording(session, slot)
    if kept is None:
        raise NotFound(Recording.__name__)
    session.delete(kept)
    _note(session, kept, "removed", actor, now)


def clips(session: Session) -> Clips:
    """What the acting desk plays instead of having it said: one statement, without the sounds themselves."""
    return clips_of(queries.digests(session))


def clips_of(digests: Mapping[Slot, str]) -> Clips:
    """The file names of recordings. The version is another one as soon as anything was put, replaced or removed."""
    names = {clip(*slot): f"{digest}.wav" for slot, digest in digests.items()}
    version = hashlib.sha256(repr(sorted(names.items())).encode()).hexdigest()[:16] if names else ""
    return Clips(version, names)


def lacking(session: Session, languages: Sequence[str]) -> dict[str, tuple[Slot, ...]]:
    """What a line of the acting desk with these languages can neither play nor say, by language; one statement."""
    return rules.lacking(languages, queries.digests(session).keys(), twiml.VOICES)


def sayable(session: Session, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages that a line of the acting desk can offer; asks nothing where a voice speaks all of them."""
    if all(language in twiml.VOICES for language in languages):
        return rules.sayable(languages, (), twiml.VOICES)
    return rules.sayable(languages, queries.digests(session).keys(), twiml.VOICES)


def _note(session: Session, kept: Recording, what: str, actor: Actor, now: datetime) -> None:
    said = clip(kept.prompt, kept.language, kept.key)
    detail = {"language": kept.language, "prompt": said, "what": what}
    audit.record(
        session, actor=actor, tag=Tag.RECORDING_CHANGED, subject=kept.id, desk_id=kept.desk_id, now=now, detail=detail
    )
