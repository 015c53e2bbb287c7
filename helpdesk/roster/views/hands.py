"""Duties that are offered: what somebody is asked for, what became of it, and the buttons beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts.models import Account
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.hands import ForForm
from helpdesk.roster.labels.hands import MARKS, STATES
from helpdesk.roster.models import Offer
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.rules import hands as rules
from helpdesk.roster.rules.hands import UNSETTLED, OfferState, state_of
from helpdesk.roster.service import hands as service
from helpdesk.roster.service import stand_ins
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.week import near_days
from helpdesk.web import identity, labels
from helpdesk.web.access import requires
from helpdesk.web.forms import Form
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

SETTLED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer as one reader sees it: what it has come to, and which buttons stand beside it.

    The names of colleagues are for those who may read the duties of the desk; a Border Guard officer sees his own and no list of others.
    """

    offer: Offer
    state: OfferState
    words: str
    mark: str
    giver: str
    taker: str
    is_mine: bool
    may_take: bool
    may_answer: bool
    may_decide: bool
    may_take_for: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """What a reader has to do with offers, each in one place only."""

    asked: Sequence[ShownOffer]
    to_decide: Sequence[ShownOffer]
    mine: Sequence[ShownOffer]
    others: Sequence[ShownOffer]


@staff.get("/roster/offers")
@requires(Permission.DESK_ENTER)
def offers(desk_id: str) -> ResponseReturnValue:
    """What I am asked for, what I offered, what waits for a coordinator, and what became of the offers of the last two weeks."""
    return render_template("roster/offers.html", desk_id=desk_id, **_page(utcnow()))


@staff.get("/roster/offers/list")
@requires(Permission.DESK_ENTER, passive=True)
def offer_list(desk_id: str) -> ResponseReturnValue:
    """The part of the page that changes, which it asks for by itself."""
    return render_template("roster/_offers.html", desk_id=desk_id, **_page(utcnow()))


