"""Call-backs as work: who has taken it on, whether anybody may be called now, what became of it. Nothing is ever said by a machine."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Account
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import URGENT_FLAGS, Danger
from helpdesk.db.jobs import enqueue
from helpdesk.db.notify import Changed
from helpdesk.db.sealed import ring
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import Forbidden, Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor, Permission
from helpdesk.kernel.phones import CallerKind
from helpdesk.outreach.rules import check_hours
from helpdesk.telephony.models import Attempt, Call, CallBack
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules import call_backs as rules
from helpdesk.telephony.rules.call_backs import (
    Asked,
    CallBackRefusal,
    DialFacts,
    DialRefusal,
    Outcome,
    Tried,
    Verdict,
)

TOPIC = "call-backs"
DIAL = "telephony.dial"


def ask(session: Session, call: Call, asked: Asked, now: datetime) -> CallBack:
    """Somebody waits for a call from us. Once for each call and way of asking, however often this is said; who says so holds the call."""
    found = queries.of_call(session, call.id, asked)
    if found is not None:
        return found
    made = CallBack(
        desk_id=call.desk_id,
        contact_id=call.contact_id,
        call_id=call.id,
        asked=asked,
        asked_at=now,
        due_at=rules.due(now, queries.hours_ahead(session, now)),
        language=call.language,
    )
    session.add(made)
    note(session, made, Tag.CALL_BACK_ASKED, actor=SYSTEM, now=now, kind=asked.value)
    return made


def open_call_back(session: Session, call_back_id: UUID, *, actor: Actor, now: datetime) -> CallBack:
    """A call-back for reading; that its contact's safety note was opened, and by whom, is recorded."""
    found = queries.call_back(session, call_back_id)
    audit.record(
        session,
        actor=actor,
        tag=Tag.CONTACT_OPENED,
        subject=found.contact_id,
        desk_id=found.desk_id,
        now=now,
        detail={"call_back": str(found.id)},
    )
    return found


def take(session: Session, call_back_id: UUID, *, known_version: int, actor: Actor, now: datetime) -> CallBack:
    """Take it on, also from a colleague, who may have gone home."""
    held = _held(session, call_back_id, known_version)
    _change(held, owner_id=_person(actor))
    note(session, held, Tag.CALL_BACK_CHANGED, actor=actor, now=now, what="taken")
    return held


def hand(
    session: Session, call_back_id: UUID, to_id: UUID | None, *, known_version: int, actor: Actor, now: datetime
) -> CallBack:
    """Hand it to a colleague who may call, or to nobody: then it waits for whoever takes it on."""
    held = _held(session, call_back_id, known_version)
    if to_id is not None and to_id not in {each.id for each in colleagues(session)}:
        raise Refusal(CallBackRefusal.NOT_A_COLLEAGUE, field="to")
    _change(held, owner_id=to_id)
    note(session, held, Tag.CALL_BACK_CHANGED, actor=actor, now=now, what="handed")
    return held


def colleagues(session: Session) -> Sequence[Account]:
    """Who may call somebody back at the acting desk, by name."""
    desk_id = acting_desk(session)
    found = [(each, each.actor_at(desk_id)) for each in accounts.members(session, desk_id)]
    return [account for account, actor in found if actor is not None and actor.may(Permission.CONTACT_WRITE)]


def agree(  # each is a fact that the person told us
    session: Session,
    call_back_id: UUID,
    hours: tuple[int | None, int | None],
    *,
    machine_ok: bool,
    known_version: int,
    actor: Actor,
    now: datetime,
) -> CallBack:
    """Write down what the person said about being called: in which hours, from 0 to 24, or at any; whether a machine may be spoken to.

    Raises the Refusal of `outreach.rules.check_hours`.
    """
    held = _held(session, call_back_id, known_version)
    from_hour, until_hour = check_hours(*hours) if hours != (None, None) else (None, None)
    _change(held, from_hour=from_hour, until_hour=until_hour, machine_ok=machine_ok, agreed_at=now)
    note(session, held, Tag.CALL_BACK_CHANGED, actor=actor, now=now, what="agreed")
    return held


def read_note(session: Session, call_back_id: UUID, *, actor: Actor, now: datetime) -> CallBack:
    """Keep that this person says to have read the safety note; only then is the number shown (CO2)."""
    held = _open(queries.call_back(session, call_back_id, for_update=True))
    held.read_by_id, held.read_at, held.read_note = _person(actor), now, _digest(held)
    note(session, held, Tag.CALL_BACK_READ, actor=actor, now=now)
    return held


