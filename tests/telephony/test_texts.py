"""Somebody writes to a line: what it means, what becomes of it, and whether and how it is answered."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from helpdesk.audit.models import AuditEvent
from helpdesk.config import Settings
from helpdesk.consultations.models import Contact
from helpdesk.db.jobs import Job, run_due
from helpdesk.db.session import Sessions
from helpdesk.db.wall import across, acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.permissions import Role
from helpdesk.outreach import sources
from helpdesk.telephony import spool, twiml
from helpdesk.telephony import texts as hooks
from helpdesk.telephony.models import TextMessage
from helpdesk.telephony.provider import NoProvider, ProviderFailed, Trouble
from helpdesk.telephony.rules import texts as rules
from helpdesk.telephony.rules.texts import Answer, Meant, Standing, TextRefusal, TextState
from helpdesk.telephony.service import texts as service
from helpdesk.telephony.service.texts import Written
from helpdesk.telephony.views.texts import texts_of
from helpdesk.web.transaction import HelpdeskFlask
from tests.factories import BLUE_LINE, actor_of, make_account, sign_in
from tests.telephony.switchboard import BLUE, CALLER, OTHER, POINT, Switchboard

NOW = datetime(2026, 12, 24, 19, 55, tzinfo=UTC)
SAFE = Standing(is_open=True, safe_ways=(), safety_flags=(), has_sender=True, stopped=False, last_at=NOW)
PLEASE = "Proszę o pomoc, nie mogę dzwonić"


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop. ", "END", "end!", "Quit", "cancel", "UNSUBSCRIBE", "revoke"])
def test_a_word_of_the_provider_is_known_however_it_is_written(body: str) -> None:
    assert rules.meant(body) is Meant.STOP


@pytest.mark.parametrize("body", ["", "?", "Stop calling me", "please end this", "stoper", "Pomocy", "KONIEC", "停"])
def test_a_sentence_that_holds_such_a_word_is_a_message(body: str) -> None:
    assert rules.meant(body) is Meant.TEXT


def test_the_provider_knows_words_of_our_settings_as_well() -> None:
    assert rules.meant("KONIEC", "STOP") is Meant.STOP
    assert rules.meant("stop", "START") is Meant.START
    assert rules.meant("START") is Meant.START
    assert rules.meant("HELP", "HELP") is Meant.TEXT


def test_the_last_such_word_counts() -> None:
    assert rules.is_stopped([Meant.TEXT, Meant.STOP, Meant.TEXT])
    assert not rules.is_stopped([Meant.STOP, Meant.START, Meant.TEXT])
    assert not rules.is_stopped([Meant.TEXT])
    assert not rules.is_stopped([])


@pytest.mark.parametrize(
    ("facts", "later", "refusal"),
    [
        ({}, 0, None),
        ({}, 30, None),
        ({}, 31, TextRefusal.TOO_LATE),
        ({"safe_ways": ("SPH",)}, 60 * 24 * 30, None),
        ({"safe_ways": ("SPH", "SEM")}, 60, None),
        ({"safe_ways": ("SHR", "SWD")}, 31, TextRefusal.TOO_LATE),
        ({"safe_ways": ("SEM",)}, 0, TextRefusal.NOT_SAFE),
        ({"safe_ways": ("SNO",)}, 0, TextRefusal.NOT_SAFE),
        ({"safe_ways": ("SNO", "SPH")}, 0, TextRefusal.NOT_SAFE),
        ({"safety_flags": ("MON",)}, 0, TextRefusal.MONITORED),
        ({"safety_flags": ("MON",), "safe_ways": ("SPH",)}, 0, None),
        ({"safety_flags": ("WEA", "CHI")}, 0, None),
        ({"stopped": True}, 0, TextRefusal.STOPPED),
        ({"stopped": True, "safe_ways": ("SPH",)}, 0, TextRefusal.STOPPED),
        ({"has_sender": False}, 0, TextRefusal.NO_SENDER),
        ({"has_sender": False, "safe_ways": ("SNO",)}, 0, TextRefusal.NOT_SAFE),
        ({"is_open": False, "safe_ways": ("SPH",)}, 0, TextRefusal.CLOSED),
    ],
)
def test_nobody_is_written_to_unless_it_is_safe(
    facts: Mapping[str, object], later: int, refusal: TextRefusal | None
) -> None:
    standing = replace(SAFE, **facts)  # type: ignore[arg-type]
    assert rules.may_answer(standing, NOW + timedelta(minutes=later)) is refusal


@pytest.mark.parametrize("tag", [each.tag for each in LANGUAGES])
@pytest.mark.parametrize("answer", Answer)
def test_an_answer_is_one_short_neutral_sentence_in_every_language(tag: str, answer: Answer) -> None:
    """Seventy letters are one message in any alphabet; nothing is put in, and there is no way back but the number itself."""
    said = sources.answer(answer, tag)
    assert 5 < len(said) <= 70
    assert "\n" not in said
    assert not any(sign in said for sign in "%{}@/0123456789")
    assert all(sources.answer(answer, other.tag) != said for other in LANGUAGES if other.tag != tag)


def test_whoever_speaks_another_language_reads_two() -> None:
    assert sources.answer("thanks", "") == "Thank you for your message.\nDziękujemy za wiadomość."
    assert sources.answer("thanks", "sq") == sources.answer("thanks", "")


class Office:
    """The switchboard with a way to write to it."""

    def __init__(self, switchboard: Switchboard, sessions: Sessions) -> None:
        self.switchboard, self.sessions, self.session = switchboard, sessions, switchboard.session

    def writes(self, body: str = PLEASE, **fields: str) -> TestResponse:
        sent = {"MessageSid": f"SM{uuid4().hex}", "Body": body, "NumMedia": "0", "CallSid": "", "CallStatus": ""}
        return self.switchboard.post(twiml.TEXT, {**sent, **fields})

    @property
    def messages(self) -> list[TextMessage]:
        self.session.expire_all()
        statement = select(TextMessage).order_by(TextMessage.at, TextMessage.id)
        return list(self.session.scalars(statement, execution_options=across("telephony")))

    @property
    def contact(self) -> Contact:
        (only,) = self.switchboard.contacts()
        return only

    def set(self, **facts: object) -> None:
        with acting_at(self.session, BLUE_LINE):
            contact = self.contact
            for name, value in facts.items():
                setattr(contact, name, value)
        self.session.commit()

    def answers(self, answer: Answer = Answer.THANKS, *, later: int = 1, read: bool = False) -> TextMessage:
        with acting_at(self.session, BLUE_LINE):
            sent = service.reply(
                self.session,
                self.contact,
                answer,
                read=read,
                actor=actor_of(self.switchboard.ewa),
                now=utcnow() + timedelta(minutes=later),
            )
        self.session.commit()
        return sent

    def refused(self, **how: object) -> TextRefusal:
        with pytest.raises(Refusal) as refused:
            self.answers(**how)  # type: ignore[arg-type]
        self.session.rollback()
        assert isinstance(refused.value.code, TextRefusal)
        return refused.value.code

    def works(self, provider: NoProvider, *, later: int = 2) -> None:
        handlers = service.handlers(provider, self.sessions)
        run_due(self.sessions, handlers, now=utcnow() + timedelta(minutes=later))


class Carrier(NoProvider):
    """A provider that sends text messages, or fails in one way."""

    def __init__(self, fails: Trouble | None = None) -> None:
        self.fails = fails
        self.sent: list[tuple[str, str, str]] = []

    def send_text(self, to: str, from_: str, body: str) -> str:
        self.sent.append((to, from_, body))
        if self.fails:
            raise ProviderFailed(self.fails)
        return f"SM-ours-{len(self.sent)}"


@pytest.fixture
def office(switchboard: Switchboard, sessions: Sessions) -> Office:
    return Office(switchboard, sessions)


def test_a_message_becomes_a_contact_that_waits_to_be_read_and_nothing_answers_it(office: Office) -> None:
    answer = office.writes()
    assert (answer.status_code, answer.text) == (200, hooks.NOTHING)
    assert answer.content_type.startswith("text/xml")
    (message,) = office.messages
    assert (message.body, message.sender, message.line_number) == (PLEASE, CALLER, BLUE)
    assert (message.contact_id, message.stops, message.reply) == (office.contact.id, False, "")
    contact = office.contact
    assert (contact.desk_id, contact.channel, contact.first_contact) == (BLUE_LINE, "CHT", "FST")
    assert (contact.seen_at, contact.opened_by_id) == (None, None)
    assert office.switchboard.audited(contact) == ["contact:created", "text:arrived"]


def test_neither_words_nor_number_stand_anywhere_in_the_clear(office: Office) -> None:
    office.writes()
    (message,) = office.messages
    assert PLEASE.encode() not in (message.body_sealed or b"")
    assert CALLER.encode() not in (message.sender_sealed or b"")
    detail = list(office.session.scalars(select(AuditEvent.detail).where(AuditEvent.tag == "text:arrived")))
    assert detail == [{"message": str(message.id), "stops": False}]


def test_a_message_that_comes_twice_or_late_is_there_once(office: Office) -> None:
    for _ in range(3):
        assert office.writes(MessageSid="SM1").status_code == 200
    office.writes(MessageSid="SM2")
    assert office.writes(MessageSid="SM1", Body="something else").status_code == 200
    assert [each.body for each in office.messages] == [PLEASE, PLEASE]
    assert len(office.switchboard.contacts()) == 1


def test_whoever_writes_five_times_is_one_contact_that_is_unread_again(office: Office) -> None:
    office.writes()
    office.set(seen_at=utcnow())
    for number in range(4):
        office.writes(f"{number}")
    assert len(office.messages) == 5
    assert office.contact.seen_at is None


def test_after_the_contact_is_closed_a_message_begins_a_new_one_of_a_known_person(office: Office) -> None:
    office.writes()
    office.set(closed_at=utcnow(), outcome="ADV")
    office.writes()
    first, second = office.switchboard.contacts()
    assert (first.first_contact, second.first_contact) == ("FST", "RPT")


def test_whoever_called_before_is_known_when_writing(office: Office) -> None:
    office.switchboard.ring(press=["1"])
    office.writes()
    assert [each.first_contact for each in office.switchboard.contacts()] == ["FST", "RPT"]


def test_two_people_are_two_contacts_and_the_other_desk_has_its_own(office: Office) -> None:
    office.writes()
    office.writes(From=OTHER)
    office.writes(To=POINT)
    assert [(each.desk_id, each.first_contact) for each in office.switchboard.contacts()] == [
        ("blue-line", "FST"),
        ("blue-line", "FST"),
        ("help-point", "FST"),
    ]


@pytest.mark.parametrize("sender", ["", "anonymous", "Bank", "12"])
def test_senders_without_a_number_are_never_taken_for_one_another(office: Office, sender: str) -> None:
    office.writes(From=sender)
    office.writes(From=sender)
    assert [each.first_contact for each in office.switchboard.contacts()] == ["UNK", "UNK"]
    assert {each.sender for each in office.messages} == {""}


def test_odd_messages_are_taken_in_as_well(office: Office) -> None:
    assert office.writes("").status_code == 200
    assert office.writes("a\x00b").status_code == 200
    assert office.writes("x" * 9000).status_code == 200
    assert office.writes("", NumMedia="2").status_code == 200
    assert sorted((len(each.body), each.state) for each in office.messages) == [
        (0, ""),
        (0, "with-media"),
        (2, ""),
        (hooks.LONGEST, ""),
    ]


def test_a_message_to_a_number_of_no_desk_is_nobodys(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert office.writes(To="+48529999999").status_code == 200
    assert office.messages == []
    assert CALLER not in caplog.text


def test_only_the_provider_may_pass_messages_on(office: Office) -> None:
    forged = office.switchboard.post(twiml.TEXT, {"MessageSid": "SM1", "Body": "x"}, token="another")
    assert forged.status_code == 403
    assert office.switchboard.client.post(twiml.TEXT, data={"MessageSid": "SM1"}).status_code == 403
    assert office.writes(MessageSid="").status_code == 403
    assert office.messages == []


def _gone(*_: object, **__: object) -> None:
    raise OperationalError(f"INSERT {PLEASE}", {}, Exception("gone"))


def test_what_was_written_while_the_database_is_gone_is_kept_sealed_and_taken_in_once(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(service, "receive", _gone)
        assert office.writes(MessageSid="SM1").status_code == 200
        (kept,) = settings.spool_dir.glob(f"*{spool.SUFFIX}")
        assert PLEASE.encode() not in kept.read_bytes()
        with pytest.raises(OperationalError):
            spool.take_in(office.sessions, settings.spool_dir, utcnow())
    assert PLEASE not in caplog.text
    for _ in range(2):
        spool.take_in(office.sessions, settings.spool_dir, utcnow())
    assert office.writes(MessageSid="SM1").status_code == 200
    assert [each.body for each in office.messages] == [PLEASE]
    assert spool.waiting(settings.spool_dir) == (0, 0)


def test_where_not_even_the_disk_can_take_it_the_provider_is_told_to_come_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left.")

    with monkeypatch.context() as broken:
        broken.setattr(service, "receive", _gone)
        broken.setattr(spool, "put", full)
        assert office.writes(MessageSid="SM1").status_code == 500
    assert office.messages == []


def test_an_answer_goes_out_in_the_language_of_the_talk_from_the_number_that_was_written_to(office: Office) -> None:
    office.writes()
    office.set(language="uk")
    ours = office.answers(Answer.WHEN)
    carrier = Carrier()
    office.works(carrier)
    assert carrier.sent == [(CALLER, BLUE, "Напишіть, будь ласка, коли можна зателефонувати.")]
    assert [(each.id, each.sid, each.state) for each in office.messages if each.reply] == [
        (ours.id, "SM-ours-1", TextState.SENT)
    ]
    assert office.contact.seen_at is not None
    assert "text:answered" in office.switchboard.audited(office.contact)
    office.works(carrier, later=60)
    assert len(carrier.sent) == 1


def test_nothing_is_sent_where_the_sheet_forbids_it(office: Office) -> None:
    office.writes()
    office.set(safe_ways=["SNO"])
    assert office.refused(read=True) is TextRefusal.NOT_SAFE
    office.set(safe_ways=[], safety_flags=["MON"])
    assert office.refused() is TextRefusal.MONITORED
    office.set(safety_flags=[])
    assert office.refused(later=40) is TextRefusal.TOO_LATE
    assert office.session.scalars(select(Job).where(Job.kind == service.SEND)).all() == []


def test_a_note_on_safe_contact_is_read_before(office: Office) -> None:
    office.writes()
    office.set(safe_ways=["SPH", "SHR"], safe_contact="Only before noon")
    assert office.refused() is TextRefusal.NOT_READ
    office.answers(read=True)
    detail = office.session.scalar(select(AuditEvent.detail).where(AuditEvent.tag == "text:answered"))
    assert detail is not None
    assert (detail["answer"], detail["read"]) == ("thanks", True)


def test_a_stop_is_shown_and_nothing_is_sent_until_the_person_writes_start(office: Office) -> None:
    office.writes("STOP")
    office.writes(PLEASE)
    assert [each.stops for each in office.messages] == [True, False]
    assert office.refused() is TextRefusal.STOPPED
    office.writes("start")
    office.answers()


def test_what_became_unsafe_before_it_was_sent_is_held_back(office: Office) -> None:
    office.writes()
    office.answers()
    office.set(safe_ways=["SNO"])
    carrier = Carrier()
    office.works(carrier)
    assert carrier.sent == []
    assert office.messages[-1].state == TextState.HELD_BACK


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Trouble.REFUSED, TextState.REFUSED),
        (Trouble.NOT_SET_UP, TextState.REFUSED),
        (Trouble.UNKNOWN, TextState.UNKNOWN),
    ],
)
def test_what_the_provider_refused_or_left_open_is_said_and_not_sent_again(
    office: Office, trouble: Trouble, state: TextState
) -> None:
    office.writes()
    office.answers()
    carrier = Carrier(trouble)
    office.works(carrier)
    office.works(carrier, later=20)
    assert len(carrier.sent) == 1
    assert office.messages[-1].state == state


def test_what_never_left_this_machine_is_tried_again(office: Office) -> None:
    office.writes()
    office.answers()
    office.works(Carrier(Trouble.UNREACHABLE))
    assert office.messages[-1].state == TextState.WAITING
    carrier = Carrier()
    office.works(carrier, later=5)
    assert len(carrier.sent) == 1
    assert office.messages[-1].state == TextState.SENT


def test_a_worker_that_dies_while_it_sends_leaves_no_second_message(office: Office) -> None:
    """It says that it sends before it does; whoever comes after it cannot know how far it came."""
    office.writes()
    office.answers()
    with acting_at(office.session, BLUE_LINE):
        office.messages[-1].state = TextState.SENDING
    office.session.commit()
    carrier = Carrier()
    office.works(carrier, later=10)
    assert carrier.sent == []
    assert office.messages[-1].state == TextState.UNKNOWN


def test_a_senders_number_is_erased_when_nobody_needs_it_any_more(office: Office) -> None:
    office.writes()
    office.writes(From=OTHER)
    service.forget_senders(office.sessions, utcnow())
    assert [each.sender for each in office.messages] == [CALLER, OTHER]
    with acting_at(office.session, BLUE_LINE):
        first, second = office.switchboard.contacts()
        first.closed_at, first.outcome = utcnow(), "ADV"
        second.closed_at, second.outcome, second.safe_ways = utcnow(), "ADV", ["SPH"]
    office.session.commit()
    service.forget_senders(office.sessions, utcnow())
    assert [each.sender for each in office.messages] == ["", OTHER]
    assert [each.body for each in office.messages] == [PLEASE, PLEASE]


def shown(app: Flask, office: Office) -> str:
    with acting_at(office.session, BLUE_LINE), app.test_request_context("/desk?lang=en"):
        return str(texts_of(office.session, BLUE_LINE, office.contact))


def test_the_sheet_shows_what_was_written_and_why_it_cannot_be_answered(
    app: HelpdeskFlask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.web.identity.actor", lambda: actor_of(office.switchboard.ewa))
    office.writes("<b>Pomocy</b>")
    page = shown(app, office)
    assert "&lt;b&gt;Pomocy" in page
    assert CALLER not in page
    assert 'name="answer"' in page
    assert 'name="read"' not in page
    office.writes("stop")
    page = shown(app, office)
    assert "think of another way" in page
    assert 'name="answer"' not in page


def test_a_contact_without_messages_has_no_such_section(app: Flask, office: Office) -> None:
    office.switchboard.ring(press=["1"])
    assert shown(app, office) == ""


def test_a_consultant_answers_from_the_sheet_and_nobody_else_may(office: Office, client: FlaskClient) -> None:
    office.writes()
    address = f"/desk/{BLUE_LINE}/contacts/{office.contact.id}/texts"
    sign_in(client, office.switchboard.ewa)
    token = client.get(f"/desk/{BLUE_LINE}/contacts/{office.contact.id}").text
    token = token.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    def sends(answer: str) -> tuple[str, int]:
        page = client.post(address, data={"answer": answer, "csrf_token": token}, follow_redirects=True)
        return page.text, len([each for each in office.messages if each.reply])

    for nothing in ("", "whatever-i-like"):
        page, sent = sends(nothing)
        assert ("Choose an answer." in page, sent) == (True, 0)
    page, sent = sends("call")
    assert ("The answer is on its way." in page, sent) == (True, 1)
    office.set(safe_ways=["SNO"])
    page, sent = sends("call")
    assert ("messages to this telephone are not safe" in page, sent) == (True, 1)
    elsewhere = make_account(office.session, "help-point", roles=[Role.CONSULTANT])
    office.session.commit()
    sign_in(client, elsewhere)
    assert client.post(address, data={"answer": "call"}).status_code in {400, 404}
    assert len([each for each in office.messages if each.reply]) == 1


def test_two_first_messages_of_one_person_at_once_are_one_contact(office: Office) -> None:
    """The second waits for the line until the first is written; here it comes right after it."""
    for number in range(2):
        written = Written(f"SM{number}", utcnow(), BLUE, CALLER, PLEASE)
        with office.sessions.begin() as session:
            service.receive(session, written)
    assert len(office.switchboard.contacts()) == 1
