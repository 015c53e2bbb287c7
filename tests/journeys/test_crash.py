"""kill -9 of the server and of PostgreSQL, in the middle of saving a sheet and of a call: nothing lost, nothing doubled.

"In the middle" is no matter of luck: we hold a lock for which the request waits inside its transaction, and then kill.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from playwright.sync_api import Response, expect
from sqlalchemy import Executable, func, select

from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact, ContactNumber
from helpdesk.db.embedded import Cluster, cluster_at
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE
from tests.journeys import clusters
from tests.journeys.browsers import FAILED_REQUEST
from tests.journeys.callers import Attempt, Caller
from tests.journeys.conftest import Arrives
from tests.journeys.navigators import Person
from tests.journeys.office import Office, eventually
from tests.journeys.sheets import Sheet

EWA = "ewa@example.org"
SENTENCES = ("Mówi cicho, ktoś jest w pokoju obok. ", "Prosi o adres ośrodka. ", "Zadzwoni jutro po dziewiątej rano.")
EMERGENCY = "112"
AT_ONCE = 2.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of our own with the settings of an office: what is committed is on the disk."""
    made = cluster_at(tmp_path_factory.mktemp("crash") / "pg")
    made.start()
    yield made
    made.stop()
    shutil.rmtree(made.home, ignore_errors=True)


