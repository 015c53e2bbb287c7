"""What can be done with one duty besides holding it: offer it, swap it, or take it over at once."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.hands import ForForm, SwapForm
from helpdesk.roster.models import Duty
from helpdesk.roster.models.hands import held
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.rules.hands import check_offering, check_taking_over
from helpdesk.roster.service import hands as service
from helpdesk.roster.service import stand_ins
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.hands import answer, tried, why_not
from helpdesk.roster.views.week import near_days
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate
from helpdesk.web.transaction import session


@staff.get("/roster/duties/<uuid:duty_id>/offer")
@requires(Permission.DESK_ENTER)
def offer_page(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """What offering a duty means, and how many would be asked. Who they are, and so who is free, is shown to coordinators."""
    duty, actor, now = _duty_of_reader(duty_id), identity.actor(), utcnow()
    shown = {
        "duty": duty,
        "refused": why_not(
            check_offering,
            held(duty),
            actor.id,
            now,
            manages=stand_ins.manages(actor),
            is_offered=duty.id in kept.offered_duties(session(), [duty.id]),
        ),
        "people": [each.account.name for each in stand_ins.fit_people(session(), duty, now=now)],
        "manages": stand_ins.manages(actor),
        "needs_approval": stand_ins.needs_approval(session(), actor),
        **near_days(day_of(now)),
    }
    return render_template("roster/offer.html", desk_id=desk_id, **shown)


@staff.post("/roster/duties/<uuid:duty_id>/offer")
@requires(Permission.DESK_ENTER)
def offer_duty(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Offer a duty to those who may hold it."""
    duty = _duty_of_reader(duty_id)

    def deed() -> str:
        made = service.offer(session(), duty, actor=identity.actor(), now=utcnow())
        if made.asked:
            return _("Offered. Everybody who may hold this duty was asked. Until it is taken it stays where it is.")
        return _("Offered, but nobody may hold this duty now. The coordinators were told.")

    return answer(desk_id, deed)


@staff.route("/roster/duties/<uuid:duty_id>/swap", methods=["GET", "POST"])
@requires(Permission.DUTY_READ)
def swap_duty(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Choose the duty of a colleague for which a duty would be given."""
    duty, now = queries.duty(session(), duty_id), utcnow()
    form = SwapForm((each.id, _words(each)) for each in stand_ins.swappable(session(), duty, now))

    def deed() -> None:
        theirs = queries.duty(session(), form.chosen or UUID(int=0))
        service.propose_swap(session(), duty, theirs, actor=identity.actor(), now=now)

    if form.is_sent() and tried(form, "theirs", deed):
        flash(_("Your colleague was asked. Until both agree, each keeps the own duty."), "success")
        return redirect(url_for("roster.offers", desk_id=desk_id))
    shown = {"duty": duty, "form": form, "page_form": form, **near_days(day_of(now))}
    return render_template("roster/swap.html", desk_id=desk_id, **shown), 422 if form.errors else 200


@staff.route("/roster/duties/<uuid:duty_id>/take-over", methods=["GET", "POST"])
@requires(Permission.DUTY_READ)
def take_over(desk_id: str, duty_id: UUID) -> ResponseReturnValue:
    """Take a duty over at once: the second of two clicks. Coordinators choose who does, others do it themselves."""
    duty, actor, now = queries.duty(session(), duty_id), identity.actor(), utcnow()
    manages = stand_ins.manages(actor)
    people = stand_ins.fit_people(session(), duty, now=now, emergency=True)
    form = ForForm((each.account_id, each.account.name) for each in people if manages or each.account_id == actor.id)

    def deed() -> None:
        service.take_over(session(), duty, actor=actor, now=now, on_behalf_of=form.chosen)

    if form.is_sent() and tried(form, "person", deed):
        flash(_("Taken over. Those concerned are told."), "success")
        return redirect(url_for("roster.duties", desk_id=desk_id))
    form.suggest(actor.id)
    check = why_not(check_taking_over, held(duty), None, actor.id, now, manages=True)
    shown = {
        "duty": duty,
        "form": form,
        "page_form": form,
        "manages": manages,
        "refused": check,
        "is_now": now in duty.when,
    }
    page = render_template("roster/take_over.html", desk_id=desk_id, **shown, **near_days(day_of(now)))
    return page, 422 if form.errors else 200


def _duty_of_reader(duty_id: UUID) -> Duty:
    """A duty of which the reader may know: his own, or any for those who may read duties."""
    duty, actor = queries.duty(session(), duty_id), identity.actor()
    if duty.account_id != actor.id and not actor.may(Permission.DUTY_READ):
        raise NotFound(Duty.__name__)
    return duty


def _words(duty: Duty) -> str:
    words = {
        "day": localdate(duty.day, "EEEE d MMMM"),
        "hours": f"{duty.starts:%H:%M}–{duty.ends:%H:%M}",
        "post": duty.post.name,
        "name": duty.account.name if duty.account else "",
    }
    return _("%(day)s, %(hours)s, %(post)s: %(name)s", **words)
