"""What people are told about their duties goes out by mail: their language, time and place, and the address of a page; nothing else."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.gateway import MailRefused, can_be_mailed, send_mail
from helpdesk.accounts.models import Notice
from helpdesk.accounts.service.notices import MAIL_NOTICE
from helpdesk.config import Settings
from helpdesk.db.jobs import Handler
from helpdesk.db.wall import acting_at
from helpdesk.roster.labels import notices as words
from helpdesk.roster.queries.notices import notice as notice_here
from helpdesk.web.i18n import _, speaking

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it goes out; `to` is empty for somebody whose login is no address."""

    to: str
    subject: str
    body: str


def render(app: Flask, notice: Notice) -> Mail:
    """The mail that tells somebody what a notice says, in the language of the account. Needs no request."""
    settings: Settings = app.extensions["helpdesk.settings"]
    path = app.url_map.bind("").build(words.page(notice), {"desk_id": notice.desk_id})
    login = notice.account.login
    with app.app_context(), speaking(notice.account.locale):
        lines = [
            words.sentence(notice),
            "",
            *words.about(notice),
            "",
            settings.public_url + path,
            "",
            _("This mail was sent by the duty roster. Nobody reads answers to it."),
        ]
        return Mail(login if can_be_mailed(login) else "", str(words.SUBJECT), "\n".join(lines) + "\n")


def handlers(app: Flask) -> Mapping[str, Handler]:
    """The job that mails a notice. It may run twice: what went out is not sent again.

    A server that cannot be reached is tried again, as any job is. One that refuses the address for good is not, and neither is
    somebody who has left; the notice stays on the person's page.
    """

    def mail_notice(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, payload["desk_id"]):
            notice = notice_here(session, UUID(payload["notice_id"]))
            if notice.mailed_at is None and notice.account.membership_at(notice.desk_id) and notice.account.active:
                _send(app, notice, now)

    return {MAIL_NOTICE: mail_notice}


def _send(app: Flask, notice: Notice, now: datetime) -> None:
    mail = render(app, notice)
    if not mail.to:
        return
    settings: Settings = app.extensions["helpdesk.settings"]
    try:
        sent = send_mail(settings, mail.to, mail.subject, mail.body, key=str(notice.id))
    except MailRefused as refused:
        log.warning("The mail server refuses notice %s for good: %s", notice.id, refused)
        return
    if sent:
        notice.mailed_at = now
