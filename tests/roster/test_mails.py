"""What people are told about their duties goes out by mail, once, in their language, and says nothing but when and where."""

import re
import ssl
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.gateway import MailFailed, MailRefused, Server, can_be_mailed, send_mail
from helpdesk.accounts.models import Account, Notice
from helpdesk.accounts.service.notices import notify
from helpdesk.config import Settings
from helpdesk.db.jobs import MOST_ATTEMPTS, Job, dead_jobs, run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import act_at
from helpdesk.kernel.permissions import Role
from helpdesk.roster import mails
from helpdesk.roster.labels import notices as words
from helpdesk.roster.rules.notices import Told
from helpdesk.web.i18n import _, locale, speaking
from tests.factories import BLUE_LINE, make_account, make_desk
from tests.roster.planning import browser_of
from tests.roster.post_office import PostOffice, post_office

DUTY: Mapping[str, str | int] = {
    "from": "2023-10-09T15:00:00+00:00",
    "to": "2023-10-09T19:00:00+00:00",
    "place": "Toruń, ul. Przykładowa 1",
}


class Deliver(Protocol):
    """Run the jobs that are due, with a mail server; answers how many were tried."""

    def __call__(self, office: PostOffice, at: datetime | None = None) -> int: ...


def _with_server(settings: Settings, office: PostOffice, scheme: str = "smtp", login: str = "") -> Settings:
    return replace(
        settings, smtp_url=f"{scheme}://{login}localhost:{office.port}", mail_from="Dyżury <a@office.example>"
    )


@pytest.fixture
def ewa(session: Session) -> Account:
    make_desk(session)
    account = make_account(session, login="ewa@example.org")
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def deliver(app: Flask, settings: Settings, sessions: Sessions, session: Session, now: datetime) -> Deliver:
    def run(office: PostOffice, at: datetime | None = None) -> int:
        session.commit()
        app.extensions["helpdesk.settings"] = _with_server(settings, office)
        tried = run_due(sessions, mails.handlers(app), now=at or now)
        session.expire_all()
        return tried

    return run


def _tell(
    session: Session,
    account: Account,
    now: datetime,
    code: Told = Told.GIVEN,
    data: Mapping[str, str | int] = DUTY,
) -> Notice:
    return notify(session, account.id, code, data, now=now)


def _open_jobs(session: Session) -> list[Job]:
    return list(session.scalars(select(Job).where(Job.done_at.is_(None), Job.dead_at.is_(None))))


def test_a_mail_says_when_and_where_and_the_address_of_a_page(
    session: Session, ewa: Account, deliver: Deliver, now: datetime
) -> None:
    notice = _tell(session, ewa, now)
    with post_office() as office:
        assert deliver(office) == 1
    [letter] = office.letters
    assert office.to == ["ewa@example.org"]
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "ewa@example.org",
        "Dyżury <a@office.example>",
        "Duty changed",
    )
    assert letter["Message-ID"] == f"<{notice.id}@office.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert office.greeted_by == {"office.example"}
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == [
        "This duty is yours now.",
        "",
        "Monday 9 October, 17:00–21:00, Toruń, ul. Przykładowa 1",
        "",
        "http://localhost/desk/blue-line/my-duties",
        "",
        "This mail was sent by the duty roster. Nobody reads answers to it.",
    ]
    assert notice.mailed_at == now
    assert _open_jobs(session) == []


def test_a_mail_is_written_in_the_language_of_the_account(
    session: Session, ewa: Account, deliver: Deliver, now: datetime
) -> None:
    ewa.locale = "pl"
    _tell(session, ewa, now)
    with post_office() as office:
        deliver(office)
    assert "poniedziałek 9 października, 17:00–21:00" in office.letters[0].get_content()


def test_a_mail_goes_out_once_though_its_job_runs_twice(
    session: Session, ewa: Account, deliver: Deliver, now: datetime
) -> None:
    notice = _tell(session, ewa, now)
    with post_office() as office:
        deliver(office)
        job = session.scalars(select(Job)).one()
        job.done_at, job.due = None, now
        assert deliver(office) == 1
    assert len(office.letters) == 1
    assert notice.mailed_at == now


def test_without_a_mail_server_nothing_is_sent_and_nothing_waits(
    app: Flask, session: Session, sessions: Sessions, ewa: Account, now: datetime
) -> None:
    notice = _tell(session, ewa, now)
    session.commit()
    assert run_due(sessions, mails.handlers(app), now=now) == 1
    session.expire_all()
    assert notice.mailed_at is None
    assert _open_jobs(session) == []


