"""What a coordinator must know before it hurts: languages that cannot be offered, and languages that nobody answers in."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks.models import PhoneLine
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import queries, twiml
from helpdesk.telephony.queries import recordings as recording_queries
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules import recordings as rules
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.settings import Answering, answering
from helpdesk.telephony.service import recordings, settings


def examine(session: Session) -> Iterator[str]:
    """Say, in English sentences, what is missing on the lines of all desks."""
    lines = queries.all_lines(session)
    if not lines:
        yield "No desk has a phone line: every caller hears that something is wrong."
    for line in lines:
        with acting_at(session, line.desk_id):
            yield from _languages(session, line)
            yield from _coverage(session, line)


def _languages(session: Session, line: PhoneLine) -> Iterator[str]:
    for language, gaps in prompts.missing(line.languages).items():
        yield f"The line {line.number} is not offered in {language}: it lacks {', '.join(gaps)}."
    kept = recording_queries.recordings(session)
    for language, unheard in rules.lacking(line.languages, kept.keys(), twiml.VOICES).items():
        silent = f"no voice speaks it, and {len(unheard)} of its sentences have no recording"
        yield f"The line {line.number} is not offered in {language}: {silent}. See: helpdesk prompts check"
    machine = Counter(slot.language for slot, recording in kept.items() if recording.stand_in)
    for language in line.languages:
        if machine[language]:
            yield f"The line {line.number} plays {machine[language]} stand-ins in {language}, spoken by a machine for a trial."


def _coverage(session: Session, line: PhoneLine) -> Iterator[str]:
    speakers, circles = settings.known(session, utcnow()).speakers, Plan.from_json(line.plan).circles
    for language in recordings.sayable(session, line.languages):
        if answering(language, circles, speakers) is Answering.NOBODY:
            yield f"The line {line.number} rings nobody who speaks {language} in the coming week."
