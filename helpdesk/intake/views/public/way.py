"""What somebody does who came in with the right digits. Little is shown at first glance, for somebody else may be looking."""

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
from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk
from helpdesk.files import service as files
from helpdesk.files.rules import FileRefusal
from helpdesk.intake import queries
from helpdesk.intake.forms.public import MessageForm, OfferForm, SafeForm, SureForm
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.models import Intake, ReturnCode
from helpdesk.intake.rules.answers import MOST_FILES
from helpdesk.intake.rules.messages import Side
from helpdesk.intake.rules.typed import AnswerRefusal
from helpdesk.intake.rules.waiting import IntakeRefusal, answer_by
from helpdesk.intake.service import drafts, reading, way_back
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.trail import PERSON
from helpdesk.intake.service.way_back import Letter
from helpdesk.intake.views import shown
from helpdesk.intake.views.public import times, visit
from helpdesk.intake.views.public.start import phones_of
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster import queries as roster
from helpdesk.web.fields import as_uuid
from helpdesk.web.forms import Form
from helpdesk.web.i18n import lazy, locale
from helpdesk.web.transaction import session
from helpdesk.web.uploads import given_files

LAWYER_FIRST = lazy("I would rather talk to a lawyer first.")


def here() -> ResponseReturnValue:
    return redirect(url_for("public.back"), 303)


@dataclass(frozen=True, slots=True)
class Way:
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
        sure: SureForm | None = None,
    ) -> str:
        new_digits = self._new_digits()
        if new_digits:
            return render_template("public/new_code.html", code=new_digits, form=Form(), safety=SAFETY)
        messages = queries.messages(session(), self.intake.id)
        offer = queries.open_offer(session(), self.intake.id, held=False)
        is_new = any(each.side is Side.DESK and each.seen_at is None for each in messages)
        form = message or MessageForm(formdata=None, data={"key": str(new_id())})
        failed = next(
            (each for each in (message, safe, offered, moved, sure) if each is not None and each.errors), None
        )
        # Whoever sent a form has looked already, and would lose what was typed.
        if not visit.is_open() or (is_new and failed is None):
            return self._first_glance(is_new=is_new or offer is not None)
        return render_template(
            "public/way.html",
            desk=self._desk(),
            intake=self.intake,
            messages=messages,
            person=Side.PERSON,
            offer=offer,
            offered=offered or self._offer_form(),
            is_officer=offer is not None and self._is_officer(offer.duty_id),
            warning=warning(self.intake.language),
            appointment=self._appointment(),
            move=moved or self._move_form(),
            answer_by=self._answer_by(),
            form=form,
            page_form=failed or form,
            safe=safe or SafeForm(self._safe_typed()),
            sure=sure or SureForm(formdata=None),
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
        return here()

    def close(self) -> ResponseReturnValue:
        visit.go_away()
        return here()

    def write(self) -> ResponseReturnValue:
        form = MessageForm()
        try:
            with session().begin_nested():  # so that no file is left of a message that is refused
                self._write(form)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.page(message=form), 409
        return here()

    def _write(self, form: MessageForm) -> None:
        key = as_uuid(form.key.data) or new_id()
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
            way_back.change_safe(session(), self.intake, form.typed(), self.now, safe_words=shown.safe_words)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.page(safe=form), 409
        return here()

    def accept(self) -> ResponseReturnValue:
        offer, form = queries.open_offer(session(), self.intake.id), self._offer_form()
        wanted = times.chosen(form.slot.data or "")
        if offer is None or wanted is None or wanted[0] != offer.duty_id:
            form.refuse(Refusal(IntakeRefusal.OFFER_GONE, field="slot"))
            return self.page(offered=form), 409
        text = warning(self.intake.language)
        heard = Heard(text.version, text.language, self.now)
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
        return here()

    def decline(self) -> ResponseReturnValue:
        offer = queries.open_offer(session(), self.intake.id)
        if offer is not None:
            way_back.decline(session(), self.intake, offer, self.now)
        return here()

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
        return here()

    def cancel(self) -> ResponseReturnValue:
        booked = self._appointment()
        if booked is not None:
            way_back.cancel(session(), self.intake, booked, self.now)
        return here()

    def replace_code(self) -> ResponseReturnValue:
        """Somebody else may know the digits: they are dead from now on, and new ones stand here until they are kept."""
        if self.made is not None:
            code = way_back.replace_code(session(), self.intake, self.made, self.now, safe_words=shown.safe_words)
            row = queries.live_codes(session(), self.intake.id)[0]
            visit.hold_new_digits(row.id, drafts.show_digits(session(), visit.key(), self.intake, code, self.now))
        return here()

    def keep_digits(self) -> ResponseReturnValue:
        drafts.forget(session(), visit.drop_new_digits())
        return here()

    def withdraw(self) -> ResponseReturnValue:
        form = SureForm()
        if not form.sure.data:
            form.refuse(Refusal(AnswerRefusal.NOT_SURE, field="sure"))
            return self.page(sure=form), 400
        way_back.withdraw(session(), self.intake, self.now, safe_words=shown.safe_words)
        visit.go_away()
        return render_template("public/deleted.html")

    def unknown(self) -> ResponseReturnValue:
        return here()

    def _desk(self) -> Desk:
        return desks.this_desk(session(), self.intake.desk_id)

    def _offer_form(self) -> OfferForm:
        offer = queries.open_offer(session(), self.intake.id, held=False)
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


DEEDS: Mapping[str, Callable[[Way], ResponseReturnValue]] = {
    "accept": Way.accept,
    "cancel": Way.cancel,
    "close": Way.close,
    "decline": Way.decline,
    "delete": Way.withdraw,
    "kept": Way.keep_digits,
    "lawyer": Way.lawyer_first,
    "move": Way.move,
    "open": Way.open,
    "replace": Way.replace_code,
    "safe": Way.change_safe,
    "write": Way.write,
}
