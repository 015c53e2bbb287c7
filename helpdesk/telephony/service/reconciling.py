"""Our calls are compared with the provider's list every night. Differences are listed; a call is only touched where its end never came.

The list knows our own calls to guests of a talk as well, and so when an interpreter really left it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.db.columns import new_id
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import day_bounds, day_of, local
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call, Difference
from helpdesk.telephony.provider import Provider, ProviderFailed, Trouble
from helpdesk.telephony.queries import differences as difference_queries
from helpdesk.telephony.queries import rooms as room_queries
from helpdesk.telephony.rules import reconciling as rules
from helpdesk.telephony.rules.reconciling import TOLERANCE, Differs, Found, Listed, Ours
from helpdesk.telephony.rules.state import Ending, Stage
from helpdesk.telephony.service import talking
from helpdesk.telephony.service.ending import report
from helpdesk.telephony.service.noting import changed

log = logging.getLogger(__name__)

# In the night the calls of yesterday are over. A night in which the worker was gone is made up for in the next ones.
HOUR = 3
DAYS = 3


def nightly(sessions: Sessions, provider: Provider, now: datetime) -> None:
    """Compare the last days, once a night: this is asked every hour and does nothing in all hours but one."""
    if local(now).hour != HOUR:
        return
    for back in range(DAYS, 0, -1):
        try:
            reconcile(sessions, provider, day_of(now) - timedelta(days=back), now)
        except ProviderFailed as failed:
            if failed.trouble is not Trouble.NOT_SET_UP:
                log.error("The provider's list of calls could not be read: %s", failed)  # noqa: TRY400
            return


def reconcile(sessions: Sessions, provider: Provider, day: date, now: datetime) -> Sequence[Difference]:
    """Compare the calls of a day of the office; give what is still to be looked at. Doing it again changes nothing.

    Raises ProviderFailed. The list is fetched before anything is locked.
    """
    first, last = day_bounds(day)
    listed = list(provider.calls_between(first - TOLERANCE, last + TOLERANCE))
    theirs = [each for each in listed if not each.ours]
    with sessions.begin() as session:
        calls = difference_queries.calls(session, first - TOLERANCE, last + TOLERANCE, [each.sid for each in theirs])
        ours = [_ours(call) for call in calls]
        found = rules.differences(ours, theirs, first, last)
        settled = _settle(session, calls, theirs, now)
        _correct(session, {each.sid: each for each in listed if each.ours}, now)
        _write(session, found, settled, now)
        _withdraw(session, [*(each.sid for each in ours), *(each.sid for each in theirs)], found, now)
    with sessions() as session:
        return difference_queries.unsettled(session, [each.sid for each in found])


def look_at(session: Session, sid: str, now: datetime) -> int:
    """Somebody has looked at what is said of a call; answer how many differences are settled by that."""
    statement = update(Difference).where(Difference.sid == sid, Difference.settled_at.is_(None)).values(settled_at=now)
    return len(session.scalars(statement.returning(Difference.id)).all())


def examine(session: Session) -> Iterator[str]:
    """Say, in English sentences, how many differences wait for a person."""
    counts = difference_queries.count_unsettled(session)
    if counts:
        kinds = ", ".join(f"{counts[kind]} {_WORDS[kind]}" for kind in Differs if kind in counts)
        yield f"Our calls and the provider's list differ: {kinds}. See: helpdesk telephony differences"


_WORDS = {
    Differs.NOT_HERE: "that only the provider knows",
    Differs.NOT_THERE: "that only we know",
    Differs.STATE: "with another end",
}


def _ours(call: Call) -> Ours:
    return Ours(call.sid, call.state, call.started_at, call.ended_at, talked=call.talked, told_nobody=call.told_nobody)


def _settle(session: Session, calls: Sequence[Call], theirs: Sequence[Listed], now: datetime) -> set[str]:
    """End the calls whose end never came to us, as the provider tells it."""
    listed = {each.sid: each for each in theirs}
    lost = [call for call in calls if call.sid in listed and rules.never_ended(_ours(call), listed[call.sid])]
    return {call.sid for call in lost if _end(session, call, listed[call.sid], now)}


def _end(session: Session, call: Call, listed: Listed, now: datetime) -> bool:
    with acting_at(session, call.desk_id):
        held = queries.held_here(session, call.id)
        if held is None or held.ended_at is not None:
            return False
        known = held.now_at
        held.flow = replace(known, stage=Stage.ENDED, ending=known.ending or Ending.HUNG_UP).to_json()
        at = listed.ended_at or held.heard_at
        ended = report(session, held, listed.status, at)
        talking.close(session, held, at, now=now)
        changed(session, held)
        return ended


def _correct(session: Session, legs: Mapping[str, Listed], now: datetime) -> None:
    """Write down when guests really left their talks, where nobody told us in time."""
    for each in difference_queries.guests(session, list(legs)):
        with acting_at(session, each.desk_id):
            call = queries.held_here(session, each.call_id)
            guest = room_queries.guest_of(session, each.call_id, each.id)
            if call is None or guest is None or guest.sid is None:
                continue
            told = rules.left_at(guest.joined_at, guest.left_at, legs[guest.sid])
            if told is not None:
                guest.left_at = told
                talking.note(
                    session, call, Tag.CALL_GUEST_LEFT, now=now, guest=str(guest.id), kind=guest.kind.value, listed=True
                )


def _write(session: Session, found: Sequence[Found], settled: set[str], now: datetime) -> None:
    """Each difference once; one that we have settled ourselves waits for nobody."""
    rows = [
        {
            "id": new_id(),
            "sid": each.sid,
            "kind": each.kind,
            "ours": each.ours,
            "theirs": each.theirs,
            "noticed_at": now,
            "settled_at": now if each.sid in settled else None,
        }
        for each in found
    ]
    if rows:
        session.execute(insert(Difference).values(rows).on_conflict_do_nothing(index_elements=["sid", "kind"]))


def _withdraw(session: Session, compared: Sequence[str], found: Sequence[Found], now: datetime) -> None:
    """What was said of a call and is true no more, because it came in late, waits for nobody either."""
    still = {(each.sid, each.kind) for each in found}
    for difference in difference_queries.unsettled(session, compared):
        if (difference.sid, difference.kind) not in still:
            difference.settled_at = now
