"""The way back: digits in, answers out, at one address. Little is shown at first glance, for somebody else may be looking."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import Heard
from helpdesk.appointments.sources import warning
from helpdesk.db.columns import new_id
from helpdesk.db.wall import act_at
from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk
from helpdesk.files import service as files
from helpdesk.files.rules import FileRefusal
from helpdesk.intake import queries
from helpdesk.intake.forms.public import CodeForm, MessageForm, OfferForm, SafeForm, SureForm
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.models import Intake, ReturnCode
from helpdesk.intake.rules.answers import MOST_FILES, AnswerRefusal
from helpdesk.intake.rules.codes import Code, CodeRefusal, read_code, seconds_to_wait
from helpdesk.intake.rules.messages import Side
from helpdesk.intake.rules.waiting import IntakeRefusal, answer_by
from helpdesk.intake.service import codes, drafts, reading, way_back
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.trail import PERSON
from helpdesk.intake.service.way_back import Letter
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.intake.views.public import times, visit
from helpdesk.intake.views.public.form import MOST_BYTES, ONCE_MORE
from helpdesk.intake.views.public.start import phones_of
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster import queries as roster
from helpdesk.web import transaction
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.forms import Form
from helpdesk.web.i18n import SWITCH, is_language_switch, lazy, locale
from helpdesk.web.transaction import session
from helpdesk.web.uploads import given_files, takes_uploads

LAWYER_FIRST = lazy("I would rather talk to a lawyer first.")
# Every wrong answer takes as long as this, whatever was wrong.
WRONG_TAKES = 0.4


@public.route(f"{IN}/back", methods=["GET", "POST"])
@open_to_all(Open.PUBLIC)
@takes_uploads(MOST_BYTES)
def back() -> ResponseReturnValue:
    """Digits at first; behind them what was written to and fro."""
    if is_language_switch() and request.form[SWITCH] != locale().tag:
        # With what was typed, which is then shown and not done.
        return redirect(url_for("public.back", tag=request.form[SWITCH]), 307)
    pressed = "" if is_language_switch() else request.form.get("go", "")
    if pressed == "enter":
        return _enter(CodeForm())
    way = visit.way()
    if way is None:
        return _here() if pressed else _entry(CodeForm())
    return _on_the_way(*way, pressed)


def _on_the_way(desk_id: str, code_id: UUID, pressed: str) -> ResponseReturnValue:
    made = codes.fresh() if pressed == "replace" else None  # before anything is held
    act_at(session(), desk_id)
    try:
        intake = way_back.still_open(session(), code_id, held=bool(pressed))
    except NotFound:
        visit.go_away()
        return _entry(CodeForm())
    shown = _Way(intake, queries.code(session(), code_id), utcnow(), made)
    if not pressed:
        return shown.page(message=MessageForm() if is_language_switch() else None)
    if not Form().validate():
        return shown.page(message=_once_more(MessageForm())), 400
    return DEEDS.get(pressed, _Way.unknown)(shown)


def _once_more(form: MessageForm) -> MessageForm:
    form.form_errors.append(str(ONCE_MORE))
    return form


def _here() -> ResponseReturnValue:
    return redirect(url_for("public.back"), 303)


def _entry(form: CodeForm) -> str:
    return render_template("public/back.html", form=form, page_form=form, safety=SAFETY)


def _enter(form: CodeForm) -> ResponseReturnValue:
    """Right digits open at once. Wrong, unknown, dead and malformed ones get one answer after one time (attack test 2)."""
    begun = time.monotonic()
    code = _code(form.code.data or "")
    row = queries.code_at(session(), code.locator) if code else None
    transaction.commit()  # no connection is held while the slow hash is made
    if row is not None and codes.is_right(row, code):
        act_at(session(), row.desk_id)
        way_back.returned(session(), row, utcnow())
        _come_back(row)
        return _here()
    if row is None:
        codes.is_right(None, code)
    _wait_out(begun, _count_try(row))
    form.refuse(Refusal(CodeRefusal.WRONG, field="code"))
    return _entry(form), 403


def _come_back(row: ReturnCode) -> None:
    """Under a new cookie; what is being typed in another window goes along."""
    before = visit.key()
    visit.come_back(row.desk_id, row.id)
    drafts.reseal(session(), visit.draft_ids(), before, visit.key())


def _code(typed: str) -> Code | None:
    try:
        return read_code(typed)
    except Refusal:
        return None


def _count_try(row: ReturnCode | None) -> int:
    """How often wrong digits were tried for this row, this time included; kept before the answer is waited for."""
    if row is None:
        return 0
    act_at(session(), row.desk_id)
    tries = queries.count_try(session(), row.id)
    transaction.commit()
    return tries


def _wait_out(begun: float, tries: int) -> None:
    time.sleep(max(0.0, WRONG_TAKES + seconds_to_wait(tries) - (time.monotonic() - begun)))


@dataclass(frozen=True, slots=True)
class _Way:
    """One way back that is open in this visit, and what can be done on it."""

    intake: Intake
    code: ReturnCode
    now: datetime
    made: Fresh | None = None

    def page(
        self,
        message: MessageForm | None = None,
        safe: SafeForm | None = None,
        offered: OfferForm | None = None,
        moved: OfferForm | None = None,
    ) -> str:
        new_digits = self._new_digits()
        if new_digits:
            return render_template("public/new_code.html", code=new_digits, form=Form(), safety=SAFETY)
        messages = queries.messages(session(), self.intake.id)
        offer = queries.open_offer(session(), self.intake.id, held=False)
        is_new = any(each.side is Side.DESK and each.seen_at is None for each in messages)
        if not visit.is_open() or is_new:
            return self._first_glance(is_new=is_new or offer is not None)
        form = message or MessageForm(formdata=None, data={"key": str(new_id())})
        failed = next((each for each in (message, safe, offered, moved) if each is not None and each.errors), form)
        return render_template(
            "public/way.html",
            desk=self._desk(),
            intake=self.intake,
            messages=messages,
            person=Side.PERSON,
            offer=offer,
            offered=offered or self._offer_form(),
            is_officer=offer is not None and self._is_officer(offer.duty_id),
            warning=warning(locale().tag),
            appointment=self._appointment(),
            move=moved or self._move_form(),
            answer_by=self._answer_by(),
            form=form,
            page_form=failed,
            safe=safe or SafeForm(self._safe_typed()),
            sure=SureForm(),
            safety=SAFETY,
            phones=phones_of(self._desk()),
        )

    def _first_glance(self, *, is_new: bool) -> str:
        form = Form()
        return render_template(
            "public/glance.html",
            is_new=is_new,
            is_read=self.intake.taken_at is not None,
            answer_by=self._answer_by(),
            form=form,
            page_form=form,
        )

    def open(self) -> ResponseReturnValue:
        way_back.read(session(), self.intake, self.now)
        visit.open_up()
        return _here()

    def close(self) -> ResponseReturnValue:
        visit.go_away()
        return _here()

    def write(self) -> ResponseReturnValue:
        form = MessageForm()
        try:
            with session().begin_nested():  # so that no file is left of a message that is refused
                self._write(form)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.page(message=form), 409
        return _here()

    def _write(self, form: MessageForm) -> None:
        key = _uuid(form.key.data) or new_id()
        if queries.message_sent(session(), self.intake.id, key) is not None:
            return
        given = given_files("files")
        if len(given) > MOST_FILES:
            raise Refusal(FileRefusal.TOO_MANY, field="files", most=MOST_FILES)
        kept = [
            files.keep(session(), each.filename or "", each.read(), actor=PERSON, now=self.now).id for each in given
        ]
        letter = Letter(form.text.data or "", key, locale().tag, self.code.locator, kept)
        way_back.write(session(), self.intake, letter, self.now)

    def change_safe(self) -> ResponseReturnValue:
        form = SafeForm()
        try:
            way_back.change_safe(session(), self.intake, form.typed(), self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.page(safe=form), 409
        return _here()

    def accept(self) -> ResponseReturnValue:
        offer, form = queries.open_offer(session(), self.intake.id), self._offer_form()
        wanted = times.chosen(form.slot.data or "")
        if offer is None or wanted is None or wanted[0] != offer.duty_id:
            form.refuse(Refusal(IntakeRefusal.OFFER_GONE, field="slot"))
            return self.page(offered=form), 409
        heard = Heard(warning(locale().tag).version, warning(locale().tag).language, self.now)
        try:
            way_back.accept(
                session(),
                self.intake,
                offer,
                wanted[1],
                heard=heard if request.form.get("heard") else None,
                now=self.now,
            )
        except Refusal as refusal:
            taken = refusal.code is not IntakeRefusal.OFFER_GONE
            form.refuse(Refusal(AnswerRefusal.SLOT_TAKEN, field="slot") if taken else refusal)
            return self.page(offered=form), 409
        return _here()

    def decline(self) -> ResponseReturnValue:
        offer = queries.open_offer(session(), self.intake.id)
        if offer is not None:
            way_back.decline(session(), self.intake, offer, self.now)
        return _here()

    def lawyer_first(self) -> ResponseReturnValue:
        """No officer, but a lawyer: said in one sentence that the desk cannot misread (FW-4)."""
        letter = Letter(str(LAWYER_FIRST), new_id(), locale().tag, self.code.locator)
        way_back.write(session(), self.intake, letter, self.now)
        return self.decline()

    def move(self) -> ResponseReturnValue:
        """Another time of the same duty."""
        form, booked = self._move_form(), self._appointment()
        wanted = times.chosen(form.slot.data or "")
        if booked is None or wanted is None or wanted[0] != booked.duty_id:
            form.refuse(Refusal(IntakeRefusal.OFFER_GONE, field="slot"))
            return self.page(moved=form), 409
        try:
            way_back.move(session(), self.intake, booked, wanted[1], self.now)
        except Refusal:
            form.refuse(Refusal(AnswerRefusal.SLOT_TAKEN, field="slot"))
            return self.page(moved=form), 409
        return _here()

    def cancel(self) -> ResponseReturnValue:
        booked = self._appointment()
        if booked is not None:
            way_back.cancel(session(), self.intake, booked, self.now)
        return _here()

    def replace_code(self) -> ResponseReturnValue:
        """Somebody else may know the digits: they are dead from now on, and new ones stand here until they are kept."""
        if self.made is not None:
            code = way_back.replace_code(session(), self.intake, self.made, self.now)
            row = queries.live_codes(session(), self.intake.id)[0]
            visit.hold_new_digits(row.id, drafts.show_digits(session(), visit.key(), self.intake, code, self.now))
        return _here()

    def keep_digits(self) -> ResponseReturnValue:
        drafts.forget(session(), visit.drop_new_digits())
        return _here()

    def withdraw(self) -> ResponseReturnValue:
        form = SureForm()
        if not form.sure.data:
            return self.page(), 400
        way_back.withdraw(session(), self.intake, self.now)
        visit.go_away()
        return render_template("public/deleted.html")

    def unknown(self) -> ResponseReturnValue:
        return _here()

    def _desk(self) -> Desk:
        found = desks.desk(session(), self.intake.desk_id)
        if found is None:
            raise NotFound("Desk")
        return found

    def _offer_form(self) -> OfferForm:
        offer = queries.open_offer(session(), self.intake.id)
        if offer is None:
            return OfferForm()
        return OfferForm(times.times_of(offer.duty_id, self.now), times.choice(offer.duty_id, offer.starts_at))

    def _move_form(self) -> OfferForm:
        booked = self._appointment()
        return OfferForm(times.times_of(booked.duty_id, self.now)) if booked else OfferForm()

    def _new_digits(self) -> str:
        """The digits that were made in this visit and not yet kept."""
        draft_id = visit.new_digits()
        found = drafts.find(session(), visit.key(), draft_id, self.now, held=False) if draft_id else None
        return found.code if found else ""

    def _is_officer(self, duty_id: UUID) -> bool:
        return roster.duty(session(), duty_id).profession is Profession.BORDER_GUARD_OFFICER

    def _appointment(self) -> Appointment | None:
        if self.intake.appointment_id is None:
            return None
        found = session().get(Appointment, (self.intake.desk_id, self.intake.appointment_id))
        return found if found and found.is_open else None

    def _answer_by(self) -> datetime | None:
        since = self.intake.waiting_since
        return answer_by(since, self._desk().answer_hours) if since else None

    def _safe_typed(self) -> Mapping[str, object]:
        """What was safe until now, as the fields hold it. Addresses are not shown again: somebody else may be looking."""
        safe = reading.safe_of(self.intake)
        return {
            "ways": [each.value for each in safe.ways],
            "from_hour": "" if safe.from_hour is None else str(safe.from_hour),
            "until_hour": "" if safe.until_hour is None else str(safe.until_hour),
        }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


DEEDS: Mapping[str, Callable[[_Way], ResponseReturnValue]] = {
    "accept": _Way.accept,
    "cancel": _Way.cancel,
    "close": _Way.close,
    "decline": _Way.decline,
    "delete": _Way.withdraw,
    "kept": _Way.keep_digits,
    "lawyer": _Way.lawyer_first,
    "move": _Way.move,
    "open": _Way.open,
    "replace": _Way.replace_code,
    "safe": _Way.change_safe,
    "write": _Way.write,
}
