"""Saving the sheet: field by field, beside others, losing nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.models import Advice, Contact, ContactRevision
from helpdesk.consultations.rules import closing, notes, sheet
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.rules.sheet import ADVICE_FIELDS, CONTACT_FIELDS, SheetRefusal, Value
from helpdesk.consultations.service import contacts
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor

OVERWRITTEN = "overwritten"


@dataclass(slots=True)
class Saved:
    """What became of a save.

    `refused` holds fields whose text is not possible as typed; `disputed` those that somebody else changed; `news` what else changed since
    the sender looked; `by` is whoever saved before, where something is in dispute.
    """

    version: int
    at: datetime
    by: str = ""
    disputed: dict[str, Value] = field(default_factory=dict)
    news: dict[str, Value] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.disputed and not self.refused


def values_of(contact: Contact) -> dict[str, Value]:
    """Every field of the sheet and what it holds, under the names that the page uses."""
    held: dict[str, Value] = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    for advice in contact.advices:
        held |= {f"{advice.id}.{name}": _plain(getattr(advice, name)) for name in ADVICE_FIELDS}
    return held


def _plain(value: Value) -> Value:
    return list(value) if isinstance(value, list) else value


def readable(contact: Contact, names: Mapping[str, Value], reader: Actor) -> dict[str, Value]:
    """The part of some fields that a reader may see: the notes of other professions are left out."""
    hidden = {f"{each.id}.note" for each in contact.advices if not _may_read(each, reader)}
    return {name: value for name, value in names.items() if name not in hidden}


def _may_read(advice: Advice, reader: Actor) -> bool:
    return notes.may_read_note(reader, author_id=advice.consultant_id, author_profession=advice.profession)


def save(
    session: Session,
    contact_id: UUID,
    typed: Mapping[str, object],
    *,
    known_version: int,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Store what was typed into an open contact.

    `typed` maps field names to raw input, `known_version` is the version the page last saw. What can be stored is stored, whatever
    becomes of the rest. Raises NotFound, or Refusal when the contact was closed meanwhile.
    """
    contact = queries.contact(session, contact_id, for_update=True)
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    return write(session, contact, typed, known_version=known_version, actor=actor, now=now)


def write(
    session: Session,
    contact: Contact,
    typed: Mapping[str, object],
    *,
    known_version: int,
    actor: Actor,
    now: datetime,
    is_correction: bool = False,
) -> Saved:
    """Like `save`, for a contact that is loaded and locked, open or being corrected; a correction has kept what stood there already."""
    parsed, refused = _parse(contact, typed, actor)
    held = values_of(contact)
    merged = sheet.merge(held, contact.field_versions, parsed, known_version)
    refused += _drop_impossible(contact, merged.stored)
    by = contact.saved_by.name if merged.disputed and contact.saved_by else ""
    if "remarks" in merged.stored and not is_correction:
        _keep_overwritten(session, contact, actor, now)
    _store(session, contact, merged.stored, actor, now)
    disputed, news = readable(contact, merged.disputed, actor), readable(contact, merged.news, actor)
    return Saved(contact.version, now, by, disputed, news, refused)


def _parse(contact: Contact, typed: Mapping[str, object], actor: Actor) -> tuple[dict[str, Value], list[Refusal]]:
    own = {
        str(advice.id) for advice in contact.advices if notes.may_write_advice(actor, author_id=advice.consultant_id)
    }
    parsed: dict[str, Value] = {}
    refused: list[Refusal] = []
    for name, raw in typed.items():
        try:
            parsed[name] = _parse_field(name, raw, own)
        except Refusal as refusal:
            refused.append(refusal)
    return parsed, refused


def _parse_field(name: str, raw: object, own: set[str]) -> Value:
    advice_id, dot, advice_field = name.partition(".")
    rule = ADVICE_FIELDS.get(advice_field) if dot else CONTACT_FIELDS.get(name)
    if rule is None:
        raise Refusal(SheetRefusal.UNKNOWN_FIELD, field=name)
    if dot and advice_id not in own:
        raise NotFound("Advice")  # a colleague's advice: as if it were not there
    return sheet.parse(name, rule, raw)


def _drop_impossible(contact: Contact, stored: dict[str, Value]) -> list[Refusal]:
    """Take out what the database would refuse, so that the rest is saved; the page keeps the typed text and says why."""
    started, ended = (stored.get(name, getattr(contact, name)) for name in ("started_at", "ended_at"))
    problems: list[Refusal] = []
    if isinstance(started, datetime) and isinstance(ended, datetime):
        problems = list(closing.span_problems(closing.ContactFacts(started, ended)))
    for name in ("started_at", "ended_at") if problems else ():
        stored.pop(name, None)
    roles: set[tuple[UUID, Value]] = {
        (each.consultant_id, each.role) for each in contact.advices if f"{each.id}.role" not in stored
    }
    for advice in contact.advices:
        name = f"{advice.id}.role"
        if stored.get(name) is not None and (advice.consultant_id, stored[name]) in roles:
            stored.pop(name)
            problems.append(Refusal(ClosingRefusal.ROLE_TWICE, field=name))
    return problems


def _keep_overwritten(session: Session, contact: Contact, actor: Actor, now: datetime) -> None:
    """A colleague's remarks that somebody knowingly replaces stay in the history. Notes have one author, and need no such care."""
    if contact.remarks and contact.remarks_by_id != actor.id:
        keep_revision(session, contact, why=OVERWRITTEN, actor=actor, now=now)


def _store(session: Session, contact: Contact, stored: Mapping[str, Value], actor: Actor, now: datetime) -> None:
    if not stored:
        return
    contact.version += 1
    contact.saved_by_id = actor.id
    contact.field_versions = contact.field_versions | dict.fromkeys(stored, contact.version)
    by_id = {str(advice.id): advice for advice in contact.advices}
    for name, value in stored.items():
        advice_id, dot, advice_field = name.partition(".")
        setattr(by_id[advice_id] if dot else contact, advice_field if dot else name, value)
    _follow(contact, stored, actor)
    contacts.mark_seen(contact, now)
    detail = {"fields": sorted(stored), "version": contact.version}
    contacts.note(session, contact, Tag.CONTACT_SAVED, actor=actor, now=now, detail=detail)


def _follow(contact: Contact, stored: Mapping[str, Value], actor: Actor) -> None:
    """What follows from a field: the date of service from the start (CR-6), the words by which a contact is found from its place."""
    if "started_at" in stored:
        contact.served_on = day_of(contact.started_at)
        for advice in contact.advices:
            advice.served_on = contact.served_on
    if "gmina" in stored:
        contacts.describe(contact, [each.institution for each in contact.referrals if each.institution])
    if "remarks" in stored:
        contact.remarks_by_id = actor.id
    if "promise_due" in stored:
        contact.promise_kept_at = None


def keep_revision(session: Session, contact: Contact, *, why: str, actor: Actor, now: datetime) -> ContactRevision:
    """Keep the contact as it stands, sealed, before something in it is replaced."""
    if actor.id is None:
        raise NotFound("Account")
    content = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values_of(contact).items()
    }
    content["outcome"] = contact.outcome
    revision = ContactRevision(contact_id=contact.id, at=now, by_id=actor.id, why=why)
    revision.snapshot = json.dumps(content, ensure_ascii=False, sort_keys=True)
    session.add(revision)
    return revision
