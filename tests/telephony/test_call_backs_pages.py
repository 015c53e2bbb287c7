"""The pages of call-backs: no number before the note was read, none in the list, and nothing through side doors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from helpdesk.accounts.models import Account
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.telephony.models import CallBack, Message
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import Asked, Outcome, Tried
from helpdesk.telephony.service import call_backs as service
from helpdesk.telephony.service import messages
from tests.accounts.visitor import Visitor
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk
from tests.telephony.callers import CALLER, NEUTRAL, audited, jobs, make_call, make_call_back

LIST = "/desk/blue-line/call-backs"
SHOWN = "600 100 200"
SOUND = b"RIFF" + b"abcd" * 100


@dataclass
class Office:
    """Somebody asked the Blue Line to be called back an hour ago; Ewa looks at it."""

    app: Flask
    session: Session
    ewa: Account
    asked: CallBack
    visitor: Visitor

    @property
    def page(self) -> str:
        return f"{LIST}/{self.asked.id}"

    def look(self) -> CallBack:
        self.session.expire_all()
        with acting_at(self.session, BLUE_LINE):
            return queries.call_back(self.session, self.asked.id)

    def presses(self, act: str, visitor: Visitor | None = None, **fields: str) -> TestResponse:
        who = visitor or self.visitor
        fields = {"version": str(self.look().version), **fields}
        return who.sends(f"{self.page}/{act}", fields, page=self.page)

    def writes(self, **fields: object) -> None:
        with acting_at(self.session, BLUE_LINE):
            contact = self.look().contact
            for name, value in fields.items():
                setattr(contact, name, value)
            self.session.commit()

    def another(self, desk_id: str = BLUE_LINE, role: Role = Role.CONSULTANT, name: str = "Jan") -> Visitor:
        account = make_account(self.session, desk_id, [role], _profession(role), name=name)
        self.session.commit()
        visitor = Visitor(self.app)
        visitor.signs_in(account)
        return visitor


def _profession(role: Role) -> Profession:
    return Profession.BORDER_GUARD_OFFICER if role is Role.DUTY_OFFICER else Profession.PSYCHOLOGIST


@pytest.fixture
def office(app: Flask, session: Session) -> Office:
    app.extensions["helpdesk.settings"] = replace(app.extensions["helpdesk.settings"], neutral_number=NEUTRAL)
    desk = make_desk(session)
    make_desk(session, HELP_POINT)
    ewa = make_account(session, name="Ewa", phone="+48600000001")
    asked = make_call_back(session, desk, utcnow() - timedelta(hours=1))
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(ewa)
    return Office(app, session, ewa, asked, visitor)


def test_the_list_says_who_waits_and_never_a_number(office: Office) -> None:
    office.writes(danger="yes")
    page = office.visitor.reads(LIST)
    for words in (
        "asked to be called back",
        "Ukrainian",
        "danger",
        "nobody has taken it on yet",
        office.look().contact.number,
    ):
        assert words in page
    assert SHOWN not in page
    assert CALLER not in page
    assert "overdue" not in page


def test_what_is_overdue_is_said_in_words_and_pressing_comes_first(office: Office) -> None:
    late = make_call_back(office.session, _desk(office), utcnow() - timedelta(days=3), number="+48600100201")
    office.session.commit()
    page = office.visitor.reads(LIST)
    with acting_at(office.session, BLUE_LINE):
        first, second = (queries.call_back(office.session, each.id).contact.number for each in (late, office.asked))
    assert "overdue" in page
    assert page.index(first) < page.index(second)
    assert "Call-backs (2)" in page


def _desk(office: Office) -> Desk:
    return office.session.get_one(Desk, BLUE_LINE)


def test_whoever_reads_one_call_back_is_still_among_the_call_backs(office: Office) -> None:
    """Also a coordinator, whose navigation has another page of the telephone behind it."""
    coordinator = office.another(role=Role.COORDINATOR, name="Karol")
    page = coordinator.reads(office.page)
    (here,) = re.findall(r'aria-current="page"[^>]*>\s*([^<(]*\w)', page)
    assert here == "Call-backs"


def test_an_empty_list_says_what_will_stand_there(office: Office) -> None:
    office.presses("end", outcome="not-needed")
    page = office.visitor.reads(LIST)
    assert "Nobody waits for a call from us" in page
    assert "no longer needed" in page
    assert "Call-backs (" not in page


def test_the_note_stands_before_the_number_and_reading_it_is_recorded(office: Office) -> None:
    office.writes(safe_contact="only in the morning", safe_ways=["SPH", "SNM"], safety_flags=["CHI"])
    office.presses("take")
    page = office.visitor.reads(office.page)
    for words in ("only in the morning", "safe phone", "children at home", "I have read this"):
        assert words in page
    assert SHOWN not in page
    assert "I dial by hand" not in page
    assert office.presses("read").status_code == 302
    page = office.visitor.reads(office.page)
    assert page.index("only in the morning") < page.index(SHOWN)
    for words in ("You may say who is calling.", "hang up without a word", "Call by the system", "22 111 00 00"):
        assert words in page
    tags = [tag for tag, _ in audited(office.session, office.asked.contact_id)]
    assert "call-back:read" in tags
    assert "contact:opened" in tags


def test_a_colleague_who_has_not_read_it_sees_no_number(office: Office) -> None:
    office.presses("take")
    office.presses("read")
    assert SHOWN not in office.another().reads(office.page)


def test_a_refusal_is_said_and_the_number_hidden_until_a_reason_is_kept(office: Office) -> None:
    office.writes(safe_ways=["SNO"])
    office.presses("take")
    office.presses("read")
    page = office.visitor.reads(office.page)
    assert "The person wants no contact from us." in page
    assert SHOWN not in page
    answer = office.presses("dial", how="hand")
    assert answer.status_code == 409
    assert "Write why you call in spite of this." in answer.text
    assert office.look().attempts == []
    assert office.presses("dial", how="hand", override="Her sister called: she is in danger.").status_code == 302
    page = office.visitor.reads(office.page)
    assert SHOWN in page
    assert "Her sister called" in page
    assert jobs(office.session, service.DIAL) == []


def test_outside_the_safe_hours_it_says_when_it_is_safe_again(office: Office) -> None:
    office.presses("take")
    hour = (utcnow() + timedelta(hours=6)).hour
    answer = office.presses("agree", from_hour=str(hour), until_hour=str(hour + 1))
    assert answer.status_code == 302
    office.presses("read")
    page = office.visitor.reads(office.page)
    assert "This is not one of the safe hours." in page
    assert "It is safe again from" in page


def test_half_an_agreement_comes_back_with_what_was_typed(office: Office) -> None:
    office.presses("take")
    answer = office.presses("agree", from_hour="9", until_hour="", machine_ok="y")
    assert answer.status_code == 409
    assert '<option value="9" selected>' in answer.text
    assert not office.look().machine_ok


def test_the_system_is_told_to_call_once(office: Office) -> None:
    office.presses("take")
    office.presses("read")
    version = str(office.look().version)
    assert office.presses("dial", how="telephone", version=version).status_code == 302
    answer = office.presses("dial", how="telephone", version=version)
    assert answer.status_code == 409
    assert "A colleague changed this meanwhile" in answer.text
    assert len(jobs(office.session, service.DIAL)) == 1
    assert "Say below what became of it." in office.visitor.reads(office.page)


def test_without_a_neutral_number_the_page_offers_the_hand_alone(office: Office) -> None:
    office.app.extensions["helpdesk.settings"] = replace(office.app.extensions["helpdesk.settings"], neutral_number="")
    office.presses("take")
    office.presses("read")
    page = office.visitor.reads(office.page)
    assert "Call by the system" not in page
    assert "#31#" in page
    assert office.presses("dial", how="telephone").status_code == 409


def test_what_became_of_it_is_written_down_and_ends_the_work(office: Office) -> None:
    office.presses("take")
    assert office.presses("tell").status_code == 422
    assert office.presses("tell", tried="not-put-through").status_code == 422
    office.presses("tell", tried="no-answer")
    office.presses("tell", tried="reached")
    found = office.look()
    assert [each.tried for each in found.attempts] == [Tried.NO_ANSWER, Tried.REACHED]
    assert found.outcome is Outcome.REACHED
    office.presses("reopen")
    assert office.look().is_open


@pytest.mark.parametrize("outcome", ["", "nothing-said", "called-again", "nonsense"])
def test_nobody_ends_it_with_what_only_the_system_knows(office: Office, outcome: str) -> None:
    office.presses("take")
    assert office.presses("end", outcome=outcome).status_code == 422
    assert office.look().is_open


def test_it_is_handed_on_from_the_page(office: Office) -> None:
    jan = make_account(office.session, name="Jan")
    office.session.commit()
    office.presses("take")
    office.presses("hand", to=str(jan.id))
    assert office.look().owner_id == jan.id
    answer = office.presses("hand", to="00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 409


def test_whoever_called_again_is_offered_and_never_ended_by_itself(office: Office) -> None:
    assert office.presses("called-again").status_code == 409
    later = make_call(office.session, _desk(office), utcnow())
    office.session.commit()
    assert "has called again" in office.visitor.reads(LIST)
    page = office.visitor.reads(office.page)
    with acting_at(office.session, BLUE_LINE):
        assert later.contact.number in page
    assert office.look().is_open
    office.presses("called-again")
    assert office.look().outcome is Outcome.CALLED_AGAIN


def test_the_desk_and_the_hand_over_say_how_many_wait(office: Office) -> None:
    for address in ("/desk/blue-line/contacts/desk", "/desk/blue-line/handover"):
        assert "1 person waits for a call from us" in office.visitor.reads(address)
    office.presses("end", outcome="not-needed")
    assert "waits for a call from us" not in office.visitor.reads("/desk/blue-line/contacts/desk")


def test_the_changing_part_is_a_fragment_that_keeps_nobody_awake(office: Office) -> None:
    answer = office.visitor.client.get(f"{LIST}/now", headers={"X-Requested-With": "live"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "asked to be called back" in answer.text


# Messages.


@pytest.fixture
def message(office: Office) -> Message:
    """Somebody left a message, and it is here."""
    call = make_call(office.session, _desk(office), utcnow(), "+48600100209")
    with acting_at(office.session, BLUE_LINE):
        made = messages.noted(office.session, call, "RE1", 12, utcnow())
        made.sound, made.fetched_at = SOUND, utcnow()
        office.asked = service.ask(office.session, call, Asked.MESSAGE, utcnow())
    office.session.commit()
    return made


def test_a_message_is_listened_to_on_the_page_and_kept_by_no_browser(office: Office, message: Message) -> None:
    sound = f"/desk/blue-line/messages/{message.id}/sound"
    page = office.visitor.reads(office.page)
    assert "Listen" in page
    assert "<audio" not in page
    assert office.visitor.client.get(sound).status_code == 404
    answer = office.visitor.sends(f"{office.page}/messages/{message.id}/listen", page=office.page)
    assert answer.location == f"{office.page}#messages"
    assert f'src="{sound}"' in office.visitor.reads(office.page)
    answer = office.visitor.client.get(sound)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, SOUND, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "message:heard" in [tag for tag, _ in audited(office.session, message.contact_id)]


def test_a_browser_that_asks_for_a_part_gets_it(office: Office, message: Message) -> None:
    office.visitor.sends(f"{office.page}/messages/{message.id}/listen", page=office.page)
    address = f"/desk/blue-line/messages/{message.id}/sound"
    answer = office.visitor.client.get(address, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.data) == (206, b"RIFF")


# Side doors.

ACTS = ["take", "hand", "agree", "read", "dial", "tell", "end", "called-again", "reopen"]


@pytest.mark.parametrize("act", ACTS)
def test_the_address_of_another_desk_opens_nothing(office: Office, message: Message, act: str) -> None:
    stranger = office.another(HELP_POINT, name="Iryna")
    elsewhere = f"/desk/help-point/call-backs/{office.asked.id}"
    assert stranger.client.get(elsewhere).status_code == 404
    assert stranger.client.get(office.page).status_code == 404
    sent = {"version": "1", "tried": "busy", "outcome": "not-needed"}
    for page in (elsewhere, office.page):
        assert stranger.sends(f"{page}/{act}", sent, page="/desk/account").status_code == 404
    for address in (f"/desk/help-point/messages/{message.id}/sound", f"/desk/blue-line/messages/{message.id}/sound"):
        assert stranger.client.get(address).status_code == 404
    assert stranger.sends(f"{elsewhere}/messages/{message.id}/listen", page="/desk/account").status_code == 404
    assert office.look().is_open
    assert office.look().version == 1


@pytest.mark.parametrize("role", [each for each in Role if each not in {Role.CONSULTANT, Role.COORDINATOR}])
def test_other_roles_see_no_call_back(office: Office, message: Message, role: Role) -> None:
    reader = office.another(role=role)
    for address in (LIST, f"{LIST}/now", office.page, f"/desk/blue-line/messages/{message.id}/sound"):
        assert reader.client.get(address).status_code == 403
    assert reader.sends(f"{office.page}/take", {"version": "1"}, page="/desk/account").status_code == 403


def test_nothing_is_changed_without_a_token(office: Office) -> None:
    for act in ACTS:
        assert office.visitor.client.post(f"{office.page}/{act}", data={"version": "1"}).status_code == 400


@pytest.fixture
def sent(office: Office) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    connection = office.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield found
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("waiting", [1, 6])
def test_no_page_asks_more_often_however_many_wait(office: Office, sent: list[str], waiting: int) -> None:
    for digit in range(waiting):
        made = make_call_back(office.session, _desk(office), utcnow(), number=f"+4860010030{digit}")
        with acting_at(office.session, BLUE_LINE):
            made.owner_id = office.ewa.id
    office.session.commit()
    most = {LIST: 10, office.page: 14}
    for address, number in most.items():
        office.visitor.reads(address)
        sent.clear()
        office.visitor.reads(address)
        asked = [each for each in sent if not each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
        assert len(asked) <= number, "\n\n".join(asked)
