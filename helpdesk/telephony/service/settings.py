"""A coordinator sets a line, and says for which other desks this one helps out."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Account
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk
from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.errors import EditedMeanwhile, NotFound
from helpdesk.kernel.permissions import Actor, Role
from helpdesk.roster import queries as roster
from helpdesk.roster.service import looking
from helpdesk.telephony import queries, twiml
from helpdesk.telephony.models import DeskHelp, LineVersion
from helpdesk.telephony.queries import lines as line_queries
from helpdesk.telephony.queries import recordings as recording_queries
from helpdesk.telephony.rules.opening import OpenDay, opening
from helpdesk.telephony.rules.plan import Plan
from helpdesk.telephony.rules.settings import Known, LineSettings, NotSettable, Speakers, changed, objections
from helpdesk.telephony.service.noting import TOPIC

# So far ahead somebody has to be on duty who speaks a language, for the line to offer it.
AHEAD = timedelta(days=7)
_NIGHT = timedelta(days=1)


def settings_of(line: PhoneLine) -> LineSettings:
    """How a line is set now."""
    return LineSettings(line.name, tuple(line.languages), Plan.from_json(line.plan))


def known(session: Session, now: datetime) -> Known:
    """What setting a line of the acting desk is judged by; four statements."""
    return Known(
        speakers=_speakers(session, now),
        recorded=frozenset(recording_queries.digests(session)),
        voices=frozenset(twiml.VOICES),
        agreed=line_queries.helpers_of(session, acting_desk(session)),
    )


def hours(session: Session, first: date, days: int) -> list[OpenDay]:
    """When somebody should answer the acting desk's telephone, for so many days from the first on, as its rung posts say."""
    last = first + timedelta(days=days - 1)
    posts = [post for post in roster.posts(session) if post.rung]
    closed = roster.closed_days(session, first - _NIGHT, last)
    needed = looking.needs(posts, first - _NIGHT, last, closed)
    return opening((need.span for need in needed), first, days)


def save_line(
    session: Session,
    line_id: UUID,
    settings: LineSettings,
    *,
    why: str = "",
    known_version: int,
    actor: Actor,
    now: datetime,
) -> PhoneLine:
    """Set a line of the acting desk and keep how it was set before; nothing is kept where nothing changes.

    Raises NotFound, NotSettable with everything that speaks against it, or EditedMeanwhile if it was typed over an older version.
    """
    line = _held(session, line_id)
    before = settings_of(line)
    fields = changed(before, settings)
    if not fields:
        return line
    if line.version != known_version:
        raise EditedMeanwhile(dict.fromkeys(fields))
    if refusals := objections(settings, before, known(session, now)):
        raise NotSettable(refusals)
    # A line that was taken away and given back counts on from what is kept of it.
    line.version = max(line.version, line_queries.newest_version(session, line.number) + 1)
    session.add(_version(line, before, why, actor, now))
    line.name, line.languages, line.plan = settings.name, list(settings.languages), settings.plan.to_json()
    line.version += 1
    _note(session, line.id, {"fields": fields, "version": line.version}, actor, now)
    tell(session, Changed(line.desk_id, TOPIC, str(line.id)))
    return line


def others(session: Session) -> list[Desk]:
    """The other desks that can be called, by their short names."""
    here = acting_desk(session)
    found = {desk.id: desk for desk, _ in desks.public_lines(session) if desk.id != here}
    return list(found.values())


def help_out(session: Session, helped: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Say for which other desks the acting one answers where nobody there can, and for no others. Raises NotFound for no such desk."""
    here = acting_desk(session)
    if not set(helped) <= {desk.id for desk in others(session)}:
        raise NotFound("Desk")
    recording_queries.hold_desk(session)  # two who promise the same come one after the other
    promised = {each.helped_id: each for each in line_queries.help_given(session, here)}
    for desk_id in sorted(set(helped) - set(promised)):
        session.add(DeskHelp(helper_id=here, helped_id=desk_id, agreed_at=now, agreed_by_id=actor.id))
        _note(session, desk_id, {"what": "help-promised", "to": desk_id}, actor, now)
    for desk_id in sorted(set(promised) - set(helped)):
        session.delete(promised[desk_id])
        _note(session, desk_id, {"what": "help-withdrawn", "to": desk_id}, actor, now)


def _held(session: Session, line_id: UUID) -> PhoneLine:
    """The line as it is now, held until the transaction ends, or NotFound."""
    key = (acting_desk(session), line_id)
    line = session.get(PhoneLine, key, with_for_update=True, populate_existing=True)
    if line is None:
        raise NotFound("PhoneLine")
    return line


def _version(line: PhoneLine, before: LineSettings, why: str, actor: Actor, now: datetime) -> LineVersion:
    return LineVersion(
        line_number=line.number,
        version=line.version,
        settings=before.to_json(),
        changed_at=now,
        changed_by_id=actor.id,
        why=why,
    )


def _speakers(session: Session, now: datetime) -> Speakers:
    """Who can be rung in the coming week, by language. A person without a telephone answers in none."""
    on_duty = [each.account for each in queries.on_duty(session, now, now + AHEAD)]
    members = accounts.memberships(session, acting_desk(session))
    of_role = {
        role: [member.account for member in members if role in member.place.roles]
        for role in (Role.COORDINATOR, Role.INTERPRETER)
    }
    return Speakers(
        _spoken(on_duty),
        _spoken(of_role[Role.COORDINATOR]),
        _spoken(of_role[Role.INTERPRETER]),
    )


def _spoken(people: Iterable[Account]) -> frozenset[str]:
    return frozenset(language for each in people if each.phone_sealed is not None for language in each.languages)


def _note(session: Session, subject: UUID | str, detail: dict[str, Any], actor: Actor, now: datetime) -> None:
    desk_id = acting_desk(session)
    audit.record(session, actor=actor, tag=Tag.LINE_CHANGED, subject=subject, desk_id=desk_id, now=now, detail=detail)
