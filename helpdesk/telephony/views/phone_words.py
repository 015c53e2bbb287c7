"""The telephone of the demonstration in words: its forms, each telephone as it is now, and what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from helpdesk.kernel.phones import BROWSER, display
from helpdesk.telephony.queries import trial as queries
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.instructions import Sound
from helpdesk.telephony.rules.recordings import Slot
from helpdesk.telephony.simulator import Exchange, Happened, Happens, Line
from helpdesk.web.forms import Form, at_most, given, options
from helpdesk.web.i18n import LazyText, _, lazy

_LONGEST_NUMBER, _LONGEST_TEXT = 40, 1600
_MOST_HEARD = 8
SOME_CALLER = "+48 601 100 200"


class CallForm(Form):
    """Who calls which line. The number may be anything that a provider could send, also nothing."""

    line = SelectField(lazy("Telephone line"))
    caller = StringField(
        lazy("The caller's number"), [at_most(_LONGEST_NUMBER)], filters=[lambda value: _bare(value or "")]
    )

    def __init__(self, lines: Iterable[tuple[str, str]], **how: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(prefix="call-", data={"caller": SOME_CALLER}, **how)
        self.line.choices = options(lines)


class TextForm(Form):
    """Who writes what to which line."""

    number = SelectField(lazy("Telephone line"))
    sender = StringField(
        lazy("The writer's number"), [given(), at_most(_LONGEST_NUMBER)], filters=[lambda value: _bare(value or "")]
    )
    words = StringField(lazy("Message"), [given(), at_most(_LONGEST_TEXT)])

    def __init__(self, lines: Iterable[tuple[str, str]], **how: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(prefix="text-", data={"sender": SOME_CALLER}, **how)
        self.number.choices = options(lines)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that was heard: words in a language, or a sound at an address; both where a recording says known words."""

    words: str
    language: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One telephone in a call: whose, what it does now in words, what it heard, and what can be done with it.

    `number` stands beside a name, and is empty where the number is all that is known.
    """

    sid: str
    name: str
    number: str
    doing: str
    heard: Sequence[Spoken]
    is_ours: bool
    rings: bool
    may_press: bool
    may_speak: bool
    may_ring_out: bool


@dataclass(frozen=True, slots=True)
class ShownEvent:
    sentence: str
    spoken: Spoken | None


_SENTENCES: Mapping[Happens, LazyText] = {
    Happens.CALLS: lazy("%(who)s calls %(what)s."),
    Happens.RINGS: lazy("%(who)s: the telephone rings."),
    Happens.PICKS_UP: lazy("%(who)s picks up."),
    Happens.HEARS: lazy("%(who)s hears:"),
    Happens.PRESSES: lazy("%(who)s presses %(what)s."),
    Happens.SPEAKS: lazy("%(who)s leaves a message (%(what)s s)."),
    Happens.SAYS_NOTHING: lazy("%(who)s says nothing."),
    Happens.TALKS: lazy("%(who)s and %(what)s talk."),
    Happens.ENTERS: lazy("%(who)s is in the room."),
    Happens.LEAVES: lazy("%(who)s is out of the room."),
    Happens.MUSIC: lazy("%(who)s hears music."),
    Happens.BACK: lazy("%(who)s is back from the music."),
    Happens.HANGS_UP: lazy("%(who)s hangs up."),
    Happens.OVER: lazy("%(who)s: %(what)s."),
    Happens.WRITES: lazy("%(who)s writes:"),
    Happens.IS_WRITTEN_TO: lazy("%(who)s reads:"),
}
_ENDS: Mapping[str, LazyText] = {
    "busy": lazy("the line was busy"),
    "canceled": lazy("the ring was given up"),
    "completed": lazy("the call is over"),
    "failed": lazy("the call failed"),
    "no-answer": lazy("nobody answered"),
}
_WITH_WORDS = frozenset({Happens.HEARS, Happens.WRITES, Happens.IS_WRITTEN_TO})
_WITH_NUMBER = frozenset({Happens.CALLS, Happens.TALKS})


def shown(exchange: Exchange, session: Session) -> list[ShownLine]:
    """The telephones in a call: callers first, each with whatever rings for it behind."""
    owners = queries.owners(session)
    here = sorted((each for each in exchange.lines if not each.is_over), key=lambda each: each.is_ours)
    known = _known(session, [text for each in here for language, text in each.heard if not language])
    return [_shown(exchange, each, owners, known) for each in here]


def happened(exchange: Exchange, session: Session) -> list[ShownEvent]:
    """What happened, the newest first."""
    owners = queries.owners(session)
    said = [each.what for each in exchange.happened if each.how is Happens.HEARS and not each.language]
    known = _known(session, said)
    return [_event(each, owners, known) for each in reversed(exchange.happened)]


def _shown(exchange: Exchange, line: Line, owners: Mapping[str, str], known: Mapping[str, Slot]) -> ShownLine:
    return ShownLine(
        sid=line.sid,
        name=_name(line.number, owners),
        number=_number(line.number) if line.number in owners else "",
        doing=_doing(exchange, line, owners),
        heard=[_spoken(language, text, known) for language, text in line.heard[-_MOST_HEARD:]],
        is_ours=line.is_ours,
        rings=line.rings,
        may_press=bool(line.asks),
        may_speak=bool(line.records),
        may_ring_out=bool(exchange.ringing(line)) or line.rings,
    )


def _doing(exchange: Exchange, line: Line, owners: Mapping[str, str]) -> str:
    if line.hears_music:
        return _("hears music")
    if others := exchange.talks_with(line):
        names = ", ".join(sorted(_name(each, owners) for each in others))
        return _("talks with: %(names)s", names=names)
    can_be = (
        (line.room, _("is alone in the room")),
        (line.rings, _("rings")),
        (line.asks, _("is asked for a key")),
        (line.records, _("may leave a message")),
        (exchange.ringing(line), _("hears the telephones ring")),
    )
    return next((word for is_so, word in can_be if is_so), _("waits"))


def _event(event: Happened, owners: Mapping[str, str], known: Mapping[str, Slot]) -> ShownEvent:
    sentence = str(_SENTENCES[event.how]) % {"who": _name(event.who, owners), "what": _what(event, owners)}
    spoken = _spoken(event.language, event.what, known) if event.how in _WITH_WORDS else None
    return ShownEvent(sentence, spoken)


def _what(event: Happened, owners: Mapping[str, str]) -> str:
    if event.how in _WITH_NUMBER:
        return _name(event.what, owners)
    return str(_ENDS[event.what]) if event.how is Happens.OVER else event.what or _("no key")


def _name(number: str, owners: Mapping[str, str]) -> str:
    """Whose telephone it is, or the number where nobody knows that."""
    return owners.get(number) or _number(number)


def _number(number: str) -> str:
    if not number:
        return _("a withheld number")
    if number.startswith(BROWSER):
        return _("browser")
    return display(number) if number.startswith("+") else number


def _spoken(language: str, text: str, known: Mapping[str, Slot]) -> Spoken:
    """What has no language is the address of a sound."""
    if language or not text.startswith("http"):
        return Spoken(text, language)
    stem = _stem(text)
    sounds = {Sound.MUSIC.value: _("music"), Sound.TONE.value: _("a neutral tone")}
    if stem in known:
        slot = known[stem]
        return Spoken(prompts.sentence(slot.prompt, slot.language, key=slot.key), slot.language, urlsplit(text).path)
    return Spoken(sounds.get(stem, _("a recording")), "", urlsplit(text).path)


def _known(session: Session, addresses: Iterable[str]) -> Mapping[str, Slot]:
    stems = {_stem(each) for each in addresses if each.startswith("http")}
    return queries.recorded(session, stems) if stems else {}


def _stem(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2].removesuffix(".wav")


def _bare(number: str) -> str:
    """A number as a provider sends it: without the spaces that people write."""
    return number.replace(" ", "") if number.strip().startswith("+") else number.strip()
