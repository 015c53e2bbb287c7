"""Times at which somebody of the desk can be talked to, as anybody may choose one: a profession and an hour, never a name or a place."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from helpdesk.appointments import queries as appointments
from helpdesk.appointments.forms import slot_of, slot_text
from helpdesk.appointments.models import offered_by
from helpdesk.appointments.rules import free_slots
from helpdesk.intake.labels.public import HELPS
from helpdesk.intake.rules.choices import Help
from helpdesk.kernel.permissions import LAWYERS, Profession
from helpdesk.roster import queries as roster
from helpdesk.roster.labels.coming import when_next
from helpdesk.roster.models import Duty
from helpdesk.roster.rules.spans import Span
from helpdesk.web.transaction import session

AHEAD = timedelta(days=14)
MOST = 8
PROFESSIONS: Mapping[Help, frozenset[Profession]] = {
    Help.LAWYER: LAWYERS,
    Help.PSYCHOLOGIST: frozenset({Profession.PSYCHOLOGIST}),
    Help.OFFICER: frozenset({Profession.BORDER_GUARD_OFFICER}),
}


def free_times(helps: Collection[Help], now: datetime) -> list[tuple[str, str]]:
    """The next free times of those whose help is wanted: the value of the choice, and its words."""
    professions = frozenset().union(*(PROFESSIONS.get(each, frozenset()) for each in helps))
    if not professions:
        return []
    duties = appointments.bookable_duties(session(), Span(now, now + AHEAD), professions)
    return _of(duties, now)[:MOST]


def times_of(duty_id: UUID, now: datetime) -> list[tuple[str, str]]:
    """The free times of one duty, as they may be chosen instead of the one that was offered."""
    return _of([roster.duty(session(), duty_id)], now)[:MOST]


def has_officer(now: datetime) -> bool:
    """Whether an officer has times at all; else there is nothing to choose."""
    officers = PROFESSIONS[Help.OFFICER]
    return bool(appointments.bookable_duties(session(), Span(now, now + AHEAD), officers))


def chosen(value: str) -> tuple[UUID, datetime] | None:
    """The duty and the beginning that a choice names; None for what names none."""
    duty_id, _, text = value.partition("~")
    start = slot_of(text)
    try:
        return (UUID(duty_id), start) if start else None
    except ValueError:
        return None


def choice(duty_id: UUID, start: datetime) -> str:
    """The value of a choice."""
    return f"{duty_id}~{slot_text(start)}"


def words(duty: Duty, slot: Span, now: datetime) -> str:
    """Whose help, and when; only when, for a duty that was given to another profession after its time was offered."""
    help_ = next((each for each, professions in PROFESSIONS.items() if duty.profession in professions), None)
    return f"{HELPS[help_]}: {when_next(slot, now)}" if help_ else when_next(slot, now)


def _of(duties: Sequence[Duty], now: datetime) -> list[tuple[str, str]]:
    live = appointments.live_at(session(), [each.id for each in duties])
    slots = [
        (slot, duty)
        for duty in duties
        for slot in free_slots(offered_by(duty), [each.when for each in live.get(duty.id, ())], now)
    ]
    return [
        (choice(duty.id, slot.start), words(duty, slot, now))
        for slot, duty in sorted(slots, key=lambda pair: pair[0].start)
    ]
