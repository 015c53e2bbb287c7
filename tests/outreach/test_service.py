"""The one door by which a reminder leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from helpdesk.accounts import gateway
from helpdesk.config import Settings
from helpdesk.kernel.errors import Refusal
from helpdesk.outreach.rules import ReminderRefusal, SafeContact, Way
from helpdesk.outreach.service import Reminder, can_send, send_reminder

TUESDAY_TEN = datetime(2023, 10, 17, 8, tzinfo=UTC)
MONDAY_TWO = datetime(2023, 10, 16, 12, tzinfo=UTC)
SAFE = SafeContact(Way.EMAIL, has_address=True, from_hour=9, until_hour=15)
LUNA = Reminder(SAFE, "luna@example.org", "es", TUESDAY_TEN)


@pytest.fixture
def handed_in(monkeypatch: pytest.MonkeyPatch) -> list[tuple[EmailMessage, str]]:
    """What the server was given, and by which name we greeted it."""
    found: list[tuple[EmailMessage, str]] = []
    monkeypatch.setattr(gateway, "_hand_in", lambda _server, message, _to, own_name: found.append((message, own_name)))
    return found


@pytest.fixture
def office(settings: Settings) -> Settings:
    return replace(
        settings,
        public_url="https://helpdesk.niebieskalinia.example.org",
        smtp_url="smtp://mail.niebieskalinia.example.org:587",
        mail_from="Niebieska Linia <dyzury@niebieskalinia.example.org>",
        neutral_mail_from="post@example.net",
    )


def test_a_reminder_leaves_with_nothing_of_the_office_in_it(
    office: Settings, handed_in: list[tuple[EmailMessage, str]]
) -> None:
    assert send_reminder(office, LUNA, key="1", now=MONDAY_TWO)
    [(message, own_name)] = handed_in
    assert message["From"] == "post@example.net"
    assert message["To"] == "luna@example.org"
    assert message["Subject"] == "Recordatorio"
    assert message.get_content().strip() == "Mañana, mar, 17 de octubre, 10:00."
    assert own_name == "example.net"
    assert "niebieska" not in message.as_string().lower()


@pytest.mark.parametrize(
    ("reminder", "now", "code"),
    [
        (LUNA, MONDAY_TWO + timedelta(hours=1), ReminderRefusal.OUTSIDE_HOURS),
        (replace(LUNA, safe=replace(SAFE, way=Way.SMS)), MONDAY_TWO, ReminderRefusal.NOT_BY_SMS),
        (replace(LUNA, safe=replace(SAFE, until=date(2023, 10, 15))), MONDAY_TWO, ReminderRefusal.NOT_SAFE_ANY_MORE),
        (LUNA, TUESDAY_TEN, ReminderRefusal.TOO_LATE),
    ],
)
def test_the_door_stays_shut_when_it_is_not_safe(
    office: Settings,
    handed_in: list[tuple[EmailMessage, str]],
    reminder: Reminder,
    now: datetime,
    code: ReminderRefusal,
) -> None:
    with pytest.raises(Refusal) as refused:
        send_reminder(office, reminder, key="1", now=now)
    assert refused.value.code is code
    assert handed_in == []


@pytest.mark.parametrize("missing", [{"smtp_url": ""}, {"neutral_mail_from": ""}], ids=str)
def test_an_office_without_a_server_or_a_neutral_address_reminds_nobody(
    office: Settings, handed_in: list[tuple[EmailMessage, str]], missing: dict[str, Any]
) -> None:
    poor = replace(office, **missing)
    assert not can_send(poor)
    assert not send_reminder(poor, LUNA, key="1", now=MONDAY_TWO)
    assert handed_in == []


def test_the_address_is_not_in_what_a_log_would_show() -> None:
    assert "luna" not in repr(LUNA)
