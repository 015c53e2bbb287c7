"""Stories of whoever watches over the protection of data."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

import helpdesk
from helpdesk.accounts.models import Account
from helpdesk.audit import service as audit
from helpdesk.audit.labels import DETAILS
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Place, Tag
from helpdesk.audit.views import PAGE
from helpdesk.kernel.permissions import Actor, Profession, Role
from tests.accounts.visitor import Visitor
from tests.factories import HELP_POINT, make_account, make_desk

LOG = "/desk/blue-line/audit"
NOON = datetime(2023, 10, 5, 10, 0, tzinfo=UTC)
ANNA = Actor(id=None, name="Anna")


@pytest.fixture
def officer(session: Session) -> Account:
    make_desk(session)
    make_desk(session, HELP_POINT)
    roles = (Role.DATA_PROTECTION_OFFICER,)
    account = make_account(
        session, roles=roles, profession=Profession.DATA_PROTECTION_OFFICER, login="dpo", name="Dorota"
    )
    session.commit()
    return account


@pytest.fixture
def reader(app: Flask, officer: Account) -> Visitor:
    visitor = Visitor(app)
    visitor.signs_in(officer)
    return visitor


def _opened(session: Session, subject: str, at: datetime, desk_id: str = "blue-line") -> None:
    actor = Actor(id=None, name="system", desk_id=desk_id)
    audit.record(
        session,
        actor=actor,
        tag=Tag.CONTACT_OPENED,
        subject=subject,
        now=at,
        detail={"roles": ["a", "b"], "late": True},
    )


def _subjects(page: str) -> list[str]:
    return re.findall(r"<code>(contact-\d+)</code>", page)


def test_the_log_of_a_desk_is_read_newest_first_and_says_nothing_of_other_desks(
    reader: Visitor, session: Session
) -> None:
    _opened(session, "contact-1", NOON)
    _opened(session, "contact-2", NOON + timedelta(minutes=1))
    _opened(session, "contact-3", NOON, desk_id=HELP_POINT)
    session.commit()
    page = reader.reads(LOG)
    assert _subjects(page) == ["contact-2", "contact-1"]
    assert "opened a contact" in page
    assert "late: yes, roles: a; b" in page


def test_reading_the_log_is_written_in_the_log(reader: Visitor, session: Session) -> None:
    reader.reads(f"{LOG}?subject=contact-7")
    event = session.query(AuditEvent).filter_by(tag="audit:read").one()
    assert (event.actor_name, event.desk_id, event.subject) == ("Dorota", "blue-line", "contact-7")
    assert "read the audit log" in reader.reads(LOG)


def test_the_log_of_one_record(reader: Visitor, session: Session) -> None:
    for number in (1, 2):
        _opened(session, f"contact-{number}", NOON)
    session.commit()
    assert _subjects(reader.reads(f"{LOG}?subject=contact-2").split("<table")[-1])[-1:] == ["contact-2"]
    assert "contact-1" not in reader.reads(f"{LOG}?subject=contact-2")


def test_page_by_page_every_event_is_seen_once_even_where_many_share_an_instant(
    reader: Visitor, session: Session
) -> None:
    for number in range(2 * PAGE + 5):
        _opened(session, f"contact-{number}", NOON)
    session.commit()
    seen: list[str] = []
    path = LOG
    for _ in range(5):
        page = reader.reads(path)
        seen += _subjects(page)
        older = re.search(r'href="([^"]*before=[^"]*)"\s+rel="next"', page)
        if older is None:
            break
        path = older[1]
    assert len(seen) == len(set(seen)) == 2 * PAGE + 5


@pytest.mark.parametrize(
    "before", ["", "x", "2023-10-05~1", "2023-10-05T10:00:00+00:00~x", f"2023-10-05T10:00:00+00:00~{2**70}"]
)
def test_a_damaged_place_begins_the_list_anew(reader: Visitor, before: str) -> None:
    assert reader.opens(f"{LOG}?before={before}").status_code == 200
    assert Place.read(before) is None


def test_a_place_is_read_as_it_was_written() -> None:
    assert Place.read(Place(NOON, 17).text) == Place(NOON, 17)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_PROTECTION_OFFICER])
def test_nobody_else_reads_the_log(app: Flask, officer: Account, session: Session, role: Role) -> None:  # noqa: ARG001  the desk comes with the officer
    account = make_account(session, roles=(role,), login="somebody")
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(account)
    assert visitor.opens(LOG).status_code == 403


def test_the_log_of_another_desk_does_not_exist(reader: Visitor) -> None:
    assert reader.opens("/desk/help-point/audit").status_code == 404


WORDED = (
    (Tag.CONTACT_CREATED, {"channel": "PHO"}, "channel: phone (PHO)", "telefon (PHO)"),
    (Tag.CONTACT_CLOSED, {"outcome": "ADV"}, "(ADV)", "(ADV)"),
    (Tag.REFERRAL_CHANGED, {"kind": "OPS", "state": "INFO"}, "(OPS)", "(OPS)"),
    (Tag.ACCOUNT_JOINED, {"roles": ["consultant", "trainer"]}, "roles: Consultant; Trainer", "role: Konsultant"),
    (Tag.ADVICE_JOINED, {"profession": "legal-counsel"}, "profession: Legal counsel", "radca"),
    (Tag.CALL_ARRIVED, {"language": "uk"}, "language: Ukrainian", "ukrai"),
)


@pytest.mark.parametrize(("tag", "detail", "english", "polish"), WORDED)
def test_codes_are_read_in_words_of_the_readers_language(
    reader: Visitor, session: Session, tag: Tag, detail: dict[str, object], english: str, polish: str
) -> None:
    actor = Actor(id=None, name="system", desk_id="blue-line")
    audit.record(session, actor=actor, tag=tag, subject="x", now=NOON, detail=detail)
    session.commit()
    assert english.casefold() in reader.reads(LOG).casefold()
    assert polish.casefold() in reader.reads(f"{LOG}?lang=pl").casefold()


def test_a_code_that_nobody_knows_is_shown_as_it_is(reader: Visitor, session: Session) -> None:
    actor = Actor(id=None, name="system", desk_id="blue-line")
    for value in ("XYZ", 7):
        audit.record(
            session, actor=actor, tag=Tag.CONTACT_CREATED, subject="x", now=NOON, detail={"channel": value, "of": value}
        )
    session.commit()
    page = reader.reads(LOG)
    assert "channel: XYZ, of: XYZ" in page
    assert "channel: 7, of: 7" in page


def test_who_saw_what_of_whom_between_when(reader: Visitor, session: Session) -> None:
    """The first question after a breach: who opened these records in those days, and how many."""
    ewa, olga = (
        make_account(session, login="ewa@example.org", name="Ewa"),
        make_account(session, login="o@example.org", name="Olga"),
    )
    for account, subject, day in (
        (ewa, "contact-1", 1),
        (ewa, "contact-2", 2),
        (olga, "contact-1", 2),
        (ewa, "contact-3", 9),
    ):
        actor = Actor(account.id, account.name, "blue-line")
        at = NOON + timedelta(days=day)
        audit.record(session, actor=actor, tag=Tag.CONTACT_OPENED, subject=subject, now=at)
        audit.record(session, actor=actor, tag=Tag.CONTACT_SAVED, subject=subject, now=at)
    session.commit()
    asked = f"{LOG}?first=2023-10-06&last=2023-10-07&looking=y"
    page = reader.reads(asked)
    assert _subjects(page) == ["contact-1", "contact-2", "contact-1"]
    summary = page.split("Who it was", 1)[1].split("One by one", 1)[0]
    assert summary.index("Ewa") < summary.index("Olga")
    assert _subjects(reader.reads(f"{asked}&who=Olga")) == ["contact-1"]
    assert _subjects(reader.reads(f"{asked}&subject=contact-2")) == ["contact-2"]
    answer = reader.opens(asked.replace("/audit?", "/audit.xlsx?"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["contact-1", "contact-2", "contact-1"]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Olga", "Ewa", "Ewa"]


@pytest.mark.parametrize("typed", ["first=yesterday", "last=2023-13-01", "who=" + "x" * 300])
def test_a_day_that_is_none_narrows_nothing_and_is_said(reader: Visitor, session: Session, typed: str) -> None:
    _opened(session, "contact-1", NOON)
    session.commit()
    page = reader.reads(f"{LOG}?{typed}")
    assert _subjects(page) == ["contact-1"]
    assert "Write" in page or "at most" in page.lower() or "There is a problem" in page
    assert reader.opens(f"/desk/blue-line/audit.xlsx?{typed}").status_code == 302


def test_the_whole_log_is_never_one_file(reader: Visitor) -> None:
    assert reader.opens("/desk/blue-line/audit.xlsx").location == LOG


def test_every_detail_has_a_word() -> None:
    """Whatever the application writes beside an act is read in words."""
    written = set()
    for path in Path(helpdesk.__file__).parent.rglob("*.py"):
        for found in re.findall(r"detail=\{(.*?)\}", path.read_text(encoding="utf-8"), re.DOTALL):
            written |= set(re.findall(r'"([a-z_]+)":', found))
    assert written
    assert written - set(DETAILS) == set()
