"""Stories of the board on the wall: who waits, who is free, what was missed today."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.kernel.clock import day_bounds, day_of
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.models import Call, CallBack
from helpdesk.telephony.queries import wallboard as wallboard_queries
from helpdesk.telephony.rules.call_backs import Asked, Outcome
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.state import Ending, FlowState, Stage
from helpdesk.telephony.rules.wallboard import Doing, doing, longest_wait
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_contact, make_duty, make_post, sign_in
from tests.telephony.switchboard import BLUE, CALLER, EWA_PHONE, JAN_PHONE, POINT, Switchboard

BOARD, NOW = "/desk/blue-line/wallboard", "/desk/blue-line/wallboard/now"
MOST_STATEMENTS = 12


@pytest.fixture
def coordinator(switchboard: Switchboard, client: FlaskClient) -> FlaskClient:
    """Karol, who coordinates the Blue Line and answers no calls."""
    karol = make_account(switchboard.session, roles=[Role.COORDINATOR], profession=Profession.SUPERVISOR, name="Karol")
    switchboard.session.commit()
    sign_in(client, karol)
    return client


def make_call(
    switchboard: Switchboard,
    state: FlowState,
    *,
    ago: timedelta = timedelta(minutes=1),
    by: Account | None = None,
    over: bool = False,
    desk_id: str = BLUE_LINE,
) -> Call:
    """A call that began some time ago and is where the state says; `by` answered it."""
    session, began = switchboard.session, switchboard.now - ago
    contact = make_contact(session, session.get_one(Desk, desk_id), began)
    with acting_at(session, desk_id):
        call = Call(
            sid=f"CA{uuid4().hex}",
            contact_id=contact.id,
            line_number=BLUE if desk_id == BLUE_LINE else POINT,
            caller_kind=CallerKind.WITHHELD,
            state=CallState.COMPLETED if over else CallState.RINGING,
            flow=state.to_json(),
            started_at=began,
            heard_at=switchboard.now,
            answered_at=began + timedelta(seconds=9) if by else None,
            answered_by_id=by.id if by else None,
            ended_at=switchboard.now if over else None,
        )
        session.add(call)
    session.commit()
    return call


def make_call_back(switchboard: Switchboard, due: timedelta, outcome: Outcome | None = None) -> None:
    session, now = switchboard.session, switchboard.now
    contact = make_contact(session, session.get_one(Desk, BLUE_LINE), now)
    with acting_at(session, BLUE_LINE):
        session.add(
            CallBack(
                contact_id=contact.id,
                asked=Asked.CALL_BACK,
                asked_at=now,
                due_at=now + due,
                outcome=outcome,
                done_at=now if outcome else None,
            )
        )
    session.commit()


def figures(client: FlaskClient) -> dict[str, str]:
    """The figures of the board by their words."""
    page = html.unescape(re.sub(r"<[^>]+>", "", client.get(NOW).text))
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    words = [
        "Waiting now",
        "Longest wait",
        "Call-backs due",
        "Answered today",
        "Abandoned today",
        "Messages and call-backs today",
    ]
    return {word: lines[lines.index(word) + 1] for word in words}


def doings(client: FlaskClient) -> dict[str, str]:
    """What each person on duty does."""
    found = re.findall(r'class="board__name">([^<]+)<.*?class="board__doing">([^<]+)<', client.get(NOW).text, re.DOTALL)
    return dict(found)


def rung(*people: Account) -> FlowState:
    return FlowState(stage=Stage.RINGING, turn=2, language="pl", rings=1, asking=tuple(str(each.id) for each in people))


def ended(how: Ending) -> FlowState:
    return FlowState(stage=Stage.ENDED, turn=5, language="pl", ending=how)


TALKS = FlowState(stage=Stage.RINGING, turn=2, language="pl", rings=1)


def test_a_quiet_board_shows_who_is_free_and_that_nobody_waits(coordinator: FlaskClient) -> None:
    assert doings(coordinator) == {"Ewa": "can answer", "Jan": "can answer"}
    assert figures(coordinator) == {
        "Waiting now": "0",
        "Longest wait": "–",
        "Call-backs due": "0of 0 open",
        "Answered today": "0",
        "Abandoned today": "0",
        "Messages and call-backs today": "0",
    }


def test_a_ringing_and_a_talking_colleague_are_not_free(switchboard: Switchboard, coordinator: FlaskClient) -> None:
    make_call(switchboard, rung(switchboard.ewa))
    make_call(switchboard, TALKS, by=switchboard.jan)
    make_call(switchboard, FlowState(stage=Stage.WAITING, language="uk"), ago=timedelta(minutes=3, seconds=5))
    assert doings(coordinator) == {"Ewa": "rings", "Jan": "talks"}
    assert figures(coordinator)["Waiting now"] == "2"
    assert re.fullmatch(r"3:[0-5]\d", figures(coordinator)["Longest wait"])


def test_whoever_was_told_that_nobody_can_answer_waits_no_more(
    switchboard: Switchboard, coordinator: FlaskClient
) -> None:
    for stage in (Stage.MENU, Stage.OFFER, Stage.SAFE, Stage.RECORDING):
        make_call(switchboard, FlowState(stage=stage, language="pl"))
    assert figures(coordinator)["Waiting now"] == "2"


def test_every_caller_is_counted_however_many_there_are(switchboard: Switchboard, coordinator: FlaskClient) -> None:
    for _ in range(30):
        make_call(switchboard, FlowState(stage=Stage.WAITING, language="pl"))
    assert figures(coordinator)["Waiting now"] == "30"


def test_the_board_follows_a_call_from_the_first_ring(switchboard: Switchboard, coordinator: FlaskClient) -> None:
    """As the provider itself tells it, from the menu to the end of the talk."""
    switchboard.played(press=["2"], answer=True)
    assert figures(coordinator)["Answered today"] == "1"
    assert figures(coordinator)["Waiting now"] == "0"


def test_somebody_on_duty_without_a_telephone_is_shown_so(switchboard: Switchboard, coordinator: FlaskClient) -> None:
    switchboard.on_duty("Ola", "", ("pl",))
    assert doings(coordinator)["Ola"] == "no telephone"


def test_who_is_on_duty_where_calls_do_not_ring_is_not_on_the_board(
    switchboard: Switchboard, coordinator: FlaskClient
) -> None:
    outside = make_post(switchboard.session, name="Visits", rung=False)
    ula = make_account(switchboard.session, name="Ula", phone="+48600000009")
    make_duty(switchboard.session, BLUE_LINE, ula, switchboard.now, post=outside)
    switchboard.session.commit()
    assert set(doings(coordinator)) == {"Ewa", "Jan"}


def test_what_callers_did_today_is_counted_by_what_came_of_it(
    switchboard: Switchboard, coordinator: FlaskClient
) -> None:
    since = switchboard.now - day_bounds(day_of(switchboard.now))[0]
    today, yesterday = min(since, timedelta(minutes=30)) / 2, since + timedelta(minutes=1)
    for how in Ending:
        make_call(switchboard, ended(how), ago=today, by=switchboard.ewa if how is Ending.ANSWERED else None, over=True)
        make_call(switchboard, ended(how), ago=yesterday, over=True)
    make_call(switchboard, TALKS, ago=today, over=True)  # nothing is known of how it ended
    make_call(switchboard, ended(Ending.HUNG_UP), ago=today, over=True, desk_id=HELP_POINT)
    shown = figures(coordinator)
    assert shown["Answered today"] == "1"
    assert shown["Abandoned today"] == "3", (
        "hung up, heard that nobody can answer, and the one of which nothing is known"
    )
    assert shown["Messages and call-backs today"] == "2"


def test_call_backs_are_due_when_their_time_has_come_and_nobody_ended_them(
    switchboard: Switchboard, coordinator: FlaskClient
) -> None:
    for due, outcome in ((-5, None), (-1, None), (60, None), (-9, Outcome.REACHED)):
        make_call_back(switchboard, timedelta(minutes=due), outcome)
    assert figures(coordinator)["Call-backs due"] == "2of 3 open"


def test_the_board_of_another_desk_counts_nothing_of_ours(switchboard: Switchboard, client: FlaskClient) -> None:
    make_call(switchboard, rung(switchboard.ewa))
    olena = make_account(switchboard.session, HELP_POINT, [Role.COORDINATOR], Profession.SUPERVISOR, name="Olena")
    switchboard.session.commit()
    sign_in(client, olena)
    page = client.get("/desk/help-point/wallboard").text
    assert "Nobody who answers calls is on duty." in page
    assert "Ewa" not in page
    assert client.get(BOARD).status_code == 404


def test_no_number_and_nothing_of_a_caller_is_on_the_board(switchboard: Switchboard, coordinator: FlaskClient) -> None:
    switchboard.post("/telephony/voice", {"From": CALLER})
    for address in (BOARD, NOW):
        page = coordinator.get(address).text
        assert not any(number[3:] in page for number in (CALLER, EWA_PHONE, JAN_PHONE, BLUE))
    assert figures(coordinator)["Waiting now"] == "1"


def test_the_page_renews_itself_by_the_stream_and_by_a_link_without_scripts(coordinator: FlaskClient) -> None:
    page = coordinator.get(BOARD).text
    assert re.search(rf'data-live-topic="calls duties call-backs"\s+data-live-src="{NOW}"', page)
    assert f'href="{BOARD}"' in page
    assert "http-equiv" not in page
    assert "<html" not in coordinator.get(NOW).text


@pytest.mark.parametrize("calls", [1, 12])
def test_a_look_at_the_board_asks_little_however_many_call(
    switchboard: Switchboard, coordinator: FlaskClient, connection: Connection, calls: int
) -> None:
    for _ in range(calls):
        make_call(switchboard, rung(switchboard.ewa, switchboard.jan))
    headers = {"X-Requested-With": "live"}
    coordinator.get(NOW, headers=headers)
    sent: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, asked, *_: sent.append(asked))
    assert coordinator.get(NOW, headers=headers).status_code == 200
    asked = [each for each in sent if "SAVEPOINT" not in each]
    assert 0 < len(asked) <= MOST_STATEMENTS, asked


ROLES = [
    (Role.COORDINATOR, Profession.SUPERVISOR, 200),
    (Role.CONSULTANT, Profession.PSYCHOLOGIST, 403),
    (Role.DUTY_OFFICER, Profession.BORDER_GUARD_OFFICER, 403),
    (Role.ADMINISTRATOR, Profession.ADMINISTRATOR, 403),
]


@pytest.mark.parametrize(("role", "profession", "status"), ROLES)
def test_only_a_coordinator_sees_the_board(
    switchboard: Switchboard, client: FlaskClient, role: Role, profession: Profession, status: int
) -> None:
    somebody = make_account(switchboard.session, BLUE_LINE, [role], profession, name="Somebody")
    switchboard.session.commit()
    sign_in(client, somebody)
    assert client.get(BOARD).status_code == status
    assert client.get(NOW).status_code == status


# What is decided.


@given(talks=st.booleans(), rings=st.booleans(), has_phone=st.booleans())
def test_nobody_is_free_who_talks_or_rings(*, talks: bool, rings: bool, has_phone: bool) -> None:
    does = doing("a", talking={"a"} if talks else {"b"}, ringing={"a"} if rings else set(), has_phone=has_phone)
    assert (does is Doing.FREE) == (has_phone and not talks and not rings)
    assert (does is Doing.TALKS) == talks


AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def test_the_longest_wait_is_that_of_whoever_called_first() -> None:
    began = [AT - timedelta(seconds=40), AT - timedelta(minutes=5), AT + timedelta(seconds=2)]
    assert longest_wait(began, AT) == timedelta(minutes=5)
    assert longest_wait([], AT) == timedelta()
    assert longest_wait([AT + timedelta(seconds=2)], AT) == timedelta()


def test_a_desk_without_calls_counts_none(session: Session, app: Flask) -> None:
    switchboard = Switchboard(session, app)
    with acting_at(session, BLUE_LINE):
        assert wallboard_queries.calls_since(session, switchboard.now) == (0, 0, 0)
        assert wallboard_queries.call_backs(session, switchboard.now) == (0, 0)