def has_read_note(call_back: CallBack, actor: Actor, now: datetime) -> bool:
    """Whether this person has lately read the safety note as it stands now."""
    return rules.has_read(call_back.reading, actor.id, _digest(call_back), now)


def verdict(call_back: CallBack, actor: Actor, now: datetime) -> Verdict:
    """Whether the person may be called now, by what the sheet and the call-back say."""
    contact, call = call_back.contact, call_back.call
    return rules.dialling(
        DialFacts(
            has_number=call is not None and call.caller_number_sealed is not None,
            had_number=call is not None and call.caller_kind is CallerKind.KNOWN,
            ways=frozenset(contact.safe_ways),
            flags=frozenset(contact.safety_flags),
            # Nobody gets that far in a call without having pressed the key.
            said_safe=call_back.asked is Asked.CALL_BACK,
            hours=call_back.hours,
            machine_ok=call_back.machine_ok,
            tries=sum(rules.is_in_vain(each.tried) for each in call_back.attempts),
            decides=actor.may(Permission.CONTACT_CORRECT),
        ),
        now,
    )


def is_urgent(contact: Contact) -> bool:
    """Whether the sheet speaks of danger."""
    return contact.danger == Danger.YES or not URGENT_FLAGS.isdisjoint(contact.safety_flags)


def may_see_number(call_back: CallBack, actor: Actor, now: datetime) -> bool:
    """Whether the number is shown: the note was read, and the person may be called, or is being called in spite of a refusal."""
    if not call_back.is_open or call_back.owner_id != actor.id or not has_read_note(call_back, actor, now):
        return False
    found = verdict(call_back, actor, now)
    mine = [each for each in under_way(call_back, now) if each.by_id == actor.id]
    return found.is_allowed or (found.may_be_overridden and bool(mine))


def under_way(call_back: CallBack, now: datetime) -> list[Attempt]:
    """The attempts that have begun and of which nobody has said what became."""
    return [each for each in call_back.attempts if rules.is_under_way(each.at, each.tried, now)]


def dial(  # each decides about the call
    session: Session,
    call_back_id: UUID,
    *,
    known_version: int,
    shown: str,
    actor: Actor,
    now: datetime,
    override: str = "",
    by_hand: bool = False,
) -> Attempt:
    """Begin an attempt: the person's own telephone rings first, and is then put through, with the number `shown` at the other end.

    `by_hand`: the person dials, and nothing rings. `override` says why it is done in spite of what speaks against it; it is sealed, and the
    audit says what was overridden. Raises Refusal with the first reason against it.
    """
    held = _held(session, call_back_id, known_version)
    if held.owner_id != _person(actor):
        raise Refusal(CallBackRefusal.NOT_YOURS)
    if not has_read_note(held, actor, now):
        raise Refusal(DialRefusal.NOTE_NOT_READ)
    if under_way(held, now):
        raise Refusal(DialRefusal.UNDER_WAY)
    if not by_hand:
        _check_telephones(session, actor, shown)
    overridden = _overridden(verdict(held, actor, now), override)
    attempt = Attempt(
        call_back_id=held.id, at=now, by_id=_person(actor), override=override.strip() if overridden else ""
    )
    held.attempts.append(attempt)
    _change(held)
    if not by_hand:
        order = {"desk_id": held.desk_id, "attempt_id": str(attempt.id)}
        enqueue(session, DIAL, order, due=now, key=f"dial:{attempt.id}")
    detail = {"overridden": overridden} if overridden else {}
    note(session, held, Tag.CALL_BACK_DIALLED, actor=actor, now=now, how="hand" if by_hand else "telephone", **detail)
    return attempt


def _check_telephones(session: Session, actor: Actor, shown: str) -> None:
    if not shown:
        raise Refusal(DialRefusal.NO_NEUTRAL_NUMBER)
    account = session.get(Account, actor.id)
    if account is None or not account.phone:
        raise Refusal(DialRefusal.NO_OWN_PHONE)