@pytest.mark.parametrize("gone", ["inactive", "no member", "no address"])
def test_nobody_is_mailed_who_has_left_or_has_no_address(
    session: Session, ewa: Account, deliver: Deliver, now: datetime, gone: str
) -> None:
    colleague = make_account(session, login="olga@example.org")
    for account in (ewa, colleague):
        _tell(session, account, now)
    match gone:
        case "inactive":
            ewa.active = False
        case "no member":
            session.delete(ewa.memberships[0])
        case _:
            ewa.login = "ewa"
    with post_office() as office:
        assert deliver(office) == 2
    assert office.to == ["olga@example.org"]
    assert _open_jobs(session) == []


@pytest.mark.parametrize("replies", [{"RCPT": "550 no such person"}, {"taken": "554 we do not like it"}])
def test_what_a_server_refuses_for_good_is_not_sent_again_and_again(
    session: Session, ewa: Account, deliver: Deliver, now: datetime, replies: dict[str, str]
) -> None:
    notice = _tell(session, ewa, now)
    with post_office(replies) as office:
        deliver(office)
    assert notice.mailed_at is None
    assert (_open_jobs(session), dead_jobs(session)) == ([], 0)


@pytest.mark.parametrize(
    "replies", [{"RCPT": "450 later"}, {"taken": "451 later"}, {"MAIL": "421 busy"}, {"MAIL": "550 not from you"}]
)
def test_what_a_server_refuses_for_now_is_tried_again_and_in_the_end_left_to_people(
    session: Session,
    ewa: Account,
    deliver: Deliver,
    now: datetime,
    replies: dict[str, str],
) -> None:
    notice = _tell(session, ewa, now)
    with post_office(replies) as office:
        deliver(office)
        [job] = _open_jobs(session)
        assert (job.attempts, job.error) == (1, "MailFailed")
        office.replies.clear()
        deliver(office, now + timedelta(minutes=1))
    assert len(office.letters) == 1 + ("taken" in replies)
    assert notice.mailed_at == now + timedelta(minutes=1)


def test_the_coordinator_sees_whom_no_mail_has_reached(
    app: Flask, session: Session, ewa: Account, deliver: Deliver, now: datetime
) -> None:
    marta = make_account(session, login="marta@example.org", name="Marta Wilk")
    here = make_account(session, login="krystyna", name="Krystyna Bez-Adresu")
    gone = make_account(session, login="gone@example.org", name="Roman Odszedł")
    gone.active = False
    _tell(session, ewa, now - timedelta(days=15), Told.CANCELLED)
    for person in (ewa, here, gone):
        _tell(session, person, now - timedelta(minutes=20))
    with post_office() as office:
        office.replies["RCPT"] = "550 no such mailbox"
        deliver(office)
        office.replies.clear()
        _tell(session, marta, now - timedelta(minutes=20))
        deliver(office)
        _tell(session, ewa, now)  # on its way
        karol = make_account(session, roles=(Role.COORDINATOR,), name="Karol", login="karol@example.org")
        session.commit()
        with time_machine.travel(now):
            page = browser_of(app, karol).reads(f"/desk/{BLUE_LINE}/roster")
            seen_by_marta = browser_of(app, marta).reads(f"/desk/{BLUE_LINE}/roster")
    assert "1 message did not go out by mail" in page
    below = page[page.index("Whom no mail has reached") :]
    assert "Ewa Zięba" in below
    assert "This duty is yours now." in below
    for other in ("Marta Wilk", "Krystyna", "Roman", "Your duty was cancelled."):
        assert other not in below, other
    assert "did not go out" not in seen_by_marta


def test_a_server_that_is_gone_for_long_leaves_a_job_that_people_see(
    app: Flask, settings: Settings, session: Session, sessions: Sessions, ewa: Account, now: datetime
) -> None:
    _tell(session, ewa, now)
    session.commit()
    with post_office() as office:
        app.extensions["helpdesk.settings"] = _with_server(settings, office)
    for number in range(MOST_ATTEMPTS):
        run_due(sessions, mails.handlers(app), now=now + timedelta(minutes=10 * number))
    assert dead_jobs(session) == 1


def test_every_sentence_can_be_told_and_holds_no_name(
    app: Flask, session: Session, ewa: Account, now: datetime
) -> None:
    assert set(words.SENTENCES) == set(Told)
    data = {**DUTY, "return_from": DUTY["to"], "return_to": "2023-10-09T21:00:00+00:00", "return_place": ""}
    for code in Told:
        mail = mails.render(app, _tell(session, ewa, now, code, data))
        assert "Monday 9 October, 17:00–21:00, Toruń, ul. Przykładowa 1\nMonday 9 October, 21:00–23:00\n" in mail.body
        assert "Ewa" not in mail.subject + mail.body
        assert re.search(r"^http://localhost/desk/blue-line/[a-z/-]+$", mail.body, re.MULTILINE)


