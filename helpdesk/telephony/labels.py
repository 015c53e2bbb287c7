"""Words for what becomes of a call, and for how a line is set."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from math import ceil

from helpdesk.consultations.rules.codes import FirstContact
from helpdesk.kernel.clock import local
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.phones import CallerKind
from helpdesk.roster.rules.spans import Span
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.plan import (
    LONGEST_RING,
    MOST_WAITING,
    SHORTEST_RING,
    Circle,
    Help,
    Order,
    Plan,
    PlanRefusal,
    Profile,
)
from helpdesk.telephony.rules.recordings import Heard, RecordingRefusal
from helpdesk.telephony.rules.ringing import Reason
from helpdesk.telephony.rules.settings import Answering, LineRefusal
from helpdesk.telephony.rules.state import Chosen, Ending, FlowState, Stage
from helpdesk.telephony.rules.texts import Answer, TextRefusal, TextState
from helpdesk.telephony.rules.wallboard import Doing
from helpdesk.web.i18n import LazyText, _, lazy, locale, ngettext

LABELS: Mapping[StrEnum, LazyText] = {
    LineRefusal.NOBODY_ANSWERS: lazy(
        "Nobody answers in this language in the coming week: %(language)s. Publish duties or add an interpreter first."
    ),
    LineRefusal.NOT_AGREED: lazy("This desk has not said that it helps out. Its coordinator says so on its own page."),
    LineRefusal.NOT_HEARD: lazy("No voice speaks this language and recordings are missing: %(language)s."),
    LineRefusal.NOT_WHOLE: lazy("Sentences are missing in this language: %(language)s."),
    LineRefusal.NO_LANGUAGE: lazy("Choose at least one language."),
    LineRefusal.TOO_MANY_LANGUAGES: lazy("There are keys for at most %(most)s languages."),
    PlanRefusal.NO_CIRCLE: lazy("Choose at least whom the telephone rings first."),
    PlanRefusal.ONE_HELP: lazy("A choice needs at least two kinds of help."),
    PlanRefusal.RING_SECONDS: lazy(
        "Write a number of seconds from %(least)s to %(most)s.", least=SHORTEST_RING, most=LONGEST_RING
    ),
    PlanRefusal.WAITING_SECONDS: lazy("Callers can wait for at most %(minutes)s minutes.", minutes=MOST_WAITING // 60),
    PlanRefusal.WITHOUT_DESK: lazy(
        "Choose the desk that helps out, and in which turn it is asked; or neither of the two."
    ),
    RecordingRefusal.BROKEN: lazy(
        "This file is damaged or of a kind that we cannot read. Save it as WAV or MP3 again."
    ),
    RecordingRefusal.NOT_SOUND: lazy("This is not a WAV or MP3 file."),
    RecordingRefusal.NO_SUCH: lazy("There is no such sentence to record."),
    RecordingRefusal.SILENT: lazy("Nothing can be heard in this file. Was the microphone on?"),
    RecordingRefusal.TOO_LARGE: lazy("This file is larger than %(most)s megabytes."),
    RecordingRefusal.TOO_LONG: lazy("This recording is longer than %(most)s seconds."),
    RecordingRefusal.TOO_SHORT: lazy(
        "This recording is too short. Leave a moment of silence at its end, so that it lasts a second at least."
    ),
    TextRefusal.CLOSED: lazy("This contact is closed, so nothing is written any more."),
    TextRefusal.MONITORED: lazy(
        "The telephone is monitored, and nobody said that it is safe all the same. No answer is sent."
    ),
    TextRefusal.NO_SENDER: lazy("The number is not known, or it was erased because it was needed no more."),
    TextRefusal.NOT_READ: lazy("Read how this person can be reached safely, and tick that you did."),
    TextRefusal.NOT_SAFE: lazy("This person said that messages to this telephone are not safe. No answer is sent."),
    TextRefusal.STOPPED: lazy(
        "The last word was one that makes the provider send nothing more there, whatever was meant. Do not wait for this person to write again."
    ),
    TextRefusal.TOO_LATE: lazy(
        "Half an hour has passed, so somebody else may hold the telephone now. An answer is sent only if the person said that this telephone is safe."
    ),
}

REASONS: Mapping[Reason, LazyText] = {
    Reason.SPEAKS: lazy("on duty and speaks the language"),
    Reason.ON_DUTY: lazy("on duty; nobody who speaks the language could be reached"),
    Reason.COORDINATES: lazy("coordinates the desk; nobody on duty could be reached"),
    Reason.HELPS_OUT: lazy("on duty at the desk that helps out; nobody here could be reached"),
    Reason.HANDED_ON: lazy("the talk was handed on to this person"),
    Reason.OTHER_LANGUAGE: lazy("does not speak the language"),
    Reason.OTHER_HELP: lazy("does not give the help that the caller chose"),
    Reason.BUSY: lazy("was busy with another call"),
    Reason.ITS_TURN_LATER: lazy("comes after somebody else, since telephones ring one after the other"),
    Reason.DID_NOT_ANSWER: lazy("was rung just before and did not answer"),
    Reason.NO_PHONE: lazy("has no telephone that could be rung"),
    Reason.SAME_PHONE: lazy("shares a telephone with somebody who was rung"),
    Reason.OWN_LINE: lazy("has the line's own number as telephone"),
    Reason.MAY_BE_A_MACHINE: lazy("has a telephone that a machine may answer, and this line cannot ask for a key"),
    Reason.TOO_MANY: lazy("more people are on duty than can be rung at once"),
    Reason.ENOUGH_RINGS: lazy("was rung before and did not answer"),
}

HEARD: Mapping[Heard, LazyText] = {
    Heard.RECORDING: lazy("Recorded"),
    Heard.STAND_IN: lazy("Spoken by a machine, for a trial only"),
    Heard.VOICE: lazy("Spoken by the provider's voice"),
    Heard.NOTHING: lazy("Cannot be heard"),
}

CIRCLES: Mapping[Circle, LazyText] = {
    Circle.SPEAKERS: lazy("whoever is on duty and speaks the language"),
    Circle.ANYONE: lazy("anybody on duty, with an interpreter"),
    Circle.COORDINATORS: lazy("the coordinators"),
    Circle.OTHER_DESK: lazy("the desk that helps out"),
}

ORDERS: Mapping[Order, LazyText] = {
    Order.ALL: lazy("All telephones ring at once."),
    Order.IN_TURN: lazy("Telephones ring one after the other, in the order of the roster."),
    Order.LEAST_BUSY: lazy("Telephones ring one after the other; whoever took the fewest calls today comes first."),
}

PROFILES: Mapping[Profile, LazyText] = {
    Profile.FULL: lazy("Everything: whoever picks up presses 1 before the caller is put through."),
    Profile.PORTABLE: lazy(
        "Only what every provider can do: nobody is asked to press a key, so only telephones ring that no machine ever answers."
    ),
}

HELPS: Mapping[Help, LazyText] = {
    Help.PSYCHOLOGIST: lazy("The caller asked for a psychologist."),
    Help.LAWYER: lazy("The caller asked for a lawyer."),
}

ANSWERING: Mapping[Answering, LazyText] = {
    Answering.ON_DUTY: lazy("people on duty in the coming week"),
    Answering.COORDINATOR: lazy("a coordinator"),
    Answering.INTERPRETER: lazy("an interpreter who is called in"),
    Answering.NOBODY: lazy("nobody in the coming week"),
}

DOING: Mapping[Doing, LazyText] = {
    Doing.FREE: lazy("can answer"),
    Doing.RINGS: lazy("rings"),
    Doing.TALKS: lazy("talks"),
    Doing.NO_PHONE: lazy("no telephone"),
}

STAGES: Mapping[Stage, LazyText] = {
    Stage.NEW: lazy("The call has just come in."),
    Stage.MENU: lazy("The caller is choosing a language."),
    Stage.HELP: lazy("The caller is choosing what help is needed."),
    Stage.RINGING: lazy("Telephones ring."),
    Stage.WAITING: lazy("The caller waits and hears music."),
    Stage.OFFER: lazy("The caller hears that a message or a call back is possible."),
    Stage.SAFE: lazy("The caller is asked whether it is safe to call back."),
    Stage.RECORDING: lazy("The caller is leaving a message."),
    Stage.ROOM: lazy("The caller talks with several people."),
    Stage.ENDED: lazy("The call is over."),
}

# The word of the ring at the top of every page, as long as nobody talks.
AT_STAGE: Mapping[Stage, LazyText] = {
    **dict.fromkeys(Stage, lazy("Rings")),
    Stage.WAITING: lazy("Waits"),
    Stage.OFFER: lazy("Waits"),
    Stage.SAFE: lazy("Waits"),
    Stage.RECORDING: lazy("Leaves a message"),
}

ENDINGS: Mapping[Ending, LazyText] = {
    Ending.HUNG_UP: lazy("The caller hung up before anybody answered."),
    Ending.CANNOT_TALK: lazy(
        "The caller pressed the star: talking was not possible. The call ended at once, without a word."
    ),
    Ending.NOBODY: lazy("The caller heard that nobody can answer, and the emergency number."),
    Ending.CALL_BACK: lazy("The caller asked to be called back."),
    Ending.MESSAGE: lazy("The caller left a message."),
    Ending.ANSWERED: lazy("Somebody answered."),
}

TEXT_STATES: Mapping[TextState, LazyText] = {
    TextState.ARRIVED: lazy("came in"),
    TextState.WITH_MEDIA: lazy("came in with a picture or a sound, which was not fetched"),
    TextState.WAITING: lazy("is about to be sent"),
    TextState.SENDING: lazy("is being sent"),
    TextState.SENT: lazy("sent"),
    TextState.HELD_BACK: lazy("not sent: it was no longer safe"),
    TextState.REFUSED: lazy("not sent: the provider refused it"),
    TextState.UNKNOWN: lazy("perhaps sent: the provider did not answer. Do not send it again."),
}

# What the fixed sentences say, for whoever chooses one; in the person's language they stand in `outreach/data/answers.csv`.
ANSWERS: Mapping[Answer, LazyText] = {
    Answer.THANKS: lazy("Thank you for your message."),
    Answer.CALL: lazy("Please call this number when you can."),
    Answer.WHEN: lazy("Please write when we may call."),
}

STATES: Mapping[CallState, LazyText] = {
    CallState.RINGING: lazy("rings"),
    CallState.IN_PROGRESS: lazy("in progress"),
    CallState.CANCELED: lazy("cancelled"),
    CallState.FAILED: lazy("failed"),
    CallState.BUSY: lazy("busy"),
    CallState.ABANDONED: lazy("the caller hung up before anybody answered"),
    CallState.NO_ANSWER: lazy("nobody answered"),
    CallState.COMPLETED: lazy("ended after a talk"),
}

# A rung telephone knows less than a call: that it was picked up says nothing about a talk.
LEG_STATES: Mapping[CallState, LazyText] = {
    **STATES,
    CallState.IN_PROGRESS: lazy("picked up"),
    CallState.CANCELED: lazy("stopped ringing"),
    CallState.NO_ANSWER: lazy("did not answer"),
    CallState.COMPLETED: lazy("hung up"),
}

# A caller is first, repeated, or not known; the two ways of not knowing are told apart.
FIRST: Mapping[str, LazyText] = {
    FirstContact.FIRST: lazy("first time"),
    FirstContact.REPEATED: lazy("repeated"),
    FirstContact.UNKNOWN: lazy("unknown"),
}

UNKNOWN: Mapping[CallerKind, LazyText] = {
    CallerKind.WITHHELD: lazy("unknown (withheld number)"),
    CallerKind.MALFORMED: lazy("unknown (unreadable number)"),
}


def story(state: FlowState) -> list[str]:
    """How a call went, or how far it has come, as sentences in the order in which it happened."""
    return list(_story(state))


def _story(state: FlowState) -> Iterator[str]:
    if state.chosen is Chosen.DEFAULT:
        yield _("The caller chose no language.")
    if state.help is not None:
        yield str(HELPS[state.help])
    if state.closed:
        yield _("Nobody was on duty, so the caller heard when the next duty begins.")
    if state.rings:
        yield ngettext("Telephones rang %(num)s time.", "Telephones rang %(num)s times.", state.rings)
    if state.waited:
        yield _("The caller waited for %(time)s at most.", time=minutes(timedelta(seconds=state.waited)))
    if state.offered:
        yield _("The caller was offered to leave a message or to be called back.")
    ending = state.ending if state.stage is Stage.ENDED else None
    yield str(STAGES[state.stage] if ending is None else ENDINGS[ending])


def minutes(waited: timedelta) -> str:
    """A time as minutes and seconds, which also reads on after the first hour."""
    whole, seconds = divmod(max(int(waited.total_seconds()), 0), 60)
    return f"{whole}:{seconds:02}"


def waiting_minutes(plan: Plan) -> int:
    """The waiting limit in whole minutes, as the form shows it."""
    return ceil(plan.waiting_seconds / 60)


def behaviour(plan: Plan, other_desk: str) -> list[str]:
    """How a line behaves, as sentences in the order in which a caller meets it. `other_desk` is the name of the desk that helps out."""
    return list(_behaviour(plan, other_desk))


def _behaviour(plan: Plan, other_desk: str) -> Iterator[str]:
    if plan.helps:
        yield _("Callers are asked whether they want a psychologist or a lawyer.")
    yield str(ORDERS[plan.order])
    yield _("Rung in this order: %(circles)s.", circles=", ".join(_circle(each, other_desk) for each in plan.circles))
    yield ngettext("A telephone rings for %(num)s second.", "A telephone rings for %(num)s seconds.", plan.ring_seconds)
    yield _waiting(plan)
    yield from _offers(plan)
    if plan.profile is Profile.PORTABLE:
        yield str(PROFILES[plan.profile])


def _circle(circle: Circle, other_desk: str) -> str:
    return other_desk if circle is Circle.OTHER_DESK and other_desk else str(CIRCLES[circle])


def _waiting(plan: Plan) -> str:
    limit = waiting_minutes(plan)
    if not limit:
        return _("Nobody is asked to wait.")
    return ngettext("Callers wait for at most %(num)s minute.", "Callers wait for at most %(num)s minutes.", limit)


def _offers(plan: Plan) -> Iterator[str]:
    yield _("Outside the hours of duty callers hear when the next duty begins.")
    if plan.voicemail and plan.call_back:
        yield _("When nobody can answer, callers may leave a message or ask to be called back.")
    elif plan.voicemail:
        yield _("When nobody can answer, callers may leave a message.")
    elif plan.call_back:
        yield _("When nobody can answer, callers may ask to be called back.")
    else:
        yield _("When nobody can answer, callers hear only the emergency number.")


def languages(tags: tuple[str, ...]) -> str:
    """Languages in the order of the menu, each with the key that chooses it; one alone needs no key."""
    names = [language_name(tag, locale().tag) for tag in tags]
    if len(names) < 2:  # noqa: PLR2004  a menu has at least two
        return ", ".join(names)
    return ", ".join(f"{key} {name}" for key, name in enumerate(names, 1))


def clock_hours(spans: tuple[Span, ...]) -> str:
    """The hours of one day: "17:00–21:00, 22:00–24:00"; the whole day and none have words."""
    if not spans:
        return _("closed on this day")
    parts = [f"{local(span.start):%H:%M}–{local(span.end):%H:%M}".replace("–00:00", "–24:00") for span in spans]
    return _("day and night") if parts == ["00:00–24:00"] else ", ".join(parts)
