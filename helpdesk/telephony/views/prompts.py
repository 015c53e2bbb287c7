"""What the telephone says at a desk, language by language: to be read, heard, recorded anew and removed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from helpdesk.db.wall import get_here
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.languages import Language, language, language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.telephony.labels import HEARD
from helpdesk.telephony.models import Recording
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules import prompts as texts
from helpdesk.telephony.rules import recordings as rules
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.recordings import LARGEST, MEGABYTES, Heard, RecordingRefusal, Slot
from helpdesk.telephony.service import recordings
from helpdesk.telephony.twiml import VOICES
from helpdesk.telephony.views.calls import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.forms import Form
from helpdesk.web.i18n import _, lazy, locale
from helpdesk.web.transaction import session

_WITH_SOUND = "telephony.prompts_in"
# Above the largest sound, so that somebody with a larger one is told so beside the field.
_LARGEST_REQUEST = LARGEST + 1024**2
_MARKS: Mapping[Heard, str] = {
    Heard.RECORDING: "ok",
    Heard.STAND_IN: "needs",
    Heard.VOICE: "info",
    Heard.NOTHING: "danger",
}
# Their translation would name another language.
_NOT_TRANSLATED = frozenset({Prompt.CHOOSE, Prompt.NAME})


class RecordingForm(Form):
    file = FileField(lazy("WAV or MP3 file"))

    def content(self) -> bytes | None:
        """The bytes that were sent; None, and the sentence beside the field, where there is no file."""
        if isinstance(self.file.data, FileStorage) and self.file.data.filename:
            return bytes(self.file.data.read())
        self.file.errors = [_("Choose a file.")]
        return None


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """`meaning` is the sentence in the reader's language, where that says more."""

    slot: Slot
    anchor: str
    text: str
    meaning: str
    mark: tuple[str, str]
    recording: Recording | None


@dataclass(frozen=True, slots=True)
class ShownLanguage:
    """How many sentences of a language are heard from what; `unwritten` are those that nobody has translated."""

    tag: str
    name: str
    heard: Counter[Heard]
    unwritten: int

    @property
    def missing(self) -> int:
        return self.unwritten or self.heard[Heard.NOTHING]


@staff.url_value_preprocessor
def let_sounds_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A sound is larger than any other form, and whoever looks for the form's token reads the whole: so this is said before that."""
    if endpoint == _WITH_SOUND:
        request.max_content_length = _LARGEST_REQUEST


@staff.get("/prompts")
@requires(Permission.LINE_MANAGE)
def prompts(desk_id: str) -> ResponseReturnValue:
    """The languages of the desk's lines, with what is missing in each, and all others that could be recorded."""
    lines, kept = queries.languages_of_lines(session()), queries.recordings(session())
    tags = list(dict.fromkeys(tag for menu in lines for tag in menu))
    return render_template(
        "telephony/prompts.html",
        desk_id=desk_id,
        offered=[_language(tag, lines, kept) for tag in tags],
        others=[(tag, _name(tag)) for tag in texts.sentences() if tag not in tags],
        heard=[(each, HEARD[each]) for each in Heard],
    )


@staff.route("/prompts/<spoken>", methods=["GET", "POST"])
@requires(Permission.LINE_MANAGE)
def prompts_in(desk_id: str, spoken: str) -> ResponseReturnValue:
    """Every sentence of one language; one is recorded anew, or its recording removed."""
    if spoken not in texts.sentences():
        raise NotFound(spoken)
    form = RecordingForm()
    if not form.is_sent():
        return _page(desk_id, spoken, form), 422 if form.errors else 200
    slot = _slot_sent(spoken)
    form.file.id = _anchor(slot)
    try:
        done = _removed(slot) if request.form.get("act") == "remove" else _recorded(slot, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, spoken, form), 409
    if not done:
        return _page(desk_id, spoken, form), 422
    flash(done, "success")
    return redirect(url_for(_WITH_SOUND, desk_id=desk_id, spoken=spoken, _anchor=_anchor(slot)))


@staff.get("/prompts/sound/<uuid:recording_id>")
@requires(Permission.LINE_MANAGE)
def prompt_sound(desk_id: str, recording_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  part of the address
    """What callers hear, for whoever is responsible for it."""
    return Response(get_here(session(), Recording, recording_id).sound, content_type="audio/wav")


def _recorded(slot: Slot, form: RecordingForm) -> str:
    """Take the file in and say so; "" where none was sent."""
    content = form.content()
    if content is None:
        return ""
    recordings.put(session(), slot, content, actor=identity.actor(), now=utcnow())
    return _("The recording is saved. Callers hear it from now on.")


def _removed(slot: Slot) -> str:
    recordings.remove(session(), slot, actor=identity.actor(), now=utcnow())
    return _("The recording is removed.")


def _slot_sent(tag: str) -> Slot:
    try:
        slot = Slot(Prompt(request.form.get("prompt", "")), tag, request.form.get("key", ""))
    except ValueError:
        raise Refusal(RecordingRefusal.NO_SUCH) from None
    rules.check_slot(slot)
    return slot


def _page(desk_id: str, tag: str, form: RecordingForm) -> str:
    lines, kept = queries.languages_of_lines(session()), queries.recordings(session())
    stand_ins = {slot: each.stand_in for slot, each in kept.items()}
    return render_template(
        "telephony/prompts_in.html",
        desk_id=desk_id,
        form=form,
        spoken=_spoken(tag),
        shown=_language(tag, lines, kept),
        sentences=[_sentence(slot, kept, stand_ins) for slot in rules.slots_in([tag], lines)],
        is_on_a_line=any(tag in menu for menu in lines),
        has_voice=tag in VOICES,
        most=MEGABYTES,
    )


def _sentence(slot: Slot, kept: Mapping[Slot, Recording], stand_ins: Mapping[Slot, bool]) -> ShownSentence:
    source = rules.heard(slot, stand_ins, VOICES)
    translate = slot.prompt not in _NOT_TRANSLATED and slot.language != locale().tag
    return ShownSentence(
        slot=slot,
        anchor=_anchor(slot),
        text=texts.sentence(slot.prompt, slot.language, key=slot.key),
        meaning=texts.sentence(slot.prompt, locale().tag, key=slot.key) if translate else "",
        mark=(_MARKS[source], str(HEARD[source])),
        recording=kept.get(slot),
    )


def _language(tag: str, lines: Sequence[Sequence[str]], kept: Mapping[Slot, Recording]) -> ShownLanguage:
    stand_ins = {slot: each.stand_in for slot, each in kept.items()}
    found = Counter(rules.heard(slot, stand_ins, VOICES) for slot in rules.slots_in([tag], lines))
    return ShownLanguage(tag, _name(tag), found, len(texts.missing([tag]).get(tag, ())))


def _anchor(slot: Slot) -> str:
    return "-".join(part for part in ("file", slot.prompt, slot.key) if part)


def _name(tag: str) -> str:
    return language_name(tag, locale().tag)


def _spoken(tag: str) -> Language:
    """The language with its direction, also one that is no language of our pages."""
    try:
        return language(tag)
    except KeyError:
        return Language(tag, tag)