@staff.post("/roster/offers/<uuid:offer_id>/take")
@requires(Permission.DESK_ENTER)
def take_offer(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Take a duty that is given away."""
    offer = kept.offer(session(), offer_id)

    def deed() -> str:
        return _taken(service.take(session(), offer, actor=identity.actor(), now=utcnow()))

    return answer(desk_id, deed)


@staff.post("/roster/offers/<uuid:offer_id>/accept")
@requires(Permission.DESK_ENTER)
def accept_offer(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Agree to change places."""
    offer = kept.offer(session(), offer_id)

    def deed() -> str:
        return _taken(service.accept_swap(session(), offer, actor=identity.actor(), now=utcnow()))

    return answer(desk_id, deed)


@staff.route("/roster/offers/<uuid:offer_id>/for", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def take_for(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Note for somebody, who said so on the telephone, that he takes a duty; nobody else need agree any more."""
    offer, now = kept.offer(session(), offer_id), utcnow()
    people = stand_ins.fit_people(session(), offer.duty, now=now)
    form = ForForm((each.account_id, each.account.name) for each in people)

    def deed() -> None:
        service.take(session(), offer, actor=identity.actor(), now=now, on_behalf_of=form.chosen)

    if form.is_sent() and tried(form, "person", deed):
        flash(_("The duty has changed hands."), "success")
        return redirect(url_for("roster.offers", desk_id=desk_id))
    shown = {"offer": offer, "form": form, "page_form": form, **near_days(day_of(now))}
    return render_template("roster/take_for.html", desk_id=desk_id, **shown), 422 if form.errors else 200


@staff.post("/roster/offers/<uuid:offer_id>/approve")
@requires(Permission.DUTY_MANAGE)
def approve_offer(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Let a duty change hands as it was agreed on."""
    offer = kept.offer(session(), offer_id)

    def deed() -> str:
        service.approve(session(), offer, actor=identity.actor(), now=utcnow())
        return _("The duty has changed hands.")

    return answer(desk_id, deed)


@staff.post("/roster/offers/<uuid:offer_id>/refuse")
@requires(Permission.DESK_ENTER)
def refuse_offer(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Say no: as a coordinator to what was taken, as a colleague to a swap."""
    offer = kept.offer(session(), offer_id)

    def deed() -> str:
        service.refuse(session(), offer, actor=identity.actor(), now=utcnow())
        return _("Refused. The duty stays where it is, and those concerned are told.")

    return answer(desk_id, deed)


@staff.post("/roster/offers/<uuid:offer_id>/withdraw")
@requires(Permission.DESK_ENTER)
def withdraw_offer(desk_id: str, offer_id: UUID) -> ResponseReturnValue:
    """Take an offer back."""
    offer = kept.offer(session(), offer_id)

    def deed() -> str:
        service.withdraw(session(), offer, actor=identity.actor(), now=utcnow())
        return _("Withdrawn. Those who were asked are told.")

    return answer(desk_id, deed)


def answer(desk_id: str, deed: Callable[[], str]) -> ResponseReturnValue:
    """Do it and say so, or say why not, on the page from which the button was pressed."""
    try:
        with session().begin_nested():  # what is refused halfway leaves nothing behind
            said, kind = deed(), "success"
    except Refusal as refusal:
        said, kind = labels.sentence(refusal), "error"
    flash(said, kind)
    endpoint = "roster.mine" if request.form.get("back") == "mine" else "roster.offers"
    return redirect(url_for(endpoint, desk_id=desk_id))


def tried(form: Form, field: str | None, deed: Callable[[], object]) -> bool:
    """Do it, or put the reason beside a field of the form, by default its own; what is refused halfway leaves nothing behind."""
    try:
        with session().begin_nested():
            deed()
    except Refusal as refusal:
        form.refuse(Refusal(refusal.code, field=field or refusal.field, **refusal.data))
        return False
    return True


def why_not(check: Callable[..., None], *facts: object, **options: object) -> str | None:
    """The sentence with which a rule refuses something, or None if it allows it."""
    try:
        check(*facts, **options)
    except Refusal as refusal:
        return labels.sentence(refusal)
    return None


def offers_for(actor: Actor, now: datetime) -> Offers:
    """What somebody has to do with the offers of the desk that are not settled."""
    if actor.id is None:
        return Offers((), (), (), ())
    manages = stand_ins.manages(actor)
    found = kept.offers_unsettled(session()) if manages else kept.offers_concerning(session(), actor.id)
    shown = [show(each, actor, now) for each in found if state_of(each.deal, now) in UNSETTLED]
    asked = [each for each in shown if each.may_take or each.may_answer]
    to_decide = [each for each in shown if each.may_decide]
    mine = [each for each in shown if each.is_mine and each not in to_decide]
    placed = [*asked, *to_decide, *mine]
    return Offers(asked, to_decide, mine, [each for each in shown if manages and each not in placed])


def show(offer: Offer, actor: Actor, now: datetime) -> ShownOffer:
    """An offer as somebody sees it. Each button stands there only if the rules allow what it does."""
    deal, me, manages = offer.deal, actor.id, stand_ins.manages(actor)
    state = state_of(deal, now)

    def allowed(check: Callable[..., None], *facts: object, **options: object) -> bool:
        return why_not(check, deal, *facts, now, **options) is None

    return ShownOffer(
        offer=offer,
        state=state,
        words=str(STATES[state]),
        mark=MARKS[state],
        giver=_name(offer.offered_by, actor),
        taker=_name(offer.taken_by, actor),
        is_mine=me in {offer.offered_by_id, offer.taken_by_id},
        may_take=allowed(rules.check_taking, me, me, manages=False),
        may_answer=allowed(rules.check_accepting, me, me, manages=False),
        may_decide=manages and allowed(rules.check_approving),
        may_take_for=manages and deal.in_return is None and state is OfferState.OPEN,
        may_withdraw=allowed(rules.check_withdrawing, me, manages=manages),
    )


def _name(account: Account | None, actor: Actor) -> str:
    if account is None:
        return ""
    if account.id == actor.id:
        return _("you")
    return account.name if actor.may(Permission.DUTY_READ) else _("a colleague")


def _page(now: datetime) -> dict[str, object]:
    actor = identity.actor()
    whose = None if stand_ins.manages(actor) else actor.id
    settled = kept.offers_settled(session(), now - SETTLED_FOR, whose)
    return {
        "offers": offers_for(actor, now),
        "settled": [show(each, actor, now) for each in settled],
        "mine": queries.next_duties(session(), actor.id, now) if actor.id else (),
        "manages": stand_ins.manages(actor),
        **near_days(day_of(now)),
    }


def _taken(offer: Offer) -> str:
    if state_of(offer.deal, utcnow()) is OfferState.DONE:
        return _("The duty is yours now.")
    return _("You said yes. The duty is yours as soon as the coordinator agrees; you will be told.")