def test_a_notice_of_several_duties_says_how_many_and_between_which_days(
    app: Flask, session: Session, ewa: Account, now: datetime
) -> None:
    month: Mapping[str, str | int] = {
        "number": 12,
        "from": "2023-10-31T23:00:00+00:00",
        "to": "2023-11-30T20:00:00+00:00",
    }
    assert "12 duties, 1 November – 30 November 2023" in mails.render(app, _tell(session, ewa, now, data=month)).body
    one: Mapping[str, str | int] = {"number": 1, "from": DUTY["from"], "to": DUTY["to"]}
    assert "1 duty, Monday 9 October\n" in mails.render(app, _tell(session, ewa, now, data=one)).body


def test_a_notice_of_a_kind_that_nobody_knows_any_more_is_still_a_mail(
    app: Flask, session: Session, ewa: Account, now: datetime
) -> None:
    notice = _tell(session, ewa, now)
    notice.code, notice.data = "duty:of-long-ago", {}
    assert mails.render(app, notice).body.startswith("Something about your duties changed.\n")


def test_a_job_speaks_a_language_and_the_page_around_it_keeps_its_own(app: Flask) -> None:
    with app.app_context(), speaking("en"):
        assert _("Done") == "Done"
        with speaking("pl"):
            assert locale().tag == "pl"
        assert locale().tag == "en"
        with speaking("tlh"):  # no page of ours speaks it
            assert locale().tag == "pl"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        with speaking("pl"):
            assert locale().tag == "pl"
        assert locale().tag == "en"


def test_the_server_is_read_from_its_address() -> None:
    server = Server.at("smtp://office%40example.org:p%3Aw%2F@mail.example.org")
    assert (server.host, server.port, server.encrypted) == ("mail.example.org", 587, False)
    assert (server.user, server.password) == ("office@example.org", "p:w/")
    assert "p:w/" not in repr(server)
    other = Server.at("smtps://mail.example.org:4650")
    assert (other.port, other.encrypted, other.user) == (4650, True, "")
    assert Server.at("smtps://mail.example.org").port == 465


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("mail.example.org", False),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
    ],
)
def test_only_this_very_machine_is_trusted_without_encryption(host: str, is_here: bool) -> None:
    assert Server.at(f"smtp://{host}").is_here is is_here


@pytest.mark.parametrize(
    ("login", "can"),
    [
        ("ewa@example.org", True),
        ("ewa", False),
        ("ewa@localhost", False),
        ("@example.org", False),
        ("a@b@example.org", False),
        ("ewa@.org.", False),
        ("", False),
    ],
)
def test_a_login_that_is_an_address_can_be_mailed(login: str, can: bool) -> None:
    assert can_be_mailed(login) is can


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for "localhost" that nobody trusts by himself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_that_offers_encryption_gets_mail_and_password_only_over_it(
    settings: Settings, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with post_office(tls=tls) as office:
        own = _with_server(settings, office, login="clerk:s%3Acret@")
        assert send_mail(own, "ewa@example.org", "Duty changed", "Text\n")
    assert office.encrypted_letters == 1
    assert office.secrets == ["\0clerk\0s:cret"]
    assert office.commands.index("STARTTLS") < office.commands.index("AUTH")


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(settings: Settings, tls: ssl.SSLContext) -> None:
    with post_office(tls=tls) as office, pytest.raises(MailFailed, match="SSLCertVerificationError"):
        send_mail(_with_server(settings, office, login="clerk:secret@"), "ewa@example.org", "Duty changed", "Text\n")
    assert (office.secrets, office.letters) == ([], [])


def test_a_server_elsewhere_that_offers_no_encryption_gets_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sits on the way could have taken the offer out."""
    monkeypatch.setattr(Server, "is_here", False)
    with post_office() as office, pytest.raises(MailFailed, match="SMTPNotSupportedError"):
        send_mail(_with_server(settings, office, login="clerk:secret@"), "ewa@example.org", "Duty changed", "Text\n")
    assert (office.secrets, office.letters) == ([], [])


def test_refusals_for_good_and_for_now_are_told_apart(settings: Settings) -> None:
    to = "ewa@example.org"
    for answer, kind in (("550 no", MailRefused), ("450 later", MailFailed)):
        with post_office({"RCPT": answer}) as office, pytest.raises(kind) as caught:
            send_mail(_with_server(settings, office), to, "Duty changed", "Text\n")
        shown = "".join(traceback.format_exception(caught.value))
        assert to not in shown  # logs are read by many
    assert not send_mail(replace(settings, smtp_url=""), to, "Duty changed", "Text\n")


def test_a_mail_goes_to_one_address_whatever_stands_in_it(settings: Settings) -> None:
    with post_office() as office:
        send_mail(_with_server(settings, office), "ewa@example.org, olga@example.org", "Duty changed", "Text\n")
    assert office.commands.count("RCPT") == 1
