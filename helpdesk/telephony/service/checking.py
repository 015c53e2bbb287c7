"""What a coordinator must know before it hurts: languages that cannot be offered, and languages that nobody answers in."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks.models import PhoneLine
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import queries, twiml
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.ringing import LineNow, speaks_anybody
from helpdesk.telephony.service.ringing import people, sayable

AHEAD = timedelta(days=7)


def examine(session: Session) -> Iterator[str]:
    """Say, in English sentences, what is missing on the lines of all desks."""
    lines = queries.all_lines(session)
    if not lines:
        yield "No desk has a phone line: every caller hears that something is wrong."
    for line in lines:
        yield from _languages(line)
        with acting_at(session, line.desk_id):
            yield from _coverage(session, line)


def _languages(line: PhoneLine) -> Iterator[str]:
    for language in twiml.voiceless(line.languages):
        yield f"The line {line.number} is not offered in {language}: no voice speaks it."
    for language, gaps in prompts.missing(sayable(line.languages)).items():
        yield f"The line {line.number} is not offered in {language}: it lacks {', '.join(gaps)}."


def _coverage(session: Session, line: PhoneLine) -> Iterator[str]:
    now = utcnow()
    coming = LineNow(
        line.desk_id,
        line.number,
        sayable(line.languages),
        people(queries.on_duty(session, now, now + AHEAD)),
    )
    for language in coming.offered:
        if not speaks_anybody(coming, language):
            yield f"The line {line.number} rings nobody who speaks {language} in the next {AHEAD.days} days."
