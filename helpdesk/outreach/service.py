"""The only door by which a reminder or a notice leaves to a person helped."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.accounts import gateway
from helpdesk.config import Settings
from helpdesk.kernel.errors import Refusal
from helpdesk.outreach import sources
from helpdesk.outreach.models import Outgoing
from helpdesk.outreach.rules import SafeContact, Way, may_remind, may_write

# How a text message leaves: to whom, in which words. The telephone knows how; here nobody knows the telephone.
SendText = Callable[[str, str], object]


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom to remind of what: nothing but an address, a language and a time."""

    safe: SafeContact
    address: str = field(repr=False)
    language: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom of which desk to tell that something waits: nothing but an address and a language."""

    safe: SafeContact
    address: str = field(repr=False)
    language: str
    desk_id: str


def can_send(settings: Settings) -> bool:
    """Whether this office has a mail server and an address of which nobody can tell whose it is."""
    return bool(settings.smtp_url and settings.neutral_mail_from)


def send_reminder(settings: Settings, reminder: Reminder, *, key: str, now: datetime) -> bool:
    """Send the fixed neutral words of a reminder; False where the office cannot send any.

    `key` names the reminder, so that sent again it is known as the same one. Raises Refusal when it is not safe now, MailFailed for
    what may work later and MailRefused for what never will.
    """
    forbidden = may_remind(reminder.safe, reminder.starts_at, now)
    if forbidden is not None:
        raise Refusal(forbidden)
    if not can_send(settings):
        return False
    words = sources.reminder(reminder.language, reminder.starts_at, now)
    return gateway.send_mail(_unnamed(settings), reminder.address, words.subject, words.body, key=key)


def send_notice(
    session: Session, settings: Settings, notice: Notice, send_text: SendText | None, *, key: str, now: datetime
) -> bool:
    """Send the fixed neutral words that something waits; False where the office cannot send any.

    A demonstration without a mail server or telephone keeps them to be looked at. `key` as for a reminder. Raises Refusal when it is not
    safe now, and what the mail server or the telephone says.
    """
    forbidden = may_write(notice.safe, now)
    if forbidden is not None:
        raise Refusal(forbidden)
    words = sources.notice(notice.language)
    if notice.safe.way is Way.SMS and send_text is not None:
        send_text(notice.address, words.body)
        return True
    if notice.safe.way is Way.EMAIL and can_send(settings):
        return gateway.send_mail(_unnamed(settings), notice.address, words.subject, words.body, key=key)
    if settings.demo:
        kept = Outgoing(desk_id=notice.desk_id, way=notice.safe.way, subject=words.subject, body=words.body, at=now)
        kept.address = notice.address
        session.add(kept)
    return settings.demo


def _unnamed(settings: Settings) -> Settings:
    """The settings under which a mail carries the neutral address alone: as sender, in its id, and as the name we greet the server with."""
    domain = settings.neutral_mail_from.rpartition("@")[2].rstrip(">")
    return replace(settings, mail_from=settings.neutral_mail_from, public_url=f"https://{domain}")
