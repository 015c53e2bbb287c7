"""The only door by which a reminder leaves to a person helped."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from helpdesk.accounts import gateway
from helpdesk.config import Settings
from helpdesk.kernel.errors import Refusal
from helpdesk.outreach import sources
from helpdesk.outreach.rules import SafeContact, may_remind


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom to remind of what: nothing but an address, a language and a time."""

    safe: SafeContact
    address: str = field(repr=False)
    language: str
    starts_at: datetime


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


def _unnamed(settings: Settings) -> Settings:
    """The settings under which a mail carries the neutral address alone: as sender, in its id, and as the name we greet the server with."""
    domain = settings.neutral_mail_from.rpartition("@")[2].rstrip(">")
    return replace(settings, mail_from=settings.neutral_mail_from, public_url=f"https://{domain}")
