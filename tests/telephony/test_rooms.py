"""During the call: an interpreter comes in, a colleague is asked, a lawyer takes over, 112 is called, and nobody sits alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from helpdesk.consultations.models import Advice, Contact
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.telephony import service, webhooks
from helpdesk.telephony.provider import Trouble as Failure
from helpdesk.telephony.rules.instructions import HangUp, Join, Speak
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import Profile
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.rooms import GuestKind, Place, RoomRefusal
from helpdesk.telephony.rules.state import Ending, Stage
from helpdesk.telephony.service import Heard, Kind, rooms
from helpdesk.telephony.simulator import Pickup, Trouble
from tests.factories import actor_of
from tests.telephony.lines import BRIEF
from tests.telephony.rooms import EMERGENCY, EVERYBODY, JAN_PHONE, MAREK_PHONE, OLHA_PHONE, Evening
from tests.telephony.switchboard import CALLER, EWA_PHONE, Switchboard

ADA_PHONE = "+48600000013"


@pytest.fixture
def evening(switchboard: Switchboard, sessions: Sessions) -> Evening:
    return Evening(switchboard, sessions)


def refusal(act: Callable[[], object]) -> RoomRefusal:
    with pytest.raises(Refusal) as refused:
        act()
    assert isinstance(refused.value.code, RoomRefusal)
    return refused.value.code


def test_an_interpreter_comes_into_the_talk_and_her_minutes_are_kept(evening: Evening) -> None:
    caller = evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE, OLHA_PHONE}
    assert evening.hears(OLHA_PHONE) == {EWA_PHONE, CALLER}
    assert caller.heard[-1][1] == "До розмови приєднується ще одна людина."
    assert evening.phone(OLHA_PHONE).heard == [
        ("uk-UA", "Українська."),
        ("pl-PL", "Ktoś dzwoni na linię. Aby odebrać, naciśnij 1."),
    ]
    evening.exchange.puts_down(evening.phone(OLHA_PHONE))
    assert evening.hears(CALLER) == {EWA_PHONE}
    evening.exchange.puts_down(evening.phone(EWA_PHONE))
    evening.goes_on()
    assert caller.is_over
    guest, call = evening.guest(), evening.call()
    assert (guest.language_asked, guest.language_served, guest.minutes) == ("uk", "uk", 1)
    assert (call.state, call.now_at.ending) == (CallState.COMPLETED, Ending.ANSWERED)
    assert [tag for tag in evening.audited() if tag.startswith("call:guest")] == [
        "call:guest-asked",
        "call:guest-joined",
        "call:guest-left",
        "call:guest-left",
    ]
    assert evening.open_jobs() <= {"telephony.room_lapse", "telephony.room_watch"}


def test_the_voicemail_of_an_interpreter_never_joins(evening: Evening) -> None:
    evening.talk()
    evening.exchange.phones[OLHA_PHONE] = Pickup.VOICEMAIL
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    assert evening.guest().place is Place.GONE
    assert evening.guest().minutes == 0


@pytest.mark.parametrize("behaviour", [Pickup.BUSY, Pickup.FAILS, Pickup.RINGS_ON])
def test_an_interpreter_who_does_not_come_is_no_longer_rung_after_a_while(evening: Evening, behaviour: Pickup) -> None:
    evening.talk()
    evening.exchange.phones[OLHA_PHONE] = behaviour
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on(seconds=60)
    assert evening.guest().place is Place.GONE
    assert [each for each in evening.exchange.lines if each.number == OLHA_PHONE and not each.is_over] == []
    assert evening.hears(CALLER) == {EWA_PHONE}


def test_in_which_language_was_really_spoken_is_written_down(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    guest_id = evening.guest().id
    for _ in range(2):
        evening.does(rooms.served, guest_id=guest_id, language="ru")
    assert (evening.guest().language_asked, evening.guest().language_served) == ("uk", "ru")
    assert evening.audited().count("call:guest-asked") == 2
    evening.asks_in(GuestKind.EMERGENCY)
    emergency = next(each for each in evening.guests() if each.kind is GuestKind.EMERGENCY)
    with pytest.raises(NotFound):
        evening.does(rooms.served, guest_id=emergency.id, language="pl")


def test_while_a_colleague_is_asked_the_caller_hears_music(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.COLLEAGUE, evening.jan)
    evening.goes_on()
    assert evening.hears(EWA_PHONE) == {JAN_PHONE}
    assert evening.hears(CALLER) == set()
    evening.does(rooms.hold, on=False)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE, JAN_PHONE}
    evening.does(rooms.hold, on=True)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(JAN_PHONE))
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}


def test_music_ends_by_itself(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.COLLEAGUE, evening.jan)
    evening.goes_on()
    evening.goes_on(seconds=4 * 60)
    assert evening.hears(CALLER) == set()
    evening.goes_on(seconds=61)
    assert evening.hears(CALLER) == {EWA_PHONE, JAN_PHONE}


def test_music_that_the_provider_does_not_play_is_not_shown_as_playing(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.COLLEAGUE, evening.jan)
    evening.goes_on()
    evening.does(rooms.hold, on=False)
    evening.goes_on()
    evening.exchange.fails = Failure.REFUSED
    evening.does(rooms.hold, on=True)
    for _ in range(6):
        evening.goes_on(seconds=20)
    assert evening.call().now_at.held_since == ""


def test_a_caller_is_not_left_with_music_alone(evening: Evening) -> None:
    evening.talk()
    assert refusal(lambda: evening.does(rooms.hold, on=True)) is RoomRefusal.NOBODY_TO_ASK
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert refusal(lambda: evening.does(rooms.hold, on=True)) is RoomRefusal.NOBODY_TO_ASK


def test_whoever_asked_hangs_up_and_the_colleague_goes_on_with_the_caller(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.COLLEAGUE, evening.jan)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(EWA_PHONE))
    evening.goes_on()
    assert evening.hears(CALLER) == {JAN_PHONE}
    assert evening.call().answered_by_id == evening.jan.id
    evening.exchange.puts_down(evening.phone(JAN_PHONE))
    evening.goes_on()
    assert evening.call().state is CallState.COMPLETED


def test_a_lawyer_takes_over_warm(evening: Evening) -> None:
    evening.talk()
    evening.hands_over(evening.marek, warm=True)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE, MAREK_PHONE}
    assert refusal(lambda: evening.does(rooms.leave, by=evening.jan)) is RoomRefusal.NOT_TALKING
    evening.does(rooms.leave)
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE}
    call = evening.call()
    assert (call.answered_by_id, call.people) == (evening.marek.id, frozenset({str(evening.marek.id)}))
    evening.exchange.puts_down(evening.phone(MAREK_PHONE))
    evening.goes_on()
    assert evening.exchange.lines[0].is_over
    assert evening.call().now_at.ending is Ending.ANSWERED


def test_a_lawyer_who_looks_in_and_leaves_changes_nothing(evening: Evening) -> None:
    evening.talk()
    evening.hands_over(evening.marek, warm=True)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(MAREK_PHONE))
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    assert refusal(lambda: evening.does(rooms.leave)) is RoomRefusal.ALONE


def test_whoever_hands_over_warm_and_hangs_up_too_early_leaves_nobody_alone(evening: Evening) -> None:
    caller = evening.talk()
    evening.exchange.phones[MAREK_PHONE] = Pickup.RINGS_ON
    evening.exchange.phones[EWA_PHONE] = Pickup.RINGS_ON
    evening.hands_over(evening.marek, warm=True)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(EWA_PHONE))
    evening.goes_on()
    assert not caller.is_over  # Marek's telephone still rings
    rung = sum(line.endswith("rings") for line in evening.exchange.story)
    evening.goes_on(seconds=60)
    assert sum(line.endswith("rings") for line in evening.exchange.story) > rung
    assert evening.exchange.talks_with(caller) or "112" in caller.heard[-1][1]


def test_a_lawyer_takes_over_cold(evening: Evening) -> None:
    evening.talk()
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE}
    assert evening.phone(MAREK_PHONE).heard[0][1] == "Українська."
    call, guest = evening.call(), evening.guest()
    assert (call.answered_by_id, guest.kind, guest.place) == (evening.marek.id, GuestKind.COLD, Place.INSIDE)
    assert call.people == {str(evening.marek.id)}
    evening.exchange.puts_down(evening.phone(CALLER))
    evening.goes_on()
    assert evening.guest().place is Place.GONE
    assert evening.call().state is CallState.COMPLETED


def test_a_lawyer_who_took_over_cold_asks_an_interpreter_in(evening: Evening) -> None:
    evening.talk()
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert refusal(lambda: evening.asks_in(GuestKind.INTERPRETER, evening.olha)) is RoomRefusal.NOT_TALKING
    evening.asks_in(GuestKind.INTERPRETER, evening.olha, by=evening.marek)
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE, OLHA_PHONE}
    evening.exchange.puts_down(evening.phone(MAREK_PHONE))
    evening.goes_on()
    assert evening.exchange.lines[0].is_over
    assert {each.place for each in evening.guests()} == {Place.GONE}


@pytest.mark.parametrize("behaviour", [Pickup.VOICEMAIL, Pickup.BUSY, Pickup.RINGS_ON])
def test_a_caller_whom_the_lawyer_does_not_answer_is_rung_for_again(evening: Evening, behaviour: Pickup) -> None:
    evening.talk()
    evening.exchange.phones[MAREK_PHONE] = behaviour
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    call = evening.call()
    assert (call.answered_by_id, call.people) == (evening.ewa.id, frozenset({str(evening.ewa.id)}))
    assert evening.guest().place is Place.GONE


def test_a_caller_whom_nobody_answers_any_more_hears_where_there_is_help(evening: Evening) -> None:
    caller = evening.talk()
    evening.exchange.phones.update(dict.fromkeys(EVERYBODY, Pickup.RINGS_ON))
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert "112" in caller.heard[-1][1]
    assert caller.is_over
    call = evening.call()
    assert (call.now_at.ending, call.state) == (Ending.NOBODY, CallState.COMPLETED)


def test_nobody_is_handed_on_for_ever(evening: Evening) -> None:
    ada = evening.switchboard.on_duty("Ada", ADA_PHONE, ("pl",), profession=Profession.LEGAL_COUNSEL)
    evening.exchange.phones[ADA_PHONE] = Pickup.ANSWERS
    evening.talk()
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    evening.hands_over(ada, warm=False, by=evening.marek)
    evening.goes_on()
    assert evening.hears(CALLER) == {ADA_PHONE}
    assert refusal(lambda: evening.hands_over(evening.marek, warm=False, by=ada)) is RoomRefusal.TOO_OFTEN
    evening.hands_over(evening.marek, warm=True, by=ada)
    evening.goes_on()
    assert evening.hears(CALLER) == {ADA_PHONE, MAREK_PHONE}


def test_nobody_is_cut_off_by_a_cold_hand_over(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert refusal(lambda: evening.hands_over(evening.marek, warm=False)) is RoomRefusal.OTHERS_INSIDE
    evening.exchange.puts_down(evening.phone(OLHA_PHONE))
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE}


def test_112_is_called_and_ewa_stays_on_the_line(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.EMERGENCY)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE, EMERGENCY}
    assert evening.phone(EMERGENCY).heard == []  # nobody there is asked to press anything
    assert evening.guest().account_id is None


def test_the_end_is_the_end_for_everybody(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.does(rooms.end)
    evening.goes_on()
    assert [each for each in evening.exchange.lines if not each.is_over] == []
    assert refusal(lambda: evening.does(rooms.end)) is RoomRefusal.OVER


def test_a_talk_of_two_is_ended_too(evening: Evening) -> None:
    evening.talk()
    for _ in range(2):
        evening.does(rooms.end)
    evening.goes_on()
    assert [each for each in evening.exchange.lines if not each.is_over] == []
    assert evening.call().state is CallState.COMPLETED


def test_only_whoever_talks_acts_and_only_those_are_rung_who_are_there_for_it(evening: Evening) -> None:
    evening.talk()
    assert refusal(lambda: evening.asks_in(GuestKind.EMERGENCY, by=evening.jan)) is RoomRefusal.NOT_TALKING
    for kind, who in (
        (GuestKind.INTERPRETER, evening.jan),
        (GuestKind.COLLEAGUE, evening.olha),
        (GuestKind.COLLEAGUE, evening.ewa),
        (GuestKind.WARM, evening.jan),
        (GuestKind.COLD, evening.jan),
        (GuestKind.INTERPRETER, None),
        (GuestKind.EMERGENCY, evening.jan),
    ):
        assert refusal(lambda kind=kind, who=who: evening.asks_in(kind, who)) is RoomRefusal.NO_SUCH_PERSON  # type: ignore[misc]
    assert evening.guests() == []


def test_a_second_click_asks_nobody_twice(evening: Evening) -> None:
    evening.talk()
    for _ in range(3):
        evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert sum(line == f"{OLHA_PHONE} rings" for line in evening.exchange.story) == 1


def test_a_guest_is_sent_away_or_no_longer_rung(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.does(rooms.dismiss, guest_id=evening.guest().id)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    evening.exchange.phones[OLHA_PHONE] = Pickup.RINGS_ON
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert evening.phone(OLHA_PHONE).status == "ringing"
    evening.does(rooms.dismiss, guest_id=evening.guests()[-1].id)
    evening.goes_on()
    assert [each for each in evening.exchange.lines if each.number == OLHA_PHONE and not each.is_over] == []


def test_a_line_whose_provider_knows_no_rooms_says_so(evening: Evening) -> None:
    evening.talk()
    evening.switchboard.set(type(BRIEF)(profile=Profile.PORTABLE))
    assert refusal(lambda: evening.asks_in(GuestKind.EMERGENCY)) is RoomRefusal.NOT_ON_THIS_LINE
    evening.does(rooms.end)
    evening.goes_on()
    assert evening.call().state is CallState.COMPLETED


def test_when_the_provider_opens_no_room_the_two_talk_on(evening: Evening) -> None:
    evening.talk()
    evening.exchange.fails = Failure.REFUSED
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    assert (evening.guest().place, evening.call().now_at.stage) == (Place.GONE, Stage.RINGING)
    evening.exchange.fails = None
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE, OLHA_PHONE}


def test_an_unreachable_provider_is_asked_again(evening: Evening) -> None:
    evening.talk()
    evening.exchange.fails = Failure.UNREACHABLE
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.exchange.fails = None
    evening.goes_on(seconds=4)
    assert evening.hears(CALLER) == {EWA_PHONE, OLHA_PHONE}


def test_a_cold_hand_over_that_the_provider_refuses_leaves_the_talk_as_it_was(evening: Evening) -> None:
    evening.talk()
    evening.exchange.fails = Failure.REFUSED
    evening.hands_over(evening.marek, warm=False)
    assert refusal(lambda: evening.does(rooms.end)) is RoomRefusal.OVER  # nobody acts while the caller is on the way
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    assert evening.guest().place is Place.GONE
    evening.exchange.fails = None
    evening.does(rooms.end)
    evening.goes_on()
    assert evening.call().now_at.ending is Ending.ANSWERED


def test_whoever_hangs_up_before_the_room_is_open_does_not_leave_the_caller_in_it(evening: Evening) -> None:
    caller = evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.exchange.puts_down(evening.phone(EWA_PHONE))
    evening.goes_on()
    assert evening.exchange.talks_with(caller) == {EWA_PHONE}  # rung again, and answered
    evening.exchange.puts_down(caller)
    evening.goes_on()
    assert {each.place for each in evening.guests()} == {Place.GONE}


def test_a_lost_report_is_noticed_by_looking_into_the_room(evening: Evening) -> None:
    caller = evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.suffers(Trouble(lost=frozenset({"leg", "out"})))
    evening.exchange.puts_down(evening.phone(EWA_PHONE))
    evening.goes_on()
    assert not caller.is_over
    evening.goes_on(seconds=61)
    assert caller.is_over
    assert evening.call().state is CallState.COMPLETED


def test_the_caller_may_hang_up_in_every_state_and_nobody_goes_on_ringing(evening: Evening) -> None:
    def asked_only() -> None:
        evening.asks_in(GuestKind.INTERPRETER, evening.olha)

    def ringing() -> None:
        evening.exchange.phones[OLHA_PHONE] = Pickup.RINGS_ON
        evening.asks_in(GuestKind.INTERPRETER, evening.olha)
        evening.goes_on()

    def three() -> None:
        evening.asks_in(GuestKind.INTERPRETER, evening.olha)
        evening.goes_on()

    def music() -> None:
        evening.asks_in(GuestKind.COLLEAGUE, evening.jan)
        evening.goes_on()

    def being_handed_on() -> None:
        evening.hands_over(evening.marek, warm=False)

    for before in (asked_only, ringing, three, music, being_handed_on):
        evening.exchange.phones.update(EVERYBODY)
        caller = evening.talk()
        before()
        evening.exchange.puts_down(caller)
        evening.goes_on()
        assert [each.number for each in evening.exchange.lines if not each.is_over] == [], before.__name__
        call = evening.call()
        assert (call.state, call.now_at.stage) == (CallState.COMPLETED, Stage.ENDED), before.__name__
        assert {each.place for each in evening.guests()} <= {Place.GONE}, before.__name__
    evening.goes_on(seconds=600)
    assert evening.open_jobs() == set()


KINDS = ["rung", "leg", "room", "out", "returned", "left", "whisper", "accept", "status"]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_doubled_and_late_requests_do_no_harm(evening: Evening, kind: str, late: bool) -> None:
    caller = evening.talk()
    of_kind = frozenset({kind})
    evening.suffers(Trouble(late=of_kind) if late else Trouble(doubled=of_kind))
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(OLHA_PHONE))
    evening.goes_on()
    assert evening.hears(CALLER) == {EWA_PHONE}
    evening.exchange.puts_down(caller)
    evening.goes_on()
    evening.exchange.wire.finish()
    evening.goes_on(seconds=120)
    assert [each for each in evening.exchange.lines if not each.is_over] == []
    call = evening.call()
    assert (call.state, call.now_at.ending) == (CallState.COMPLETED, Ending.ANSWERED)
    assert evening.guest().place is Place.GONE
    assert evening.open_jobs() == set()


@pytest.mark.parametrize("kind", ["rung", "leg", "out", "left", "whisper", "accept"])
def test_the_late_end_of_a_talk_does_not_end_the_talk_that_follows_it(evening: Evening, kind: str) -> None:
    evening.talk()
    evening.suffers(Trouble(doubled=frozenset({kind}), late=frozenset({kind})))
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    evening.exchange.wire.finish()
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE}
    call = evening.call()
    assert (call.now_at.stage, call.answered_by_id) == (Stage.RINGING, evening.marek.id)


def test_a_first_call_with_two_specialists_is_one_contact_and_two_advices(evening: Evening) -> None:
    """The first story (S1): psychologist, then lawyer, in the same call."""
    evening.talk()

    def opens(by: str) -> None:
        account = {"ewa": evening.ewa, "marek": evening.marek}[by]
        with evening.sessions.begin() as session, acting_at(session, "blue-line"):
            call = session.merge(evening.call())
            service.open_sheet(session, call, actor=actor_of(account), now=utcnow())

    opens("ewa")
    evening.hands_over(evening.marek, warm=True)
    evening.goes_on()
    opens("marek")
    opens("marek")
    evening.does(rooms.leave)
    evening.goes_on()
    with acting_at(evening.session, "blue-line"):
        evening.session.expire_all()
        advices = evening.session.scalars(select(Advice).order_by(Advice.id)).all()
        assert evening.session.scalar(select(func.count()).select_from(Contact)) == 1
    assert [each.consultant_id for each in advices] == [evening.ewa.id, evening.marek.id]
    assert len({each.contact_id for each in advices}) == 1


def test_a_guests_time_is_in_order_and_nothing_of_the_talk_names_a_number(evening: Evening) -> None:
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.exchange.puts_down(evening.exchange.lines[0])
    guest = evening.guest()
    assert guest.joined_at is not None
    assert guest.left_at is not None
    times = [guest.asked_at, guest.joined_at, guest.left_at]
    assert all(later - earlier >= timedelta() for earlier, later in pairwise(times))
    addresses = [sent.path for sent in evening.exchange.wire.sent]
    assert not [path for path in addresses if "+48" in path or "48600" in path]


def test_every_forged_request_of_a_room_is_refused(evening: Evening) -> None:
    evening.suffers(Trouble(forged=frozenset(["rung", "leg", "room", "out", "returned", "whisper", "accept", "left"])))
    evening.talk()
    evening.asks_in(GuestKind.INTERPRETER, evening.olha)
    evening.goes_on()
    evening.exchange.puts_down(evening.phone(OLHA_PHONE))
    evening.hands_over(evening.marek, warm=False)
    evening.goes_on()
    assert evening.hears(CALLER) == {MAREK_PHONE}
    forged = {sent.kind.value: sent.status for sent in evening.exchange.wire.sent if sent.how == "forged"}
    assert forged.keys() == {"rung", "leg", "room", "out", "returned", "whisper", "accept", "left"}
    assert set(forged.values()) == {403}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_people_do_and_whatever_is_lost_no_caller_sits_alone_and_every_call_ends(
    evening: Evening, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311  a story, not a secret
    caller = evening.talk()
    people = [evening.ewa, evening.jan, evening.marek]
    acts: list[Callable[[], object]] = [
        lambda: evening.asks_in(GuestKind.INTERPRETER, evening.olha, by=chance.choice(people)),
        lambda: evening.asks_in(GuestKind.COLLEAGUE, evening.jan, by=chance.choice(people)),
        lambda: evening.asks_in(GuestKind.EMERGENCY, by=chance.choice(people)),
        lambda: evening.hands_over(evening.marek, warm=True, by=chance.choice(people)),
        lambda: evening.hands_over(evening.marek, warm=False, by=chance.choice(people)),
        lambda: evening.does(rooms.hold, on=chance.choice([True, False]), by=chance.choice(people)),
        lambda: evening.does(rooms.leave, by=chance.choice(people)),
        lambda: evening.exchange.puts_down(
            chance.choice([each for each in evening.exchange.lines if each is not caller])
        ),
        lambda: evening.goes_on(seconds=chance.choice([0, 0, 5, 30])),
    ]
    for _ in range(14):
        evening.exchange.phones[chance.choice(list(EVERYBODY))] = chance.choice(list(Pickup))
        lost = frozenset({chance.choice(["leg", "out", "nothing"])})
        evening.suffers(Trouble(lost=lost, doubled=frozenset({chance.choice(KINDS)})))
        with suppress(Refusal):
            chance.choice(acts)()
        if caller.is_over:
            break
    evening.suffers(Trouble())
    for _ in range(8):
        evening.goes_on(seconds=61)
    assert caller.is_over or evening.exchange.talks_with(caller) - {OLHA_PHONE, EMERGENCY}, evening.exchange.story
    evening.exchange.puts_down(caller)
    for _ in range(3):
        evening.goes_on(seconds=61)
    assert [each.number for each in evening.exchange.lines if not each.is_over] == []
    assert evening.call().state is CallState.COMPLETED
    assert {each.place for each in evening.guests()} <= {Place.GONE}
    assert len(evening.switchboard.contacts()) == 1


def heard(kind: Kind, leg: str = "", digits: str = "") -> Heard:
    return Heard(kind, call="CA1", at=utcnow(), sid="CA2", leg=leg, digits=digits)


def test_without_the_database_whoever_is_on_the_way_still_comes_into_the_room() -> None:
    guest = str(uuid4())
    assert webhooks.without_records(heard(Kind.ROOM, "2-1")) == [Join(leg_id="2-1")]
    assert webhooks.without_records(heard(Kind.ACCEPT, guest, "1")) == [Join(leg_id=guest)]
    assert webhooks.without_records(heard(Kind.ACCEPT, guest)) == [HangUp()]
    assert webhooks.without_records(heard(Kind.OUT, "2-1")) == [HangUp()]
    spoken = [each.prompt for each in webhooks.without_records(heard(Kind.RETURNED)) if isinstance(each, Speak)]
    assert Prompt.EMERGENCY in spoken


@pytest.mark.parametrize("kind", [Kind.RETURNED, Kind.LEFT])
def test_who_heard_our_apology_on_the_way_out_of_a_talk_is_rung_for_no_more(evening: Evening, kind: Kind) -> None:
    caller = evening.talk()
    evening.hands_over(evening.marek, warm=False)
    late = Heard(kind, call=caller.sid, at=utcnow(), sid=caller.sid, turn=2, status="in-progress")
    with evening.sessions.begin() as session:
        service.recover(session, late)
    call = evening.call()
    assert (call.now_at.stage, call.state) == (Stage.ENDED, CallState.COMPLETED)
    assert call.trouble_at is not None
    assert evening.guest().place is Place.GONE
