"""The vocabulary of the audit, and the chain that shows whether a row was altered."""

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

_LARGEST_ID = 2**63


class Tag(StrEnum):
    """`subject:action`, in alphabetical order."""

    ABSENCE_CHANGED = "absence:changed"
    ACCOUNT_ADDED = "account:added"
    ACCOUNT_CHANGED = "account:changed"
    ACCOUNT_JOINED = "account:joined"
    ACCOUNT_LEFT = "account:left"
    ACCOUNT_LOCKED = "account:locked"
    ACCOUNT_PASSWORD_CHANGED = "account:password-changed"  # noqa: S105  a tag, not a secret
    ACCOUNT_RECOVERY_CODE_USED = "account:recovery-code-used"
    ACCOUNT_SECOND_FACTOR_CHANGED = "account:second-factor-changed"
    ACCOUNT_SIGNED_IN = "account:signed-in"
    ACCOUNT_SIGNED_OUT = "account:signed-out"
    ACCOUNT_SIGN_IN_REFUSED = "account:sign-in-refused"
    ACCOUNT_UNLOCKED = "account:unlocked"
    ADVICE_ADDED = "advice:added"
    ADVICE_JOINED = "advice:joined"
    AGREEMENT_CHANGED = "agreement:changed"
    AGREEMENT_EXPORTED = "agreement:exported"
    AGREEMENT_IMPORTED = "agreement:imported"
    APPOINTMENT_BOOKED = "appointment:booked"
    APPOINTMENT_CHANGED = "appointment:changed"
    APPOINTMENT_OPENED = "appointment:opened"
    APPOINTMENT_REFUSED = "appointment:refused"
    APPOINTMENT_REMINDED = "appointment:reminded"
    AUDIT_READ = "audit:read"
    CALL_ARRIVED = "call:arrived"
    CALL_BACK_ASKED = "call-back:asked"
    CALL_BACK_CHANGED = "call-back:changed"
    CALL_BACK_DIALLED = "call-back:dialled"
    CALL_BACK_DONE = "call-back:done"
    CALL_BACK_READ = "call-back:read"
    CALL_BACK_TRIED = "call-back:tried"
    CALL_ENDED = "call:ended"
    CALL_GUEST_ASKED = "call:guest-asked"
    CALL_GUEST_JOINED = "call:guest-joined"
    CALL_GUEST_LEFT = "call:guest-left"
    CALL_HANDED_ON = "call:handed-on"
    CALL_HUNG_UP = "call:hung-up"
    CALL_MUSIC = "call:music"
    CALL_RETURNED = "call:returned"
    CALL_RUNG = "call:rung"
    CONTACT_CLOSED = "contact:closed"
    CONTACT_CORRECTED = "contact:corrected"
    CONTACT_CREATED = "contact:created"
    CONTACT_LISTED = "contact:listed"
    CONTACT_OPENED = "contact:opened"
    CONTACT_SAVED = "contact:saved"
    DESK_CHANGED = "desk:changed"
    DIRECTORY_EXPORTED = "directory:exported"
    DIRECTORY_IMPORTED = "directory:imported"
    DUTY_CHANGED = "duty:changed"
    DUTY_DRAFTED = "duty:drafted"
    DUTY_OFFERED = "duty:offered"
    DUTY_PUBLISHED = "duty:published"
    DUTY_TAKEN = "duty:taken"
    FEED_CHANGED = "feed:changed"
    FILE_KEPT = "file:kept"
    FILE_OPENED = "file:opened"
    FILE_ORIGINAL_OPENED = "file:original-opened"
    HANDOVER_SIGNED = "handover:signed"
    HOURS_CHANGED = "hours:changed"
    HOURS_CONFIRMED = "hours:confirmed"
    HOURS_EXPORTED = "hours:exported"
    INSTITUTION_CHANGED = "institution:changed"
    INTAKE_ANSWERED = "intake:answered"
    INTAKE_CHANGED = "intake:changed"
    INTAKE_CODE_ENDED = "intake:code-ended"
    INTAKE_CODE_MADE = "intake:code-made"
    INTAKE_FORGOTTEN = "intake:forgotten"
    INTAKE_NOTIFIED = "intake:notified"
    INTAKE_OFFERED = "intake:offered"
    INTAKE_OPENED = "intake:opened"
    INTAKE_RETURNED = "intake:returned"
    INTAKE_SAFETY_CHANGED = "intake:safety-changed"
    INTAKE_SENT = "intake:sent"
    INTAKE_TAKEN = "intake:taken"
    INTAKE_WITHDRAWN = "intake:withdrawn"
    INTAKE_WROTE = "intake:wrote"
    KEYS_RESEALED = "keys:resealed"
    LINE_CHANGED = "line:changed"
    MESSAGE_DELETED = "message:deleted"
    MESSAGE_HEARD = "message:heard"
    MESSAGE_KEPT = "message:kept"
    NOTE_OPENED = "note:opened"
    PLACE_CHANGED = "place:changed"
    RECORDING_CHANGED = "recording:changed"
    REFERRAL_CHANGED = "referral:changed"
    ROOM_USED = "room:used"
    ROSTER_CHANGED = "roster:changed"
    ROSTER_IMPORTED = "roster:imported"
    SCHEDULE_EXPORTED = "schedule:exported"
    SCHEDULE_IMPORTED = "schedule:imported"
    SCHEDULE_RECORDS_OPENED = "schedule:records-opened"
    SCHEDULE_VALUE_ENTERED = "schedule:value-entered"
    STATISTICS_EXPORTED = "statistics:exported"
    SENTENCE_REVIEWED = "sentence:reviewed"
    TEMPLATE_CHANGED = "template:changed"
    TEXT_ANSWERED = "text:answered"
    TEXT_ARRIVED = "text:arrived"