def _overridden(found: Verdict, override: str) -> list[str]:
    """The codes of what is overridden; raises Refusal where something speaks against the call and no reason is given, or none is enough."""
    if found.is_allowed:
        return []
    if not found.may_be_overridden:
        raise Refusal(next(each for each in found.refused if each not in rules.OVERRIDABLE))
    if not override.strip():
        raise Refusal(DialRefusal.REASON_MISSING, field="override")
    return [each.value for each in found.refused]


def tell(
    session: Session, call_back_id: UUID, tried: Tried, *, known_version: int, actor: Actor, now: datetime
) -> CallBack:
    """Say what became of an attempt: of the one this person began, or of one dialled by hand just now.

    Whoever was reached waits no longer.
    """
    held = _held(session, call_back_id, known_version)
    mine = [each for each in held.attempts if each.tried is None and each.by_id == actor.id]
    if mine:
        mine[-1].tried = tried
    else:
        held.attempts.append(Attempt(call_back_id=held.id, at=now, by_id=_person(actor), tried=tried))
    _change(held)
    note(session, held, Tag.CALL_BACK_TRIED, actor=actor, now=now, tried=tried.value)
    if tried is Tried.REACHED:
        end(session, held, Outcome.REACHED, actor=actor, now=now)
    return held


def finish(
    session: Session, call_back_id: UUID, outcome: Outcome, *, known_version: int, actor: Actor, now: datetime
) -> CallBack:
    """End the work. `CALLED_AGAIN` only where the same caller did."""
    held = _held(session, call_back_id, known_version)
    if outcome is Outcome.CALLED_AGAIN and not queries.called_again(session, [held.id]):
        raise Refusal(CallBackRefusal.NOT_CALLED_AGAIN)
    _change(held)
    end(session, held, outcome, actor=actor, now=now)
    return held


def end(session: Session, held: CallBack, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """End the work of a call-back that is held."""
    held.done_at, held.done_by_id, held.outcome = now, actor.id, outcome
    note(session, held, Tag.CALL_BACK_DONE, actor=actor, now=now, ended=outcome.value)


def reopen(session: Session, call_back_id: UUID, *, known_version: int, actor: Actor, now: datetime) -> CallBack:
    """It was ended too early: it waits again, with this person, and is due as it was."""
    held = queries.call_back(session, call_back_id, for_update=True)
    _check_version(held, known_version)
    if held.is_open:
        raise Refusal(CallBackRefusal.NOT_DONE)
    _change(held, done_at=None, done_by_id=None, outcome=None, owner_id=_person(actor))
    note(session, held, Tag.CALL_BACK_CHANGED, actor=actor, now=now, what="reopened")
    return held


def note(session: Session, call_back: CallBack, tag: Tag, *, actor: Actor, now: datetime, **detail: Any) -> None:  # noqa: ANN401  codes and numbers
    """Record who did what to a call-back, beside all else that happened to the contact, and tell the desk's screens."""
    audit.record(
        session,
        actor=actor,
        tag=tag,
        subject=call_back.contact_id,
        desk_id=call_back.desk_id,
        now=now,
        detail={"call_back": str(call_back.id), **detail},
        told=Changed(call_back.desk_id, TOPIC, str(call_back.id)),
    )


def _held(session: Session, call_back_id: UUID, known_version: int) -> CallBack:
    """An open call-back that nobody else changes meanwhile, as this person saw it; Refusal if a colleague was first."""
    held = queries.call_back(session, call_back_id, for_update=True)
    _check_version(held, known_version)
    return _open(held)


def _check_version(held: CallBack, known_version: int) -> None:
    if held.version != known_version:
        raise Refusal(CallBackRefusal.CHANGED)


def _open(held: CallBack) -> CallBack:
    if not held.is_open:
        raise Refusal(CallBackRefusal.DONE)
    return held


def _change(held: CallBack, **values: object) -> None:
    for name, value in values.items():
        setattr(held, name, value)
    held.version += 1


def _person(actor: Actor) -> UUID:
    if actor.id is None:
        raise Forbidden
    return actor.id


def _digest(call_back: CallBack) -> bytes:
    """A keyed digest of all that is shown as safety note, so that a changed one is read again."""
    contact = call_back.contact
    hours = call_back.hours or ("", "")
    parts = (
        contact.danger or "",
        ",".join(sorted(contact.safety_flags)),
        ",".join(sorted(contact.safe_ways)),
        contact.safe_contact,
        *map(str, (*hours, call_back.machine_ok)),
    )
    return ring().blind("safety note", str(call_back.id), *parts)
