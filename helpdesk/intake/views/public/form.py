"""The form: one thing a page, all of it at one address, and every word kept on our side until it is sent (TR7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments import service as appointments
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import AppointmentRefusal
from helpdesk.db.wall import act_at
from helpdesk.desks.models import Desk
from helpdesk.files import service as files
from helpdesk.files.rules import FileRefusal
from helpdesk.intake.forms.public import FORMS, CodeForm
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.rules.answers import MOST_FILES, Answers, check_step, heard, read_answers
from helpdesk.intake.rules.choices import Help, Said
from helpdesk.intake.rules.steps import Step, after, before
from helpdesk.intake.rules.typed import AnswerRefusal
from helpdesk.intake.service import codes, drafts, sending
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.drafts import Draft
from helpdesk.intake.service.trail import PERSON
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.intake.views.public import times, visit
from helpdesk.intake.views.public.pages import ANEW, STEP, WARNED, Page, step_of, warning_for
from helpdesk.intake.views.public.start import desk_at, phones_of
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.roster import queries as roster
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.apologies import ONCE_MORE
from helpdesk.web.i18n import SWITCH, is_language_switch, lazy, locale
from helpdesk.web.transaction import session
from helpdesk.web.uploads import given_files, takes_uploads

MOST_BYTES = 210 * 1024 * 1024
# On which page a refusal that comes only at the end is put right.
PLACES: Mapping[str, Step] = {"slot": Step.TIME, "helps": Step.HELP, "story": Step.STORY, "care": Step.MORE}
NOT_THE_SAME = lazy("These are not the digits above. Please look at them again.")


@public.get(f"{IN}/<place>/write")
@open_to_all(Open.PUBLIC)
def before_writing(place: str) -> ResponseReturnValue:
    """What to know before the first question: how to leave, what is kept, what is not promised (EX11)."""
    desk = desk_at(place)
    return render_template("public/before.html", desk=desk, safety=SAFETY, phones=phones_of(desk))


@public.post(f"{IN}/<place>/write")
@open_to_all(Open.PUBLIC)
def begin(place: str) -> ResponseReturnValue:
    """The visit begins, and with it the one cookie."""
    return _begin(desk_at(place), place, {}, utcnow())


@public.route(f"{IN}/<place>/write/<int:number>", methods=["GET", "POST"])
@open_to_all(Open.PUBLIC)
@takes_uploads(MOST_BYTES)
def write(place: str, number: int) -> ResponseReturnValue:
    """The whole form. A page that was sent leads back to this address; what is shown there is where the person stands."""
    # The slow hash is made before anything is asked of the database.
    made = codes.fresh() if request.method == "POST" and request.form.get("go") == "send" else None
    desk, now = desk_at(place), utcnow()
    act_at(session(), desk.id)
    draft = _find(desk, visit.draft_id(number), now)
    if request.method == "POST":
        return _posted(Page(desk, place, number, now), draft, made)
    if draft is None:
        return _gone(desk, place, number)
    page = Page(desk, place, number, now)
    return page.code(CodeForm(), draft) if draft.is_sent else page.show(draft, step_of(draft))


def _begin(desk: Desk, place: str, typed: Mapping[str, Any], now: datetime) -> ResponseReturnValue:
    draft = drafts.begin(session(), visit.key(), desk.id, language=locale().tag, now=now)
    session().flush()  # so that what was typed can be kept in it
    draft.typed = dict(typed)
    drafts.save(session(), visit.key(), draft, now)
    return redirect(url_for("public.write", place=place, number=visit.add_draft(draft.id)), 303)


def _find(desk: Desk, known: UUID | None, now: datetime) -> Draft | None:
    found = drafts.find(session(), visit.key(), known, now, held=request.method == "POST") if known else None
    return found if found and found.desk_id == desk.id else None


def _gone(desk: Desk, place: str, number: int) -> ResponseReturnValue:
    """The end of a form whose digits are kept; else the page before the first question, as for somebody who is here for the first time (EX6)."""
    if visit.is_kept(number):
        return render_template("public/kept.html", desk=desk, safety=SAFETY, phones=phones_of(desk))
    return redirect(url_for("public.before_writing", place=place), 303)


def _posted(page: Page, draft: Draft | None, made: Fresh | None) -> ResponseReturnValue:
    if draft is None:
        return page.here() if visit.is_kept(page.number) else _begin_anew(page)
    if draft.is_sent:
        return _kept(page, draft)
    step = _sent_step() or step_of(draft)
    form = page.form(draft, step)
    draft.typed.pop(ANEW, "")
    draft.typed |= form.typed() | {STEP: step.value}
    page.save(draft)
    if is_language_switch():
        draft.language = request.form[SWITCH]
        page.save(draft)
        return page.here(draft.language)
    if not form.validate():
        form.form_errors.append(str(ONCE_MORE))
        return page.show(draft, step, form), 400
    try:
        return _go(page, draft, step, made)
    except Refusal as refusal:
        return _refused(page, draft, refusal)


def _begin_anew(page: Page) -> ResponseReturnValue:
    """The visit has run out, or began elsewhere. What came with the page is where a new one begins."""
    step = _sent_step()
    typed = FORMS[step]().typed() | {STEP: step.value, ANEW: "yes"} if step else {}
    return _begin(page.desk, page.place, typed, page.now)


def _sent_step() -> Step | None:
    sent = request.form.get(STEP, "")
    return Step(sent) if sent in {each.value for each in Step} else None


def _go(page: Page, draft: Draft, step: Step, made: Fresh | None) -> ResponseReturnValue:
    """Do what the pressed button says; raises Refusal beside the field that lacks."""
    pressed = request.form.get("go", "next")
    if step is Step.STORY:
        _take_files(draft, pressed, page.now)
    if step in {Step.HELP, Step.MORE} and _warned(draft, pressed, page.now):
        page.save(draft)
        return page.here()
    if pressed == "send" and step is Step.CHECK and made is not None:
        _send(draft, made, page.now)
        return page.here()
    if not pressed.startswith(("forget:", "stay")):
        _move(page, draft, step, pressed)
    page.save(draft)
    return page.here()


def _move(page: Page, draft: Draft, step: Step, pressed: str) -> None:
    has_times = bool(page.times(draft))
    if pressed == "back":
        draft.typed[STEP] = (before(step, has_times=has_times) or step).value
        return
    check_step(step, draft.typed)
    if draft.typed.get("slot") not in dict(page.times(draft)):
        draft.typed["slot"] = ""  # of somebody whose help is no longer asked for, or taken meanwhile
    draft.typed[STEP] = after(step, has_times=has_times).value


def _warned(draft: Draft, pressed: str, now: datetime) -> bool:
    """Whether the warning stands between this page and the next one: an officer is chosen, and it was not heard in the language of the talk (FW-4)."""
    text, typed = warning_for(draft), draft.typed
    was_asked = bool(typed.pop(WARNED, ""))
    if pressed == "heard" and was_asked:
        typed |= {"heard_version": text.version, "heard_language": text.language, "heard_at": now.isoformat()}
    elif pressed == "lawyer" and was_asked:
        typed["helps"] = [each for each in typed["helps"] if each != Help.OFFICER.value] + [Help.LAWYER.value]
    elif pressed == "next" and Help.OFFICER.value in typed.get("helps", ()):
        known = typed.get("heard_version"), typed.get("heard_language")
        if known != (text.version, text.language):
            typed |= {WARNED: "yes", STEP: Step.HELP.value}
            return True
    return False


def _take_files(draft: Draft, pressed: str, now: datetime) -> None:
    removed = pressed.removeprefix("forget:")
    for file_id in [each for each in draft.file_ids if str(each) == removed]:
        files.forget(session(), file_id)
        draft.file_ids = [each for each in draft.file_ids if each != file_id]
    given = given_files("files")
    if len(draft.file_ids) + len(given) > MOST_FILES:
        raise Refusal(FileRefusal.TOO_MANY, field="files", most=MOST_FILES)
    for each in given:
        kept = files.keep(session(), each.filename or "", each.read(), actor=PERSON, now=now)
        draft.file_ids = [*draft.file_ids, kept.id]


def _send(draft: Draft, made: Fresh, now: datetime) -> None:
    answers = read_answers(draft.typed)
    booked = _book(draft, answers, now)
    intake = sending.send(session(), visit.key(), draft, answers, made, hidden=request.form.get("website", ""), now=now)
    if booked is not None:
        intake.appointment_id = booked.id


def _book(draft: Draft, answers: Answers, now: datetime) -> Appointment | None:
    """The time that was chosen, or Refusal if somebody else was quicker."""
    wanted = times.chosen(draft.typed.get("slot", ""))
    if wanted is None:
        return None
    duty_id, start = wanted
    details = appointments.Details(
        language=answers.language or draft.language,
        interpreter=answers.interpreter is Said.YES,
        alias=answers.called,
        heard=heard(answers),
    )
    try:
        return appointments.book(session(), roster.duty(session(), duty_id), start, details, actor=PERSON, now=now)
    except (NotFound, Refusal) as refused:
        if isinstance(refused, Refusal) and refused.code is AppointmentRefusal.WARNING_MISSING:
            draft.typed[WARNED] = "yes"  # its text has changed since
            raise Refusal(AnswerRefusal.NO_HEARING, field="helps") from None
        draft.typed["slot"] = ""
        raise Refusal(AnswerRefusal.SLOT_TAKEN, field="slot") from None


def _refused(page: Page, draft: Draft, refusal: Refusal) -> ResponseReturnValue:
    """The page on which it can be put right, with the sentence beside the field and all that was typed."""
    step = step_of(draft)
    if step is Step.CHECK:
        step = PLACES.get(refusal.field or "", Step.SAFETY)
        draft.typed[STEP] = step.value
    page.save(draft)  # with the files that could be kept
    form = page.form(draft, step)
    form.refuse(refusal)
    return page.show(draft, step, form), 409


def _kept(page: Page, draft: Draft) -> ResponseReturnValue:
    """The digits were typed back, or are kept otherwise: from now on they are nowhere on our side."""
    if is_language_switch():
        return page.here(request.form[SWITCH])
    form = CodeForm()
    typed = codes.same_digits(form.code.data or "", draft.code)
    if request.form.get("go") == "check" and not typed:
        form.code.errors = [str(NOT_THE_SAME)]
        return page.code(form, draft), 409
    if request.form.get("go") in {"check", "kept"}:
        drafts.forget(session(), [draft.id])
        visit.drop_draft(page.number)
    return page.here()
