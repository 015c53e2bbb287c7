"""The mail server: one plain message to one address, over TLS, within seconds. Its protocol is known nowhere else."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid, parseaddr
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow

TIMEOUT_SECONDS = 15.0
SUBMISSION, SUBMISSIONS = 587, 465
PERMANENT = 500  # codes from here on mean: never (RFC 5321, 4.2.1)


class MailFailed(Exception):
    """The server could not be reached, or does not know us: another time may do."""


class MailRefused(Exception):
    """The server will never take this message for this address."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    encrypted: bool  # from the first byte on; otherwise by STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """The server at "smtp://user:password@host:587" or "smtps://…"; the settings have looked at the address."""
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        port = parts.port or (SUBMISSIONS if encrypted else SUBMISSION)
        return cls(parts.hostname or "", port, encrypted, unquote(parts.username or ""), unquote(parts.password or ""))

    @property
    def is_here(self) -> bool:
        """Whether it runs on this very machine, so that nothing goes over a network."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def can_be_mailed(login: str) -> bool:
    """Whether a login is also an e-mail address."""
    name, _, domain = login.partition("@")
    return bool(name) and "." in domain.strip(".") and "@" not in domain


def send_mail(settings: Settings, to: str, subject: str, body: str, *, key: str = "") -> bool:
    """Hand in one mail; False where no mail server is set. A mail sent again under the same `key` is known as the same one.

    Raises MailFailed for what may work later and MailRefused for what never will; neither says to whom, since logs are read by many.
    """
    if not settings.smtp_url:
        return False
    message = _message(settings, to, subject, body, key)
    try:
        _hand_in(Server.at(settings.smtp_url), message, to, _domain(settings))
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise (MailRefused if all(code >= PERMANENT for code in codes) else MailFailed)(str(codes)) from None
    except smtplib.SMTPDataError as error:
        raise (MailRefused if error.smtp_code >= PERMANENT else MailFailed)(str(error.smtp_code)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(type(error).__name__) from None
    return True


def _domain(settings: Settings) -> str:
    """The sender's domain, by which we also greet the server: no other name of ours may stand in the head of a mail."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"


def _message(settings: Settings, to: str, subject: str, body: str, key: str) -> EmailMessage:
    domain = _domain(settings)
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Date"] = format_datetime(utcnow())
    message["Message-ID"] = f"<{key}@{domain}>" if key else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"  # no machine shall answer that somebody is on leave (RFC 3834)
    message.set_content(body)
    return message


def _hand_in(server: Server, message: EmailMessage, to: str, own_name: str) -> None:
    context = ssl.create_default_context()
    if server.encrypted:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, own_name, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, own_name, timeout=TIMEOUT_SECONDS)
    with client:
        if not server.encrypted:
            _encrypt(client, server, context)
        if server.user:
            client.login(server.user, server.password)
        client.send_message(message, to_addrs=[to])  # this one address, whatever a comma in it might mean


def _encrypt(client: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    """Go over to TLS. A server elsewhere that does not offer it gets nothing: somebody may have taken the offer out on the way."""
    client.ehlo()
    if client.has_extn("starttls") or not server.is_here:
        client.starttls(context=context)