@pytest.fixture(scope="module")
def shaken(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office to which bad things happen."""
    made = Office(cluster.url(), tmp_path_factory.mktemp("shaken"))
    try:
        made.furnish(contacts=12)
        made.open()
        yield made
    finally:
        made.close()


@contextmanager
def held(office: Office, lock: Executable) -> Iterator[None]:
    """Rows that nobody else may change meanwhile. They are let go of, whatever has become of the connection."""
    session = office.sessions()
    with acting_at(session, BLUE_LINE):
        session.execute(lock)
    try:
        yield
    finally:
        session.invalidate()


def wait_until_somebody_waits(office: Office) -> None:
    with office.engine.connect() as watch:
        eventually(lambda: clusters.somebody_waits(watch), what="a request waits in the middle of its transaction")


def contact_of(contact_id: UUID) -> Executable:
    return select(Contact.id).where(Contact.id == contact_id).with_for_update()


COUNTER = select(ContactNumber.last).with_for_update()


class Answered:
    """The notes of which the page was told that they are saved."""

    def __init__(self, sheet: Sheet) -> None:
        self.notes: list[str] = []
        sheet.page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if not answer.url.endswith("/save") or not answer.ok:
            return
        values = json.loads(answer.request.post_data or "{}")["values"]
        self.notes += [str(value) for name, value in values.items() if name.endswith(".note")]


def begins(person: Person) -> Sheet:
    person.complaints.expect(FAILED_REQUEST)
    sheet = person.begins_a_contact()
    sheet.note.fill(SENTENCES[0])
    sheet.is_saved()
    return sheet


def check_sheet(office: Office, sheet: Sheet, note: str, *, saves: int) -> None:
    """Everything typed is there once, and each save is in the log once."""
    stored = office.contact(sheet.contact_id)
    assert [advice.note for advice in stored.advices] == [note]
    assert stored.version == saves + 1
    assert count_events(office, Tag.CONTACT_SAVED, sheet.contact_id) == saves
    assert count_events(office, Tag.CONTACT_CREATED, sheet.contact_id) == 1


def count_events(office: Office, tag: Tag, subject: UUID) -> int:
    wanted = (
        select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == tag, AuditEvent.subject == str(subject))
    )
    return office.look(lambda session: session.scalars(wanted).one())


def check_call(office: Office, caller: Caller) -> None:
    """One call, one contact, one line in the log that it began."""
    found = [call for call in office.calls() if call.sid == caller.sid]
    assert len(found) == 1
    contacts = office.look(
        lambda session: session.scalars(select(Contact).where(Contact.id == found[0].contact_id)).all()
    )
    assert len(contacts) == 1
    assert count_events(office, Tag.CONTACT_CREATED, found[0].contact_id) == 1


def check_numbers(office: Office) -> None:
    """Numbers of contacts are running numbers: none is missing, none is there twice."""
    numbers = office.look(lambda session: session.scalars(select(Contact.number)).all())
    by_year: dict[str, list[int]] = {}
    for number in numbers:
        _prefix, year, running = number.split("/")
        by_year.setdefault(year, []).append(int(running))
    for running_numbers in by_year.values():
        assert sorted(running_numbers) == list(range(1, len(running_numbers) + 1))


def test_a_server_killed_while_it_saves_a_sheet(shaken: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA, at=shaken).signs_in()
    sheet = begins(ewa)
    answered = Answered(sheet)
    with held(shaken, contact_of(sheet.contact_id)):
        sheet.note.fill(SENTENCES[0] + SENTENCES[1])
        wait_until_somebody_waits(shaken)
        shaken.kill("server")
    sheet.is_not_saved()
    assert shaken.contact(sheet.contact_id).advices[0].note == SENTENCES[0]
    assert answered.notes == []
    sheet.note.fill("".join(SENTENCES))

    shaken.start_server()
    sheet.is_saved()
    check_sheet(shaken, sheet, "".join(SENTENCES), saves=2)
    sheet.fills_least()
    sheet.is_saved()
    sheet.closes()
    assert len(shaken.contact(sheet.contact_id).advices) == 1


def test_a_server_killed_again_and_again_while_somebody_types(shaken: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA, at=shaken).signs_in()
    sheet = begins(ewa)
    answered = Answered(sheet)
    sheet.note.focus()
    sheet.page.keyboard.press("Control+End")
    for sentence in SENTENCES[1:]:
        failing = threading.Timer(0.7, _kill_and_start, (shaken,))
        failing.start()
        sheet.page.keyboard.type(sentence, delay=25)
        failing.join()
        kept = shaken.contact(sheet.contact_id).advices[0].note
        assert all(kept.startswith(each) for each in answered.notes)
    sheet.is_saved()
    assert sheet.note.input_value() == "".join(SENTENCES)
    stored = shaken.contact(sheet.contact_id)
    assert [advice.note for advice in stored.advices] == ["".join(SENTENCES)]
    assert count_events(shaken, Tag.CONTACT_SAVED, sheet.contact_id) == stored.version - 1


def _kill_and_start(office: Office) -> None:
    office.kill("server")
    office.start_server()


def test_a_server_killed_while_a_call_comes_in(shaken: Office) -> None:
    caller = Caller(shaken, "+48601100301")
    with held(shaken, COUNTER):
        attempt = Attempt(caller)
        wait_until_somebody_waits(shaken)
        shaken.kill("server")
        attempt.is_over()
    assert attempt.heard is None

    shaken.start_server()
    caller.rings_until_answered()
    caller.rings_until_answered()
    check_call(shaken, caller)
    shaken.kill("server")
    shaken.start_server()
    caller.hangs_up()
    check_call(shaken, caller)
    check_numbers(shaken)
    assert all(call.ended_at for call in shaken.calls() if call.sid == caller.sid)


def test_a_database_killed_while_it_saves_a_sheet_and_takes_a_call(
    cluster: Cluster, shaken: Office, arrives: Arrives
) -> None:
    shaken.wait_until_ready()
    ewa = arrives(EWA, at=shaken).signs_in()
    sheet = begins(ewa)
    before, during, after = (Caller(shaken, f"+4860110040{number}") for number in range(3))
    before.rings_until_answered()

    with held(shaken, contact_of(sheet.contact_id)):
        sheet.note.fill(SENTENCES[0] + SENTENCES[1])
        wait_until_somebody_waits(shaken)
        with held(shaken, COUNTER):
            attempt = Attempt(during)
            clusters.kill(cluster)
            attempt.is_over()

    # Whoever calls now hears the emergency number in good time, and the request is kept.
    for heard, took in ((attempt.heard, attempt.took), _rings(after)):
        assert heard is not None
        assert EMERGENCY in heard
        assert took < AT_ONCE
    before.hangs_up()
    assert len(_kept(shaken)) == 3
    assert shaken.readiness() == 503

    # The sheet says the truth and keeps the text; other pages say what happened.
    sheet.is_not_saved()
    sheet.note.fill("".join(SENTENCES))
    second = ewa.has_second_window()
    assert second.opens(f"/desk/{BLUE_LINE}/contacts") == 503
    second.reads(
        "Nothing you sent was saved. Keep this window open and try again in a moment. The telephone still answers."
    )

    cluster.start()
    shaken.wait_until_ready()
    sheet.is_saved()
    check_sheet(shaken, sheet, "".join(SENTENCES), saves=2)
    eventually(lambda: not _kept(shaken), what="what was kept is taken in")
    for caller in (before, during, after):
        check_call(shaken, caller)
    check_numbers(shaken)
    assert all(call.ended_at for call in shaken.calls() if call.sid == before.sid)
    expect(ewa.page.locator("[data-live-lost]")).to_be_hidden()
    shaken.runs("audit", "verify")


def test_a_database_killed_right_after_a_call_was_answered(cluster: Cluster, shaken: Office) -> None:
    callers = [Caller(shaken, f"+4860110050{number}") for number in range(4)]
    for caller in callers:
        caller.rings_until_answered()
    clusters.kill(cluster)
    cluster.start()
    shaken.wait_until_ready()
    for caller in callers:
        caller.hangs_up()
        check_call(shaken, caller)
    check_numbers(shaken)


def _rings(caller: Caller) -> tuple[str | None, float]:
    attempt = Attempt(caller)
    attempt.is_over()
    return attempt.heard, attempt.took


def _kept(office: Office) -> list[str]:
    return sorted(path.name for path in office.settings.spool_dir.glob("*.request"))