# Acts by which somebody learns what stands in a record.
LOOKING = frozenset(tag for tag in Tag if tag.value.endswith(("opened", ":listed", ":exported", ":read")))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who saw or did what of whom between when: what the log of a desk is narrowed to. All that is given must hold.

    `who`: the name as it stands in the log; `first` and `last`: days, both included; `looking`: only acts by which something is learnt.
    """

    subject: str = ""
    who: str = ""
    first: date | None = None
    last: date | None = None
    looking: bool = False

    @property
    def is_narrowed(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the chain sees it: every column that says who did what, and when."""

    id: int
    at: datetime
    actor_id: str | None
    actor_name: str
    desk_id: str | None
    tag: str
    subject: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list of events, newest first, was left: events of one act share their instant, so the id belongs to it."""

    at: datetime
    id: int

    @property
    def text(self) -> str:
        """The place as it stands in an address."""
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place of an address; None for what is no place, so that the list begins anew."""
        at, _, number = text.partition("~")
        try:
            place = cls(datetime.fromisoformat(at), int(number))
        except ValueError:
            return None
        return place if place.at.tzinfo and 0 <= place.id < _LARGEST_ID else None


@dataclass(frozen=True, slots=True)
class Link:
    """The place of one event in the chain."""

    position: int
    event_id: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    position: int
    event_id: int
    reason: str


def digest_of(entry: Entry, before: bytes, key: bytes) -> bytes:
    """The keyed digest of an event and of all before it. Without the key nobody can forge a chain that fits."""
    plain = [
        entry.id,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor_name,
        entry.desk_id,
        entry.tag,
        entry.subject,
        entry.detail,
    ]
    canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, before + canonical.encode(), "sha256")


def chain(entries: Iterable[Entry], after: Link | None, key: bytes) -> Iterator[Link]:
    """Links for events that have none yet, continuing after the last one."""
    position, before = (after.position, after.digest) if after else (0, b"")
    for entry in entries:
        position, before = position + 1, digest_of(entry, before, key)
        yield Link(position, entry.id, before)


def first_break(pairs: Iterable[tuple[Link, Entry | None]], key: bytes) -> Break | None:
    """The first link whose event is missing or altered, or that itself is missing; None when the whole chain holds."""
    before = b""
    for expected, (link, entry) in enumerate(pairs, start=1):
        if link.position != expected:
            return Break(expected, link.event_id, "a link before this one is missing")
        if entry is None:
            return Break(link.position, link.event_id, "the event is missing")
        before = digest_of(entry, before, key)
        if not hmac.compare_digest(before, link.digest):
            return Break(link.position, link.event_id, "the event was altered")
    return None
